from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statute.duties.law import CAPACITY_UNITS, Must, Scope, in_capacity_unit
from statute.finding import Disposition
from statute.loader import SHIPPED_DATA, BadLawData, load_bundle

LAW = load_bundle()
DUTIES = {duty.id: duty for duty in LAW.duties}
DAY = timedelta(days=1)
NEW = "new_build"


def due(rule: str, kind: str | None, product: str | None, day: date) -> list[str]:
    return [one.duty.id for one in LAW.at(day).duties_for(rule, kind, product)]


# Duty, what it is asked under, its first day, and its first day outside (None: open).
PERIODS = [
    ("cpc36_refining", "expansion", "refining", date(2021, 9, 22), None),
    ("cpc36_new_petrochemicals", NEW, "px", date(2021, 9, 22), None),
    ("seed_3_5_new_petrochemicals", NEW, "coal_to_olefins", date(2022, 3, 13), None),
    ("r10_cdu_size", NEW, "refining", date(2023, 10, 25), None),
    ("restricted_cdu", NEW, "refining", date(2020, 1, 1), None),
    ("restricted_blast_furnace", NEW, "ironmaking", date(2024, 2, 1), None),
    ("eliminated_cement_kiln", "technical_renovation", "clinker", date(2020, 1, 1), None),
    ("eliminated_blast_furnace", "technical_renovation", "ironmaking", date(2024, 2, 1), None),
    ("r3a_environment", "rebuild", "electrolytic_aluminium", date(2024, 5, 23), date(2026, 1, 1)),
    ("r3a_environment_after_2025", "rebuild", "electrolytic_aluminium", date(2026, 1, 1), None),
    ("r3f_equipment", NEW, "steelmaking", date(2024, 5, 27), date(2026, 1, 1)),
    ("r3g_captive_coal", NEW, "electrolytic_aluminium", date(2024, 7, 26), None),
    ("r3e_non_fossil", NEW, None, date(2024, 5, 23), date(2026, 1, 1)),
    ("r9_grade", "expansion", None, date(2023, 3, 17), None),
    ("al2025_key_area", NEW, "electrolytic_aluminium", date(2025, 4, 1), date(2028, 1, 1)),
    ("bm2025_no_new_capacity", NEW, "clinker", date(2025, 9, 24), date(2027, 1, 1)),
]


@pytest.mark.parametrize(("duty", "kind", "product", "first", "until"), PERIODS)
def test_a_duty_binds_from_its_first_day_to_the_day_before_its_end(
    duty: str, kind: str, product: str | None, first: date, until: date | None
) -> None:
    rule = DUTIES[duty].rule

    assert duty not in due(rule, kind, product, first - DAY)
    assert duty in due(rule, kind, product, first)
    if until is not None:
        assert duty in due(rule, kind, product, until - DAY)
        assert duty not in due(rule, kind, product, until)


def test_the_size_of_an_item_read_under_the_edition_of_2019_stands_under_both_editions() -> None:
    before, after = DUTIES["restricted_cdu"].bound.versions

    assert (before.value, after.value) == (Decimal(1000), Decimal(1000))
    assert (before.citation.until, after.citation.in_force_from) == (date(2024, 2, 1), date(2024, 2, 1))
    assert "2019年第29号" in before.citation.document
    assert "2023年第7号" in after.citation.document


def test_no_item_of_the_catalogue_is_taken_for_verified() -> None:
    items = [duty for duty in LAW.duties if duty.id.startswith(("restricted_", "eliminated_"))]

    assert len(items) > 50
    assert {version.citation.verification for duty in items for version in duty.bound.versions} == {"unverified"}


def test_restricted_items_bind_new_builds_alone_and_eliminated_ones_every_kind() -> None:
    restricted = [duty for duty in LAW.duties if duty.rule == "catalogue.restricted"]
    eliminated = [duty for duty in LAW.duties if duty.id.startswith("eliminated_")]

    assert all(duty.kinds == (NEW,) for duty in restricted)
    assert all(len(duty.kinds) == 4 for duty in eliminated)


