"""Who sees and does what of cases: row-level security, as the role that serves meets it."""

from typing import TYPE_CHECKING, Any

import pytest

from access.acts import Act
from access.deciding import Denial
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.clock import Clock
from kernel.errors import NotFound
from screening.entrypoints.grpc import ScreeningService
from screening.entrypoints.persons import PersonsService
from servicekit.access.refusals import Denied
from servicekit.storage.bell import Bell
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.acting import acting

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream
    from services.screening.tests.integration.persons.conftest import Acts

from dualcontrol.screening.v1 import persons_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening

pytestmark = pytest.mark.integration

HAIXI, XINING = "f-haixi", "f-xining"
FIRST = f"filings/{HAIXI}/decisions/1"


@pytest.fixture
async def cases(stream: "Stream", made: "Events", acts: "Acts") -> "Stream":
    """One case in Haixi and one in Xining, each of which waits for a person by one rule."""
    for prefecture in ("632800", "630100"):
        await stream.take(made.level(3, region=prefecture))
    for filing, region in ((HAIXI, "632801"), (XINING, "630104")):
        reviewed = made.reviewed(filing, kgce=0)
        reviewed.review.findings.append(acts.found("access.baseline", common.DISPOSITION_MANUAL))
        for event in (made.accepted(filing, region=region), reviewed, made.replaced(filing)):
            await stream.take(event)
    return stream


@pytest.fixture
def persons_service(begin: "Begin", policy: PolicyBundle, clock: Clock) -> PersonsService:
    return PersonsService(begin, policy, clock)


@pytest.fixture
def reads(begin: "Begin", policy: PolicyBundle, clock: Clock, pool: Database) -> ScreeningService:
    return ScreeningService(begin, policy, clock, Bell(pool, "decision"))


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["viewer:630000"], [HAIXI, XINING]),
        (["service:630000"], [HAIXI, XINING]),
        (["reviewer:632800"], [HAIXI]),
        (["viewer:630104"], [XINING]),
        (["viewer:632802"], []),
        (["expert:630000;case=f-xining;until=2999-01-01"], [XINING]),
        (["system_administrator:630000"], []),
        (["audit_administrator:630000"], []),
        ([], []),
    ],
)
@pytest.mark.usefixtures("cases")
async def test_a_caller_sees_decisions_where_he_works(
    reads: ScreeningService, grants: list[str], expected: list[str]
) -> None:
    request: Any = screening.ListDecisionsRequest()
    with acting(Act.READ, *grants):
        listed = (await reads.ListDecisions(request, None)).decisions
        got = [one for one in (HAIXI, XINING) if await there(reads, one)]

    assert [one.name.split("/")[1] for one in listed] == got == expected


async def there(reads: ScreeningService, filing: str) -> bool:
    try:
        await reads.GetCase(screening.GetCaseRequest(name=f"filings/{filing}/case"), None)
    except NotFound:
        return False
    return True


@pytest.mark.usefixtures("cases")
async def test_a_reviewer_decides_a_case_of_his_prefecture_and_it_is_screened_at_once(
    reads: ScreeningService, persons_service: PersonsService, acts: "Acts"
) -> None:
    with acting(Act.RULE, "reviewer:632800"):
        await persons_service.RecordRuling(acts.ruling(decision=FIRST), None)
    with acting(Act.READ, "reviewer:632800"):
        listed = await persons_service.ListRulings(pb.ListRulingsRequest(parent=f"filings/{HAIXI}"), None)
        request = screening.GetDecisionRequest(name=f"filings/{HAIXI}/decisions/current")
        decided = (await reads.GetDecision(request, None)).decision

    assert len(listed.rulings) == 1
    assert decided.name.endswith("/2")
    assert decided.disposition == common.DISPOSITION_APPROVE


@pytest.mark.usefixtures("cases")
async def test_what_is_another_prefectures_is_not_found_and_stays_as_it_is(
    persons_service: PersonsService, acts: "Acts", pool: Database
) -> None:
    with acting(Act.RULE, "reviewer:630100"), pytest.raises(NotFound):
        await persons_service.RecordRuling(acts.ruling(decision=FIRST), None)
    with acting(Act.PROPOSE_OVERRIDE, "drafter:630100"), pytest.raises(NotFound):
        await persons_service.ProposeOverride(acts.proposal(decision=FIRST), None)

    assert await pool.fetchval("SELECT count(*) FROM decision") == 2
    assert await pool.fetchval("SELECT count(*) FROM ruling") == 0


@pytest.mark.usefixtures("cases")
async def test_who_sees_a_case_and_may_not_act_on_it_is_denied(persons_service: PersonsService, acts: "Acts") -> None:
    with acting(Act.RULE, "viewer:630000", "reviewer:630100"), pytest.raises(Denied) as refused:
        await persons_service.RecordRuling(acts.ruling(decision=FIRST), None)

    assert refused.value.why is Denial.REGION
