"""Every method, by every role, from every region, through real gRPC: not one leak, not one wrong refusal."""

import asyncio
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc
import pytest
from e2e.support.dossiers import PREFECTURE, approvable, request_id
from e2e.support.platform import Platform
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from access.acts import ALLOWED, Act
from access.methods import METHODS, Empty, Rule
from access.roles import Role
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from testkit.telling import Tell

pytestmark = pytest.mark.e2e

SUBTREES: Final = {
    "630000": {"630000", "630100", "630121", "632800", "632801"},
    "632800": {"632800", "632801"},
    "632801": {"632801"},
}
"""Which of the regions that are asked about belong to whom."""
AT_ONCE: Final = 50
STREAM_SECONDS, UNARY_SECONDS = 60, 60
REFUSED: Final = {grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED}


@dataclass(frozen=True)
class Question:
    method: str
    grant: str
    region: str | None
    may: bool


def descriptor(method: str) -> MethodDescriptor:
    _, service, name = method.split("/")
    package, _, short = service.rpartition(".")
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in short).lstrip("_")
    module = importlib.import_module(f"{package}.{words}_pb2")
    found: MethodDescriptor = module.DESCRIPTOR.services_by_name[short].methods_by_name[name]
    return found


def put(message: Any, path: str, code: str) -> None:
    """States a region where the table of methods looks for it."""
    head, _, rest = path.partition(".")
    if rest:
        inner = getattr(message, head)
        put(inner.add() if hasattr(inner, "add") else inner, rest, code)
    else:
        setattr(message, head, f"regions/{code}" if head in ("name", "parent") else code)


def request_of(method: str, rule: Rule, region: str | None) -> Message:
    made = GetMessageClass(descriptor(method).input_type)()
    for path in rule.regions if region else ():
        put(made, path, str(region))
    return made


def expected(role: Role, home: str, rule: Rule, region: str | None) -> bool:
    """What the tables say, read by somebody who does not know the code."""
    if rule.act not in ALLOWED[role]:
        return False
    if region is None and rule.empty is Empty.ROWS:
        return role is not Role.EXPERT or rule.act is Act.READ
    inside = (region or "630000") in SUBTREES[home]
    if role is Role.EXPERT:
        return inside and rule.act is Act.READ and rule.empty is Empty.ROWS
    return inside


def questions() -> Iterator[Question]:
    for method, rule in METHODS.items():
        for role in Role:
            for home in SUBTREES:
                limits = ";case=NONE;until=2099-12-31" if role is Role.EXPERT else ""
                for region in (*SUBTREES["630000"], "650000", None) if rule.regions else (None,):
                    yield Question(method, f"{role}:{home}{limits}", region, expected(role, home, rule, region))


