"""The sections that a law file may have, and what an item of each is."""

from typing import Final

from pydantic import BaseModel

from statute.access.items import AccessRuleItem, NormEntry, StandardItem
from statute.duties.items import DutyItem
from statute.records.items import (
    CountingItem,
    IndustryClassItem,
    ParkItem,
    SeedClauseItem,
    SourceItem,
    WorkingYearItem,
)
from statute.schema import (
    AreaItem,
    CatalogueItem,
    FactItem,
    ParameterItem,
    PrecedenceItem,
    RegionItem,
    ReplacementItem,
    RuleItem,
    UnitItem,
)

SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "units": UnitItem,
    "precedence": PrecedenceItem,
    "parameters": ParameterItem,
    "rules": RuleItem,
    "two_high_catalogues": CatalogueItem,
    "access_standards": StandardItem,
    "norms": NormEntry,
    "access_rules": AccessRuleItem,
    "capacity_replacement": ReplacementItem,
    "areas": AreaItem,
    "regions": RegionItem,
    "facts": FactItem,
    "sources": SourceItem,
    "seed_clauses": SeedClauseItem,
    "industry_classes": IndustryClassItem,
    "parks": ParkItem,
    "working_days": WorkingYearItem,
    "day_counting": CountingItem,
    "duties": DutyItem,
}
"""Every section is a list of items with an id; a province's item stands before the nation's of the same id."""
