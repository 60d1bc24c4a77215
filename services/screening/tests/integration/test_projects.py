"""Projects are found by name, code, place, outcome and day, each page within bounds."""

from typing import TYPE_CHECKING

import pytest
from google.type.date_pb2 import Date

from access.acts import Act
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.adapters import projects as adapter
from screening.domain.projects import Conditions
from servicekit.access.current import visible_scope
from testkit.acting import acting
from testkit.refusals import refusal

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

pytestmark = pytest.mark.integration

SECONDS = 30
CODE = "2512-632801-26-01-000001"
CREDIT = "91630000MA758XXX9X"


async def file(stream: "Stream", made: "Events", filing: str, name: str, owner: str, **said: object) -> None:
    accepted = made.accepted(filing, region=str(said.get("region", "630104")))
    accepted.dossier.project_name = name
    accepted.dossier.applicant.CopyFrom(filing_pb.Applicant(name=owner, credit_code=str(said.get("credit", ""))))
    accepted.dossier.project_code = str(said.get("code", ""))
    accepted.dossier.industry_codes.append("3216")
    if not said.get("day"):
        accepted.dossier.ClearField("application_date")
    else:
        accepted.dossier.application_date.CopyFrom(Date(year=2026, month=3, day=int(str(said["day"]))))
    await stream.take(accepted)


@pytest.fixture
async def known(stream: "Stream", made: "Events") -> "Stream":
    """Four projects; the first two are decided, and the second waits for its region."""
    await stream.take(made.level(1, region="630200"))
    await stream.take(made.level(3))
    await file(stream, made, "f-1", "虚构电解铝技术改造项目", "虚构铝业有限公司", day=1, credit=CREDIT)
    await file(stream, made, "f-2", "虚构 Ferrosilicon 项目", "ＡＢＣ硅业(虚构)", region="630202", day=2)
    await file(stream, made, CODE, "虚构数据中心", "虚构云计算", region="632801", day=1, code=CODE)
    await file(stream, made, "f-4", "<script>虚构</script>", "虚构铝业有限公司", credit=CREDIT)
    for filing in ("f-1", "f-2"):
        await stream.take(made.reviewed(filing, kgce=0))
        await stream.take(made.replaced(filing))
    return stream


async def found(stub: "ScreeningServiceAsyncStub", size: int = 50, **asked: object) -> list[pb.Project]:
    """All pages."""
    request = pb.SearchProjectsRequest(page_size=size, **asked)  # type: ignore[arg-type]  # its fields, by name
    projects: list[pb.Project] = []
    while True:
        answer = await stub.SearchProjects(request, timeout=SECONDS)
        assert len(answer.projects) <= size
        projects += answer.projects
        request.page_token = answer.next_page_token
        if not answer.next_page_token:
            return projects


MARCH_2, MARCH_1 = Date(year=2026, month=3, day=2), Date(year=2026, month=3, day=1)


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize(
    ("asked", "filings"),
    [
        ({}, {"f-1", "f-2", "f-4", CODE}),
        ({"query": "铝业"}, {"f-1", "f-4"}),
        ({"query": "铝业 有限"}, {"f-1", "f-4"}),
        ({"query": "铝"}, {"f-1", "f-4"}),
        ({"query": "铝有"}, set()),
        ({"query": "ferroSILICON"}, {"f-2"}),
        ({"query": "abc硅"}, {"f-2"}),
        ({"query": "项目虚构"}, set()),
        ({"query": "%"}, set()),
        ({"query": "' OR 1=1 --"}, set()),
        ({"query": "<script>"}, {"f-4"}),
        ({"query": CREDIT}, {"f-1", "f-4"}),
        ({"query": CREDIT[:-1]}, set()),
        ({"query": CODE}, {CODE}),
        ({"query": CODE[:12]}, {CODE}),
        ({"query": "F-1"}, {"f-1"}),
        ({"query": "虚构文号〔2026〕1号"}, {"f-2"}),
        ({"region_code": "630000"}, {"f-1", "f-2", "f-4", CODE}),
        ({"region_code": "630200"}, {"f-2"}),
        ({"region_code": "632801"}, {CODE}),
        ({"region_code": "632802"}, set()),
        ({"region_code": "630100", "query": "铝业"}, {"f-1", "f-4"}),
        ({"undecided": True}, {"f-4", CODE}),
        ({"outcome": common.OUTCOME_APPROVE}, {"f-1"}),
        ({"disposition": common.DISPOSITION_RESTRICT}, {"f-2"}),
        ({"disposition": common.DISPOSITION_RESTRICT, "outcome": common.OUTCOME_APPROVE}, set()),
        ({"applied_from": MARCH_2}, {"f-2", "f-4"}),
        ({"applied_until": MARCH_2}, {"f-1", CODE}),
        ({"applied_from": MARCH_1, "applied_until": MARCH_2, "region_code": "630104"}, {"f-1"}),
    ],
)
async def test_all_conditions_hold_together(
    stub: "ScreeningServiceAsyncStub",
    known: "Stream",
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, object],
    filings: set[str],
    *,
    bounded: bool,
) -> None:
    monkeypatch.setattr(adapter, "LOOKED_AT_MAX", 1 if bounded else adapter.LOOKED_AT_MAX)
    issued = opinion_pb.Opinion(
        name="filings/f-2/opinions/1", revision=1, version=1, result=opinion_pb.OPINION_RESULT_NOT_PASS,
        state=opinion_pb.OPINION_STATE_ISSUED, document="虚构文号〔2026〕1号", drafter="虚构人甲", signer="虚构人乙",
    )  # fmt: skip
    await known.take(opinions.OpinionIssued(filing="f-2", opinion=issued))

    for order in pb.ProjectOrder.values():
        for size in (1, 3, 50):
            listed = await found(stub, size, order=order, **asked)
            assert {one.filing for one in listed} == {f"filings/{one}" for one in filings}
            assert len(listed) == len(filings), "each once"


