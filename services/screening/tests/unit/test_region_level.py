"""The prefecture's level decides; the province's never stands in its place; missing is not a good level."""

from datetime import date

import pytest

from kernel.regions import RegionCode
from screening.domain.facts import FactVersion, FilingFact, ReviewFact
from screening.domain.region_level import region_level
from screening.domain.regions import LevelReading, RegionFact, RegionFacts, WarningLevel
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle

DAY = date(2026, 3, 2)
HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
PREFECTURE_STATUS = "regions/630100/status"


def levels(prefecture: int | None, province: int | None) -> RegionFacts:
    known = {"630100": prefecture, "630000": province}
    return {
        RegionCode(code): RegionFact(
            RegionCode(code), 7, LevelReading(WarningLevel(level), date(2025, 12, 31), "the bulletin")
        )
        for code, level in known.items()
        if level is not None
    }


def judged(
    policy: PolicyBundle, regions: RegionFacts, two_high: Verdict, planned: bool | None = False, kgce: int | None = 1
) -> Finding:
    filing = FilingFact(1, "a project", RegionCode("630104"), DAY, planned)
    found, _ = region_level(filing, ReviewFact(1, two_high, kgce), (), regions, policy=policy, day=DAY)
    return found


@pytest.mark.parametrize(
    ("prefecture", "province", "two_high", "verdict", "leads_to"),
    [
        (1, None, HOLDS, FAILS, Disposition.RESTRICT),
        (1, 3, HOLDS, FAILS, Disposition.RESTRICT),
        (2, None, HOLDS, FAILS, Disposition.DEFER),
        (2, 1, HOLDS, FAILS, Disposition.DEFER),
        (3, None, HOLDS, HOLDS, None),
        (3, 1, HOLDS, HOLDS, None),
        (None, 1, HOLDS, UNKNOWN, Disposition.MANUAL),
        (None, 2, HOLDS, UNKNOWN, Disposition.MANUAL),
        (None, 3, HOLDS, HOLDS, None),
        (None, None, HOLDS, UNKNOWN, Disposition.MANUAL),
        (1, None, UNKNOWN, UNKNOWN, Disposition.MANUAL),
        (2, None, UNKNOWN, UNKNOWN, Disposition.MANUAL),
        (3, None, UNKNOWN, HOLDS, None),
        (None, 1, UNKNOWN, UNKNOWN, Disposition.MANUAL),
        (None, 3, UNKNOWN, HOLDS, None),
        (None, None, UNKNOWN, UNKNOWN, Disposition.MANUAL),
        (1, None, FAILS, HOLDS, None),
        (2, None, FAILS, HOLDS, None),
        (3, None, FAILS, HOLDS, None),
        (None, 1, FAILS, HOLDS, None),
        (None, None, FAILS, HOLDS, None),
    ],
)
def test_the_level_of_the_prefecture_decides(
    policy: PolicyBundle,
    prefecture: int | None,
    province: int | None,
    two_high: Verdict,
    verdict: Verdict,
    leads_to: Disposition | None,
) -> None:
    found = judged(policy, levels(prefecture, province), two_high)

    assert (found.verdict, found.leads_to) == (verdict, leads_to)
    assert found.under


@pytest.mark.parametrize("two_high", [HOLDS, UNKNOWN])
@pytest.mark.parametrize("province", [None, 1, 2])
def test_an_unknown_prefecture_is_asked_for_by_name(
    policy: PolicyBundle, province: int | None, two_high: Verdict
) -> None:
    assert judged(policy, levels(None, province), two_high).missing == (PREFECTURE_STATUS,)


def test_a_site_known_only_as_a_province_is_asked_for_more_exactly(policy: PolicyBundle) -> None:
    filing = FilingFact(1, "a project", RegionCode("630000"), DAY, nationally_planned=False)

    found, versions = region_level(filing, ReviewFact(1, HOLDS), (), levels(None, 1), policy=policy, day=DAY)

    assert (found.leads_to, found.missing) == (Disposition.MANUAL, ("dossier.region_code",))
    assert versions == (FactVersion("region/630000", 7),)


