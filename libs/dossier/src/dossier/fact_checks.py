"""Checks facts against those that the policy bundle asks for: known, in their place, once, and answered in form."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dossier.fields import CATALOGUE_WORD, stated
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.text import Text
from servicekit.rpc.checks import Violations
from statute.law import FactDefinition
from statute.loader import PolicyBundle

FACTS_MAX: Final = 200
NEAREST_MAX: Final = 5
"""Of the unknown facts of one project or product, so many are told the nearest known one: the search is slow."""

PROJECT: Final = "project"
PRODUCT: Final = "product"
LOT: Final = "lot"
NUMBER: Final = "number"
YES_NO: Final = "yes_no"

FACT_FORM: Final = Text(zh="法规数据中的标识, 如 site_altitude_m", en="an id of the law's facts, e.g. site_altitude_m")
ANSWERS: Final = {"yes": Text(zh="是", en="yes"), "no": Text(zh="否", en="no")}
PLACES: Final = {
    PROJECT: Text(zh="项目, 请填在 dossier.facts", en="of the project; state it in dossier.facts"),
    PRODUCT: Text(zh="产品, 请填在该产品的 facts", en="of a product; state it in the facts of that product"),
    LOT: Text(zh="退出产能指标, 请在登记指标时填写", en="of a lot of retired capacity; state it with the lot"),
}


def check_facts(place: str, facts: Sequence[pb.Fact], violations: Violations, policy: PolicyBundle, *, of: str) -> None:
    """The facts of one project, product or lot (`of`), which stands at `place`."""
    violations.count(f"{place}.facts", len(facts), FACTS_MAX)
    seen: set[str] = set()
    unknown = 0
    for index, fact in enumerate(facts[:FACTS_MAX]):
        field = f"{place}.facts[{index}]"
        known = policy.facts.get(fact.fact)
        if fact.fact in seen:
            violations.add(f"{field}.fact", "DUPLICATE", "同一事实只列一次", "is stated twice; state each fact once")
        elif known is not None and known.of == of:
            _check_value(f"{field}.value", fact.value, known, violations)
        elif known is not None:
            _misplaced(f"{field}.fact", known, violations)
        elif violations.matching(f"{field}.fact", fact.fact, CATALOGUE_WORD, FACT_FORM):
            unknown += 1
            nearest = _nearest(fact.fact, policy, of) if unknown <= NEAREST_MAX else None
            _unknown(f"{field}.fact", fact.fact, nearest, violations)
        if fact.fact:
            seen.add(fact.fact)


def _misplaced(field: str, known: FactDefinition, violations: Violations) -> None:
    where = PLACES[known.of]
    violations.add(
        field, "MISPLACED_FACT", f"“{known.title.zh}”属于{where.zh}", f"({known.title.en}) is a fact {where.en}"
    )


def _nearest(fact: str, policy: PolicyBundle, of: str) -> FactDefinition | None:
    """Among those that may stand in the same place."""
    found = get_close_matches(fact, [known.id for known in policy.facts.values() if known.of == of], n=1)
    return policy.facts[found[0]] if found else None


def _unknown(field: str, fact: str, nearest: FactDefinition | None, violations: Violations) -> None:
    zh, en = f"法规数据中没有事实 {fact}", f"is no fact of the law on file: {fact}"
    if nearest is not None:
        zh += f"; 最相近的是 {nearest.id} ({nearest.title.zh})"
        en += f"; the nearest is {nearest.id} ({nearest.title.en})"
    violations.add(field, "UNKNOWN_FACT", zh, en)


def _check_value(field: str, value: str, asked: FactDefinition, violations: Violations) -> None:
    if not value:
        stated(field, value, violations)
    elif asked.holds == NUMBER:
        violations.decimal(field, ProtoDecimal(value=value))
    else:
        _check_word(field, value, ANSWERS if asked.holds == YES_NO else asked.words, violations)


def _check_word(field: str, value: str, words: Mapping[str, Text], violations: Violations) -> None:
    if value not in words:
        zh = ", ".join(f"{word} ({said.zh})" for word, said in words.items())
        en = ", ".join(word if word == said.en else f"{word} ({said.en})" for word, said in words.items())
        violations.add(field, "UNKNOWN_VALUE", f"应为其一: {zh}", f"must be one of: {en}")