def test_the_qinghai_ban_leaves_out_para_xylene_and_the_national_one_does_not() -> None:
    day = date(2026, 3, 1)

    assert due("ban.petrochemical", NEW, "px", day) == ["cpc36_new_petrochemicals"]
    assert due("ban.petrochemical", NEW, "ethylene", day) == ["cpc36_new_petrochemicals", "seed_3_5_new_petrochemicals"]
    assert due("ban.petrochemical", "expansion", "ethylene", day) == ["petrochemical_rebuild_open"]
    assert "cpc36_refining" in due("ban.petrochemical", "expansion", "refining", day)


def test_the_plan_for_2024_and_2025_leads_to_a_person_afterwards() -> None:
    pairs = [(duty, DUTIES[f"{duty.id}_after_2025"]) for duty in LAW.duties if f"{duty.id}_after_2025" in DUTIES]

    assert len(pairs) == 6
    for during, after in pairs:
        assert (during.on_fails, after.on_fails) == (Disposition.NOT_PASS, Disposition.MANUAL)
        assert during.bound.versions[-1].citation.until == after.bound.versions[0].citation.in_force_from
        assert (during.products, during.kinds, during.asks) == (after.products, after.kinds, after.asks)


def test_without_a_kind_the_duties_of_every_kind_are_told() -> None:
    day = date(2026, 3, 1)

    assert {"petrochemical_rebuild_open", "cpc36_new_petrochemicals"} <= set(due("ban.petrochemical", None, "px", day))


def test_a_product_that_no_duty_names_owes_nothing() -> None:
    assert due("catalogue.restricted", NEW, "something_else", date(2026, 3, 1)) == []


def test_the_thresholds_beside_the_lines_of_review_are_held() -> None:
    day = date(2026, 3, 1)
    held = {name: LAW.on(f"two_high.threshold.{name}", day) for name in ("local_under_50k", "key_user", "guangxi")}

    assert {name: version.value for name, version in held.items() if version} == {
        "local_under_50k": Decimal(50000),
        "key_user": Decimal(10000),
        "guangxi": Decimal(0),
    }
    assert LAW.on("catalogue.regime", date(2024, 1, 31)).word == "cat2019"  # type: ignore[union-attr]
    assert LAW.on("catalogue.regime", date(2024, 2, 1)).word == "cat2024"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("duty", "stated", "met"),
    [
        ("restricted_blast_furnace", Decimal(1199), False),
        ("restricted_blast_furnace", Decimal(1200), True),
        ("eliminated_blast_furnace", Decimal(400), False),
        ("eliminated_blast_furnace", Decimal("400.001"), True),
        ("restricted_coal_power_wet", Decimal(300), True),
        ("restricted_coal_power_wet", Decimal("300.001"), False),
        ("restricted_coal_power_size", Decimal(300), False),
        ("r3e_non_fossil", Decimal("0.1999"), False),
        ("r3e_non_fossil", Decimal("0.20"), True),
        ("r9_grade", Decimal(2), True),
        ("r9_grade", Decimal(3), False),
        ("r3a_environment", "a", True),
        ("r3a_environment", "b", False),
        ("eliminated_cement_kiln", "new_dry", True),
        ("eliminated_cement_kiln", "shaft", False),
    ],
)
def test_what_is_stated_is_held_against_the_value_in_force(duty: str, stated: str | Decimal, met: bool) -> None:
    found = DUTIES[duty]
    value = found.bound.versions[0].value
    assert value is not None

    assert found.asks.met(stated, value) is met


def test_an_open_duty_and_one_without_exception_are_never_met() -> None:
    for duty in LAW.duties:
        if duty.asks.must in (Must.OPEN, Must.NEVER):
            assert not duty.asks.met("yes", duty.bound.versions[0].value or "")


@pytest.mark.parametrize(
    ("value", "stated", "unit", "converted"),
    [
        ("60", "10kt/a", "t/a", "600000"),
        ("599999", "t/a", "10kt/a", "59.9999"),
        ("2000", "t/d", "t/d", "2000"),
        ("2000", "t/d", "t/a", None),
        ("1", "MW", "t/a", None),
    ],
)
def test_capacity_converts_exactly_or_not_at_all(value: str, stated: str, unit: str, converted: str | None) -> None:
    assert in_capacity_unit(Decimal(value), stated, unit) == (None if converted is None else Decimal(converted))


