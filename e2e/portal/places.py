"""Every page of the portal with an example that has something to show, and who has it as his own."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from e2e.demo.__main__ import DATA, send
from e2e.demo.signing_in import Entrance
from e2e.portal.forms import ISSUED, REGION, enter
from e2e.support.dossiers import request_id
from e2e.support.platform import Platform
from fastapi.routing import APIRoute
from google.type.date_pb2 import Date
from grpc import StatusCode
from playwright.sync_api import Page

from client import opinions, persons
from client.commands.budgets import ENVELOPES
from client.commands.levels import LEVELS
from client.commands.lots import LOTS
from client.commands.submit import SUBMISSIONS
from client.connections import Services
from client.entries import read_entries
from client.errors import ServiceError
from client.rendering.tables import filing_id
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.screening.v1 import persons_service_pb2 as persons_pb
from kernel.clock import legal_day
from portal.entrypoints.app import EVERY_ROUTER
from testkit.issuer.users import EXPERT_CASE

SERVICES: Final = ("filing", "review", "capacity", "budget", "targets", "screening")
OVERRIDE_DAYS: Final = 20
PROJECT: Final = f"/projects/{EXPERT_CASE}"
"""One that is two-high, with bullet charts, a replacement plan and an opinion, and that the expert sees."""
SET_ASIDE: Final = "2606-632223-04-01-900074"
"""One that does not pass, with an override."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page by what pictures of it are called, its address, and the person whose page it is."""

    name: str
    address: str
    person: str = "reviewer.qinghai"
    status: int = 200


PLACES: Final[Mapping[str, Place]] = {
    "/": Place("workbench", "/"),
    "/signed-out": Place("signed-out", "/signed-out"),
    "/projects": Place("projects", "/projects"),
    "/projects/{filing_id}": Place("project", PROJECT),
    "/regions": Place("regions", "/regions"),
    "/regions/{code}": Place("region", "/regions/632200"),
    "/queue": Place("queue", "/queue?region=632800"),
    "/budgets": Place("budgets", "/budgets?region=632200&year=2026", "budget.qinghai"),
    "/lots": Place("lots", "/lots", "capacity.qinghai"),
    "/lots/{lot_id}": Place("lot", "/lots/invented-clinker-1", "capacity.qinghai"),
    "/opinions": Place("opinions", "/opinions", "signer.qinghai"),
    "/rulings": Place("rulings", "/rulings"),
    "/overrides": Place("overrides", "/overrides", "signer.qinghai"),
    "/filings/new": Place("filing", "/filings/new", "registrar.qinghai"),
    "/projects/{filing_id}/amend": Place("amend", f"{PROJECT}/amend", "registrar.qinghai"),
    "/projects/{filing_id}/opinion": Place("opinion", f"{PROJECT}/opinion", "signer.qinghai"),
    "/projects/{filing_id}/opinion/draft": Place("draft", f"{PROJECT}/opinion/draft", "drafter.qinghai"),
    "/projects/{filing_id}/opinions/{number}/return": Place("return", f"{PROJECT}/opinions/1/return"),
    "/projects/{filing_id}/opinions/{number}/issue": Place("issue", f"{PROJECT}/opinions/1/issue", "signer.qinghai"),
    "/projects/{filing_id}/ruling": Place("ruling", f"{PROJECT}/ruling"),
    "/projects/{filing_id}/override": Place("override", f"/projects/{SET_ASIDE}/override", "drafter.qinghai"),
    "/projects/{filing_id}/overrides/{number}/sign": Place(
        "override-sign", f"/projects/{SET_ASIDE}/overrides/1/sign", "signer.qinghai"
    ),
    "/projects/{filing_id}/overrides/{number}/end": Place(
        "override-end", f"/projects/{SET_ASIDE}/overrides/1/end", "signer.qinghai"
    ),
    "/policies": Place("policies", "/policies", "policy.qinghai"),
    "/policies/difference": Place(
        "policy-difference", "/policies/difference?from=2024-01-01&until=2026-01-01", "policy.qinghai"
    ),
    "/policies/{entry_id}": Place("policy", "/policies/capacity.plan.other_two_high", "policy.qinghai"),
    "/what-if": Place("what-if", "/what-if", "policy.qinghai"),
    "/regions/{code}/entries": Place("entries", f"/regions/{REGION}/entries", "statistics.qinghai"),
    "/regions/{code}/entries/report": Place("entry-report", f"/regions/{REGION}/entries/report", "statistics.qinghai"),
    "/regions/{code}/entries/level": Place("entry-level", f"/regions/{REGION}/entries/level", "statistics.qinghai"),
    "/regions/{code}/entries/{number}": Place("entry", f"/regions/{REGION}/entries/1", "costatistics.qinghai"),
    "/regions/{code}/entries/{number}/publish": Place(
        "entry-publish", f"/regions/{REGION}/entries/1/publish", "costatistics.qinghai"
    ),
    "/regions/{code}/entries/{number}/withdraw": Place(
        "entry-withdraw", f"/regions/{REGION}/entries/1/withdraw", "statistics.qinghai"
    ),
    "/revocations": Place("revocations", "/revocations", "signer.qinghai"),
    "/projects/{filing_id}/opinions/{number}/revoke": Place(
        "revoke", f"/projects/{ISSUED}/opinions/1/revoke", "signer.qinghai"
    ),
    "/projects/{filing_id}/revocations/{number}/sign": Place(
        "revocation-sign", f"/projects/{ISSUED}/revocations/1/sign", "cosigner.qinghai"
    ),
    "/projects/{filing_id}/revocations/{number}/withdraw": Place(
        "revocation-withdraw", f"/projects/{ISSUED}/revocations/1/withdraw", "signer.qinghai"
    ),
    "/laws": Place("laws", "/laws", "policy.qinghai"),
    "/laws/{number}": Place("law", "/laws/1", "policy.qinghai"),
    "/laws/{number}/approve": Place("law-approve", "/laws/1/approve", "policy.qinghai"),
    "/laws/{number}/reject": Place("law-reject", "/laws/1/reject", "policy.qinghai"),
    "/users": Place("users", "/users", "secadmin"),
    "/users/end": Place("users-end", "/users/end?subject=viewer.haixi", "secadmin"),
    "/operations": Place("operations", "/operations", "sysadmin"),
    "/help": Place("help", "/help", "viewer.qinghai"),
}
"""By the route that serves it."""

