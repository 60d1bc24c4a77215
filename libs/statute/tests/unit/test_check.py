"""What a keeper of the law is told beyond what a load refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statute.check import check
from statute.checks.code import names_in
from statute.checks.periods import uncovered
from statute.checks.report import TITLES, Report, Severity

WriteLaw = Callable[..., Path]

OTHER = '          - {when: other, ratio: "1.5", verification: unverified, confidence: low, source: x}\n'
PERIOD = "until: 2023-06-01"


def told(report: Report, topic: str) -> list[tuple[str, str, str]]:
    return [(one.severity.value, one.place, one.text.en) for one in report.observations if one.topic == topic]


def test_a_sound_law_has_no_error_and_tells_what_is_worth_knowing(small_law: WriteLaw) -> None:
    report = check(data=small_law())

    assert report.errors == ()
    assert report.bundle_hash
    assert [topic for topic, _ in report.by_topic()] == ["unit", "source", "fact", "standard"]
    assert told(report, "standard") == [("note", "", "building materials: 2 of 2: clinker, lime")]
    assert told(report, "fact") == [
        ("note", "national/law.yaml:53", "fuel_is_coal: the law's data does not ask for it")
    ]
    assert told(report, "unit") == [("note", "units.yaml:6", "kgce/t is not used")]
    assert {text for _, _, text in told(report, "source")} == {"ord31 is cited by nothing"}


def test_it_counts_how_far_the_law_is_verified_figures_and_methods_apart(small_law: WriteLaw) -> None:
    tally = check(data=small_law((', article: "8", verification', ", kind: method, verification"))).tally

    assert tally.figures == {"policy_default": 3, "confirmed": 3, "unverified/low": 1}
    assert tally.methods == {"confirmed": 1}


def test_all_files_with_a_slip_are_told_at_once(small_law: WriteLaw) -> None:
    data = small_law(("title_zh: 门槛", "title_cn: 门槛"), ("on_fails: return", "on_fails: perhaps"))
    (data / "national" / "more.yaml").write_text("parameters:\n  - id: [\n", "utf-8")
    (data / "qinghai" / "more.yaml").write_text("laws: []\n", "utf-8")

    report = check(data=data)

    assert report.bundle_hash == ""
    assert [(place, text) for _, place, text in told(report, "load")] == [
        ("national/law.yaml:2", "parameters.title_zh: is missing; add it"),
        ("national/law.yaml:3", "parameters.title_cn: is an unknown key; mend or remove it"),
        ("national/law.yaml:14", told(report, "load")[2][2]),
        ("national/more.yaml:3", told(report, "load")[3][2]),
        ("qinghai/more.yaml:1", told(report, "load")[4][2]),
    ]
    assert all(one.severity is Severity.ERROR for one in report.observations)


def test_what_shows_when_the_files_are_put_together_is_told_too(small_law: WriteLaw) -> None:
    data = small_law((PERIOD, "until: 2023-07-01"), ("unit: t/d", "unit: t/w"))

    assert told(check(data=data), "load") == [
        ("error", "national/law.yaml:42", "the unit t/w is not listed in units.yaml"),
        (
            "error",
            "national/law.yaml:9",
            "the period overlaps the edition from 2017-01-01; end that one with until: 2023-06-01",
        ),
    ]


@pytest.mark.parametrize(
    ("until", "gap"),
    [
        ("2023-06-01", []),
        ("2023-05-31", ["review.line: no edition from 2023-05-31 until 2023-06-01"]),
        ("2022-01-01", ["review.line: no edition from 2022-01-01 until 2023-06-01"]),
    ],
)
def test_a_gap_between_editions_is_told_to_the_day(small_law: WriteLaw, until: str, gap: list[str]) -> None:
    report = check(data=small_law((PERIOD, f"until: {until}")))

    assert [text for _, _, text in told(report, "gap")] == gap
    assert report.errors == ()


@pytest.mark.parametrize(
    ("clauses", "silent"),
    [
        (["{from: 2017-01-01"], []),
        (["{from: 2017-01-01, until: 2020-01-01"], ["review.whole: no clause from 2020-01-01 on"]),
        (
            ["{from: 2017-01-01, until: 2020-01-01", "{from: 2020-01-02"],
            ["review.whole: no clause from 2020-01-01 until 2020-01-02"],
        ),
        (["{from: 2017-01-01, until: 2020-01-01", "{from: 2019-01-01"], []),
    ],
)
def test_a_rule_without_a_clause_on_some_day_is_told(
    small_law: WriteLaw, clauses: list[str], silent: list[str]
) -> None:
    clause = "      - {from: 2017-01-01, document: 令2016年第44号, verification: confirmed, source: ord44}\n"
    written = "".join(f"      - {begins}, document: 令, verification: policy_default}}\n" for begins in clauses)

    report = check(data=small_law((clause, written)))

    assert [text for _, _, text in told(report, "clause")] == silent


@pytest.mark.parametrize(
    ("cases", "line"),
    [
        ('          - {when: key_area, also: [tibet], ratio: "2.5", verification: confirmed, source: x}\n', 51),
        ('          - {when: tibet, also: [key_area], ratio: "2.5", verification: confirmed, source: x}\n', 51),
        ('          - {when: tibet, ratio: "2.5", verification: confirmed, source: x}\n', None),
    ],
)
def test_a_case_that_an_earlier_one_leaves_nothing_to_is_wrong(
    small_law: WriteLaw, cases: str, line: int | None
) -> None:
    report = check(data=small_law((OTHER, cases + OTHER)))

    assert [place for _, place, _ in told(report, "unreachable")] == ([f"national/law.yaml:{line}"] if line else [])
    assert bool(report.errors) == (line is not None)


@pytest.mark.parametrize(
    ("level", "until", "reached"), [("benchmark", "2022-01-01", False), ("benchmark", "2022-01-02", True)]
)
def test_an_access_rule_that_ends_before_any_level_begins_is_wrong(
    tmp_path: Path, level: str, until: str, reached: bool
) -> None:
    """The first benchmarks and baselines are of 2022-01-01."""
    (tmp_path / "fictional").mkdir()
    (tmp_path / "fictional" / "access.yaml").write_text(ACCESS_RULE.format(level=level, until=until), "utf-8")

    report = check("fictional", tmp_path)

    early = "too_early: no standard that it covers has a benchmark while it is in force"
    assert told(report, "unreachable") == ([] if reached else [("error", "fictional/access.yaml:9", early)])


@pytest.mark.parametrize(
    ("asked", "possible"),
    [
        ('{fact: fuel_is_coal, equals: "yes"', True),
        ("{fact: fuel_is_coal, equals: coal", False),
        ('{fact: fuel, equals: "yes"', False),
    ],
)
def test_a_product_that_counts_only_where_a_fact_says_what_it_never_can_is_wrong(
    small_law: WriteLaw, asked: str, possible: bool
) -> None:
    lime = '{id: lime, zh: 石灰, en: lime, classes: ["3011"]'

    report = check(data=small_law((lime, f"{lime}, condition: {asked}, zh: 燃煤, en: burns coal}}")))

    assert (report.errors == ()) == possible


def test_what_was_looked_for_and_not_found_is_told(small_law: WriteLaw) -> None:
    value = 'value: "10000", document: 令2023年第2号, article: "8", verification: confirmed, source: ord2'

    report = check(data=small_law((value, "value: null, document: 令2023年第2号, verification: not_found")))

    assert told(report, "not_found") == [("note", "national/law.yaml:7", "review.line from 2023-06-01 (令2023年第2号)")]
    assert report.tally.figures["not_found"] == 1


ACCESS_RULE = """\
access_rules:
  - id: too_early
    title_zh: 过早
    title_en: too early
    finding: access.{level}
    requires: {level}
    kinds: [new_build]
    on_fails: not_pass
    periods:
      - {{from: 2010-01-01, until: {until}, document: 办法, verification: policy_default}}
