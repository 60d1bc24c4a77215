"""What a law file may not say of sources, clauses, classes, parks and working days; told with the file and the line."""

from pathlib import Path

import pytest

from statute.collection import folder_of_law
from statute.loader import BadLawData, load_bundle

FILE = "fictional/records.yaml"
CLAUSE = """\
seed_clauses:
  - id: s1
    section: 三(五)
    zh: 虚构条款
    en: an invented clause
    rules: [capacity.plan, capacity.ratio]
    not_built: budget
"""
PARK = """\
parks:
  - {id: fictional, zh: 虚构园区, en: an invented park, region: "630100", parks: [part], verification: policy_default}
  - {id: part, zh: 虚构分园, en: an invented part, region: "630102", verification: policy_default}
"""
YEAR = """\
working_days:
  - id: "2030"
    notice: 虚构通知
    verification: policy_default
    off_days: [2029-12-31, 2030-01-01]
    work_days: [2030-01-05]
"""
COUNTING = """\
day_counting:
  - id: by_moonlight
    title_zh: 虚构计法
    title_en: an invented way
    first_day_counted: true
    zh: 当日计入
    en: the day counts
    from: 2030-01-01
    document: 虚构
    verification: policy_default
"""
CLASS = """\
industry_classes:
  - {id: "9999", zh: 虚构小类, en: an invented class, verification: policy_default}
"""
SOURCE = """\
sources:
  - {id: fictional, kind: news, what: an invented text}
"""
ALL = CLAUSE + PARK + YEAR + COUNTING + CLASS + SOURCE


def load(folder: Path, text: str) -> None:
    """Most slips show in the province's own folder, before the nation is read anew."""
    (folder / "fictional").mkdir()
    (folder / FILE).write_text(text, "utf-8")
    folder_of_law(folder, "fictional")
    load_bundle("fictional", folder)


REGIONS = 'regions:\n  - {id: "630100", zh: 虚构市, en: a city}\n  - {id: "630102", zh: 虚构区, en: a district}\n'


def test_the_records_as_they_are_written_here_are_taken(tmp_path: Path) -> None:
    load(tmp_path, ALL + REGIONS)


BAD = [
    pytest.param(
        CLAUSE, "    rules: [capacity.plan, capacity.ratio]\n    not_built: budget\n", "", 2, "names the rules"
    ),
    pytest.param(CLAUSE, "capacity.ratio", "capacity.wish", 6, "no rule capacity.wish"),
    pytest.param(CLAUSE, "not_built: budget", "not_built: astrology", 7, "no known word"),
    pytest.param(PARK, '"630102"', '"999999"', 3, "no region 999999"),
    pytest.param(PARK, "parks: [part]", "parks: [whole]", 2, "no park whole"),
    pytest.param(PARK, "verification: policy_default}\n  - ", "verification: unverified}\n  - ", 2, "confidence"),
    pytest.param(YEAR, "2029-12-31", "2029-11-30", 2, "not of its year"),
    pytest.param(YEAR, "2029-12-31", "2031-01-01", 2, "not of its year"),
    pytest.param(YEAR, "2030-01-05", "2030-01-04", 2, "no Saturday or Sunday"),
    pytest.param(YEAR, "2029-12-31", "2030-01-01", 2, "stands twice"),
    pytest.param(YEAR, "2029-12-31", "2030-01-05", 2, "stands twice"),
    pytest.param(YEAR, "[2030-01-05]", "[]", 6, "at least 1 item"),
    pytest.param(YEAR, '"2030"', '"30"', 2, "pattern"),
    pytest.param(COUNTING, "first_day_counted: true", "first_day_counted: perhaps", 5, "boolean"),
    pytest.param(CLASS, '"9999"', '"999"', 2, "pattern"),
    pytest.param(SOURCE, "kind: news", "kind: hearsay", 2, "no known word"),
    pytest.param(SOURCE, "what: an invented text", 'what: ""', 2, "must not be empty"),
]


@pytest.mark.parametrize(("good", "before", "after", "line", "words"), BAD)
def test_a_bad_record_is_refused_with_file_and_line(
    tmp_path: Path, good: str, before: str, after: str, line: int, words: str
) -> None:
    assert before in good

    with pytest.raises(BadLawData) as refused:
        load(tmp_path, good.replace(before, after, 1) + REGIONS)

    assert (refused.value.file, refused.value.line) == (FILE, line), str(refused.value)
    assert words in refused.value.en


@pytest.mark.parametrize("section", ["parameters", "rules"])
def test_a_citation_of_a_source_that_nobody_knows_is_refused(tmp_path: Path, section: str) -> None:
    clause = "{from: 2030-01-01, document: 虚构, verification: confirmed, source: [ord31, rumour]"
    parameter = f"    unit: word\n    values:\n      - {clause}, value: a}}\n"
    verdicts = "".join(f"    {verdict}: return\n" for verdict in ("on_fails", "on_unknown_input", "on_unknown_figure"))
    rule = f"{verdicts}    clauses:\n      - {clause}}}\n"
    text = f"{section}:\n  - id: fictional.thing\n    title_zh: 虚构\n    title_en: invented\n"
    text += parameter if section == "parameters" else rule

    with pytest.raises(BadLawData) as refused:
        load(tmp_path, text)

    assert (refused.value.file, refused.value.line) == (FILE, text.count("\n"))
    assert "no source rumour" in refused.value.en
    assert "没有出处 rumour" in refused.value.zh
