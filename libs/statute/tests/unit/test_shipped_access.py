from datetime import date, timedelta
from decimal import Decimal

import pytest

from statute.access.law import AccessStandard, Correction, NormChoice
from statute.finding import Disposition
from statute.loader import load_bundle

LAW = load_bundle()
DAY = timedelta(days=1)
OLD_LIST, NEW_LIST = date(2022, 1, 1), date(2023, 7, 4)


# Standard, level, value in the 2021 edition, value in the 2023 edition (None: not in that list).
LEVELS = [
    ("refining", "benchmark", "7.5", "7.5"),
    ("coke_stamp", "baseline", "140", "140"),
    ("methanol_lignite", "benchmark", "1550", "1550"),
    ("soda_ammonia_heavy", "benchmark", "390", "390"),
    ("yellow_phosphorus", "baseline", "2800", "2800"),
    ("map_slurry_powder", "benchmark", "165", "165"),
    ("flat_glass_500_800", "baseline", "13.5", "13.5"),
    ("tile_0_5_10", "benchmark", "3.7", "3.7"),
    ("sanitary", "baseline", "630", "630"),
    ("blast_furnace", "benchmark", "361", "361"),
    ("converter", "benchmark", "-30", "-30"),
    ("converter", "baseline", "-10", "-10"),
    ("ferrosilicon", "benchmark", "1770", "1770"),
    ("ferrosilicon", "baseline", "1900", "1850"),
    ("zn_hydro_with_residue", "benchmark", "1100", "1100"),
    ("aluminium_liquid", "baseline", "13350", "13350"),
    ("pta", "benchmark", None, "80"),
    ("urea_motor", "baseline", None, "165"),
    ("pvc_carbide", "baseline", None, "270"),
]


@pytest.mark.parametrize(("standard", "level", "old", "new"), LEVELS)
def test_each_edition_of_the_list_has_its_figure(standard: str, level: str, old: str | None, new: str) -> None:
    parameter = LAW.access_standards[standard].levels[level]

    then = [parameter.on(day) for day in (OLD_LIST - DAY, NEW_LIST - DAY, NEW_LIST)]

    assert [v.value if v else None for v in then] == [None, Decimal(old) if old else None, Decimal(new)]


# Norm, row, tiers 1 to 3 as printed, None for a dash.
TIERS = [
    ("gb_16780_2021", "clinker_comprehensive", ("100", "107", "117")),
    ("gb_16780_2021", "clinker_electricity", ("48", "57", "61")),
    ("gb_21252_2023", "tile_abs_le_0_2", ("4.5", "5.5", "7.0")),
    ("gb_21256_2025", "converter", ("-30", "-28", "-12")),
    ("gb_21256_2025", "eaf_lt50t", ("61", None, "86")),
    ("gb_21257_2024", "naoh_liquid_30", ("308", "315", "350")),
    ("gb_21258_2024", "usc_1000", ("268", "276", "283")),
    ("gb_21258_2024", "sub_300", ("309", "285", "321")),
    ("gb_21258_2024", "uhp_200", (None, None, "352")),
    ("gb_21340_2019", "flat_gt_800", ("8.0", "10.0", "12.0")),
    ("gb_21341_2022", "ferrosilicon_electricity", ("8050", "8300", "8400")),
    ("gb_21342_2025", "coke_stamp", ("115", "115", "140")),
    ("gb_21343_2023", "bdo_acetylene", ("890", "950", "1080")),
    ("gb_21344_2023", "k2so4_brine", ("300", "310", "320")),
    ("gb_21345_2024", "yellow_phosphorus", ("2300", "2450", "2800")),
    ("gb_21346_2022", "alumina_bayer_comprehensive", ("340", "390", "460")),
    ("gb_21347_2023", "magnesium", ("3500", "4000", "5000")),
    ("gb_25323_2023", "ni_total", ("3450", "3650", "4680")),
    ("gb_29140_2024", "hou_light", ("145", "160", "200")),
    ("gb_29141_2024", "acid_sulphur", ("-160", "-150", "-110")),
    ("gb_29436_2023", "eg_coal", ("2450", "2850", "3100")),
    ("gb_29447_2022", "polysilicon_tcs", ("7.5", "8.5", "10.5")),
    ("gb_29447_2026", "polysilicon_tcs", ("5.0", "5.5", "6.3")),
    ("gb_47835_2026", "mono_wafer", ("5900", "7005", "9525")),
    ("gb_29995_2024", "semi_coke", ("160", "180", "210")),
    ("gb_30180_2024", "sng", ("1.1", "1.2", "1.4")),
    ("gb_30251_2024", "refining_factor", ("6.85", "7.5", "8.5")),
    ("gb_45247_2025", "heat", ("38", "38.5", "39")),
    ("gb_29445_2025", "surface", ("3.0", "5.4", "8.0")),
]