"""

CODE = '''
LINE = "review.line"
def ask(law, kind):
    """fuel_is_coal stands here as a mere word of a sentence."""
    return law.on(f"review.{kind}"), law.rule("review.whole"), law.fact("fuel_is_coal")
'''


def test_what_neither_data_nor_code_names_is_told_when_the_code_is_at_hand(small_law: WriteLaw) -> None:
    data = small_law()

    all_named = check(data=data, names=names_in([CODE]))
    none_named = check(data=data, names=names_in(['"""review.line, review.whole and fuel_is_coal"""']))

    assert (told(all_named, "code"), told(all_named, "fact")) == ([], [])
    assert [text for _, _, text in told(none_named, "code")] == ["the parameter review.line", "the rule review.whole"]
    assert [text for _, _, text in told(none_named, "fact")] == [
        "fuel_is_coal: neither the law's data nor the code asks for it"
    ]
    assert told(check(data=data), "code") == []


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ('f"review.{x}.measures"', True),
        ('f"{x}.measures"', True),
        ('f"{a}.{b}"', False),
        ('f"review.{x}.coal"', False),
        ('"review.line.measures"', True),
        ('"review.line.measures."', False),
    ],
)
def test_ids_put_together_from_pieces_are_named_where_the_pieces_say_enough(code: str, named: bool) -> None:
    assert names_in([code]).has("review.line.measures") is named


DAYS = st.dates(date(2017, 1, 1), date(2017, 3, 1))
PERIODS = st.lists(
    st.builds(lambda begins, days: (begins, begins + timedelta(days) if days else None), DAYS, st.integers(0, 20)),
    min_size=1,
    max_size=6,
)


@given(PERIODS, DAYS)
def test_a_day_since_the_first_is_covered_or_in_a_gap_and_never_both(
    periods: list[tuple[date, date | None]], day: date
) -> None:
    def within(spans: list[tuple[date, date | None]]) -> bool:
        return any(begins <= day and (until is None or day < until) for begins, until in spans)

    first = min(begins for begins, _ in periods)

    assert within(list(uncovered(periods))) == (day >= first and not within(periods))


def test_the_shipped_law_has_no_error_and_every_topic_has_a_title() -> None:
    report = check()

    assert report.errors == ()
    assert {one.topic for one in report.observations} <= set(TITLES)
    assert report.sections["parameters"] > 0
