"""Prints one hash of what the law says of a spread of dossiers. Run by itself: see test_determinism."""

import hashlib
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

from dossier.model import (
    Applicant,
    Dossier,
    EnergyFlow,
    EnergyUse,
    Equipment,
    Fact,
    FlowUse,
    PriorOpinion,
    Product,
    ProjectKind,
    UnitEnergy,
)
from kernel.regions import RegionCode
from review.domain.evaluation import evaluate
from servicekit.wire import findings_to_wire
from statute.law import FactDefinition
from statute.loader import PolicyBundle, load_bundle

DAYS = tuple(date(2021, 3, 1) + timedelta(days=241 * number) for number in range(9))


def spread(policy: PolicyBundle) -> Iterator[Dossier]:
    """Every product of every catalogue, with its indicators, among kinds, days and facts taken in turn."""
    kinds, days = cycle(ProjectKind), cycle(DAYS)
    named = {p.id: p for c in policy.catalogues for i in c.industries for p in i.products}
    facts = [Fact(fact.id, _value(fact, number)) for number, fact in enumerate(policy.facts.values())]
    for number, one in enumerate(named.values()):
        tce = Decimal(997) * (number + 1)
        standards = policy.standards_of(one.id)
        yield Dossier(
            project_name=f"虚构项目 {number}",
            applicant=Applicant("虚构企业"),
            region=RegionCode("630121"),
            kind=next(kinds),
            application_date=next(days),
            industry_codes=one.classes or ("3841",),
            products=(
                Product(
                    one.name.zh,
                    one.id,
                    unit_energy=tuple(UnitEnergy(s.id, Decimal(90) + number, s.unit) for s in standards),
                    facts=tuple(facts[number % 3 :: 3]),
                ),
                Product("其他", ""),
            ),
            energy=EnergyUse(tce, tce * 2, tce * 900, tce / 2, (EnergyFlow("raw_coal", FlowUse.FUEL, tce, "t"),)),
            equipment=(Equipment("电机", 1 + number % 3, number % 2 == 0),),
            facts=tuple(facts[number % 2 :: 2]),
            prior_opinion=PriorOpinion("虚构〔2021〕1号", date(2022, 1, 1), approved_tce=tce)
            if number % 5 == 0
            else None,
        )


def _value(fact: FactDefinition, number: int) -> str:
    if fact.holds == "word":
        return list(fact.words)[number % len(fact.words)]
    return ("yes", "no")[number % 2] if fact.holds == "yes_no" else str(number)


def fingerprint() -> str:
    policy = load_bundle()
    told = hashlib.sha256(policy.bundle_hash.encode())
    for dossier in spread(policy):
        for finding in findings_to_wire(evaluate(dossier, policy).findings):
            told.update(finding.SerializeToString(deterministic=True))
    return told.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(fingerprint())