class Asking:
    """Calls any method of any service with any grant."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._tokens: dict[str, str] = {}

    def token(self, grant: str) -> str:
        if grant not in self._tokens:
            subject = grant.partition(";")[0].replace(":", ".")
            self._tokens[grant] = self._platform.mint(grant, subject=subject)
        return self._tokens[grant]

    async def code(self, method: str, request: Message, grant: str) -> grpc.StatusCode:
        service = method.split(".")[1]
        if service not in self._channels:
            self._channels[service] = grpc.aio.insecure_channel(self._platform.address(service))
        metadata = (("authorization", f"Bearer {self.token(grant)}"),)
        call = self._call(self._channels[service], method)
        try:
            if descriptor(method).server_streaming:
                async for _ in call(request, metadata=metadata, timeout=STREAM_SECONDS):
                    break
            else:
                await call(request, metadata=metadata, timeout=UNARY_SECONDS)
        except grpc.aio.AioRpcError as error:
            return error.code()
        return grpc.StatusCode.OK

    def _call(self, channel: grpc.aio.Channel, method: str) -> Any:
        about = descriptor(method)
        make = channel.unary_stream if about.server_streaming else channel.unary_unary
        return make(
            method,
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=GetMessageClass(about.output_type).FromString,
        )

    async def close(self) -> None:
        for channel in self._channels.values():
            await channel.close(None)


@pytest.fixture
async def asking(platform: Platform) -> Any:
    made = Asking(platform)
    yield made
    await made.close()


def _watches(method: str) -> bool:
    """A stream that waits for what will happen: it has no first answer when nothing happens."""
    return method.endswith("/WatchDecisions")


async def test_every_role_and_region_is_let_in_or_refused_as_the_table_says(asking: Asking, tell: Tell) -> None:
    slots = asyncio.Semaphore(AT_ONCE)
    wrong: list[str] = []
    asked = allowed = 0

    async def ask(question: Question) -> None:
        request = request_of(question.method, METHODS[question.method], question.region)
        async with slots:
            code = await asking.code(question.method, request, question.grant)
        if (code not in REFUSED) != question.may or code in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN):
            wrong.append(f"{question}: {code.name}")

    batch = [question for question in questions() if not (_watches(question.method) and question.may)]
    for question in batch:
        asked, allowed = asked + 1, allowed + question.may
    await asyncio.gather(*(ask(question) for question in batch))
    tell(f"access through gRPC: {asked} calls, {allowed} to be let in, {len(wrong)} otherwise")

    assert not wrong, "\n".join(wrong[:20])


CASE_READS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "filing": [("filing.v1.FilingService/GetFiling", "filings/{id}")],
    "review": [("review.v1.ReviewService/GetReview", "filings/{id}/review")],
    "capacity": [("capacity.v1.CapacityService/GetReplacement", "filings/{id}/replacement")],
    "screening": [
        ("screening.v1.ScreeningService/GetCase", "filings/{id}/case"),
        ("screening.v1.ScreeningService/GetDecision", "filings/{id}/decisions/current"),
        ("screening.v1.ScreeningService/ExplainDecision", "filings/{id}/decisions/current"),
    ],
}
OWN: Final = "632801"


async def _filed(platform: Platform, region: str, number: int) -> str:
    """A filing of the region, decided."""
    request = filing.SubmitFilingRequest(
        dossier=approvable(number, region=region), request_id=request_id("access", region, number)
    )
    async with platform.channel("filing") as channel:
        submit = channel.unary_unary(
            "/dualcontrol.filing.v1.FilingService/SubmitFiling",
            request_serializer=filing.SubmitFilingRequest.SerializeToString,
            response_deserializer=filing.SubmitFilingResponse.FromString,
        )
        made = await submit(request, timeout=30)
    name: str = made.filing.name.removeprefix("filings/")
    await platform.decision(name)
    return name


LISTS: Final[Mapping[str, Callable[[Any], set[str]]]] = {
    "filing.v1.FilingService/ListFilings": lambda page: {one.name.split("/")[1] for one in page.filings},
    "screening.v1.ScreeningService/ListDecisions": lambda page: {one.name.split("/")[1] for one in page.decisions},
    "screening.v1.ScreeningService/SearchProjects": lambda page: {one.filing.split("/")[-1] for one in page.projects},
    "budget.v1.BudgetService/ListDeductions": lambda page: {one.filing for one in page.deductions},
}
"""What a page of each list names, by filing."""
PAGE_SIZE: Final = 500


async def _listed(platform: Platform, asking: Asking, method: str, grant: str) -> set[str]:
    """Every filing on every page of a list, as somebody with the grant is given it."""
    about, found, token = descriptor(f"/dualcontrol.{method}"), set[str](), ""
    make = GetMessageClass(about.input_type)
    async with platform.channel(method.split(".", 1)[0], token=asking.token(grant)) as channel:
        call = channel.unary_unary(
            f"/dualcontrol.{method}",
            request_serializer=make.SerializeToString,
            response_deserializer=GetMessageClass(about.output_type).FromString,
        )
        while True:
            page = await call(make(page_size=PAGE_SIZE, page_token=token), timeout=UNARY_SECONDS)
            found |= LISTS[method](page)
            if not (token := page.next_page_token):
                return found


async def test_a_case_is_there_for_those_it_concerns_and_for_nobody_else(platform: Platform, asking: Asking) -> None:
    own, other = await _filed(platform, OWN, 81_001), await _filed(platform, "630121", 81_002)
    today = ";until=2099-12-31"
    sees = {
        "viewer:630000": {own, other},
        "viewer:632800": {own},
        f"viewer:{OWN}": {own},
        f"viewer:{PREFECTURE}": {other},
        "viewer:632700": set(),
        f"expert:630000;case={own}{today}": {own},
        f"expert:630000;case={other}{today}": {other},
    }
    for grant, visible in sees.items():
        for method, pattern in (read for reads in CASE_READS.values() for read in reads):
            for case in (own, other):
                request = GetMessageClass(descriptor(f"/dualcontrol.{method}").input_type)(name=pattern.format(id=case))
                code = await asking.code(f"/dualcontrol.{method}", request, grant)
                wanted = grpc.StatusCode.OK if case in visible else grpc.StatusCode.NOT_FOUND
                assert code is wanted, f"{grant} {method} of {'its own' if case in visible else 'another'}: {code}"
        for method in LISTS:
            found = await _listed(platform, asking, method, grant) & {own, other}
            # Only the other's county is sure to have a budget, and without one nothing is held.
            sure = visible & {other} if method.startswith("budget") else visible
            assert sure <= found <= visible, f"{grant} {method}"
