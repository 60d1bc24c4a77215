"""What two persons set aside counts from the second signature until its day, or until a person ends it."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import grpc
import pytest

from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening_pb
from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceStub
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
    from services.screening.tests.integration.persons.conftest import Acts

    from dualcontrol.screening.v1.persons_service_pb2_grpc import PersonsServiceAsyncStub
    from dualcontrol.screening.v1.screening_service_pb2_grpc import ScreeningServiceAsyncStub

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SECONDS = 30
FIRST = "filings/f-1/decisions/1"


async def test_an_override_counts_from_the_second_signature_until_a_person_ends_it(
    persons: "PersonsServiceAsyncStub", acts: "Acts", stub: "ScreeningServiceAsyncStub", returned: "Stream"
) -> None:
    proposed = (await persons.ProposeOverride(acts.proposal(), timeout=SECONDS)).override
    assert (await acts.current()).name == FIRST
    own = await refusal(persons.SignOverride(acts.signature(" 虚构人　甲".strip()), timeout=SECONDS))

    signed = (await persons.SignOverride(acts.signature(), timeout=SECONDS)).override
    standing = await acts.current()
    twice = await refusal(persons.SignOverride(acts.signature("虚构人丁"), timeout=SECONDS))
    ended = (await persons.EndOverride(acts.ending(), timeout=SECONDS)).override
    after = await acts.current()
    again = await refusal(persons.EndOverride(acts.ending(), timeout=SECONDS))

    states = pb.OverrideState.Name
    assert [states(one.state) for one in (proposed, signed, ended)] == [
        "OVERRIDE_STATE_PROPOSED", "OVERRIDE_STATE_STANDING", "OVERRIDE_STATE_ENDED"
    ]  # fmt: skip
    assert own.reason == "SAME_PERSON"
    assert (standing.disposition, list(standing.set_aside)) == (common.DISPOSITION_APPROVE, ["access.baseline"])
    assert acts.causes(standing) == [("override", "override/1@1")]
    assert (after.disposition, acts.causes(after)) == (common.DISPOSITION_NOT_PASS, [("override", "override/1@2")])
    assert twice.reason == again.reason == "OVERRIDE_NOT_OPEN"
    for decision in (standing, after):
        name = screening_pb.ReplayDecisionRequest(name=decision.name)
        assert (await stub.ReplayDecision(name, timeout=SECONDS)).identical


async def test_an_override_lapses_by_itself_on_its_day(
    persons: "PersonsServiceAsyncStub",
    acts: "Acts",
    returned: "Stream",
    begin: "Begin",
    policy: PolicyBundle,
    pool: Database,
) -> None:
    await persons.ProposeOverride(acts.proposal(), timeout=SECONDS)
    await persons.SignOverride(acts.signature(), timeout=SECONDS)

    for days, expected in ((9, common.DISPOSITION_APPROVE), (10, common.DISPOSITION_NOT_PASS)):
        await Sweeping(begin, policy, partial(NOW.__add__, timedelta(days=days)), Bell(pool, "sweep"))._lapse()
        assert (await acts.current()).disposition == expected
    async with serving(servicers(begin, policy, lambda: NOW + timedelta(days=10))) as channel:
        listed = await PersonsServiceStub(channel).ListOverrides(
            pb.ListOverridesRequest(parent="filings/-"), timeout=SECONDS
        )

    assert [pb.OverrideState.Name(one.state) for one in listed.overrides] == ["OVERRIDE_STATE_LAPSED"]


@pytest.mark.parametrize(("days", "taken"), [(0, False), (1, True), (365, True), (366, False)])
async def test_an_override_ends_after_today_and_within_what_the_policy_allows(
    persons: "PersonsServiceAsyncStub", acts: "Acts", returned: "Stream", days: int, taken: bool
) -> None:
    request = acts.proposal(end_date=date_to_wire(TODAY + timedelta(days=days)))

    if taken:
        await persons.ProposeOverride(request, timeout=SECONDS)
    else:
        assert (await refusal(persons.ProposeOverride(request, timeout=SECONDS))).fields == ["end_date"]


async def test_a_proposal_on_an_older_revision_is_not_signed(
    persons: "PersonsServiceAsyncStub", acts: "Acts", returned: "Stream", made: "Events", pool: Database
) -> None:
    await persons.ProposeOverride(acts.proposal(), timeout=SECONDS)
    await returned.take(made.accepted(revision=2))

    refused = await refusal(persons.SignOverride(acts.signature(), timeout=SECONDS))
    withdrawn = await persons.EndOverride(acts.ending("虚构人甲"), timeout=SECONDS)

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
    persons: "PersonsServiceAsyncStub", acts: "Acts", stream: "Stream", made: "Events", rules: list[str], reason: str
) -> None:
    event = acts.reviewed(acts.found("industry.prohibited", common.DISPOSITION_PROHIBIT))
    for taken in (made.level(3), made.accepted(), event, made.replaced()):
        await stream.take(taken)

    refused = await refusal(persons.ProposeOverride(acts.proposal(rules=rules), timeout=SECONDS))

    assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, reason)
    assert refused.metadata["rules"] == rules[0]


async def test_overrides_of_all_filings_are_paged_by_filing_and_number(
    persons: "PersonsServiceAsyncStub", acts: "Acts", stream: "Stream", made: "Events"
) -> None:
    await stream.take(made.level(3))
    for filing in ("f-2", "f-1"):
        event = made.reviewed(filing, kgce=0)
        event.review.findings.append(acts.found("access.baseline", common.DISPOSITION_NOT_PASS))
        replaced = capacity.ReplacementEvaluated(filing=filing, replacement=made.replaced().replacement)
        for taken in (made.accepted(filing), event, replaced):
            await stream.take(taken)
        for _ in range(2):
            await persons.ProposeOverride(acts.proposal(decision=f"filings/{filing}/decisions/1"), timeout=SECONDS)

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