@given(
    st.decimals(min_value=0, max_value=10**12, places=3),
    st.sampled_from(CAPACITY_UNITS),
    st.sampled_from(CAPACITY_UNITS),
)
def test_converting_capacity_there_and_back_changes_nothing(value: Decimal, one: str, other: str) -> None:
    there = in_capacity_unit(value, one, other)

    assert there is None or in_capacity_unit(there, other, one) == value


# what the loader refuses

UNITS = """\
units:
  - {id: word, holds: word}
  - {id: words, holds: words}
  - {id: disposition, holds: disposition}
  - {id: m3, holds: number}
  - {id: 10kt/a, holds: number}
  - {id: grade, holds: number}
"""
BASE = """\
facts:
  - {id: volume, of: product, holds: number, unit: m3, title_zh: 容积, title_en: volume}
  - {id: level, of: project, holds: word, title_zh: 等级, title_en: level, words: [{id: a, zh: A级, en: level A}]}
rules:
  - id: ban.one
    title_zh: 禁令
    title_en: ban
    on_fails: prohibit
    on_unknown_input: return
    on_unknown_figure: manual
    clauses: [{from: 2020-01-01, document: 文件, verification: policy_default}]
two_high_catalogues:
  - id: six
    title_zh: 目录
    title_en: catalogue
    from: 2020-01-01
    document: 文件
    verification: policy_default
    industries:
      - id: steel
        zh: 钢铁
        en: steel
        classes: ["3110"]
        products: [{id: ironmaking, zh: 炼铁, en: ironmaking, classes: ["3110"]}]
        not_products: [{id: rolling, zh: 轧钢, en: rolling}]
        open_products: []
        verification: policy_default
"""
DUTY = """\
duties:
  - id: one
    title_zh: 高炉
    title_en: blast furnace
    rule: ban.one
    scope: product
    products: [ironmaking, rolling]
    kinds: [new_build]
    when:
      - {fact: level, equals: a}
    asks: {fact: volume, must: at_least}
    on_fails: prohibit
    values:
      - {from: 2020-01-01, until: 2024-02-01, value: "400", document: 文件, verification: policy_default}
      - {from: 2024-02-01, value: "1200", document: 文件, verification: policy_default}
"""
Law = Callable[[str], Path]


