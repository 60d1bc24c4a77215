"""The demo's input holds to the contracts and to the forms of identifiers."""

import re
from pathlib import Path

import pytest
import yaml

from client.entries import Entry, read_entries
from client.rendering.tables import filing_id
from dualcontrol.budget.v1.budget_service_pb2 import GrantEnvelopeRequest
from dualcontrol.capacity.v1.capacity_service_pb2 import RegisterLotRequest
from dualcontrol.filing.v1.filing_service_pb2 import Dossier, SubmitFilingRequest
from dualcontrol.targets.v1.targets_service_pb2 import RecordPublishedLevelRequest

DATA = Path(__file__).resolve().parent.parent
REAL, INVENTED = DATA / "real", DATA / "invented"
INVENTED_MARK = "【虚构】"

FILING_ID = re.compile(r"[a-z][a-z0-9-]{2,62}")
PROJECT_CODE = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
REGION_CODE = re.compile(r"[1-9][0-9]{5}")
LOT_NAME = re.compile(r"lots/[a-z][a-z0-9-]{2,62}")
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def filings(folder: Path) -> list[Entry[SubmitFilingRequest]]:
    return read_entries([folder / "filings.yaml"], SubmitFilingRequest)


def dossiers(folder: Path) -> list[Dossier]:
    return [entry.request.dossier for entry in filings(folder)]


def all_lots() -> dict[str, RegisterLotRequest]:
    entries = read_entries([REAL / "lots.yaml", INVENTED / "lots.yaml"], RegisterLotRequest)
    assert len({entry.request.lot.name for entry in entries}) == len(entries)
    return {entry.request.lot.name: entry.request for entry in entries}


def project_code_checks(code: str) -> bool:
    """ISO 7064 MOD 11,10 over all twenty digits."""
    p = 10
    digits = code.replace("-", "")
    for digit in digits[:-1]:
        p = 2 * ((p + int(digit)) % 10 or 10) % 11
    return (11 - p) % 10 == int(digits[-1])


def credit_code_checks(code: str) -> bool:
    values = [CREDIT_CODE_ALPHABET.index(character) for character in code]
    total = sum(value * weight for value, weight in zip(values, CREDIT_CODE_WEIGHTS, strict=False))
    return values[-1] == (31 - total % 31) % 31


def test_every_file_is_read_by_the_strict_parser() -> None:
    assert filings(REAL)
    assert filings(INVENTED)
    assert all_lots()
    for folder in (REAL, INVENTED):
        assert read_entries([folder / "levels.yaml"], RecordPublishedLevelRequest)
    assert read_entries([INVENTED / "envelopes.yaml"], GrantEnvelopeRequest)


def test_no_two_requests_are_the_same_and_no_two_filings_have_one_id() -> None:
    entries = filings(REAL) + filings(INVENTED)
    assert len({entry.request.request_id for entry in entries}) == len(entries)
    assert len({filing_id(entry.request) for entry in entries}) == len(entries)


@pytest.mark.parametrize("folder", [REAL, INVENTED])
def test_every_filing_has_an_id_of_the_right_form(folder: Path) -> None:
    for entry in filings(folder):
        request = entry.request
        if request.filing_id:
            assert FILING_ID.fullmatch(request.filing_id)
        if request.dossier.project_code:
            assert PROJECT_CODE.fullmatch(request.dossier.project_code)
            assert project_code_checks(request.dossier.project_code), request.dossier.project_code
        assert bool(request.filing_id) != bool(request.dossier.project_code)


@pytest.mark.parametrize("folder", [REAL, INVENTED])
def test_every_dossier_names_project_builder_place_and_source(folder: Path) -> None:
    for dossier in dossiers(folder):
        assert dossier.project_name
        assert dossier.applicant.name
        assert REGION_CODE.fullmatch(dossier.region_code)
        assert 0 < len(dossier.remark) <= 2_000


def test_a_published_project_says_that_it_is_published_and_never_dates_its_application() -> None:
    for dossier in dossiers(REAL):
        assert dossier.remark.startswith("公开资料")
        assert not dossier.HasField("application_date")
        assert INVENTED_MARK not in dossier.project_name


def test_an_invented_project_says_so_in_name_and_remark_and_has_right_check_characters() -> None:
    for dossier in dossiers(INVENTED):
        assert dossier.project_name.startswith(INVENTED_MARK)
        assert dossier.applicant.name.startswith("虚构示例")
        assert dossier.remark == "虚构示例, 非真实项目"
        assert credit_code_checks(dossier.applicant.credit_code), dossier.applicant.credit_code
        assert dossier.application_date.year == 2026


def test_invented_levels_and_envelopes_say_that_they_are_invented() -> None:
    levels = read_entries([INVENTED / "levels.yaml"], RecordPublishedLevelRequest)
    envelopes = read_entries([INVENTED / "envelopes.yaml"], GrantEnvelopeRequest)
    assert all("虚构示例" in level.request.document for level in levels)
    assert all("虚构示例" in envelope.request.document for envelope in envelopes)
    assert not (REAL / "envelopes.yaml").exists()


def test_every_lot_that_a_filing_draws_on_is_registered_and_for_the_product() -> None:
    lots = all_lots()
    for dossier in dossiers(REAL) + dossiers(INVENTED):
        products = {product.product_id for product in dossier.products}
        for use in dossier.replacement.lots:
            assert LOT_NAME.fullmatch(use.lot)
            assert lots[use.lot].lot.product_id in products


def test_the_published_levels_cover_thirty_provinces_and_the_prefectures_of_guangdong_on_both_scales() -> None:
    names = [entry.request.name for entry in read_entries([REAL / "levels.yaml"], RecordPublishedLevelRequest)]
    provinces = {name for name in names if name.endswith("0000/status")}
    assert (len(names), len(provinces), len(set(names))) == (102, 30, 51)


def test_the_readme_names_every_record_that_is_no_filing() -> None:
    readme = (REAL / "README.md").read_text("utf-8")
    filed = {entry.request.filing_id for entry in filings(REAL)}
    unused = {name.removeprefix("lots/").rpartition("-lot-")[0] for name in all_lots() if name.startswith("lots/cr-")}
    for record in unused - filed:
        assert record in readme


def test_no_file_uses_what_yaml_alone_understands() -> None:
    for path in sorted(DATA.rglob("*.yaml")):
        assert yaml.safe_load(path.read_text("utf-8"))


def test_nothing_invented_is_said_of_a_prefecture_in_which_a_real_project_lies() -> None:
    levels = read_entries([INVENTED / "levels.yaml"], RecordPublishedLevelRequest)
    envelopes = read_entries([INVENTED / "envelopes.yaml"], GrantEnvelopeRequest)
    names = [entry.request.name for entry in levels] + [entry.request.name for entry in envelopes]
    invented = {name.split("/")[1][:4] for name in names}

    real = {dossier.region_code[:4] for dossier in dossiers(REAL)}

    assert {place for place in invented & real if place[2:] != "00"} == set()
