"""预算 and 产能: figures with their units, two times side by side, and that a part that is away leaves the others."""

import re
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as WireDecimal

from client.errors import ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import periods_service_pb2 as periods
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.entrypoints.cookies import LANGUAGE

BUDGET = "/dualcontrol.budget.v1.BudgetService/"
PERIODS = "/dualcontrol.budget.v1.PeriodsService/"
ACCOUNTS = BUDGET + "ListLedgerAccounts"
HOLDS = BUDGET + "ListDeductions"
QUEUE = "/dualcontrol.screening.v1.ScreeningService/ListQueue"
LOTS = "/dualcontrol.capacity.v1.CapacityService/ListLots"
LOT = "/dualcontrol.capacity.v1.CapacityService/GetLot"
SCRIPT = "<script>alert(1)</script>'\"&"
UNREAD = "此部分暂不可读"


def an_account(available: int = 700_250, **stated: Any) -> budget.LedgerAccount:
    said: dict[str, Any] = {"granted": 1_000_000, "held": 200_000, "posted": 99_750}
    return budget.LedgerAccount(name="632800/energy_calorific_kgce/2026", available=available, **{**said, **stated})


def accounts(*shown: budget.LedgerAccount) -> budget.ListLedgerAccountsResponse:
    return budget.ListLedgerAccountsResponse(accounts=shown)


def everything(words: str = "某厂(虚构)") -> dict[str, Message]:
    deduction = budget.Deduction(
        name="deductions/d-1", filing="p-1", region_code="632801", year=2026, amount_kgce_calorific=200_000,
        state=budget.DEDUCTION_STATE_RESERVED, later_phases=[budget.Phase(year=2027, amount_kgce_calorific=1_500)],
    )  # fmt: skip
    reason = common.Finding(because=common.Text(zh=words, en=words))
    waits = screening.QueueEntry(position=2, filing="p-2", project_name=words, waits_on=["632800"], reasons=[reason])
    proposal = periods.EnvelopeProposal(
        region_code="632800", year=2026, instrument=periods.BUDGET_INSTRUMENT_ENERGY, amount=1_000_000,
        state=periods.PROPOSAL_STATE_ADOPTED, proposer=words,
    )  # fmt: skip
    trade = periods.Trade(
        seller_region_code="632800", buyer_region_code="630100", amount_kgce_calorific=12_345, price_document=words,
        state=periods.TRADE_STATE_PROPOSED, expire_date=Date(year=2026, month=6, day=1),
    )  # fmt: skip
    act = periods.PeriodAct(kind=periods.PERIOD_ACT_KIND_CLOSE, region_code="632800", reason=words, signers=[words])
    return {
        ACCOUNTS: accounts(an_account()),
        HOLDS: budget.ListDeductionsResponse(deductions=[deduction], next_page_token="a b"),
        QUEUE: screening.ListQueueResponse(entries=[waits]),
        PERIODS + "ListEnvelopeProposals": periods.ListEnvelopeProposalsResponse(proposals=[proposal]),
        PERIODS + "ListTrades": periods.ListTradesResponse(trades=[trade]),
        PERIODS + "ListPeriodActs": periods.ListPeriodActsResponse(acts=[act]),
    }


async def test_every_part_of_a_budget_is_shown_in_tonnes(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything())

    page = (await browser.get("/budgets?region=632800&year=2026")).text

    assert UNREAD not in page
    assert "700.25" in page
    assert re.search(r"2026: 200<br>2027: 1.5", page)
    assert "12.345" in page
    assert "已结账" in page or "结账" in page
    assert "/projects/p-2" in page


async def test_two_times_stand_side_by_side_with_what_moved(
    browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
) -> None:
    def as_known(request: budget.ListLedgerAccountsRequest) -> Message:
        is_early = request.HasField("known_time") and request.known_time.seconds < 1_770_000_000
        return accounts(an_account(900_000, held=250)) if is_early else accounts(an_account(700_250))

    answers.update(everything())
    answers[ACCOUNTS] = as_known

    page = (await browser.get("/budgets?region=632800&year=2026&first=2026-01-31&second=2026-03-01")).text

    times = [one.known_time.seconds for path, one in services.asked if path == ACCOUNTS and one.HasField("known_time")]
    assert times == [1_769_875_200, 1_772_380_800]
    assert ">900<" in page
    assert "+199.75" in page


async def test_what_was_not_granted_then_is_no_zero(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything())
    answers[ACCOUNTS] = lambda request: accounts() if request.HasField("known_time") else accounts(an_account())

    page = (await browser.get("/budgets?region=632800&year=2026")).text

    assert "两个时点均未下达预算 (不是零)" in page