@pytest.fixture
def law(tmp_path: Path) -> Law:
    """A folder of law whose national/duties.yaml is as given."""

    def write(text: str) -> Path:
        for folder in ("national", "qinghai"):
            (tmp_path / folder).mkdir(exist_ok=True)
        shipped = SHIPPED_DATA / "national" / "precedence.yaml"
        (tmp_path / "units.yaml").write_text(UNITS, "utf-8")
        (tmp_path / "national" / "precedence.yaml").write_text(shipped.read_text("utf-8"), "utf-8")
        (tmp_path / "national" / "base.yaml").write_text(BASE, "utf-8")
        (tmp_path / "national" / "duties.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


def test_a_good_duty_is_taken_with_its_editions_as_a_parameter(law: Law) -> None:
    bundle = load_bundle(data=law(DUTY))

    (duty,) = bundle.duties
    assert (duty.scope, duty.products) == (Scope.PRODUCT, frozenset({"ironmaking", "rolling"}))
    assert [version.value for version in bundle.parameter("duty.one").versions] == [Decimal(400), Decimal(1200)]
    assert bundle.duty_rules == ("ban.one",)
    assert [one.version.value for one in bundle.at(date(2024, 2, 1)).duties_for("ban.one", NEW, "rolling")] == [1200]


def test_a_duty_that_names_no_product_binds_each(law: Law) -> None:
    bundle = load_bundle(data=law(DUTY.replace("    products: [ironmaking, rolling]\n", "")))
    day = bundle.at(date(2024, 2, 1))

    assert [one.duty.id for one in day.duties_for("ban.one", NEW, "anything")] == ["one"]
    assert day.duties_for("ban.one", NEW, None) == ()
    assert day.duties.names_products("ban.one", NEW)
    assert not day.duties.names_products("ban.one", "expansion")


def test_a_province_puts_its_own_duty_in_the_place_of_the_nation_s(law: Law) -> None:
    data = law(DUTY)
    (data / "qinghai" / "duties.yaml").write_text(DUTY.replace('"1200"', '"1000"'), "utf-8")

    assert [version.value for version in load_bundle(data=data).parameter("duty.one").versions] == [400, 1000]


BAD = [
    pytest.param(("fact: volume", "fact: size"), 11, "no fact size", id="an unknown fact"),
    pytest.param(("fact: level", "fact: rank"), 10, "no fact rank", id="an unknown fact of a condition"),
    pytest.param(("equals: a", "equals: z"), 10, "no word of the fact level", id="an unknown word of a condition"),
    pytest.param(("rule: ban.one", "rule: ban.two"), 5, "no rule ban.two", id="an unknown rule"),
    pytest.param(("rolling]", "forging]"), 7, "has forging", id="an unknown product"),
    pytest.param(
        ("products: [ironmaking, rolling]", "industries: [textile]"), 7, "no industry textile", id="an industry"
    ),
    pytest.param(("[new_build]", "[new]"), 8, "no known word", id="an unknown kind"),
    pytest.param(("scope: product", "scope: plant"), 6, "no known word", id="an unknown scope"),
    pytest.param(("fact: volume", "fact: level"), 11, "at_least does not fit", id="a bound for a word"),
    pytest.param(("at_least", "equals"), 11, "equals does not fit", id="a word for a number"),
    pytest.param(("at_least", "around"), 11, "no known word", id="an unknown comparison"),
    pytest.param(
        ("{fact: volume, must: at_least}", "{fact: level, must: equals}"), 14, "none of the words a", id="number"
    ),
    pytest.param(('value: "1200"', "value: big"), 15, "not a decimal", id="a word as a number"),
    pytest.param((", until: 2024-02-01", ""), 15, "overlaps", id="two editions of one day"),
    pytest.param(
        ("{fact: volume, must: at_least}", "{fact: volume}"), 11, "asks for a fact with must", id="no comparison"
    ),
    pytest.param(("{fact: volume, must: at_least}", "{open: true, never: true}"), 11, "asks for a fact", id="two asks"),
    pytest.param(
        ("{fact: volume, must: at_least}", "{open: true}"), 14, "none of the words open", id="a figure for open"
    ),
    pytest.param(("must: at_least", "must: at_least, unit: m3"), 11, "only capacity", id="a unit of its own"),
    pytest.param(("fact: volume, must", "fact: capacity, must"), 11, "unit of capacity", id="a capacity without unit"),
    pytest.param(("scope: product", "scope: project"), 2, "scope: product alone", id="products of a project"),
    pytest.param(
        ("scope: product\n    products: [ironmaking, rolling]", "scope: project"),
        10,
        "only scope",
        id="a product's fact",
    ),
    pytest.param(
        ("on_fails: prohibit", "area: moon\n    on_fails: prohibit"), 12, "no area moon", id="an unknown area"
    ),
    pytest.param(
        ("on_fails: prohibit", "listed_by: a.list\n    on_fails: prohibit"),
        12,
        "no list parameter",
        id="an unknown list",
    ),
    pytest.param(("on_fails: prohibit", "on_fails: perhaps"), 12, "no known word", id="an unknown disposition"),
    pytest.param(("    on_fails: prohibit\n", ""), 2, "is missing", id="nothing to lead to"),
]


@pytest.mark.parametrize(("change", "line", "words"), BAD)
def test_bad_duties_are_refused_with_file_and_line(law: Law, change: tuple[str, str], line: int, words: str) -> None:
    with pytest.raises(BadLawData) as refused:
        load_bundle(data=law(DUTY.replace(*change)))

    assert (refused.value.file, refused.value.line) == ("national/duties.yaml", line), str(refused.value)
    assert words in refused.value.en