async def test_words_that_mean_too_many_are_met_by_looking_in_order(
    stub: "ScreeningServiceAsyncStub", known: "Stream", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "LOOKED_AT_MAX", 1)
    monkeypatch.setattr(adapter, "MEANT_MAX", 1)

    first = await stub.SearchProjects(pb.SearchProjectsRequest(query="硅业", page_size=1), timeout=SECONDS)
    listed = await found(stub, 1, query="铝业")

    assert (len(first.projects), bool(first.next_page_token)) in {(0, True), (1, True)}
    assert {one.filing for one in listed} == {"filings/f-1", "filings/f-4"}


async def test_a_project_says_what_is_known_of_it_and_nothing_else(
    stub: "ScreeningServiceAsyncStub", known: "Stream"
) -> None:
    by_filing = {one.filing: one for one in await found(stub)}
    decided, undecided = by_filing["filings/f-2"], by_filing["filings/f-4"]
    decision = (
        await stub.GetDecision(pb.GetDecisionRequest(name="filings/f-2/decisions/current"), timeout=SECONDS)
    ).decision

    assert (decided.display_name, decided.owner_name) == ("虚构 Ferrosilicon 项目", "ＡＢＣ硅业(虚构)")
    assert (decided.decision, decided.decide_time) == (decision.name, decision.decide_time)
    assert (decided.outcome, decided.disposition) == (decision.outcome, decision.disposition)
    assert (decided.two_high, decided.annual_kgce_calorific, decided.revision) == (common.VERDICT_HOLDS, 0, 1)
    assert (decided.application_date, list(decided.industry_codes)) == (MARCH_2, ["3216"])
    assert (undecided.display_name, undecided.credit_code) == ("<script>虚构</script>", CREDIT)
    for absent in ("application_date", "annual_kgce_calorific", "decide_time"):
        assert not undecided.HasField(absent)
    assert (undecided.two_high, undecided.outcome, undecided.decision) == (0, 0, "")


async def test_an_amendment_is_found_by_its_new_name_alone_and_a_withdrawal_is_told(
    stub: "ScreeningServiceAsyncStub", known: "Stream", made: "Events"
) -> None:
    amended = made.accepted("f-1", 2)
    amended.dossier.project_name = "虚构工业硅项目"
    amended.dossier.applicant.name = "虚构硅业"
    await known.take(amended)
    await known.take(made.withdrawn("f-1", 3))

    assert [one.filing for one in await found(stub, query="电解铝")] == []
    (one,) = await found(stub, query="工业硅")
    assert (one.filing, one.owner_name, one.credit_code, one.revision, one.withdrawn) == (
        "filings/f-1", "虚构硅业", "", 2, True,
    )  # fmt: skip


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 50])
async def test_who_sees_several_places_is_shown_one_list_in_order(
    begin: "Begin", known: "Stream", monkeypatch: pytest.MonkeyPatch, size: int, *, bounded: bool
) -> None:
    monkeypatch.setattr(adapter, "LOOKED_AT_MAX", 1 if bounded else adapter.LOOKED_AT_MAX)

    async def listed(conditions: Conditions) -> list[str]:
        met: list[str] = []
        after = None
        while True:
            async with begin() as work:
                page = await work.projects.find(conditions, visible_scope(), after, size)
            assert len(page.projects) <= size
            met += [one.filing for one in page.projects]
            after = page.after
            if after is None:
                return met

    with acting(Act.READ, "viewer:630000"):
        whole = {by_day: await listed(Conditions(by_application_date=by_day)) for by_day in (True, False)}
    with acting(Act.READ, "viewer:630100", "viewer:630202", "viewer:632800"):
        for by_day, expected in whole.items():
            assert await listed(Conditions(by_application_date=by_day)) == expected
            assert await listed(Conditions("龘龘", by_application_date=by_day)) == []


