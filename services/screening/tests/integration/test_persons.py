"""PersonsService over real gRPC and PostgreSQL: each act counts once, at once, and only for what was looked at."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import grpc
import pytest
from google.type.date_pb2 import Date

from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_events_pb2 as opinions
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceStub
from screening.domain.facts import FilingId
from screening.entrypoints.persons import servicers
from screening.entrypoints.sweeping import Sweeping
from servicekit.storage.bell import Bell
from servicekit.storage.database import Database
from servicekit.wire import date_to_wire
from statute.loader import PolicyBundle
from testkit.refusals import refusal
from testkit.serving import serving

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

    from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceAsyncStub
    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SECONDS = 30
FIRST = "filings/f-1/decisions/1"


@pytest.fixture
async def persons(begin: "Begin", policy: PolicyBundle) -> "AsyncIterator[PersonsServiceAsyncStub]":
    async with serving(servicers(begin, policy, lambda: NOW)) as channel:
        yield PersonsServiceStub(channel)


def found(rule: str, leads_to: "common.Disposition.ValueType") -> common.Finding:
    return common.Finding(rule=rule, verdict=common.VERDICT_UNKNOWN, leads_to=leads_to)


def reviewed(made: "Events", *findings: common.Finding, revision: int = 1) -> review.ReviewEvaluated:
    event = made.reviewed(revision=revision, kgce=0)
    event.review.findings.extend(findings)
    return event


@pytest.fixture
async def manual(stream: "Stream", made: "Events") -> "Stream":
    """A case that waits for a person by two rules, and for nothing else."""
    found_of = [found(rule, common.DISPOSITION_MANUAL) for rule in ("access.baseline", "review.two_high")]
    for event in (made.level(3), made.accepted(), reviewed(made, *found_of), made.replaced()):
        await stream.take(event)
    return stream


@pytest.fixture
async def returned(stream: "Stream", made: "Events") -> "Stream":
    """A case that one rule stands against."""
    event = reviewed(made, found("access.baseline", common.DISPOSITION_NOT_PASS))
    for taken in (made.level(3), made.accepted(), event, made.replaced()):
        await stream.take(taken)
    return stream


def ruling(**changed: Any) -> pb.RecordRulingRequest:
    stated: dict[str, Any] = {
        "decision": FIRST,
        "disposition": common.DISPOSITION_APPROVE,
        "person": "虚构人甲",
        "clause": "第八条",
        "reason": "经核实符合要求",
        "request_id": str(uuid4()),
    }
    return pb.RecordRulingRequest(**(stated | changed))


def proposal(**changed: Any) -> pb.ProposeOverrideRequest:
    stated = {
        "decision": FIRST,
        "rules": ["access.baseline"],
        "reason": "试点项目",
        "evidence": "虚构文号",
        "end_date": date_to_wire(TODAY + timedelta(days=10)),
        "proposer": "虚构人甲",
        "request_id": str(uuid4()),
    }
    return pb.ProposeOverrideRequest(**(stated | changed))


def signature(signer: str = "虚构人乙") -> pb.SignOverrideRequest:
    return pb.SignOverrideRequest(name="filings/f-1/overrides/1", signer=signer, request_id=str(uuid4()))


def ending(person: str = "虚构人丙") -> pb.EndOverrideRequest:
    return pb.EndOverrideRequest(
        name="filings/f-1/overrides/1", person=person, reason="试点结束", request_id=str(uuid4())
    )


async def current(stub: "ScreeningServiceAsyncStub") -> screening_pb.Decision:
    request = screening_pb.GetDecisionRequest(name="filings/f-1/decisions/current")
    return (await stub.GetDecision(request, timeout=SECONDS)).decision


def causes(decision: screening_pb.Decision) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in decision.causes]


async def test_a_ruling_decides_a_manual_case_at_once_and_is_named_by_the_decision(
    persons: "PersonsServiceAsyncStub", stub: "ScreeningServiceAsyncStub", manual: "Stream"
) -> None:
    assert (await current(stub)).disposition == common.DISPOSITION_MANUAL

    made = (await persons.RecordRuling(ruling(), timeout=SECONDS)).ruling
    decision = await current(stub)

    assert (made.name, made.revision, made.decision, sorted(made.rules)) == (
        "filings/f-1/rulings/1", 1, FIRST, ["access.baseline", "review.two_high"]
    )  # fmt: skip
    assert (decision.name, decision.disposition) == ("filings/f-1/decisions/2", common.DISPOSITION_APPROVE)
    assert ("ruling", 1) in {(one.fact, one.version) for one in decision.facts}
    assert list(decision.set_aside) == ["access.baseline", "review.two_high"]
    assert causes(decision) == [("person", "ruling@1")]
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
    stub: "ScreeningServiceAsyncStub",
    manual: "Stream",
    disposition: "common.Disposition.ValueType",
) -> None:
    await persons.RecordRuling(ruling(disposition=disposition), timeout=SECONDS)

    assert (await current(stub)).disposition == disposition


async def test_a_newer_ruling_replaces_an_older_one_on_the_same_rules(
    persons: "PersonsServiceAsyncStub", stub: "ScreeningServiceAsyncStub", manual: "Stream"
) -> None:
    await persons.RecordRuling(ruling(disposition=common.DISPOSITION_DEFER), timeout=SECONDS)
    await persons.RecordRuling(ruling(decision="filings/f-1/decisions/2"), timeout=SECONDS)

    listed = await persons.ListRulings(pb.ListRulingsRequest(parent="filings/f-1", page_size=1), timeout=SECONDS)
    rest = await persons.ListRulings(
        pb.ListRulingsRequest(parent="filings/f-1", page_size=1, page_token=listed.next_page_token), timeout=SECONDS
    )

    assert (await current(stub)).disposition == common.DISPOSITION_APPROVE
    assert [one.name for one in (*listed.rulings, *rest.rulings)] == ["filings/f-1/rulings/2", "filings/f-1/rulings/1"]
    assert rest.next_page_token == ""


async def test_the_same_request_rules_once_however_often_and_at_once_it_comes(
    persons: "PersonsServiceAsyncStub", manual: "Stream", pool: Database
) -> None:
    request = ruling()

    answers = await asyncio.gather(*(persons.RecordRuling(request, timeout=SECONDS) for _ in range(5)))
    other = await refusal(persons.RecordRuling(ruling(request_id=request.request_id, reason="另"), timeout=SECONDS))

    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 1
    assert (other.code, other.reason) == (grpc.StatusCode.ABORTED, "REQUEST_ID_REUSED")


async def test_of_two_persons_who_rule_at_once_the_second_is_told_that_the_decision_changed(
    persons: "PersonsServiceAsyncStub", manual: "Stream", pool: Database
) -> None:
    calls = [persons.RecordRuling(ruling(person=person), timeout=SECONDS) for person in ("虚构人甲", "虚构人乙")]

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
    persons: "PersonsServiceAsyncStub", manual: "Stream", decision: str, code: grpc.StatusCode, reason: str
) -> None:
    refused = await refusal(persons.RecordRuling(ruling(decision=decision), timeout=SECONDS))

    assert (refused.code, refused.reason) == (code, reason)


async def test_a_decision_that_was_followed_by_another_or_a_revision_is_not_ruled_on(
    persons: "PersonsServiceAsyncStub", manual: "Stream", made: "Events", pool: Database
) -> None:
    await manual.take(made.level(1, version=2))
    await manual.take(made.accepted(revision=2))
    revised = await refusal(persons.RecordRuling(ruling(), timeout=SECONDS))

    assert (revised.code, revised.reason) == (grpc.StatusCode.ABORTED, "DECISION_CHANGED")
    assert revised.metadata == {"stated": FIRST, "current": "filings/f-1 revision@2"}
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 0


async def test_a_case_that_nothing_leaves_to_a_person_is_not_ruled_on(
    persons: "PersonsServiceAsyncStub", returned: "Stream"
) -> None:
    refused = await refusal(persons.RecordRuling(ruling(), timeout=SECONDS))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_FOR_A_PERSON")


async def test_while_an_opinion_is_in_force_nobody_decides(
    persons: "PersonsServiceAsyncStub", manual: "Stream"
) -> None:
    issued = opinion_pb.Opinion(
        name="filings/f-1/opinions/1", revision=1, version=1, result=opinion_pb.OPINION_RESULT_PASS,
        state=opinion_pb.OPINION_STATE_ISSUED, document="虚构文号", drafter="虚构人甲", signer="虚构人乙",
    )  # fmt: skip
    await manual.take(opinions.OpinionIssued(filing="f-1", opinion=issued))

    for call in (
        persons.RecordRuling(ruling(), timeout=SECONDS),
        persons.ProposeOverride(proposal(), timeout=SECONDS),
    ):
        refused = await refusal(call)
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OPINION_IN_FORCE")


async def test_an_override_counts_from_the_second_signature_until_a_person_ends_it(
    persons: "PersonsServiceAsyncStub", stub: "ScreeningServiceAsyncStub", returned: "Stream"
) -> None:
    proposed = (await persons.ProposeOverride(proposal(), timeout=SECONDS)).override
    assert (await current(stub)).name == FIRST
    own = await refusal(persons.SignOverride(signature(" 虚构人　甲".strip()), timeout=SECONDS))

    signed = (await persons.SignOverride(signature(), timeout=SECONDS)).override
    standing = await current(stub)
    twice = await refusal(persons.SignOverride(signature("虚构人丁"), timeout=SECONDS))
    ended = (await persons.EndOverride(ending(), timeout=SECONDS)).override
    after = await current(stub)
    again = await refusal(persons.EndOverride(ending(), timeout=SECONDS))

    states = pb.OverrideState.Name
    assert [states(one.state) for one in (proposed, signed, ended)] == [
        "OVERRIDE_STATE_PROPOSED", "OVERRIDE_STATE_STANDING", "OVERRIDE_STATE_ENDED"
    ]  # fmt: skip
    assert own.reason == "SAME_PERSON"
    assert (standing.disposition, list(standing.set_aside)) == (common.DISPOSITION_APPROVE, ["access.baseline"])
    assert causes(standing) == [("override", "override/1@1")]
    assert (after.disposition, causes(after)) == (common.DISPOSITION_NOT_PASS, [("override", "override/1@2")])
    assert twice.reason == again.reason == "OVERRIDE_NOT_OPEN"
    for decision in (standing, after):
        name = screening_pb.ReplayDecisionRequest(name=decision.name)
        assert (await stub.ReplayDecision(name, timeout=SECONDS)).identical


async def test_an_override_lapses_by_itself_on_its_day(
    persons: "PersonsServiceAsyncStub",
    stub: "ScreeningServiceAsyncStub",
    returned: "Stream",
    begin: "Begin",
    policy: PolicyBundle,
    pool: Database,
) -> None:
    await persons.ProposeOverride(proposal(), timeout=SECONDS)
    await persons.SignOverride(signature(), timeout=SECONDS)

    for days, expected in ((9, common.DISPOSITION_APPROVE), (10, common.DISPOSITION_NOT_PASS)):
        await Sweeping(begin, policy, partial(NOW.__add__, timedelta(days=days)), Bell(pool, "sweep"))._lapse()
        assert (await current(stub)).disposition == expected
    async with serving(servicers(begin, policy, lambda: NOW + timedelta(days=10))) as channel:
        listed = await PersonsServiceStub(channel).ListOverrides(
            pb.ListOverridesRequest(parent="filings/-"), timeout=SECONDS
        )

    assert [pb.OverrideState.Name(one.state) for one in listed.overrides] == ["OVERRIDE_STATE_LAPSED"]


@pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (365, True), (366, False)])
async def test_an_override_ends_after_today_and_within_what_the_policy_allows(
    persons: "PersonsServiceAsyncStub", returned: "Stream", days: int, taken: bool
) -> None:
    request = proposal(end_date=date_to_wire(TODAY + timedelta(days=days)))

    if taken:
        await persons.ProposeOverride(request, timeout=SECONDS)
    else:
        assert (await refusal(persons.ProposeOverride(request, timeout=SECONDS))).fields == ["end_date"]


async def test_a_proposal_on_an_older_revision_is_not_signed(
    persons: "PersonsServiceAsyncStub", returned: "Stream", made: "Events", pool: Database
) -> None:
    await persons.ProposeOverride(proposal(), timeout=SECONDS)
    await returned.take(made.accepted(revision=2))

    refused = await refusal(persons.SignOverride(signature(), timeout=SECONDS))
    withdrawn = await persons.EndOverride(ending("虚构人甲"), timeout=SECONDS)

    assert (refused.code, refused.reason) == (grpc.StatusCode.ABORTED, "DECISION_CHANGED")
    assert pb.OverrideState.Name(withdrawn.override.state) == "OVERRIDE_STATE_ENDED"
    assert await pool.fetchval("SELECT count(*) FROM case_fact WHERE kind = 'override'") == 0


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (["industry.prohibited"], "NOT_TO_BE_OVERRIDDEN"),
        (["screening.energy_demand"], "NOT_TO_BE_OVERRIDDEN"),
        (["access.nowhere"], "NOT_AGAINST_THE_PROJECT"),
    ],
)
async def test_only_what_stands_against_a_project_and_the_policy_allows_is_set_aside(
    persons: "PersonsServiceAsyncStub", stream: "Stream", made: "Events", rules: list[str], reason: str
) -> None:
    event = reviewed(made, found("industry.prohibited", common.DISPOSITION_PROHIBIT))
    for taken in (made.level(3), made.accepted(), event, made.replaced()):
        await stream.take(taken)

    refused = await refusal(persons.ProposeOverride(proposal(rules=rules), timeout=SECONDS))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, reason)
    assert refused.metadata["rules"] == rules[0]


async def test_all_that_is_wrong_with_a_request_is_named_at_once(persons: "PersonsServiceAsyncStub") -> None:
    ruled = await refusal(persons.RecordRuling(pb.RecordRulingRequest(person="甲\n"), timeout=SECONDS))
    proposed = await refusal(
        persons.ProposeOverride(
            proposal(rules=["Access", *["access.baseline"] * 20], end_date=Date(year=2026, month=2, day=30)),
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
    persons: "PersonsServiceAsyncStub", manual: "Stream", disposition: "common.Disposition.ValueType"
) -> None:
    refused = await refusal(persons.RecordRuling(ruling(disposition=disposition), timeout=SECONDS))

    assert refused.fields == ["disposition"]


async def test_overrides_of_all_filings_are_paged_by_filing_and_number(
    persons: "PersonsServiceAsyncStub", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    for filing in ("f-2", "f-1"):
        event = made.reviewed(filing, kgce=0)
        event.review.findings.append(found("access.baseline", common.DISPOSITION_NOT_PASS))
        replaced = capacity.ReplacementEvaluated(filing=filing, replacement=made.replaced().replacement)
        for taken in (made.accepted(filing), event, replaced):
            await stream.take(taken)
        for _ in range(2):
            await persons.ProposeOverride(proposal(decision=f"filings/{filing}/decisions/1"), timeout=SECONDS)

    names, token = [], ""
    while True:
        request = pb.ListOverridesRequest(parent="filings/-", page_size=3, page_token=token)
        answer = await persons.ListOverrides(request, timeout=SECONDS)
        names += [one.name for one in answer.overrides]
        token = answer.next_page_token
        if not token:
            break
    of_one = await persons.ListOverrides(pb.ListOverridesRequest(parent="filings/f-2"), timeout=SECONDS)

    assert names == [f"filings/{filing}/overrides/{number}" for filing in ("f-1", "f-2") for number in (1, 2)]
    assert [one.name for one in of_one.overrides] == names[2:]


async def test_what_persons_did_is_never_changed(
    persons: "PersonsServiceAsyncStub", manual: "Stream", pool: Database, begin: "Begin"
) -> None:
    await persons.ProposeOverride(proposal(), timeout=SECONDS)
    await persons.SignOverride(signature(), timeout=SECONDS)
    await persons.RecordRuling(ruling(decision="filings/f-1/decisions/2"), timeout=SECONDS)

    for table in ("ruling", "override", "override_step", "policy_bundle"):
        with pytest.raises(asyncpg.RaiseError, match="never changed"):
            await pool.execute(f"DELETE FROM {table}")
    async with begin() as work:
        held = await work.cases.get(FilingId("f-1"))
    assert held is not None
    assert held.case.ruling is not None
    assert held.case.overrides[0].signers == ("虚构人甲", "虚构人乙")
