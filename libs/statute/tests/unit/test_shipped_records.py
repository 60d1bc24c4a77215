"""Sources, the clauses of the province's opinion, industry classes, parks and the forms of codes."""

import re
from datetime import date

import pytest

from statute.loader import load_bundle

LAW = load_bundle()
TODAY = date(2026, 11, 24)


def test_every_source_says_what_it_is_and_how_close_to_the_wording() -> None:
    assert len(LAW.sources) == 116
    for source in LAW.sources.values():
        assert source.what
        assert source.where or source.kind == "own_knowledge"
    assert {LAW.sources[id_].kind for id_ in ("ord31", "cpc36")} == {"full_text_copy"}
    assert LAW.sources["seed"].kind == "primary_text"
    assert LAW.sources["own"].kind == "own_knowledge"


def test_no_figure_is_called_confirmed_on_the_word_of_a_mere_title_or_of_nobody() -> None:
    weak = {id_ for id_, source in LAW.sources.items() if source.kind in ("title_only", "own_knowledge")}

    for parameter in LAW.parameters.values():
        for version in parameter.versions:
            cited = set(version.citation.source.split(", "))
            assert version.citation.verification != "confirmed" or cited - weak, version.citation


def test_each_clause_of_the_opinion_is_carried_by_a_rule_or_names_the_service_that_will() -> None:
    assert list(LAW.seed_clauses) == [f"s{number}" for number in range(1, 10)]
    for clause in LAW.seed_clauses.values():
        assert clause.section.startswith(("三", "四"))
        assert bool(clause.rules) is not bool(clause.not_built)
        assert clause.text.zh != clause.text.en
        assert all(rule in LAW.rules for rule in clause.rules)


@pytest.mark.parametrize(
    ("clause", "rule"),
    [
        ("s3", "capacity.ratio"),
        ("s4", "ban.petrochemical"),
        ("s5", "access.benchmark"),
        ("s7", "region.intensity_level"),
    ],
)
def test_a_clause_names_the_rule_that_carries_it(clause: str, rule: str) -> None:
    assert rule in LAW.seed_clauses[clause].rules


@pytest.mark.parametrize(
    ("code", "name", "verification"),
    [
        ("3011", "水泥制造", "unverified"),
        ("2613", "无机盐制造", "confirmed"),
        ("3216", "铝冶炼", "confirmed"),
        ("1711", "棉纺纱加工", "confirmed"),
        ("2643", "工业颜料制造", "unverified"),
        ("4411", "火力发电", "unverified"),
    ],
)
def test_a_class_has_its_printed_name_and_how_far_it_was_checked(code: str, name: str, verification: str) -> None:
    held = LAW.industry_classes[code]

    assert (held.name.zh, held.verification) == (name, verification)
    assert held.name.en


def test_every_class_of_the_two_high_catalogue_has_a_name() -> None:
    catalogue = LAW.catalogue(TODAY)
    assert catalogue is not None

    listed = {code for industry in catalogue.industries for code in industry.classes}
    assert listed <= set(LAW.industry_classes)
    assert len(LAW.industry_classes) == 53


def test_a_park_lies_where_its_land_is_and_names_its_parts() -> None:
    assert len(LAW.parks) == 13
    for park in LAW.parks.values():
        assert LAW.region(park.region) is not None
    assert LAW.parks["xining_etdz"].parks == ("ganhe", "dongchuan", "nanchuan", "biotech")
    assert LAW.parks["qaidam"].parks == ("golmud", "delingha", "dachaidan", "wulan")
    assert (LAW.parks["golmud"].region, LAW.parks["golmud"].level) == ("632801", "national")
    confirmed = {id_ for id_, park in LAW.parks.items() if park.verification == "confirmed"}
    assert confirmed == {"ganhe", "golmud"}


def check_digit(digits: str) -> str:
    """By the steps that the law data prints."""
    p = 10
    for digit in digits:
        s = (p + int(digit)) % 10 or 10
        p = 2 * s % 11
    return str((11 - p) % 10)


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("2202-350123-04-01-422472", True),
        ("2211-510121-07-02-998879", True),
        ("2603-632801-04-01-123451", True),
        ("2603-632801-04-01-123456", False),
    ],
)
def test_the_steps_of_the_check_digit_fit_the_codes_they_were_found_on(code: str, passes: bool) -> None:
    steps = LAW.on("identifiers.project_code.check_digit.steps", TODAY)
    digits = code.replace("-", "")

    assert steps is not None
    assert len(steps.list_of_words) == 4
    assert (check_digit(digits[:-1]) == digits[-1]) is passes


def test_the_organisation_code_inside_the_synthetic_credit_code_is_looked_at_for_advice_only() -> None:
    weights, use = (LAW.on(f"identifiers.org_code.{name}", TODAY) for name in ("weights", "use"))

    assert weights is not None
    assert use is not None
    assert weights.list_of_words == ("3", "7", "9", "10", "5", "8", "4", "2")
    assert use.word == "advisory"


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("GB 16780-2021", True),
        ("GB/T 2589-2020", True),
        ("GB/Z 12345.1-2020", True),
        ("GB16780-2021", False),
        ("GB 16780", False),
        ("DB63 16780-2021", False),
    ],
)
def test_a_standard_s_number_fits_its_form(number: str, fits: bool) -> None:
    pattern = LAW.on("identifiers.gb_number.pattern", TODAY)

    assert pattern is not None
    assert bool(re.fullmatch(pattern.word, number)) is fits


def test_what_was_looked_for_and_not_found_is_said() -> None:
    not_found = ("identifiers.green_certificate.pattern", "two_high.definition.qinghai", "review.qinghai.measures")

    for parameter in not_found:
        noted = LAW.parameter(parameter).noted_on(TODAY)
        assert noted is not None
        assert (noted.value, noted.citation.verification) == (None, "not_found")
