"""Savings held for a project let it in where the level defers it: not a kgce less, and never on the other basis."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kernel.regions import RegionCode
from screening.domain.energy_replacement import replaced
from screening.domain.facts import FactVersion, FilingFact, ReviewFact, SavingFact
from screening.domain.region_level import REPLACEMENT_RATIO, region_level
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
XINING = RegionCode("630100")
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
LARGE = 10_000_000
"""Kgce; from 10,000 tce on another project owes replacement at level 1."""


def saving(kgce: int, number: int = 1, *, live: bool = True, calorific: bool = True, version: int = 1) -> SavingFact:
    return SavingFact(f"s-{number}", version, live, kgce, calorific)


def judged(
    policy: PolicyBundle, level: int, two_high: Verdict, kgce: int | None, *savings: SavingFact
) -> tuple[Finding, tuple[FactVersion, ...]]:
    reading = LevelReading(WarningLevel(level), date(2025, 12, 31), "the bulletin")
    filing = FilingFact(1, "a project", RegionCode("630104"), DAY, nationally_planned=False)
    regions = {XINING: RegionFact(XINING, 7, reading)}
    return region_level(filing, ReviewFact(1, two_high, kgce), savings, regions, policy=policy, day=DAY)


@pytest.mark.parametrize(
    ("savings", "verdict", "leads_to"),
    [
        ((), FAILS, Disposition.DEFER),
        ((saving(4_999),), FAILS, Disposition.DEFER),
        ((saving(5_000),), HOLDS, None),
        ((saving(5_001),), HOLDS, None),
        ((saving(2_500), saving(2_500, 2)), HOLDS, None),
        ((saving(2_500), saving(2_499, 2)), FAILS, Disposition.DEFER),
        # Posted they go on counting; given back they do not.
        ((saving(5_000, version=2),), HOLDS, None),
        ((saving(5_000, version=2, live=False),), FAILS, Disposition.DEFER),
        # 当量 and 等价 are not added.
        ((saving(5_000, calorific=False),), FAILS, Disposition.DEFER),
        ((saving(4_999), saving(1, 2, calorific=False)), FAILS, Disposition.DEFER),
    ],
)
def test_level_2_defers_a_two_high_project_until_savings_replace_all_of_its_energy(
    policy: PolicyBundle, savings: tuple[SavingFact, ...], verdict: Verdict, leads_to: Disposition | None
) -> None:
    found, versions = judged(policy, 2, HOLDS, 5_000, *savings)

    assert (found.verdict, found.leads_to) == (verdict, leads_to)
    assert versions == (
        FactVersion("region/630100", 7),
        *(FactVersion(f"saving/{one.hold}", one.version) for one in savings),
    )


def test_what_is_still_owed_is_said_to_the_kilogram(policy: PolicyBundle) -> None:
    found, _ = judged(policy, 2, HOLDS, 5_000, saving(1_200), saving(900, 2, calorific=False))

    (remedy,) = found.remedies
    assert (remedy.field, remedy.stated, remedy.needed) == ("savingHolds", "1200 kgce", "5000 kgce")
    assert "3800" in remedy.text.en
    assert "equivalent basis" in found.because.en


def test_without_an_annual_energy_nothing_replaces_it(policy: PolicyBundle) -> None:
    found, _ = judged(policy, 2, HOLDS, None, saving(10**12))

    assert (found.verdict, found.leads_to, found.remedies) == (FAILS, Disposition.DEFER, ())


def test_where_the_policy_does_not_say_how_much_is_replaced_savings_let_nobody_in(policy: PolicyBundle) -> None:
    unsaid = replace(policy.parameters[REPLACEMENT_RATIO], versions=())
    silent = replace(policy, parameters={**policy.parameters, REPLACEMENT_RATIO: unsaid}, bundle_hash="without")

    found, _ = judged(silent, 2, HOLDS, 5_000, saving(5_000))

    assert (found.verdict, found.leads_to) == (FAILS, Disposition.DEFER)


@pytest.mark.parametrize(
    ("kgce", "savings", "verdict", "leads_to"),
    [
        (LARGE - 1, (), HOLDS, None),
        (LARGE, (), UNKNOWN, Disposition.MANUAL),
        (LARGE, (saving(LARGE - 1),), UNKNOWN, Disposition.MANUAL),
        (LARGE, (saving(LARGE),), HOLDS, None),
        (LARGE, (saving(LARGE + 1),), HOLDS, None),
        (LARGE, (saving(LARGE, calorific=False),), UNKNOWN, Disposition.MANUAL),
        (LARGE, (saving(LARGE, live=False, version=2),), UNKNOWN, Disposition.MANUAL),
    ],
)
def test_at_level_1_another_large_project_owes_replacement_that_savings_show(
    policy: PolicyBundle, kgce: int, savings: tuple[SavingFact, ...], verdict: Verdict, leads_to: Disposition | None
) -> None:
    found, _ = judged(policy, 1, FAILS, kgce, *savings)

    assert (found.verdict, found.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize("level", [1, 3])
def test_savings_lift_no_restriction_and_are_not_looked_at_where_none_are_owed(
    policy: PolicyBundle, level: int
) -> None:
    found, versions = judged(policy, level, HOLDS, 5_000, saving(5_000))

    assert found == judged(policy, level, HOLDS, 5_000)[0]
    assert versions == (FactVersion("region/630100", 7),)


@pytest.mark.parametrize(
    ("annual", "ratio", "needed"),
    [(1_000, "1", 1_000), (1_000, "1.25", 1_250), (1_001, "1.25", 1_252), (3, "0.5", 2), (0, "1", 0)],
)
def test_part_of_a_kilogram_that_is_owed_counts_as_a_whole_one(annual: int, ratio: str, needed: int) -> None:
    owed = replaced((), annual, Decimal(ratio))

    assert owed.needed_kgce == needed
    assert owed.enough is (needed == 0)