@pytest.mark.parametrize(("norm", "row", "printed"), TIERS)
def test_each_row_of_a_norm_has_its_tiers_from_the_norm_s_first_day(
    norm: str, row: str, printed: tuple[str | None, ...]
) -> None:
    held = LAW.norms[norm]
    first = held.citation.in_force_from
    tiers = [held.items[row].tiers.get(f"tier{number}") for number in (1, 2, 3)]

    then = [None if tier is None else tier.on(first) for tier in tiers]

    assert [v.value if v else None for v in then] == [Decimal(p) if p else None for p in printed]
    assert all(tier is None or tier.on(first - DAY) is None for tier in tiers)


def _corrections(norm: str, row: str) -> dict[str, Correction]:
    return {correction.id: correction for correction in LAW.norms[norm].items[row].corrections}


@pytest.mark.parametrize(
    ("norm", "row", "correction", "kind", "per", "tightens"),
    [
        ("gb_16780_2021", "cement_comprehensive", "clinker_ratio", "add", ("1.10", "1.15", "1.20"), True),
        ("gb_16780_2021", "clinker_comprehensive", "altitude", "multiply", (None, None, "-0.211"), True),
        ("gb_21256_2025", "blast_furnace", "bf_feed_grade", "add", ("3.61", "3.61", "3.61"), False),
        ("gb_21256_2025", "converter", "converter_steel_grade", "open", (None, None, None), False),
        ("gb_21256_2025", "eaf_ge70t", "hot_metal_ratio", "add", ("-0.8", "-0.8", "-0.8"), True),
        ("gb_21256_2025", "eaf_ge70t", "stainless", "multiply", ("1.10", "1.10", "1.10"), False),
        ("gb_21341_2022", "ferrosilicon_electricity", "ore_grade_ferrosilicon", "add", ("-40", "-40", "-40"), True),
        ("gb_21342_2025", "coke_top", "wet_quenching", "add", (None, None, "46.46"), False),
        ("gb_21342_2025", "coke_stamp", "oven_age_25", "add", ("5.50", None, "5.50"), False),
        ("gb_29140_2024", "hou_heavy", "sun_dried_salt", "multiply", ("1.18", "1.18", "1.18"), False),
        ("gb_29141_2024", "acid_sulphur", "low_temperature_heat", "set", (None, None, "-120"), True),
        ("gb_29141_2024", "acid_pyrite", "oleum", "add", ("35", "35", "35"), False),
        ("gb_45247_2025", "h_500", "air_cooling", "add", (None, "5", None), False),
    ],
)
def test_the_corrections_of_the_norms(
    norm: str, row: str, correction: str, kind: str, per: tuple[str | None, ...], tightens: bool
) -> None:
    found = _corrections(norm, row)[correction]

    assert found.kind == kind
    assert [found.per.get(f"tier{number}") for number in (1, 2, 3)] == [Decimal(p) if p else None for p in per]
    assert found.tightens is tightens
    assert found.citation.document == LAW.norms[norm].number


def test_tier_3_of_clinker_alone_is_corrected_for_altitude_and_only_above_1500_m() -> None:
    altitude = _corrections("gb_16780_2021", "clinker_comprehensive")["altitude"]

    (condition,) = altitude.when
    assert altitude.tiers == {"tier3"}
    assert (altitude.at_zero, altitude.divisor, altitude.fact) == (
        Decimal("1.179"),
        Decimal(101325),
        "site_pressure_pa",
    )
    assert [condition.met(Decimal(metres)) for metres in (1500, 1501)] == [False, True]
    assert "altitude" not in _corrections("gb_16780_2021", "cement_grinding_electricity")


def _choice(standard: str) -> NormChoice:
    (choice,) = LAW.access_standards[standard].choices
    return choice


@pytest.mark.parametrize(
    ("standard", "day", "norm", "unread"),
    [
        ("polysilicon", date(2023, 12, 31), None, True),
        ("polysilicon", date(2024, 1, 1), "GB 29447-2022", False),
        ("polysilicon", date(2026, 12, 31), "GB 29447-2022", False),
        ("polysilicon", date(2027, 1, 1), "GB 29447-2026", False),
        ("refining", date(2025, 4, 30), None, True),
        ("refining", date(2025, 5, 1), "GB 30251-2024", False),
        ("clinker", date(2022, 10, 31), None, True),
        ("h_500", date(2025, 7, 31), None, False),
        ("h_500", date(2025, 8, 1), "GB 45247-2025", False),
    ],
)
def test_the_edition_of_a_norm_in_force_on_the_day(standard: str, day: date, norm: str | None, unread: bool) -> None:
    choice, law = _choice(standard), LAW.at(day)

    found = law.norm_on(choice)

    assert (found.number if found else None) == norm
    assert law.older_edition_unread(choice) is unread


