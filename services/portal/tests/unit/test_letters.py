"""The letter of a decision: its words, its clauses and its layout."""

from typing import TYPE_CHECKING

import grpc
import pytest
from google.type.date_pb2 import Date

from client.errors import ServiceError
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.application.letters import letter_of
from portal.application.letters_pdf import pdf_of, titled

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer

A4 = b"/MediaBox [ 0 0 595.2756 841.8898 ]"
ADDRESS = "/projects/f-1/decisions/3/letter.pdf"


def decided(outcome: common.Outcome.ValueType, disposition: common.Disposition.ValueType) -> screening.Decision:
    cited = common.Citation(
        document="国家发展和改革委员会令2025年第31号",
        article="8",
        value="10000",
        unit="tce/a",
        verification="unverified",
    )
    finding = common.Finding(
        rule="level.red", title=common.Text(zh="预警等级"), because=common.Text(zh="所在市州为一级预警"),
        leads_to=disposition, under=[cited], basis_unverified=True, verdict=common.VERDICT_FAILS,
        remedies=[common.Remedy(field="level", text=common.Text(zh="预警等级降至二级以下"))],
    )  # fmt: skip
    return screening.Decision(
        name="filings/f-1/decisions/3", outcome=outcome, disposition=disposition, findings=[finding],
        project_name="虚构<b>铝业</b>项目", region_code="632801", filing_revision=2, basis_unverified=True,
        missing=["dossier.energy.annual_tce_calorific"], decide_date=Date(year=2026, month=3, day=2),
        bundle_hash="a" * 64,
    )  # fmt: skip


DEFERRED = decided(common.OUTCOME_DEFER, common.DISPOSITION_DEFER)
APPROVED = decided(common.OUTCOME_APPROVE, common.DISPOSITION_APPROVE)


def test_the_letter_of_a_deferral_has_its_clauses_and_what_would_release_it() -> None:
    words = str(letter_of(DEFERRED, "虚构铝业有限公司", None))

    for said in (
        "暂缓办理告知书", "虚构铝业有限公司", "2025年第31号", "10000 tce/a", "依据未核验", "降至二级以下",
        "须补正的内容",
    ):  # fmt: skip
        assert said in words


async def test_a_letter_is_printed_on_a4(browser: "httpx.AsyncClient", answers: "dict[str, Answer]") -> None:
    """What stands on the paper is read by the tests in the browser."""
    answers["/dualcontrol.screening.v1.ScreeningService/GetDecision"] = screening.GetDecisionResponse(decision=DEFERRED)
    filed = filing.Filing(dossier=filing.Dossier(applicant=filing.Applicant(name="虚构铝业有限公司")))
    answers["/dualcontrol.filing.v1.FilingService/GetFiling"] = filing.GetFilingResponse(filing=filed)

    got = await browser.get(ADDRESS)

    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.content.startswith(b"%PDF-")
    assert A4 in got.content


def test_only_an_opinion_that_was_issued_on_the_decision_goes_out() -> None:
    issued = opinions.Opinion(
        decision=APPROVED.name, state=opinions.OPINION_STATE_ISSUED, text="原则同意", conditions=["年能耗不超报告值"],
        document="虚构文号1号", signer="虚构甲/signer.x",
    )  # fmt: skip
    draft = opinions.Opinion(decision=APPROVED.name, state=opinions.OPINION_STATE_DRAFT, text="原则同意")
    other = opinions.Opinion(decision="filings/f-1/decisions/2", state=opinions.OPINION_STATE_ISSUED, text="原则同意")

    told = {name: str(letter_of(APPROVED, "甲", one)) for name, one in (("issued", issued), ("draft", draft))}

    assert "虚构文号1号" in told["issued"]
    assert "签发: 虚构甲'" in told["issued"]
    assert "条件 1: 年能耗不超报告值" in told["issued"]
    assert "筛查决定书" in told["issued"]
    assert "原则同意" not in told["draft"]
    assert "原则同意" not in str(letter_of(APPROVED, "甲", other))


def test_the_same_letter_is_the_same_file_and_names_its_font() -> None:
    letter = letter_of(DEFERRED, "甲", None)

    first, second = pdf_of(letter), pdf_of(letter)

    assert first == second
    assert b"GB/T 9704; font" in first


async def test_a_decision_that_is_not_there_has_no_letter(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    absent = ServiceError(Text("没有", "none"), grpc.StatusCode.NOT_FOUND)
    answers["/dualcontrol.screening.v1.ScreeningService/GetDecision"] = absent

    assert (await browser.get(ADDRESS)).status_code == 404
    assert (await browser.get("/projects/f-1/decisions/x/letter.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于虚构项目的筛查决定书", ["关于虚构项目的筛查决定书"]),
        (
            "关于青海某某新材料有限公司年产十万吨项目的暂缓办理告知书",
            ["关于青海某某新材料有限公司年产十万吨项目的", "暂缓办理告知书"],
        ),
    ],
)
def test_a_long_title_breaks_before_the_kind_of_the_letter(title: str, lines: list[str]) -> None:
    assert titled(title) == lines


@pytest.mark.parametrize(
    ("disposition", "said"),
    [
        (common.DISPOSITION_RESTRICT, "(2) 所在地区预警等级改善后, 平台自动重新筛查"),
        (common.DISPOSITION_DEFER, "(2) 所列事由消除, 并依次轮到本项目后, 平台自动重新筛查"),
    ],
)
def test_who_waits_is_told_what_releases_him_by_itself(disposition: common.Disposition.ValueType, said: str) -> None:
    assert said in str(letter_of(decided(common.OUTCOME_DEFER, disposition), "甲", None))


def test_persons_and_rules_stand_in_a_letter_by_their_names() -> None:
    decision = decided(common.OUTCOME_APPROVE, common.DISPOSITION_APPROVE)
    decision.findings[0].because.zh = "虚构甲(虚构)/reviewer.x 核定: 另行核实 (依据 虚构条款; 涉及 level.red)"

    said = str(letter_of(decision, "甲", None))

    assert "虚构甲(虚构) 核定: 另行核实 (依据 虚构条款; 涉及 预警等级)" in said
