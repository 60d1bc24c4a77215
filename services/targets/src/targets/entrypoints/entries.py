"""EntriesService over gRPC: translate in, call, translate out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import entries_service_pb2_grpc as rpc
from kernel.clock import Clock
from kernel.errors import DomainError, NotFound
from kernel.regions import RegionCode
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import next_token, page_size
from servicekit.wire import text_to_wire
from statute.loader import PolicyBundle
from targets.application.entering import Command, Effect, effect_of, enter, entry_in_hand, settle
from targets.application.ports import Work
from targets.domain.entries import Entry, EntryState
from targets.entrypoints import entries_checks as fields
from targets.entrypoints.targets_checks import region
from targets.wire_entries import effect_to_wire, entry_to_wire


class EntriesService(rpc.EntriesServiceServicer):
    """Each write runs once for its request id."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def EnterReport(self, request: pb.EnterReportRequest, _context: Any) -> pb.EnterReportResponse:
        now = self._clock()
        wanted = fields.report(request, self._policy, now)
        would = await self._foreseen(wanted.command)
        if request.validate_only:
            return pb.EnterReportResponse(effect=would())

        async def act(work: Work) -> pb.EnterReportResponse:
            effect = would()
            return pb.EnterReportResponse(entry=entry_to_wire(await enter(wanted, work, now)), effect=effect)

        return await answer_once(self._begin(), request, pb.EnterReportResponse, act)

    async def EnterLevel(self, request: pb.EnterLevelRequest, _context: Any) -> pb.EnterLevelResponse:
        now = self._clock()
        wanted = fields.level(request, self._policy, now)
        would = await self._foreseen(wanted.command)
        if request.validate_only:
            return pb.EnterLevelResponse(effect=would())

        async def act(work: Work) -> pb.EnterLevelResponse:
            effect = would()
            return pb.EnterLevelResponse(entry=entry_to_wire(await enter(wanted, work, now)), effect=effect)

        return await answer_once(self._begin(), request, pb.EnterLevelResponse, act)

    async def PublishEntry(self, request: pb.PublishEntryRequest, _context: Any) -> pb.PublishEntryResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        code, number = fields.entry_name(violations, request.name)
        publisher = fields.person(violations, "publisher", request.publisher)
        violations.done()

        async def act(work: Work) -> pb.PublishEntryResponse:
            now = self._clock()
            published = (await entry_in_hand(code, number, work)).published(publisher, now)
            effect = await effect_of(self._command(published), work, self._policy, now)
            await settle(published, work)
            return pb.PublishEntryResponse(entry=entry_to_wire(published), effect=effect_to_wire(effect))

        return await answer_once(self._begin(), request, pb.PublishEntryResponse, act)

    async def WithdrawEntry(self, request: pb.WithdrawEntryRequest, _context: Any) -> pb.WithdrawEntryResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        code, number = fields.entry_name(violations, request.name)
        person = fields.person(violations, "person", request.person)
        why = fields.reason(violations, request.reason)
        violations.done()

        async def act(work: Work) -> pb.WithdrawEntryResponse:
            withdrawn = (await entry_in_hand(code, number, work)).withdrawn(person, self._clock(), why)
            return pb.WithdrawEntryResponse(entry=entry_to_wire(await settle(withdrawn, work)))

        return await answer_once(self._begin(), request, pb.WithdrawEntryResponse, act)

    async def GetEntry(self, request: pb.GetEntryRequest, _context: Any) -> pb.GetEntryResponse:
        violations = Violations()
        code, number = fields.entry_name(violations, request.name)
        violations.done()
        async with self._begin() as work:
            found = await work.entries.get(code, number)
        if found is None:
            raise NotFound(request.name)
        answer = pb.GetEntryResponse(entry=entry_to_wire(found))
        if found.state is EntryState.PENDING:
            try:
                answer.effect.CopyFrom(effect_to_wire(await self._would(self._command(found))))
            except DomainError as refusal:
                answer.refusal.CopyFrom(text_to_wire(refusal.text()))
        return answer

    async def ListEntries(self, request: pb.ListEntriesRequest, _context: Any) -> pb.ListEntriesResponse:
        violations = Violations()
        code = RegionCode(region(violations, request.parent))
        state = fields.state(violations, request.state)
        size = page_size(request.page_size, violations)
        before = fields.before(violations, request.page_token)
        violations.done()
        async with self._begin() as work:
            page = await work.entries.page(code, state, before, size)
        token = next_token(f"{page[-1].region} {page[-1].number}", len(page), size) if page else ""
        return pb.ListEntriesResponse(entries=[entry_to_wire(one) for one in page], next_page_token=token)

    async def _foreseen(self, command: Command) -> Callable[[], pb.EntryEffect]:
        """Gives what would follow, or refuses, when it is asked: a request that was answered before is not refused."""
        try:
            effect = effect_to_wire(await self._would(command))
        except DomainError as refusal:
            return partial(_refuse, refusal)
        return lambda: effect

    async def _would(self, command: Command) -> Effect:
        """What would follow now: the transaction is not committed."""
        async with self._begin() as work:
            return await effect_of(command, work, self._policy, self._clock())

    def _command(self, entry: Entry) -> Command:
        """Raises InvalidRequest when it could be entered no more."""
        return fields.command_of(fields.stated_of(entry), self._policy, self._clock())


def _refuse(refusal: DomainError) -> pb.EntryEffect:
    raise refusal


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    service = EntriesService(begin, policy, clock)

    def add(server: Any) -> tuple[str, ...]:
        rpc.add_EntriesServiceServicer_to_server(service, server)
        return (pb.DESCRIPTOR.services_by_name["EntriesService"].full_name,)

    return add