REFUSALS: Final = (
    Place("not-found", "/projects/no-such-filing", status=404),
    Place("no-page", "/no-such-page", status=404),
    Place("wrong-filter", "/projects?from=2026-02-30", status=422),
    Place("not-allowed", "/filings/new", "viewer.qinghai", status=403),
)
"""Pages that say what went wrong."""

NO_PAGES: Final[Mapping[str, str]] = {
    "/sign-in": "leads to the provider",
    "/signed-in": "takes what the provider sends",
    "/language": "leads back to where it was chosen",
    "/projects.{form}": "a file",
    "/regions/barometer.{form}": "a file",
    "/projects/{filing_id}/decisions/{number}/letter.pdf": "a file; the journey prints it",
    "/what-if/{run_id}": "only who began a run has it",
    "/what-if/{run_id}/events": "a stream",
    "/what-if/{run_id}/propose": "only who began a run has it",
    "/laws/{number}/archive.zip": "a file",
}


def routes() -> frozenset[str]:
    """The paths that the application answers to a GET."""
    return frozenset(
        route.path
        for router in EVERY_ROUTER
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    )


def every_place() -> Iterator[Place]:
    yield from PLACES.values()
    yield from REFUSALS


def stock(platform: Platform, entrance: Entrance) -> None:
    """Files the invented projects; some get what persons add to them."""
    asyncio.run(_stock(platform, entrance))


def _services(platform: Platform, subject: str | None = None) -> Services:
    return Services({name: platform.address(name) for name in SERVICES}, token=platform.token(subject))


async def _stock(platform: Platform, entrance: Entrance) -> None:
    invented = DATA / "invented"
    filings = read_entries([invented / "filings.yaml"], SUBMISSIONS.request)
    async with _services(platform) as partner:
        await send(partner, LEVELS, read_entries([invented / "levels.yaml"], LEVELS.request))
        await send(partner, LOTS, read_entries([invented / "lots.yaml"], LOTS.request))
        await send(partner, ENVELOPES, read_entries([invented / "envelopes.yaml"], ENVELOPES.request))
        await send(partner, SUBMISSIONS, filings)
    for entry in filings:
        await platform.decision(filing_id(entry.request))
    async with _services(platform, "drafter.qinghai") as drafter:
        await _put_before_persons(platform, drafter)
    await enter(platform, entrance)


async def _put_before_persons(platform: Platform, drafter: Services) -> None:
    blocked, decision = await platform.decision(SET_ASIDE), await platform.decision(EXPERT_CASE)
    ends = legal_day(datetime.now(UTC)) + timedelta(days=OVERRIDE_DAYS)
    override = persons_pb.ProposeOverrideRequest(
        decision=blocked.name,
        rules=[next(one.rule for one in blocked.findings if one.leads_to == common.DISPOSITION_NOT_PASS)],
        reason="虚构示例: 设备数据以后补核",
        evidence="虚构〔2026〕12号",
        end_date=Date(year=ends.year, month=ends.month, day=ends.day),
        request_id=request_id("stock", "override"),
    )
    await persons.propose(drafter, override)
    draft = opinion_pb.DraftOpinionRequest(
        decision=decision.name,
        result=opinion_pb.OPINION_RESULT_NOT_PASS,
        text="虚构示例: 该项目单位产品能耗高于标杆水平, 不予通过。",
        request_id=request_id("stock", "opinion"),
    )

    async def drafted() -> opinion_pb.Opinion | None:
        """None until the decision has reached the service of opinions."""
        try:
            return await opinions.draft(drafter, draft)
        except ServiceError as refusal:
            if refusal.code is not StatusCode.NOT_FOUND:
                raise
            return None

    await platform.until(drafted, bool)


def complaints_of(page: Page) -> list[str]:
    """Grows with every error that the browser reports of the page, but for the page's own refusal."""
    found: list[str] = []

    def heard(kind: str, text: str, address: str) -> None:
        is_own_status = text.startswith("Failed to load resource") and address == page.url
        if kind == "error" and not is_own_status:
            found.append(f"{page.url}: {text}")

    def failed(address: str, why: str) -> None:
        # Who leads the browser on does not wait for the last picture of the page before.
        if why != "net::ERR_ABORTED":
            found.append(f"{address}: {why}")

    page.on("console", lambda said: heard(said.type, said.text, said.location.get("url", "")))
    page.on("pageerror", lambda problem: found.append(f"{page.url}: {problem}"))
    page.on("requestfailed", lambda request: failed(request.url, request.failure or ""))
    return found
