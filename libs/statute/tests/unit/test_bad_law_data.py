from collections.abc import Callable
from pathlib import Path

import pytest

from statute.loader import BadLawData, load_bundle

UNITS = """\
units:
  - {id: word, holds: word}
  - {id: words, holds: words}
  - {id: disposition, holds: disposition}
  - {id: tce/a, holds: number}
  - {id: t/d, holds: number}
sources:
  - {id: ord44, kind: news, what: a text}
  - {id: ord2, kind: news, what: a text}
  - {id: ord31, kind: news, what: a text}
  - {id: x, kind: news, what: a text}
"""
PRECEDENCE = "precedence:\n" + "".join(
    f"  - {{id: {word}, rank: {rank}, outcome: defer}}\n"
    for rank, word in enumerate(
        [
            "prohibit",
            "not_pass",
            "restrict",
            "return",
            "manual",
            "refer_up",
            "defer",
            "conditional",
            "exempt",
            "approve",
        ],
        start=1,
    )
)
HEAD = """\
parameters:
  - id: review.line
    title_zh: 门槛
    title_en: line
    unit: tce/a
    values:
"""
GOOD = """\
      - from: 2017-01-01
        until: 2023-06-01
        value: "5000"
        document: 令2016年第44号
        verification: confirmed
        source: ord44
"""
LATER = """\
      - {from: 2023-06-01, value: "10000", document: 令2023年第2号, verification: confirmed, source: ord2}
"""

Law = Callable[[str], Path]


