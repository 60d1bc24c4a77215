"""The portal without a network: sessions in memory, a willing provider, services that say what a test says."""

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.message import Message
from services.portal.tests.unit.stores import LawsInMemory, UnsentInMemory, ViewsInMemory

from access.callers import Caller
from access.grants import Grant
from client.connections import Services
from client.errors import ServiceError
from client.metrics import Samples
from kernel.text import Text
from portal.application.parts import Part
from portal.application.policies import LawInForce
from portal.application.what_if import Runs
from portal.domain.sessions import ABSOLUTE, Alive, Attempt, Session
from portal.entrypoints.app import create_app
from portal.entrypoints.cookies import SESSION
from portal.entrypoints.parts import Portal
from portal.entrypoints.rendering import Templates
from servicekit.access.limits import CallLimits
from servicekit.access.refusals import Unauthenticated
from statute.archive import packed
from statute.loader import PolicyBundle, load_bundle

ADDRESS = "http://127.0.0.1:8080"
ISSUER = "http://127.0.0.1:8090"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
AWAY = Text("服务无法连接", "The service is away.")

Answer = Message | ServiceError | Callable[[Any], Message]
Stream = Callable[[Any], AsyncIterator[Message]]


@dataclass(slots=True)
class Hands:
    """A clock that stands still until a test turns it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(slots=True)
class SaidStream:
    """What a test streams; it can be cancelled as a call can."""

    messages: AsyncIterator[Message]

    def __aiter__(self) -> AsyncIterator[Message]:
        return self.messages

    def cancel(self) -> None:
        return None


@dataclass(slots=True)
class SaidPlatform:
    """What a test says of a service's health and figures; a service that it says nothing about is away."""

    healths: dict[str, Part[bool]] = field(default_factory=dict)
    counted: dict[str, Part[Samples]] = field(default_factory=dict)

    async def health(self, service: str) -> Part[bool]:
        return self.healths.get(service, Part(problem=AWAY))

    async def figures(self, service: str) -> Part[Samples]:
        return self.counted.get(service, Part(problem=AWAY))


