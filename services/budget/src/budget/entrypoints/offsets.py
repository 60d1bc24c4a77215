"""OffsetsService over gRPC: translate in, call, translate out."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from budget.application.offsets.cancel_certificates import CancelCertificates, cancel_certificates
from budget.application.offsets.hold_savings import reserve_saving, resolve_saving
from budget.application.offsets.ports import CertificateFilter, OffsetFilter, Work
from budget.application.offsets.read_offsets import AskedTotals, list_savings, offset_totals
from budget.application.offsets.record_deductible import record_deductible
from budget.application.offsets.register_saving import register_saving
from budget.application.offsets.revoke_deductible import RevokeDeductible, revoke_deductible
from budget.domain.offsets.claims import CertificateRange
from budget.domain.offsets.deductibles import OffsetId, OffsetState
from budget.domain.offsets.evidence import CancellationReason
from budget.domain.offsets.headings import Heading
from budget.domain.offsets.saving_holds import Asked, HoldId, HoldState, Mode
from budget.domain.offsets.savings import SavingId
from budget.entrypoints import checks
from budget.entrypoints import offset_checks as fields
from budget.wire.offsets import (
    basis_from_wire,
    enum_name,
    enum_to_wire,
    hold_to_wire,
    offset_to_wire,
    saving_to_wire,
    use_to_wire,
)
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from dualcontrol.budget.v1 import offsets_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.text import Text
from ledger.store import AsOf
from servicekit.rpc.checks import REQUIRED, Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from servicekit.wire import findings_to_wire
from statute.loader import PolicyBundle

FILING_CHARACTERS_MAX = 63
SHARES_MAX = 100
OFFSETS_PAGE_MAX = 50
SAVINGS_PAGE_MAX = 100
"""Pages of what is large stay below the 4 MiB that a client takes by default."""
USED_BY_CHARACTERS_MAX = 150
TOKEN_FORM = Text(zh="本服务给出的标记", en="a token that this service gave")
FIRST_NUMBER = -1
"""Before every certificate's number."""

Answer = TypeVar("Answer")