@pytest.fixture
def law(tmp_path: Path) -> Law:
    """A folder of law whose national/review.yaml is as given."""

    def write(text: str) -> Path:
        for folder in ("national", "qinghai"):
            (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / "units.yaml").write_text(UNITS, "utf-8")
        (tmp_path / "national" / "precedence.yaml").write_text(PRECEDENCE, "utf-8")
        (tmp_path / "national" / "review.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


def test_the_good_file_is_taken(law: Law) -> None:
    bundle = load_bundle(data=law(HEAD + GOOD + LATER))

    assert [v.value for v in bundle.parameter("review.line").versions] == [5000, 10000]


BAD = [
    pytest.param(HEAD + GOOD + "        colour: red\n", 13, "unknown key", id="an unknown key"),
    pytest.param("laws: []\n", 1, "no section laws", id="an unknown section"),
    pytest.param(HEAD + GOOD.replace('"5000"', "5000"), 9, "quoted string", id="an integer without quotes"),
    pytest.param(HEAD + GOOD.replace('"5000"', "5000.5"), 9, "ambiguous without quotes", id="a float"),
    pytest.param(HEAD + GOOD.replace('"5000"', "5e3"), 9, "ambiguous without quotes", id="a power of ten"),
    pytest.param(HEAD + GOOD.replace('"5000"', "5,000"), 9, "ambiguous without quotes", id="a thousands comma"),
    pytest.param(HEAD + GOOD.replace('"5000"', ".nan"), 9, "ambiguous without quotes", id="not a number at all"),
    pytest.param(
        HEAD + GOOD.replace('"5000"', "yes"), 9, "ambiguous without quotes", id="a yes that YAML reads as true"
    ),
    pytest.param(HEAD + GOOD.replace('"5000"', '"5O00"'), 9, "not a decimal number", id="a letter in a number"),
    pytest.param(HEAD + GOOD.replace('"5000"', '["5000"]'), 9, "number", id="a list where a number stands"),
    pytest.param(HEAD + GOOD.replace('"5000"', "null"), 7, "not_found", id="a confirmed value that is not there"),
    pytest.param(HEAD + GOOD.replace("confirmed", "not_found"), 7, "not_found", id="a value although it was not found"),
    pytest.param(
        HEAD + GOOD.replace("2023-06-01", "2023-06-02") + LATER, 13, "overlaps", id="two editions share a day"
    ),
    pytest.param(HEAD + GOOD.replace("        until: 2023-06-01\n", "") + LATER, 12, "overlaps", id="an open edition"),
    pytest.param(HEAD + GOOD.replace("2023-06-01", "2017-01-01"), 7, "at least one day", id="an empty period"),
    pytest.param(HEAD + GOOD.replace("2017-01-01", "2017-02-29"), 7, "no day 2017-02-29", id="a day that is not"),
    pytest.param(HEAD + GOOD.replace("2017-01-01", '"2017-01-01"'), 7, "without quotes", id="a day in quotes"),
    pytest.param(HEAD + GOOD + HEAD.removeprefix("parameters:\n") + GOOD, 13, "given at", id="an id twice"),
    pytest.param(HEAD + GOOD.replace("        document: 令2016年第44号\n", ""), 7, "missing", id="no document"),
    pytest.param(HEAD + GOOD.replace("令2016年第44号", '" "'), 10, "must not be empty", id="an empty document"),
    pytest.param(HEAD.replace("tce/a", "Mtce") + GOOD, 5, "not listed in units.yaml", id="an unknown unit"),
    pytest.param(HEAD + GOOD.replace("confirmed", "certain"), 11, "no known word", id="an unknown verification"),
    pytest.param(HEAD + GOOD.replace("confirmed", "unverified"), 7, "confidence", id="no confidence"),
    pytest.param(HEAD + GOOD.replace("        source: ord44\n", ""), 7, "names the source", id="no source"),
    pytest.param(HEAD + GOOD + "        source: ord2\n", 13, "stands twice", id="a key twice"),
    pytest.param(HEAD + GOOD.replace("ord44", "*other"), 12, "alias", id="an alias"),
    pytest.param("parameters:\n  - id: [\n", 3, "broken YAML", id="broken YAML"),
    pytest.param("- a\n", 1, "mapping of sections", id="a list at the top"),
    pytest.param(
        HEAD.replace("tce/a", "disposition") + GOOD.replace('"5000"', "perhaps"),
        9,
        "no disposition",
        id="an unknown disposition",
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_bad_law_is_refused_with_file_and_line(law: Law, text: str, line: int, words: str) -> None:
    with pytest.raises(BadLawData) as refused:
        load_bundle(data=law(text))

    assert (refused.value.file, refused.value.line) == ("national/review.yaml", line), str(refused.value)
    assert words in refused.value.en
    assert str(refused.value).startswith(f"national/review.yaml:{line}: ")
    assert refused.value.text().zh.startswith(f"national/review.yaml:{line}: ")


def test_a_province_without_a_folder_is_refused(law: Law) -> None:
    with pytest.raises(FileNotFoundError, match="atlantis"):
        load_bundle("atlantis", law(HEAD + GOOD))


def test_a_disposition_without_a_rank_is_refused(law: Law) -> None:
    data = law(HEAD + GOOD)
    (data / "national" / "precedence.yaml").write_text(PRECEDENCE.replace("rank: 2", "rank: 1"), "utf-8")

    with pytest.raises(BadLawData, match=r"national/precedence.yaml:3: the rank 1 stands twice"):
        load_bundle(data=data)

    (data / "national" / "precedence.yaml").write_text(PRECEDENCE.rpartition("  - ")[0], "utf-8")

    with pytest.raises(BadLawData, match="no rank is given to: approve"):
        load_bundle(data=data)


def test_the_province_s_own_figure_stands_before_the_nation_s(law: Law) -> None:
    data = law(HEAD + GOOD + LATER)
    (data / "qinghai" / "review.yaml").write_text(HEAD + LATER.replace("10000", "3000"), "utf-8")

    assert [v.value for v in load_bundle(data=data).parameter("review.line").versions] == [3000]


def test_the_same_parameter_from_two_sections_is_refused(law: Law) -> None:
    plan = """\
capacity_replacement:
  - id: clinker
    title_zh: 熟料
    title_en: clinker
    unit: t/d
    plan:
      - {from: 2018-01-01, value: required, document: 工信部原〔2017〕337号, verification: confirmed, source: x}
"""
    text = HEAD.replace("review.line", "capacity.plan.clinker") + GOOD + plan

    with pytest.raises(BadLawData, match=r"review.yaml:14: .*given already"):
        load_bundle(data=law(text))


REPLACED = """\
capacity_replacement:
  - id: clinker
    title_zh: 熟料
    title_en: clinker
    unit: t/d
    plan:
      - {from: 2018-01-01, value: required, document: 337号, verification: confirmed, source: ord2}
    regimes:
      - id: cement_2024
        from: 2024-11-01
        document: 206号
        cases:
          - {when: tibet, ratio: "1.0", verification: confirmed, source: ord2}
          - {when: other, ratio: "1.5", verification: confirmed, source: ord2}
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("when: tibet", "when: atlantis", 13, "no known word"),
        ("when: tibet", "when: other", 13, "nothing behind it ever does"),
        ("when: other", "when: key_area", 14, "other is the last case"),
        ("when: other", "when: other, also: [key_area]", 14, "other is the last case"),
        ('ratio: "1.5"', 'ratio: "1,5"', 14, "not a decimal number"),
        ("        cases:\n", "        cases: []\n        xcases:\n", 13, "unknown key"),
    ],
)
def test_a_bad_replacement_is_refused_with_file_and_line(
    law: Law, before: str, after: str, line: int, words: str
) -> None:
    assert before in REPLACED
    with pytest.raises(BadLawData) as refused:
        load_bundle(data=law(HEAD + GOOD + REPLACED.replace(before, after)))

    lines_above = HEAD.count("\n") + GOOD.count("\n")
    assert (refused.value.line - lines_above, words in refused.value.en) == (line, True), str(refused.value)


def test_a_period_of_replacement_has_cases_or_a_suspension_and_not_both(law: Law) -> None:
    told = "        suspended: {zh: 暂停, en: suspended, verification: confirmed, source: ord2}\n"
    head, _, _ = REPLACED.partition("        cases:")

    for text in (head, REPLACED + told):
        with pytest.raises(BadLawData, match="one of the two"):
            load_bundle(data=law(text))
    load_bundle(data=law(head + told))


def test_a_case_without_a_plan_that_no_filing_can_claim_is_refused(law: Law) -> None:
    free = """\
    no_plan:
      - when: by_good_luck
        values:
          - {from: 2024-11-01, value: none, document: 206号, verification: confirmed, source: ord2}
"""

    with pytest.raises(BadLawData, match=r"review.yaml:16: .*by_good_luck is neither"):
        load_bundle(data=law(REPLACED + free))
    load_bundle(data=law(REPLACED + free.replace("by_good_luck", "renovation_without_more_capacity")))