class SaidServices(Services):
    """Answers by full method name, e.g. "/dualcontrol.filing.v1.FilingService/GetFiling": a message, a function of the
    request, or a ServiceError. What a test says nothing about is away. `asked` has every request in order."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[str, Answer] = {}
        self.streams: dict[str, Stream] = {}
        self.asked: list[tuple[str, Any]] = []
        self.tokens: list[str] = []

    def channel(self, _service: str) -> Any:
        return self

    def unary_unary(self, path: str, *_rest: Any, **_named: Any) -> Any:
        async def answer(request: Any, **_options: Any) -> Any:
            self.asked.append((path, request))
            said = self.answers.get(path)
            if said is None:
                raise ServiceError(AWAY, grpc.StatusCode.UNAVAILABLE)
            if isinstance(said, ServiceError):
                raise said
            return said if isinstance(said, Message) else said(request)

        return answer

    def unary_stream(self, path: str, *_rest: Any, **_named: Any) -> Any:
        def stream(request: Any, **_options: Any) -> Any:
            self.asked.append((path, request))
            return SaidStream(self.streams[path](request))

        return stream


@dataclass
class SessionsInMemory:
    clock: Hands
    sessions: dict[str, Session] = field(default_factory=dict)
    attempts: dict[tuple[str, str], Attempt] = field(default_factory=dict)

    async def begin(self, subject: str, access_token: str, lifetime_seconds: int) -> Session:
        now = self.clock()
        ends = now + min(ABSOLUTE, timedelta(seconds=lifetime_seconds))
        made = Session(secrets.token_urlsafe(8), subject, secrets.token_urlsafe(8), access_token, now, now, ends)
        self.sessions[made.id] = made
        return made

    async def find(self, session_id: str) -> Session | None:
        found = self.sessions.get(session_id)
        if found is None or not found.holds_at(self.clock()):
            return None
        self.sessions[session_id] = replace(found, last_used_at=self.clock())
        return self.sessions[session_id]

    async def owner_of_ended(self, session_id: str, csrf: str) -> str | None:
        found = self.sessions.get(session_id)
        return found.subject if found is not None and found.csrf == csrf else None

    async def end(self, session_id: str) -> None:
        self.sessions.pop(session_id, None)

    async def end_all(self, subject: str) -> int:
        ended = [one.id for one in self.sessions.values() if one.subject == subject]
        for session_id in ended:
            del self.sessions[session_id]
        return len(ended)

    async def alive(self, after: str, size: int) -> Sequence[Alive]:
        found = [one for one in self.sessions.values() if one.holds_at(self.clock()) and one.subject > after]
        subjects = sorted({one.subject for one in found})[:size]
        return [
            Alive(
                subject,
                len(own := [one for one in found if one.subject == subject]),
                min(one.created_at for one in own),
                max(one.last_used_at for one in own),
            )
            for subject in subjects
        ]

    async def keep_attempt(self, attempt: Attempt) -> None:
        self.attempts[attempt.state, attempt.browser] = attempt

    async def take_attempt(self, state: str, browser: str) -> Attempt | None:
        return self.attempts.pop((state, browser), None)


@dataclass(frozen=True)
class SaidProof:
    subject: str
    access_token: str
    lifetime_seconds: int = 8 * 3600


@dataclass(frozen=True)
class WillingProvider:
    """Vouches for one person, and gives for every code the token of that name."""

    subject: str

    async def address_for(self, attempt: Attempt) -> str:
        asked = "" if attempt.fresh_seconds_max is None else "&prompt=login"
        return f"{ISSUER}/authorize?state={attempt.state}{asked}"

    async def redeem(self, attempt: Attempt, code: str, issuer: str | None) -> SaidProof:
        assert attempt.verifier
        assert issuer in (None, ISSUER)
        return SaidProof(self.subject, code)


@dataclass
class KnownCallers:
    callers: dict[str, Caller] = field(default_factory=dict)

    async def caller(self, token: str) -> Caller:
        if token not in self.callers:
            raise Unauthenticated("TOKEN_INVALID")
        return self.callers[token]


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")


@pytest.fixture(scope="session")
def templates() -> Templates:
    return Templates()


@pytest.fixture
def grants() -> tuple[str, ...]:
    """Of the person whose browser `browser` is; a test module may say others."""
    return ("reviewer:630000", "signer:630000")


@pytest.fixture
def person(grants: tuple[str, ...], clock: Hands) -> Caller:
    return Caller("reviewer.test", "测试甲", tuple(Grant.parse(word) for word in grants), clock())


@pytest.fixture
def services() -> SaidServices:
    return SaidServices()


@pytest.fixture
def answers(services: SaidServices) -> dict[str, Answer]:
    """What the services say, by full method name."""
    return services.answers


@pytest.fixture
def sessions(clock: Hands) -> SessionsInMemory:
    return SessionsInMemory(clock)


@pytest.fixture
def unsent(clock: Hands) -> UnsentInMemory:
    return UnsentInMemory(clock)


@pytest.fixture
def views() -> ViewsInMemory:
    return ViewsInMemory()


@pytest.fixture
def laws() -> LawsInMemory:
    return LawsInMemory()


@pytest.fixture
def callers(person: Caller) -> KnownCallers:
    return KnownCallers({"token": person})


@pytest.fixture(scope="session")
def law(policy: PolicyBundle) -> LawInForce:
    return LawInForce(packed("qinghai"), policy)


@pytest.fixture
def runs(clock: Hands) -> Runs:
    return Runs(clock)


@pytest.fixture
def platform() -> SaidPlatform:
    return SaidPlatform()


@pytest.fixture
def portal(
    services: SaidServices,
    sessions: SessionsInMemory,
    callers: KnownCallers,
    clock: Hands,
    *,
    person: Caller,
    law: LawInForce,
    runs: Runs,
    platform: SaidPlatform,
    templates: Templates,
    unsent: UnsentInMemory,
    views: ViewsInMemory,
    laws: LawsInMemory,
) -> Portal:
    def services_for(token: str) -> Services:
        services.tokens.append(token)
        return services

    return Portal(
        address=ADDRESS,
        issuer=ISSUER,
        is_demo=True,
        sessions=sessions,
        unsent=unsent,
        views=views,
        provider=WillingProvider(person.subject),
        callers=callers,
        services_for=services_for,
        templates=templates,
        region_name=law.policy.region_name,
        law=law,
        laws=laws,
        shapes=None,
        runs=runs,
        platform=platform,
        limits=CallLimits(1000),
        clock=clock,
    )


@pytest.fixture
async def anonymous(portal: Portal) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in. It does not follow redirects."""
    transport = httpx.ASGITransport(create_app(portal), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as browser:
        yield browser


@pytest.fixture
async def session(sessions: SessionsInMemory, person: Caller) -> Session:
    return await sessions.begin(person.subject, "token", 8 * 3600)


@pytest.fixture
def browser(anonymous: httpx.AsyncClient, session: Session) -> httpx.AsyncClient:
    """The browser of `person`, who is signed in. A form needs `data={"csrf": session.csrf}`."""
    anonymous.cookies.set(SESSION, session.id)
    return anonymous
