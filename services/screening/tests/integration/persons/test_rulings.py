"""What one person decides counts once, at once, and only for what was looked at."""

import asyncio
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import asyncpg
import grpc
import pytest
from google.type.date_pb2 import Date

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from screening.domain.facts import FilingId
from servicekit.storage.database import Database
from testkit.refusals import refusal

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream
    from services.screening.tests.integration.persons.conftest import Acts

    from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceAsyncStub
    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SECONDS = 30
FIRST = "filings/f-1/decisions/1"


async def test_a_ruling_decides_a_manual_case_at_once_and_is_named_by_the_decision(
    persons: "PersonsServiceAsyncStub", acts: "Acts", stub: "ScreeningServiceAsyncStub", manual: "Stream"
) -> None:
    assert (await acts.current()).disposition == common.DISPOSITION_MANUAL

    made = (await persons.RecordRuling(acts.ruling(), timeout=SECONDS)).ruling
    decision = await acts.current()

    assert (made.name, made.revision, made.decision, sorted(made.rules)) == (
        "filings/f-1/rulings/1", 1, FIRST, ["access.baseline", "review.two_high"]
    )  # fmt: skip
    assert (decision.name, decision.disposition) == ("filings/f-1/decisions/2", common.DISPOSITION_APPROVE)
    assert ("ruling", 1) in {(one.fact, one.version) for one in decision.facts}
    assert list(decision.set_aside) == ["access.baseline", "review.two_high"]
    assert acts.causes(decision) == [("person", "ruling@1")]
    again = await stub.ReplayDecision(screening_pb.ReplayDecisionRequest(name=decision.name), timeout=SECONDS)
    assert again.identical


@pytest.mark.parametrize(
    "disposition",
    [
        common.DISPOSITION_CONDITIONAL,
        common.DISPOSITION_NOT_PASS,
        common.DISPOSITION_PROHIBIT,
        common.DISPOSITION_RETURN,
        common.DISPOSITION_DEFER,
    ],
)
async def test_a_ruling_comes_to_what_the_person_said(
    persons: "PersonsServiceAsyncStub",
    acts: "Acts",
    manual: "Stream",
    disposition: "common.Disposition.ValueType",
) -> None:
    await persons.RecordRuling(acts.ruling(disposition=disposition), timeout=SECONDS)

    assert (await acts.current()).disposition == disposition


async def test_a_newer_ruling_replaces_an_older_one_on_the_same_rules(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream"
) -> None:
    await persons.RecordRuling(acts.ruling(disposition=common.DISPOSITION_DEFER), timeout=SECONDS)
    await persons.RecordRuling(acts.ruling(decision="filings/f-1/decisions/2"), timeout=SECONDS)

    listed = await persons.ListRulings(pb.ListRulingsRequest(parent="filings/f-1", page_size=1), timeout=SECONDS)
    rest = await persons.ListRulings(
        pb.ListRulingsRequest(parent="filings/f-1", page_size=1, page_token=listed.next_page_token), timeout=SECONDS
    )

    assert (await acts.current()).disposition == common.DISPOSITION_APPROVE
    assert [one.name for one in (*listed.rulings, *rest.rulings)] == ["filings/f-1/rulings/2", "filings/f-1/rulings/1"]
    assert rest.next_page_token == ""