def _fitting(standard: str, value: str) -> list[str]:
    choices = LAW.access_standards[standard].choices
    stated = Decimal(value) if value[0].isdigit() else value
    return [choice.key for choice in choices if all(condition.met(stated) for condition in choice.conditions)]


@pytest.mark.parametrize(
    ("standard", "value", "rows"),
    [
        ("tile_le_0_5", "0.2", ["tile_abs_le_0_2"]),
        ("tile_le_0_5", "0.21", ["tile_abs_0_2_0_5"]),
        ("tile_le_0_5", "0.51", []),
        ("sanitary", "0.3", ["sanitary_abs_le_0_3"]),
        ("sanitary", "0.31", ["sanitary_abs_gt_0_3"]),
        ("eaf_ge50", "49.9", []),
        ("eaf_ge50", "50", ["eaf_50_70t"]),
        ("eaf_ge50", "70", ["eaf_ge70t"]),
        ("coal_power", "sub_300", ["sub_300"]),
        ("industrial_silicon", "coal", ["si_coal"]),
    ],
)
def test_the_row_of_the_norm_follows_the_facts(standard: str, value: str, rows: list[str]) -> None:
    assert _fitting(standard, value) == rows


@pytest.mark.parametrize(("row", "enough", "too_little"), [("hc_fecr", "2.2", "2.19"), ("charge_fecr", "1.5", "1.49")])
def test_the_electricity_of_ferrochrome_is_limited_from_a_ratio_of_chromium_to_iron(
    row: str, enough: str, too_little: str
) -> None:
    (condition,) = LAW.norms["gb_21341_2022"].items[f"{row}_electricity"].conditions

    assert condition.fact == "cr_fe_ratio"
    assert [condition.met(Decimal(value)) for value in (enough, too_little)] == [True, False]


@pytest.mark.parametrize("standard", ["titanium_dioxide", "radial_tyre", "industrial_silicon", "woven_fabric"])
def test_a_field_listed_without_figures_is_not_found_and_before_2023_not_listed(standard: str) -> None:
    (held,) = [s for s in LAW.standards_of(standard) if s.listed_from == "ndrc_2023_723"]
    benchmark = held.levels["benchmark"]

    noted = benchmark.noted_on(NEW_LIST)

    assert noted is not None
    assert (noted.value, noted.citation.verification) == (None, "not_found")
    assert benchmark.noted_on(NEW_LIST - DAY) is None


def test_each_edition_of_a_standard_carries_its_own_verification() -> None:
    standard = LAW.access_standards["calcium_carbide"].levels["benchmark"]

    assert [v.citation.verification for v in standard.versions] == ["confirmed", "unverified"]


@pytest.mark.parametrize(
    ("standard", "late_from"), [("clinker", "2026-01-01"), ("pta", "2027-01-01"), ("yarn", "2027-01-01")]
)
def test_old_fields_are_late_a_year_before_new_ones(standard: str, late_from: str) -> None:
    found = LAW.on(f"access.{standard}.baseline.existing_until", NEW_LIST)

    assert found is not None
    assert found.word == late_from


def _of(product: str) -> tuple[AccessStandard, ...]:
    return LAW.standards_of(product)


@pytest.mark.parametrize(
    ("product", "always", "by_filing"),
    [
        ("clinker", ["clinker"], {"clinker_electricity", "clinker_coal"}),
        ("ferroalloy", [], {"ferrosilicon", "simn", "hc_fecr", "ferrosilicon_electricity", "hc_femn_electricity"}),
        ("electrolytic_aluminium", ["aluminium_liquid"], {"al_ingot_energy"}),
        ("calcium_carbide", ["calcium_carbide"], {"calcium_carbide_electricity"}),
        ("refining", ["refining"], set()),
        ("coke", [], {"coke_top", "coke_stamp"}),
        ("steelmaking", [], {"converter", "eaf_30_50", "eaf_ge50"}),
        ("sulphuric_acid", [], {"acid_sulphur", "acid_pyrite"}),
        ("bread", [], set()),
    ],
)
def test_a_product_of_several_standards_says_in_its_filing_which_applies(
    product: str, always: list[str], by_filing: set[str]
) -> None:
    held = _of(product)

    assert [s.id for s in held if not s.by_filing_only] == always
    assert by_filing <= {s.id for s in held if s.by_filing_only}
    assert LAW.at(NEW_LIST).standards_of(product) == held