@pytest.mark.parametrize(
    ("planned", "verdict", "leads_to", "missing"),
    [
        (True, HOLDS, None, ()),
        (False, FAILS, Disposition.RESTRICT, ()),
        (None, FAILS, Disposition.RESTRICT, ("dossier.nationally_planned",)),
    ],
)
def test_a_nationally_planned_project_is_excepted_from_the_restriction_if_it_says_so(
    policy: PolicyBundle, planned: bool | None, verdict: Verdict, leads_to: Disposition | None, missing: tuple[str, ...]
) -> None:
    found = judged(policy, levels(1, None), HOLDS, planned)

    assert (found.verdict, found.leads_to, found.missing) == (verdict, leads_to, missing)
    assert [remedy.needed for remedy in found.remedies] == ["true"] * (verdict is FAILS)


@pytest.mark.parametrize(
    ("kgce", "verdict", "leads_to", "missing"),
    [
        (9_999_999, HOLDS, None, ()),
        (10_000_000, UNKNOWN, Disposition.MANUAL, ()),
        (None, UNKNOWN, Disposition.MANUAL, ("dossier.energy.annual_tce_calorific",)),
    ],
)
def test_other_large_projects_in_a_red_region_owe_replacement_that_a_person_checks(
    policy: PolicyBundle, kgce: int | None, verdict: Verdict, leads_to: Disposition | None, missing: tuple[str, ...]
) -> None:
    found = judged(policy, levels(1, None), FAILS, kgce=kgce)

    assert (found.verdict, found.leads_to, found.missing) == (verdict, leads_to, missing)


def test_the_finding_names_the_reading_and_the_version_it_rests_on(policy: PolicyBundle) -> None:
    filing = FilingFact(1, "a project", RegionCode("630104"), DAY, nationally_planned=False)

    found, versions = region_level(filing, ReviewFact(1, HOLDS), (), levels(2, 1), policy=policy, day=DAY)

    assert versions == (FactVersion("region/630100", 7),)
    assert ("regions/630100/status.levels.evidence", "the bulletin") in found.inputs
    assert ("regions/630100/status.levels.level", "2") in found.inputs
    assert not any(name.startswith("regions/630000") for name, _ in found.inputs)
    assert [c.parameter for c in found.under] == ["rule.region.intensity_level", "region.level_2.two_high"]


def test_a_day_before_the_mapping_is_unknown(policy: PolicyBundle) -> None:
    long_ago = date(2016, 12, 31)
    filing = FilingFact(1, "a project", RegionCode("630104"), long_ago)

    found, _ = region_level(filing, ReviewFact(1, HOLDS), (), levels(3, 3), policy=policy, day=long_ago)

    assert (found.verdict, found.leads_to) == (UNKNOWN, Disposition.MANUAL)


@pytest.mark.parametrize(
    ("day", "province", "parameter"),
    [
        (date(2021, 8, 11), 1, "region.level_1.two_high"),
        (date(2021, 8, 12), 1, "region.suspension"),
        (date(2021, 8, 12), 2, "region.level_1.two_high"),
        (date(2021, 12, 31), 1, "region.suspension"),
        (date(2022, 1, 1), 1, "region.level_1.two_high"),
    ],
)
def test_the_suspension_of_2021_is_the_ground_where_prefecture_and_province_are_both_red(
    policy: PolicyBundle, day: date, province: int, parameter: str
) -> None:
    filing = FilingFact(1, "a project", RegionCode("630104"), day, nationally_planned=False)
    found, _ = region_level(filing, ReviewFact(1, HOLDS, 1), (), levels(1, province), policy=policy, day=day)

    assert (found.verdict, found.leads_to) == (FAILS, Disposition.RESTRICT)
    assert found.under[-1].parameter == parameter


def test_the_suspension_excepts_major_projects_of_national_planning(policy: PolicyBundle) -> None:
    day = date(2021, 8, 12)
    filing = FilingFact(1, "a project", RegionCode("630104"), day, nationally_planned=True)
    found, versions = region_level(filing, ReviewFact(1, HOLDS, 1), (), levels(1, 1), policy=policy, day=day)

    assert found.verdict is HOLDS
    assert [version.fact for version in versions] == ["region/630100", "region/630000"]
