"""Files become requests exactly, or every field that does not fit is named."""

from pathlib import Path

import pytest

from client.amending import amendment
from client.documents import FileUnreadable, read_text
from client.entries import EntriesWrong, Entry, parse_entry
from client.request_ids import stable_request_id
from dualcontrol.filing.v1.filing_service_pb2 import SubmitFilingRequest
from dualcontrol.targets.v1.targets_service_pb2 import RecordPublishedLevelRequest

FILE = Path("projects.yaml")
GOOD = """
filing_id: a-project
dossier:
  project_name: 再生铝项目
  applicant: {name: 某公司}
  region_code: "630121"
  kind: PROJECT_KIND_NEW_BUILD
  application_date: {year: 2026, month: 3, day: 2}
  energy: {annual_tce_calorific: {value: 2500.100}}
  nationally_planned: false
"""


def entry(text: str, path: Path = FILE) -> Entry[SubmitFilingRequest]:
    found = parse_entry(path, 1, read_text(path, text), SubmitFilingRequest)
    assert isinstance(found, Entry), [one.said("en") for one in found]
    return found


def wrong(text: str, path: Path = FILE, language: str = "en") -> list[str]:
    found = parse_entry(path, 3, read_text(path, text), SubmitFilingRequest)
    assert isinstance(found, list)
    return [one.said(language) for one in found]


def test_a_decimal_keeps_every_digit_that_the_file_writes() -> None:
    assert entry(GOOD).request.dossier.energy.annual_tce_calorific.value == "2500.100"
    as_json = '{"filing_id": "a", "dossier": {"energy": {"annual_tce_calorific": {"value": 0.10}}}}'
    assert entry(as_json, Path("a.json")).request.dossier.energy.annual_tce_calorific.value == "0.10"


def test_a_code_that_looks_like_a_number_stays_text() -> None:
    assert entry("dossier: {region_code: 630121, project_name: 0777}").request.dossier.project_name == "0777"


def test_no_and_on_and_a_date_are_text_as_they_stand() -> None:
    made = entry("dossier: {project_name: no, remark: 2021-06-30}").request.dossier
    assert (made.project_name, made.remark) == ("no", "2021-06-30")


def test_what_is_left_empty_is_not_stated() -> None:
    made = entry("dossier:\n  nationally_planned:\n  kind: null\n  project_name: x").request.dossier
    assert not made.HasField("nationally_planned")


def test_false_is_stated() -> None:
    assert entry(GOOD).request.dossier.HasField("nationally_planned")


@pytest.mark.parametrize(
    ("text", "field", "hint"),
    [
        ("dossier: {project_nam: x}", "dossier.project_nam", "did you mean project_name?"),
        ("dossir: {}", "dossir", "did you mean dossier?"),
        ("dossier: {kind: NEW_BUILD}", "dossier.kind", "did you mean PROJECT_KIND_NEW_BUILD?"),
        ("dossier: {nationally_planned: yes}", "dossier.nationally_planned", "true or false"),
        ("dossier: {application_date: 2026-03-02}", "dossier.application_date", "{year: 2026, month: 3, day: 2}"),
        ("dossier: {application_date: {year: x}}", "dossier.application_date.year", "whole number"),
        ("dossier: {energy: {annual_coal_t: 5}}", "dossier.energy.annual_coal_t", '{value: "12.5"}'),
        ("dossier: {products: {name: x}}", "dossier.products", "must be a list"),
        ("dossier: {products: [{name: [x]}]}", "dossier.products[0].name", "must be one value"),
        ("just words", "*", "filing_id"),
    ],
)
def test_a_field_that_does_not_fit_is_named_with_file_entry_and_a_hint(text: str, field: str, hint: str) -> None:
    (line,) = wrong(text)
    assert line.startswith(f"projects.yaml, entry 3, {field}: ")
    assert hint in line


def test_all_wrong_fields_are_named_at_once_in_either_language() -> None:
    text = "dossier: {project_nam: x, kind: 7, products: [{nam: x}]}"
    assert [line.split(": ")[0].split(", ")[-1] for line in wrong(text)] == [
        "dossier.project_nam",
        "dossier.kind",
        "dossier.products[0].nam",
    ]
    assert wrong(text, language="zh")[0] == (
        "projects.yaml, 第 3 项, dossier.project_nam: 没有这个字段, 是否应为 project_name"
    )


def test_half_a_character_is_refused_before_it_is_sent() -> None:
    assert "lone surrogate" in wrong('{"dossier": {"project_name": "\\ud800"}}', Path("a.json"))[0]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "dossier: {a: 1, a: 2}", "a stands twice"),
        ("a.yaml", "a: &x 1\nb: *x", "anchors and aliases are not used"),
        ("a.yaml", "a: [1", "line 1"),
        ("a.yaml", "a: !!python/object:os.system {}", "could not determine a constructor"),
        ("a.json", '{"a": 1, "a": 2}', "a stands twice"),
        ("a.json", '{"a": }', "line 1"),
    ],
)
def test_a_file_that_is_no_yaml_or_json_is_refused_and_named(name: str, text: str, says: str) -> None:
    with pytest.raises(FileUnreadable, match=name) as caught:
        read_text(Path(name), text)
    assert says in caught.value.text.en


def test_the_same_content_has_the_same_request_id_however_it_is_written() -> None:
    first = entry("filing_id: a\ndossier: {project_name: x, region_code: '630000'}")
    again = entry('{"dossier": {"regionCode": "630000", "projectName": "x"}, "filingId": "a"}', Path("a.json"))
    other = entry("filing_id: a\ndossier: {project_name: y, region_code: '630000'}")

    assert first.request.request_id == again.request.request_id != other.request.request_id
    assert first.request.request_id[14] == "4"
    assert stable_request_id(first.request) == first.request.request_id


def test_a_request_id_of_ones_own_is_kept() -> None:
    own = "6f1c2d3e-0000-4000-8000-000000000001"
    assert entry(f"filing_id: a\nrequest_id: {own}").request.request_id == own


def test_two_kinds_of_request_never_share_an_id() -> None:
    level = RecordPublishedLevelRequest(name="x")
    filing = SubmitFilingRequest(filing_id="x")
    assert stable_request_id(level) != stable_request_id(filing)


def test_an_amendment_takes_the_dossier_of_the_entry_and_no_id_of_its_submission() -> None:
    own = "request_id: 6f1c2d3e-0000-4000-8000-000000000001\n"
    submission = entry(own + GOOD)
    made = amendment("a-project", submission)

    assert (made.name, made.base_revision, made.request_id) == ("filings/a-project", 0, "")
    assert made.dossier == submission.request.dossier


def test_an_entry_of_another_filing_amends_nothing() -> None:
    with pytest.raises(EntriesWrong, match="entry 1, filing_id: is a-project, not b-project"):
        amendment("b-project", entry(GOOD))


def test_an_entry_that_names_no_filing_amends_the_one_asked_for() -> None:
    assert amendment("b-project", entry("dossier: {project_name: x}")).name == "filings/b-project"