async def test_each_part_of_a_budget_that_is_away_says_so(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    every = everything()

    for away in every:
        answers.clear()
        answers.update({path: said for path, said in every.items() if path != away})
        answer = await browser.get("/budgets?region=632800&year=2026")
        assert answer.status_code == 200
        assert answer.text.count(UNREAD) == (2 if away == ACCOUNTS else 1), away


@pytest.mark.parametrize(
    ("query", "field"),
    [("region=x", "region"), ("year=26", "year"), ("first=yesterday", "first"), ("second=9999-12-31", "second")],
)
async def test_what_is_wrong_with_a_link_is_told_beside_its_field(
    browser: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await browser.get(f"/budgets?{query}")

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="error-{field}"' in answer.text


async def test_the_page_of_holds_keeps_the_filters(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything())

    page = (await browser.get("/budgets?region=632800&year=2026&first=2026-01-31&second=2026-03-01")).text

    link = "/budgets?region=632800&amp;year=2026&amp;first=2026-01-31&amp;second=2026-03-01&amp;page=a+b"
    assert link in page


def a_lot(**stated: Any) -> capacity.Lot:
    said: dict[str, Any] = {
        "name": "lots/clinker-1",
        "product_id": "clinker",
        "owner": "某水泥(虚构)",
        "region_code": "630100",
        "quantity": WireDecimal(value="2500"),
        "unit": "t/d",
        "held": WireDecimal(value="1000"),
        "used": WireDecimal(value="500.5"),
    }
    return capacity.Lot(**{**said, **stated})


async def test_lots_show_what_is_left_in_their_unit_and_keep_the_filters(
    browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
) -> None:
    answers[LOTS] = capacity.ListLotsResponse(lots=[a_lot()], next_page_token="next")

    page = (await browser.get("/lots?product=clinker&region=630100&available=1")).text

    asked = services.asked[-1][1]
    assert (asked.product_id, asked.region_code, asked.available) == ("clinker", "630100", True)
    assert "999.5" in page
    assert "t/d" in page
    assert "/lots?product=clinker&amp;region=630100&amp;available=1&amp;page=next" in page


async def test_a_lot_shows_its_evidence_and_that_there_is_none(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    evidence = capacity.LotEvidence(
        kind=capacity.LOT_EVIDENCE_KIND_DISMANTLED, effective_date=Date(year=2025, month=5, day=1), document="证明甲"
    )
    answers[LOT] = lambda request: capacity.GetLotResponse(
        lot=a_lot(evidence=[evidence]) if request.name == "lots/clinker-1" else a_lot(quantity=None)
    )

    one, other = (await browser.get("/lots/clinker-1")).text, (await browser.get("/lots/clinker-2")).text

    assert "证明甲" in one
    assert "拆除" in one
    assert "尚无关停、拆除或公告的证明" in other


@pytest.mark.parametrize("address", ["/lots/..%2Fx", "/lots/A", "/lots/x"])
async def test_what_is_no_lot_is_not_found(browser: httpx.AsyncClient, address: str) -> None:
    assert (await browser.get(address)).status_code == 404


async def test_a_lot_that_is_not_known_is_not_found(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers[LOT] = ServiceError(Text("没有该指标", "There is no such lot."), grpc.StatusCode.NOT_FOUND)

    answer = await browser.get("/lots/clinker-9")

    assert answer.status_code == 404


async def test_lots_that_cannot_be_read_are_told(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/lots")

    assert answer.status_code == 200
    assert UNREAD in answer.text


async def test_words_of_others_are_escaped(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything(SCRIPT))
    answers[LOTS] = capacity.ListLotsResponse(lots=[a_lot(owner=SCRIPT)])
    answers[LOT] = capacity.GetLotResponse(lot=a_lot(owner=SCRIPT, remark=SCRIPT))

    for address in ("/budgets?region=632800&year=2026", "/lots", "/lots/clinker-1"):
        page = (await browser.get(address)).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page


async def test_budgets_and_lots_are_told_in_english(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    answers.update(everything("Plant A (invented)"))
    answers[LOTS] = capacity.ListLotsResponse(lots=[a_lot(owner="Plant A (invented)")])
    browser.cookies.set(LANGUAGE, "en")

    budgets, lots = (await browser.get("/budgets?region=632800&year=2026")).text, (await browser.get("/lots")).text

    assert "Balances at two times" in budgets
    assert "Quantity" in lots
