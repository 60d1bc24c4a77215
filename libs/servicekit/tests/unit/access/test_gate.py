"""The gate: who comes in, under which name, and who is turned away before a handler runs."""

from datetime import UTC, datetime
from typing import Any

import pytest

from access.deciding import Denial
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import periods_service_pb2 as periods
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.regions import RegionCode
from servicekit.access.current import Current
from servicekit.access.gate import TokenGate
from servicekit.access.limits import CallLimits
from servicekit.access.refusals import Denied, NotYourself, TooManyCalls, Unauthenticated
from servicekit.access.tokens import Tokens
from servicekit.access.trust import Trust
from testkit.forging import Forge, claims, trusted

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
AT = NOW.timestamp()
FORGE = Forge()
ROLES = (
    "reviewer", "drafter", "signer", "viewer", "budget_officer", "partner", "service", "expert", "system_administrator",
)  # fmt: skip

SUBMIT = "/dualcontrol.filing.v1.FilingService/SubmitFiling"
LIST = "/dualcontrol.screening.v1.ScreeningService/ListDecisions"
DRAFT = "/dualcontrol.review.v1.OpinionService/DraftOpinion"
ISSUE = "/dualcontrol.review.v1.OpinionService/IssueOpinion"
CLOSE = "/dualcontrol.budget.v1.PeriodsService/ClosePeriod"
RESERVE = "/dualcontrol.budget.v1.BudgetService/ReserveDeductions"
ACCOUNT = "/dualcontrol.budget.v1.BudgetService/GetAccount"


async def read(_place: str) -> bytes:
    return FORGE.document


def gate(per_second: int = 1_000) -> TokenGate:
    tokens = Tokens(Trust(issuers=(trusted(*ROLES),)), lambda: NOW, read)
    return TokenGate(tokens, RegionCode("630000"), CallLimits(per_second, lambda: 0.0), lambda: NOW)


def bearer(*grants: str, **stated: Any) -> str:
    return "Bearer " + FORGE.token(claims(*grants, at=AT, **stated))


async def passed(method: str, request: Any, *grants: str, **stated: Any) -> Current:
    """The call as it came through, by a caller with the grants."""
    gate_ = gate()
    current = await gate_.admit(method, {"authorization": bearer(*grants, **stated)})
    gate_.check(method, request, current)
    return current


async def refused(method: str, request: Any, *grants: str) -> Denial:
    with pytest.raises(Denied) as denied:
        await passed(method, request, *grants)
    return denied.value.why


@pytest.mark.parametrize(
    "stated", [{}, {"authorization": ""}, {"authorization": "Basic x"}, {"authorization": "Bearer "}]
)
async def test_who_shows_nothing_is_nobody(stated: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated) as refused_:
        await gate().admit(LIST, stated)

    assert refused_.value.why == "TOKEN_MISSING"


async def test_a_method_that_nobody_thought_of_is_denied_to_everybody() -> None:
    with pytest.raises(Denied):
        await gate().admit(
            "/dualcontrol.filing.v1.FilingService/DeleteEverything", {"authorization": bearer("partner:630000")}
        )


async def test_a_region_decides_and_what_lies_below_it_belongs_to_it() -> None:
    request = filing.SubmitFilingRequest()
    request.dossier.region_code = "632801"
    await passed(SUBMIT, request, "partner:632800")

    request.dossier.region_code = "630121"

    assert await refused(SUBMIT, request, "partner:632800") is Denial.REGION


async def test_every_region_of_a_batch_must_be_ones_own() -> None:
    requests = [budget.ReserveDeductionRequest(region_code=code) for code in ("632801", "630121")]

    assert (
        await refused(RESERVE, budget.ReserveDeductionsRequest(requests=requests), "budget_officer:632800")
        is Denial.REGION
    )


async def test_a_region_in_a_resource_name_counts_like_a_code() -> None:
    request = budget.GetAccountRequest(name="regions/630100/accounts/2026/energy")

    await passed(ACCOUNT, request, "viewer:630100")
    assert await refused(ACCOUNT, request, "viewer:632800") is Denial.REGION


@pytest.mark.parametrize("name", ["", "regions/nation/accounts/2026/energy", "regions/-", "parks/1"])
async def test_a_request_without_a_region_asks_for_the_province(name: str) -> None:
    request = budget.GetAccountRequest(name=name)

    await passed(ACCOUNT, request, "viewer:630000")
    assert await refused(ACCOUNT, request, "viewer:632800") is Denial.REGION