class OffsetsService(rpc.OffsetsServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def RecordDeductible(self, request: pb.RecordDeductibleRequest, _context: Any) -> pb.RecordDeductibleResponse:
        violations, now = Violations(), self._clock()
        id_ = OffsetId(violations.request_id(request.request_id))
        claim = fields.claim(violations, request, legal_day(now))

        async def act(work: Work) -> pb.RecordDeductibleResponse:
            offset = await record_deductible(id_, claim, work, self._policy, now=now)
            return pb.RecordDeductibleResponse(offset=offset_to_wire(offset))

        return await answer_once(self._begin(), request, pb.RecordDeductibleResponse, act)

    async def RevokeDeductible(self, request: pb.RevokeDeductibleRequest, _context: Any) -> pb.RevokeDeductibleResponse:
        violations, now = Violations(), self._clock()
        violations.request_id(request.request_id)
        command = RevokeDeductible(
            OffsetId(fields.named(violations, "name", request.name, "offsets")),
            fields.signers(violations, request.signers),
            fields.reason(violations, request.reason),
        )
        violations.done()

        async def act(work: Work) -> pb.RevokeDeductibleResponse:
            return pb.RevokeDeductibleResponse(offset=offset_to_wire(await revoke_deductible(command, work, now)))

        return await answer_once(self._begin(), request, pb.RevokeDeductibleResponse, act)

    async def CancelCertificates(
        self, request: pb.CancelCertificatesRequest, _context: Any
    ) -> pb.CancelCertificatesResponse:
        violations, now = Violations(), self._clock()
        request_id = violations.request_id(request.request_id)
        held = fields.certificate_range(violations, "range", request.range)
        violations.enum("reason", request.reason, pb.CancellationReason, required=True)
        region = checks.required_region(violations, "region_code", request.region_code)
        document = violations.text("document", request.document, fields.DOCUMENT_CHARACTERS_MAX, required=True)
        violations.done()
        assert isinstance(held, CertificateRange)
        reason = CancellationReason[enum_name(pb.CancellationReason, "CANCELLATION_REASON", request.reason)]
        command = CancelCertificates(request_id, held, reason, region, document)

        async def act(work: Work) -> pb.CancelCertificatesResponse:
            return pb.CancelCertificatesResponse(use=use_to_wire(await cancel_certificates(command, work, now)))

        return await answer_once(self._begin(), request, pb.CancelCertificatesResponse, act)

    async def RegisterSaving(self, request: pb.RegisterSavingRequest, _context: Any) -> pb.RegisterSavingResponse:
        violations, now = Violations(), self._clock()
        violations.request_id(request.request_id)
        statement = fields.statement(violations, request, legal_day(now))

        async def act(work: Work) -> pb.RegisterSavingResponse:
            saving, judged = await register_saving(statement, work, self._policy, now)
            return pb.RegisterSavingResponse(
                saving=None if saving is None else saving_to_wire(saving),
                findings=findings_to_wire(judged.findings),
                bundle_hash=judged.bundle_hash,
            )

        return await answer_once(self._begin(), request, pb.RegisterSavingResponse, act)

    async def ReserveSaving(self, request: pb.ReserveSavingRequest, _context: Any) -> pb.ReserveSavingResponse:
        violations, now = Violations(), self._clock()
        id_ = HoldId(violations.request_id(request.request_id))
        asked = _asked(violations, request)

        async def act(work: Work) -> pb.ReserveSavingResponse:
            hold = await reserve_saving(id_, asked, work, self._policy, now=now)
            return pb.ReserveSavingResponse(hold=hold_to_wire(hold))

        return await answer_once(self._begin(), request, pb.ReserveSavingResponse, act)

    async def PostSaving(self, request: pb.PostSavingRequest, _context: Any) -> pb.PostSavingResponse:
        return pb.PostSavingResponse(hold=await self._resolved(request.name, HoldState.POSTED))

    async def VoidSaving(self, request: pb.VoidSavingRequest, _context: Any) -> pb.VoidSavingResponse:
        return pb.VoidSavingResponse(hold=await self._resolved(request.name, HoldState.VOIDED))

    async def _resolved(self, name: str, state: HoldState) -> pb.SavingHold:
        violations = Violations()
        id_ = HoldId(fields.named(violations, "name", name, "savingHolds"))
        violations.done()
        async with self._begin() as work:
            hold = await resolve_saving(id_, state, work, self._clock())
            await work.commit()
        return hold_to_wire(hold)

    async def GetOffsets(self, request: pb.GetOffsetsRequest, _context: Any) -> pb.GetOffsetsResponse:
        violations = Violations()
        region = fields.parent(violations, request.parent, required=True)
        year = checks.year(violations, "year", request.year)
        violations.enum("basis", request.basis, pb.OffsetBasis, required=True)
        effective, known = fields.as_of(violations, request)
        violations.done()
        assert region is not None
        asked = AskedTotals(region, year, basis_from_wire(request.basis), effective or legal_day(self._clock()), known)
        totals = await self._read(partial(offset_totals, asked, policy=self._policy))
        return pb.GetOffsetsResponse(
            totals=[
                pb.OffsetTotal(
                    heading=enum_to_wire(pb.OffsetHeading, "OFFSET_HEADING", total.heading),
                    kgce=total.kgce,
                    deducted=total.deducted,
                    separately_listed=total.separately_listed,
                )
                for total in totals
            ],
            deducted_kgce=sum(total.kgce for total in totals if total.deducted),
        )

    async def ListOffsets(self, request: pb.ListOffsetsRequest, _context: Any) -> pb.ListOffsetsResponse:
        violations = Violations()
        filter_ = _offset_filter(violations, request)
        size = min(page_size(request.page_size, violations), OFFSETS_PAGE_MAX)
        start = after(request.page_token, violations)
        violations.done()
        page = await self._read(lambda work: work.offsets.page(filter_, start, size))
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListOffsetsResponse(offsets=[offset_to_wire(offset) for offset in page], next_page_token=token)

    async def ListSavings(self, request: pb.ListSavingsRequest, _context: Any) -> pb.ListSavingsResponse:
        violations = Violations()
        effective, known = fields.as_of(violations, request)
        filter_ = fields.saving_filter(violations, request, known)
        size = min(page_size(request.page_size, violations), SAVINGS_PAGE_MAX)
        start = after(request.page_token, violations)
        violations.done()
        page = await self._read(
            lambda work: list_savings(filter_, AsOf.limited(effective, known), work, after=start, size=size)
        )
        token = next_token(page[-1].statement.id, len(page), size) if page else ""
        return pb.ListSavingsResponse(savings=[saving_to_wire(saving) for saving in page], next_page_token=token)

    async def ListCertificates(self, request: pb.ListCertificatesRequest, _context: Any) -> pb.ListCertificatesResponse:
        violations = Violations()
        effective, known = fields.as_of(violations, request)
        used_by = violations.text("used_by", request.used_by, USED_BY_CHARACTERS_MAX)
        series = violations.text("series", request.series, USED_BY_CHARACTERS_MAX)
        size, start = page_size(request.page_size, violations), _certificate_after(violations, request.page_token)
        violations.done()
        filter_ = CertificateFilter(series, used_by, effective, known)
        page = await self._read(lambda work: work.evidences.page(filter_, start, size))
        last = f"{page[-1].range.series} {page[-1].range.first}" if page else ""
        token = next_token(last, len(page), size) if page else ""
        return pb.ListCertificatesResponse(uses=[use_to_wire(use) for use in page], next_page_token=token)

    async def _read(self, ask: Callable[[Work], Awaitable[Answer]]) -> Answer:
        async with self._begin() as work:
            return await ask(work)


def _asked(violations: Violations, request: pb.ReserveSavingRequest) -> Asked:
    """Raises InvalidRequest with all that is wrong, `violations` of the caller included."""
    filing = violations.text("filing", request.filing, FILING_CHARACTERS_MAX, required=True)
    region = checks.required_region(violations, "region_code", request.region_code)
    year = checks.year(violations, "year", request.year)
    violations.enum("basis", request.basis, pb.OffsetBasis, required=True)
    energy = fields.kgce(violations, "energy_kgce", request.energy_kgce)
    violations.enum("mode", request.mode, pb.ReplacementMode, required=True)
    violations.count("shares", len(request.shares), SHARES_MAX)
    if not request.shares:
        violations.add("shares", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    shares = {
        SavingId(fields.named(violations, f"shares[{i}].saving", share.saving, "savings")): fields.kgce(
            violations, f"shares[{i}].amount_kgce", share.amount_kgce
        )
        for i, share in enumerate(request.shares[:SHARES_MAX])
    }
    if not violations.any and len(shares) < len(request.shares):
        violations.add("shares", "REPEATED", "同一替代量出现两次", "names one saving twice")
    violations.done()
    mode = Mode[enum_name(pb.ReplacementMode, "REPLACEMENT_MODE", request.mode)]
    return Asked(filing, region, year, basis_from_wire(request.basis), energy, mode, shares)


def _offset_filter(violations: Violations, request: pb.ListOffsetsRequest) -> OffsetFilter:
    region = fields.parent(violations, request.parent)
    if request.year:
        checks.year(violations, "year", request.year)
    violations.enum("heading", request.heading, pb.OffsetHeading)
    violations.enum("state", request.state, pb.OffsetState)
    effective, known = fields.as_of(violations, request)
    if violations.any:
        return OffsetFilter()
    return OffsetFilter(
        parent=region,
        year=request.year or None,
        heading=Heading[enum_name(pb.OffsetHeading, "OFFSET_HEADING", request.heading)] if request.heading else None,
        state=OffsetState[enum_name(pb.OffsetState, "OFFSET_STATE", request.state)] if request.state else None,
        effective_on=effective,
        known_at=known,
    )


def _certificate_after(violations: Violations, token: str) -> tuple[str, int]:
    key = after(token, violations)
    if not key:
        return "", FIRST_NUMBER

    def parse(text: str) -> tuple[str, int]:
        series, number = text.rsplit(" ", 1)
        return series, int(number)

    return violations.parsed("page_token", key, parse, TOKEN_FORM) or ("", FIRST_NUMBER)


def servicers(begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> Callable[[Any], tuple[str, ...]]:
    def add(server: Any) -> tuple[str, ...]:
        rpc.add_OffsetsServiceServicer_to_server(OffsetsService(begin, policy, clock), server)
        return (pb.DESCRIPTOR.services_by_name["OffsetsService"].full_name,)

    return add