async def test_the_same_request_rules_once_however_often_and_at_once_it_comes(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream", pool: Database
) -> None:
    request = acts.ruling()

    answers = await asyncio.gather(*(persons.RecordRuling(request, timeout=SECONDS) for _ in range(5)))
    other = await refusal(
        persons.RecordRuling(acts.ruling(request_id=request.request_id, reason="另"), timeout=SECONDS)
    )

    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 1
    assert (other.code, other.reason) == (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED")


async def test_of_two_persons_who_rule_at_once_the_second_is_told_that_the_decision_changed(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream", pool: Database
) -> None:
    calls = [persons.RecordRuling(acts.ruling(person=person), timeout=SECONDS) for person in ("虚构人甲", "虚构人乙")]

    answers = await asyncio.gather(*calls, return_exceptions=True)

    failed = [answer for answer in answers if isinstance(answer, grpc.aio.AioRpcError)]
    assert [one.code() for one in failed] == [grpc.StatusCode.ABORTED]
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 1


@pytest.mark.parametrize(
    ("decision", "code", "reason"),
    [
        ("filings/f-1/decisions/2", grpc.StatusCode.NOT_FOUND, "NOT_FOUND"),
        ("filings/f-2/decisions/1", grpc.StatusCode.NOT_FOUND, "NOT_FOUND"),
        ("filings/f-1/decisions/current", grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"),
    ],
)
async def test_a_decision_that_is_not_there_is_not_ruled_on(
    persons: "PersonsServiceAsyncStub",
    acts: "Acts",
    manual: "Stream",
    decision: str,
    code: grpc.StatusCode,
    reason: str,
) -> None:
    refused = await refusal(persons.RecordRuling(acts.ruling(decision=decision), timeout=SECONDS))

    assert (refused.code, refused.reason) == (code, reason)


async def test_a_decision_that_was_followed_by_another_or_a_revision_is_not_ruled_on(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream", made: "Events", pool: Database
) -> None:
    await manual.take(made.level(1, version=2))
    await manual.take(made.accepted(revision=2))
    revised = await refusal(persons.RecordRuling(acts.ruling(), timeout=SECONDS))

    assert (revised.code, revised.reason) == (grpc.StatusCode.ABORTED, "DECISION_CHANGED")
    assert revised.metadata == {"stated": FIRST, "current": "filings/f-1 revision@2"}
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 0


async def test_a_case_that_nothing_leaves_to_a_person_is_not_ruled_on(
    persons: "PersonsServiceAsyncStub", acts: "Acts", returned: "Stream"
) -> None:
    refused = await refusal(persons.RecordRuling(acts.ruling(), timeout=SECONDS))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_FOR_A_PERSON")


async def test_while_an_opinion_is_in_force_nobody_decides(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream"
) -> None:
    issued = opinion_pb.Opinion(
        name="filings/f-1/opinions/1", revision=1, version=1, result=opinion_pb.OPINION_RESULT_PASS,
        state=opinion_pb.OPINION_STATE_ISSUED, document="虚构文号", drafter="虚构人甲", signer="虚构人乙",
    )  # fmt: skip
    await manual.take(opinions.OpinionIssued(filing="f-1", opinion=issued))

    for call in (
        persons.RecordRuling(acts.ruling(), timeout=SECONDS),
        persons.ProposeOverride(acts.proposal(), timeout=SECONDS),
    ):
        refused = await refusal(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OPINION_IN_FORCE")


async def test_all_that_is_wrong_with_a_request_is_named_at_once(
    persons: "PersonsServiceAsyncStub", acts: "Acts"
) -> None:
    ruled = await refusal(persons.RecordRuling(pb.RecordRulingRequest(person="甲\n"), timeout=SECONDS))
    proposed = await refusal(
        persons.ProposeOverride(
            acts.proposal(rules=["Access", *["access.baseline"] * 20], end_date=Date(year=2026, month=2, day=30)),
            timeout=SECONDS,
        )
    )
    signed = await refusal(persons.SignOverride(pb.SignOverrideRequest(name="overrides/1"), timeout=SECONDS))
    listed = await refusal(
        persons.ListOverrides(pb.ListOverridesRequest(parent="-", page_size=-1, page_token="?"), timeout=SECONDS)
    )

    assert ruled.fields == ["request_id", "decision", "disposition", "person", "clause", "reason"]
    assert proposed.fields == ["rules", "rules[0]", "end_date"]
    assert signed.fields == ["request_id", "name", "signer"]
    assert listed.fields == ["parent", "page_size", "page_token"]


@pytest.mark.parametrize(
    "disposition", [common.DISPOSITION_MANUAL, common.DISPOSITION_REFER_UP, common.DISPOSITION_EXEMPT, 99]
)
async def test_a_ruling_comes_to_nothing_else(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream", disposition: "common.Disposition.ValueType"
) -> None:
    refused = await refusal(persons.RecordRuling(acts.ruling(disposition=disposition), timeout=SECONDS))

    assert refused.fields == ["disposition"]


async def test_what_persons_did_is_never_changed(
    persons: "PersonsServiceAsyncStub", acts: "Acts", manual: "Stream", pool: Database, begin: "Begin"
) -> None:
    await persons.ProposeOverride(acts.proposal(), timeout=SECONDS)
    await persons.SignOverride(acts.signature(), timeout=SECONDS)
    await persons.RecordRuling(acts.ruling(decision="filings/f-1/decisions/2"), timeout=SECONDS)

    for table in ("ruling", "override", "override_step", "policy_bundle"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await pool.execute(f"DELETE FROM {table}")
    async with begin() as work:
        held = await work.cases.get(FilingId("f-1"))
    assert held is not None
    assert held.case.ruling is not None
    assert held.case.overrides[0].signers == ("虚构人甲", "虚构人乙")