def test_every_row_of_every_norm_can_be_filed_under_some_standard() -> None:
    reached = {(n, c.key) for s in LAW.access_standards.values() for c in s.choices for n in c.norms}

    assert reached == {(norm.id, key) for norm in LAW.norms.values() for key in norm.items}
    assert all(standard.products for standard in LAW.access_standards.values())


def test_a_row_that_no_list_holds_has_no_level_and_its_norm_alone() -> None:
    acid = LAW.access_standards["acid_sulphur"]

    assert (acid.by_filing_only, acid.listed_from, acid.unit) == (True, "", "kgce/t")
    assert all(not parameter.versions for parameter in acid.levels.values())
    assert _choice("acid_sulphur").norms == ("gb_29141_2024",)


@pytest.mark.parametrize(
    ("standard", "kind", "day", "duties"),
    [
        ("clinker", "new_build", date(2021, 12, 31), ["r4"]),
        ("clinker", "new_build", date(2022, 1, 1), ["r1", "r4"]),
        ("clinker", "new_build", date(2024, 1, 31), ["r1", "r4"]),
        ("clinker", "new_build", date(2024, 2, 1), ["r1", "r4", "r7"]),
        ("clinker", "new_build", date(2024, 5, 23), ["r1", "r3d", "r4", "r7"]),
        ("clinker", "expansion", date(2024, 2, 1), ["r1", "r4"]),
        ("clinker", "technical_renovation", date(2024, 5, 23), ["r1", "r4_renovation"]),
        ("aluminium_liquid", "expansion", date(2024, 5, 22), ["r1", "r4"]),
        ("aluminium_liquid", "expansion", date(2024, 5, 23), ["r1", "r3a", "r4"]),
        ("aluminium_liquid", "expansion", date(2024, 7, 26), ["r1", "r3a", "r3g", "r4"]),
        ("aluminium_liquid", "expansion", date(2026, 1, 1), ["r1", "r3a_after_2025", "r3g_after_2025", "r4"]),
        ("alumina_bayer_process", "rebuild", date(2024, 5, 23), ["r1", "r3b", "r4"]),
        ("ferrosilicon", "expansion", date(2024, 5, 27), ["r1", "r4"]),
        ("converter", "rebuild", date(2024, 5, 26), ["r1", "r3d", "r4"]),
        ("converter", "rebuild", date(2024, 5, 27), ["r1", "r3d", "r3f", "r4"]),
        ("refining", "new_build", date(2023, 10, 24), ["r1", "r4"]),
        ("refining", "new_build", date(2023, 10, 25), ["r1", "r10", "r4"]),
        ("refining", "expansion", date(2023, 10, 25), ["r1", "r10_expansion", "r4"]),
        ("refining", "rebuild", date(2023, 10, 25), ["r1", "r4"]),
        ("polysilicon", "new_build", date(2024, 5, 23), ["r1", "r4", "r7"]),
    ],
)
def test_the_duties_of_access_follow_kind_and_day(standard: str, kind: str, day: date, duties: list[str]) -> None:
    found = LAW.access_duties(standard, kind, day)

    assert [duty.rule.id for duty in found] == duties
    assert LAW.at(day).access_duties(standard, kind) == found


def test_a_duty_tells_a_figure_from_one_not_found_and_from_a_field_not_listed() -> None:
    def level(standard: str, rule: str) -> tuple[bool, bool, bool]:
        duty = next(d for d in LAW.access_duties(standard, "new_build", NEW_LIST) if d.rule.id == rule)
        return duty.level is not None, duty.noted is not None, duty.of_norm

    assert level("clinker", "r1") == (True, True, False)
    assert level("tio2", "r1") == (False, True, False)
    assert level("polysilicon", "r1") == (False, False, False)
    assert level("clinker", "r4") == (False, False, True)


@pytest.mark.parametrize(
    ("rule", "on_fails", "verification"),
    [
        ("r1", "not_pass", "confirmed"),
        ("r3a", "not_pass", "confirmed"),
        ("r3a_after_2025", "manual", "policy_default"),
        ("r3d", "not_pass", "unverified"),
        ("r4", "not_pass", "confirmed"),
        ("r7", "prohibit", "confirmed"),
        ("r10", "not_pass", "confirmed"),
    ],
)
def test_missing_a_level_leads_to_what_its_rule_says(rule: str, on_fails: str, verification: str) -> None:
    found = next(r for r in LAW.access_rules if r.id == rule)

    assert found.on_fails is Disposition(on_fails)
    assert found.period.versions[-1].citation.verification == verification