async def test_a_list_of_cases_is_left_to_the_rows_even_for_an_expert() -> None:
    request = screening.ListDecisionsRequest()

    await passed(LIST, request, "viewer:632800")
    await passed(LIST, request, "expert:630000;case=F1;until=2026-12-31")
    assert await refused(LIST, request, "expert:630000;case=F1;until=2026-03-02") is Denial.ROLE
    assert await refused(LIST, request, "system_administrator:630000") is Denial.ROLE


async def test_who_acts_is_named_by_the_gate() -> None:
    request = opinions.DraftOpinionRequest()
    await passed(DRAFT, request, "drafter:632800", sub="drafter.haixi", name="甲")

    assert request.drafter == "甲/drafter.haixi"


async def test_nobody_acts_in_the_name_of_another() -> None:
    with pytest.raises(NotYourself) as refused_:
        await passed(
            DRAFT, opinions.DraftOpinionRequest(drafter="乙"), "drafter:632800", sub="drafter.haixi", name="甲"
        )

    assert refused_.value.field == "drafter"
    assert "甲/drafter.haixi" in refused_.value.text().zh


async def test_a_partner_names_the_persons_who_acted_in_it() -> None:
    request = opinions.DraftOpinionRequest(drafter="乙")
    await passed(DRAFT, request, "partner:632800")

    assert request.drafter == "乙"


async def test_a_signature_asks_for_a_fresh_sign_in() -> None:
    request = opinions.IssueOpinionRequest()
    await passed(ISSUE, request, "signer:632800", auth_time=int(AT) - 300)

    with pytest.raises(Denied) as denied:
        await passed(ISSUE, request, "signer:632800", auth_time=int(AT) - 301)

    assert denied.value.why is Denial.STALE


async def by_two(second: str, first: str | None = None) -> periods.ClosePeriodRequest:
    request = periods.ClosePeriodRequest(region_code="632800")
    metadata = {
        "authorization": first or bearer("budget_officer:632800", sub="b", name="乙"),
        "dualcontrol-countersignature": second,
    }
    current = await gate().admit(CLOSE, metadata)
    gate().check(CLOSE, request, current)
    return request


async def test_two_who_sign_are_both_named_in_one_order() -> None:
    first, second = (bearer("budget_officer:632800", sub=sub, name=name) for sub, name in (("a", "甲"), ("b", "乙")))

    assert list((await by_two(second, first)).signers) == sorted(["甲/a", "乙/b"])
    assert list((await by_two(first, second)).signers) == sorted(["甲/a", "乙/b"])


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (bearer("budget_officer:632800", sub="b", name="乙"), Denial.CONFLICT),
        (bearer("partner:630000", sub="p"), Denial.CONFLICT),
        (bearer("viewer:632800", sub="v"), Denial.ROLE),
        (bearer("budget_officer:630100", sub="x"), Denial.REGION),
    ],
)
async def test_the_second_is_another_person_who_may_do_it_too(second: str, why: Denial) -> None:
    with pytest.raises(Denied) as denied:
        await by_two(second)

    assert denied.value.why is why


async def test_a_service_passes_on_the_person_and_may_what_the_person_may() -> None:
    metadata = {
        "authorization": bearer("service:630000", sub="screening"),
        "dualcontrol-on-behalf-of": bearer("viewer:632800"),
    }
    gate_ = gate()
    current = await gate_.admit(LIST, metadata)

    assert current.caller.subject == "reviewer.test"
    assert current.scope.setting == "6328"


async def test_nobody_but_a_service_speaks_for_another() -> None:
    metadata = {"authorization": bearer("viewer:632800"), "dualcontrol-on-behalf-of": bearer("viewer:630000", sub="x")}
    with pytest.raises(Denied):
        await gate().admit(LIST, metadata)


async def test_a_caller_has_a_share_of_calls_and_others_keep_theirs() -> None:
    gate_ = gate(per_second=2)
    mine = {"authorization": bearer("viewer:632800", sub="a")}
    for _ in range(2):
        await gate_.admit(LIST, mine)

    with pytest.raises(TooManyCalls):
        await gate_.admit(LIST, mine)
    await gate_.admit(LIST, {"authorization": bearer("viewer:632800", sub="b")})