async def test_lists_are_in_the_order_asked_for(stub: "ScreeningServiceAsyncStub", known: "Stream") -> None:
    by_day = await found(stub, 2, order=pb.PROJECT_ORDER_APPLICATION_DATE)

    assert [one.filing.removeprefix("filings/") for one in by_day] == ["f-4", "f-2", "f-1", CODE]


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"query": "x" * 101}, ["query"]),
        ({"query": "a\u202eb"}, ["query"]),
        ({"region_code": "63"}, ["region_code"]),
        ({"undecided": True, "outcome": common.OUTCOME_DEFER}, ["undecided"]),
        ({"outcome": 99, "disposition": 99, "order": 99}, ["outcome", "disposition", "order"]),
        ({"applied_from": Date(year=2026, month=13, day=1)}, ["applied_from"]),
        ({"page_size": -1, "page_token": "?"}, ["page_size", "page_token"]),
        # A day where an instant belongs, and an instant that is none in UTC.
        ({"page_token": "WyIyMDI2LTAzLTAyIGYtMSJd"}, ["page_token"]),
        ({"page_token": "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIGYtMSJd"}, ["page_token"]),
    ],
)
async def test_malformed_requests_are_named(
    stub: "ScreeningServiceAsyncStub", asked: dict[str, object], fields: list[str]
) -> None:
    refused = await refusal(stub.SearchProjects(pb.SearchProjectsRequest(**asked), timeout=SECONDS))  # type: ignore[arg-type]

    assert refused.fields == fields


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize(
    ("grants", "filings"),
    [
        (("viewer:630000",), {"f-1", "f-2", "f-4", CODE}),
        (("viewer:630200",), {"f-2"}),
        (("viewer:632801",), {CODE}),
        (("viewer:632802",), set()),
        (("viewer:640000",), set()),
        (("viewer:630200", "viewer:632800"), {"f-2", CODE}),
        (("viewer:630100", "viewer:632801", "viewer:630202"), {"f-1", "f-2", "f-4", CODE}),
        (("viewer:630000", "viewer:640000"), {"f-1", "f-2", "f-4", CODE}),
        ((f"expert:630000;case={CODE};until=2099-01-01",), {CODE}),
        (("viewer:630200", f"expert:630000;case={CODE};until=2099-01-01"), {"f-2", CODE}),
        (("system_administrator:630000",), set()),
    ],
)
async def test_nobody_finds_what_he_may_not_see(
    begin: "Begin",
    known: "Stream",
    monkeypatch: pytest.MonkeyPatch,
    grants: tuple[str, ...],
    filings: set[str],
    *,
    bounded: bool,
) -> None:
    monkeypatch.setattr(adapter, "LOOKED_AT_MAX", 1 if bounded else adapter.LOOKED_AT_MAX)

    async def seen(conditions: Conditions) -> set[str]:
        met: set[str] = set()
        after = None
        while True:
            async with begin() as work:
                page = await work.projects.find(conditions, visible_scope(), after, 2)
            met |= {one.filing for one in page.projects}
            after = page.after
            if after is None:
                return met

    with acting(Act.READ, *grants):
        assert await seen(Conditions()) == filings
        assert await seen(Conditions("虚构")) == filings
        assert await seen(Conditions(CODE)) == filings & {CODE}
        assert await seen(Conditions("云计算")) == filings & {CODE}
        async with begin() as work:
            names = await work.connection.fetch("SELECT filing_id FROM project")
            meant = await work.connection.fetch(
                "SELECT projects_meant(ARRAY['虚构'], '虚构', '', '', 100) AS filing_id"
            )
    assert {row["filing_id"] for row in names} == {row["filing_id"] for row in meant} == filings
