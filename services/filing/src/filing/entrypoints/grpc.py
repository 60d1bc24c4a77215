"""FilingService over gRPC: translate in, call, translate out."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc
from filing.application.amend_filing import AmendFiling, amend_filing
from filing.application.ports import Work
from filing.application.submit_filing import SubmitFiling, filed, submit_filing
from filing.application.withdraw_filing import WithdrawFiling, withdraw_filing
from filing.domain.filing import Accepted, FilingId
from filing.entrypoints.checks import requested_dossier
from filing.wire import filing_to_wire
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from kernel.text import Text
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from servicekit.rpc.pages import after, next_token, page_size
from statute.loader import PolicyBundle

FILING_ID = re.compile(r"[a-z][a-z0-9-]{2,62}", re.ASCII)
FILING_NAME = re.compile(r"filings/([a-z0-9][a-z0-9-]{2,62})", re.ASCII)
REASON_CHARACTERS_MAX = 500

_FILING_ID_FORM = Text(
    zh="小写字母开头、由小写字母、数字和连字符组成的 3 至 63 个字符; 有项目代码时可留空",
    en="3 to 63 lower-case letters, digits and hyphens, starting with a letter; or empty when there is a project code",
)
_FILING_NAME_FORM = Text(zh=" filings/{备案编号}", en="filings/{filing}")


def _filing_id(violations: Violations, name: str) -> FilingId:
    checked = violations.matching("name", name, FILING_NAME, _FILING_NAME_FORM)
    return FilingId(checked.removeprefix("filings/"))


Intake = Callable[[pb.SubmitFilingRequest, Accepted, pb.SubmitFilingResponse], Awaitable[bool]]
"""Stores, answers and announces a new filing together with others, and says whether it did; if not, nothing was done.

So it is with a request, a filing or a project code that was heard of before, and while the database is away.
"""


class FilingService(rpc.FilingServiceServicer):
    def __init__(self, begin: Callable[[], Work], intake: Intake, policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._intake = intake
        self._policy = policy
        self._clock = clock

    async def SubmitFiling(self, request: pb.SubmitFilingRequest, _context: Any) -> pb.SubmitFilingResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        given = violations.matching("filing_id", request.filing_id, FILING_ID, _FILING_ID_FORM, required=False)
        dossier = requested_dossier(request, violations, self._policy, today=legal_day(self._clock()))
        if not request.filing_id and not request.dossier.project_code:
            violations.add("filing_id", "REQUIRED", "没有项目代码时必须填写", "is required without a project code")
        violations.done()
        assert dossier is not None
        command = SubmitFiling(FilingId(given or dossier.project_code), dossier)
        filing, accepted = filed(command, self._policy, self._clock())
        answer = pb.SubmitFilingResponse(filing=filing_to_wire(filing))
        if await self._intake(request, accepted, answer):
            return answer

        async def act(work: Work) -> pb.SubmitFilingResponse:
            filing = await submit_filing(command, work, self._policy, self._clock())
            return pb.SubmitFilingResponse(filing=filing_to_wire(filing))

        return await answer_once(self._begin(), request, pb.SubmitFilingResponse, act)

    async def AmendFiling(self, request: pb.AmendFilingRequest, _context: Any) -> pb.AmendFilingResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        filing = _filing_id(violations, request.name)
        if request.base_revision < 1:
            violations.add("base_revision", "TOO_SMALL", "应为读取到的版本号", "must be the revision read")
        dossier = requested_dossier(request, violations, self._policy, today=legal_day(self._clock()))
        violations.done()
        assert dossier is not None
        command = AmendFiling(filing, request.base_revision, dossier)

        async def act(work: Work) -> pb.AmendFilingResponse:
            amended = await amend_filing(command, work, self._policy, self._clock())
            return pb.AmendFilingResponse(filing=filing_to_wire(amended))

        return await answer_once(self._begin(), request, pb.AmendFilingResponse, act)

    async def WithdrawFiling(self, request: pb.WithdrawFilingRequest, _context: Any) -> pb.WithdrawFilingResponse:
        violations = Violations()
        violations.request_id(request.request_id)
        filing = _filing_id(violations, request.name)
        reason = violations.text("reason", request.reason, REASON_CHARACTERS_MAX, required=True)
        violations.done()

        async def act(work: Work) -> pb.WithdrawFilingResponse:
            gone = await withdraw_filing(WithdrawFiling(filing, reason), work, self._clock())
            return pb.WithdrawFilingResponse(filing=filing_to_wire(gone))

        return await answer_once(self._begin(), request, pb.WithdrawFilingResponse, act)

    async def GetFiling(self, request: pb.GetFilingRequest, _context: Any) -> pb.GetFilingResponse:
        violations = Violations()
        filing = _filing_id(violations, request.name)
        if request.revision < 0:
            violations.add("revision", "NEGATIVE", "不得为负数", "must not be negative")
        violations.done()
        async with self._begin() as work:
            found = await work.filings.get(filing, request.revision)
        if found is None:
            suffix = f" revision {request.revision}" if request.revision else ""
            raise NotFound(f"{request.name}{suffix}")
        return pb.GetFilingResponse(filing=filing_to_wire(found))

    async def ListFilings(self, request: pb.ListFilingsRequest, _context: Any) -> pb.ListFilingsResponse:
        violations = Violations()
        size = page_size(request.page_size, violations)
        start = after(request.page_token, violations)
        violations.done()
        async with self._begin() as work:
            page = await work.filings.page(start, size)
        token = next_token(page[-1].id, len(page), size) if page else ""
        return pb.ListFilingsResponse(filings=[filing_to_wire(f) for f in page], next_page_token=token)


def add_servicers(service: FilingService, server: Any) -> tuple[str, ...]:
    rpc.add_FilingServiceServicer_to_server(service, server)
    return (pb.DESCRIPTOR.services_by_name["FilingService"].full_name,)


def servicers(
    begin: Callable[[], Work], intake: Intake, policy: PolicyBundle, clock: Clock
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, FilingService(begin, intake, policy, clock))
