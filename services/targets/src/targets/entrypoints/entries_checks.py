"""The fields of EntriesService: checked all at once."""

import re
from datetime import datetime
from typing import Final

from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.errors import InvalidRequest, Violation
from kernel.regions import RegionCode
from kernel.text import Text
from servicekit.rpc.checks import REQUIRED, Violations
from servicekit.rpc.pages import after
from statute.loader import PolicyBundle
from targets.application.entering import Command, Enter
from targets.application.report_indicator import ReportIndicator
from targets.domain.entries import Entry, EntryKind, EntryState
from targets.domain.places import region_of
from targets.entrypoints import reports_checks

PERSON_CHARACTERS_MAX: Final = 100
REASON_CHARACTERS_MAX: Final = 500
_NAME: Final = re.compile(r"regions/([1-9][0-9]{5})/entries/([1-9][0-9]{0,8})", re.ASCII)
_NAME_FORM: Final = Text(" regions/{六位行政区划代码}/entries/{序号}", "regions/{GB/T 2260 code}/entries/{number}")
_AFTER: Final = re.compile(r"([1-9][0-9]{5}) ([1-9][0-9]{0,8})", re.ASCII)
_NOWHERE: Final = (RegionCode(""), 0)
"""Of a malformed name: the request is refused for it."""

Stated = targets.ReportIndicatorRequest | targets.RecordPublishedLevelRequest


def report(request: pb.EnterReportRequest, policy: PolicyBundle, now: datetime) -> Enter:
    """Raises InvalidRequest."""
    return _entered(request, "report", request.report, policy=policy, now=now)


def level(request: pb.EnterLevelRequest, policy: PolicyBundle, now: datetime) -> Enter:
    """Raises InvalidRequest."""
    return _entered(request, "level", request.level, policy=policy, now=now)


def _entered(
    request: pb.EnterReportRequest | pb.EnterLevelRequest, field: str, stated: Stated, *, policy: PolicyBundle,
    now: datetime,
) -> Enter:  # fmt: skip
    violations = Violations()
    violations.request_id(request.request_id)
    author = person(violations, "author", request.author)
    if not request.HasField(field):  # type: ignore[arg-type]  # the stubs know the names one by one
        violations.add(field, "REQUIRED", REQUIRED.zh, REQUIRED.en)
        violations.done()
    command, problems = _command(stated, policy, now)
    for one in problems:
        violations.add(f"{field}.{one.field}", one.reason, one.text.zh, one.text.en)
    region = None if command is None else _region(command)
    if command is not None and region is None:
        violations.add(
            f"{field}.name", "NOT_A_REGION", "园区的报告不在此录入", "is of a park, of which none is entered"
        )
    violations.done()
    assert command is not None
    assert region is not None
    return Enter(region, kept(stated).SerializeToString(deterministic=True), author, command)


def _command(stated: Stated, policy: PolicyBundle, now: datetime) -> tuple[Command | None, tuple[Violation, ...]]:
    try:
        return command_of(stated, policy, now), ()
    except InvalidRequest as refusal:
        return None, tuple(refusal.violations)


def command_of(stated: Stated, policy: PolicyBundle, now: datetime) -> Command:
    """Raises InvalidRequest, with the fields' names in `stated`."""
    if isinstance(stated, targets.ReportIndicatorRequest):
        return reports_checks.report(Violations(), stated, policy, now)
    return reports_checks.published(Violations(), stated, now)


def _region(command: Command) -> RegionCode | None:
    return region_of(command.place) if isinstance(command, ReportIndicator) else command.region


def kept(stated: Stated) -> Stated:
    """As it is kept: without a request id, which is that of the entry."""
    made = type(stated).FromString(stated.SerializeToString())
    made.request_id = ""
    return made


def stated_of(entry: Entry) -> Stated:
    if entry.kind is EntryKind.REPORT:
        return targets.ReportIndicatorRequest.FromString(entry.stated)
    return targets.RecordPublishedLevelRequest.FromString(entry.stated)


def person(violations: Violations, field: str, name: str) -> str:
    return violations.text(field, name, PERSON_CHARACTERS_MAX, required=True)


def reason(violations: Violations, text: str) -> str:
    return violations.text("reason", text, REASON_CHARACTERS_MAX, required=True)


def entry_name(violations: Violations, name: str) -> tuple[RegionCode, int]:
    read = _NAME.fullmatch(violations.matching("name", name, _NAME, _NAME_FORM))
    return _NOWHERE if read is None else (RegionCode(read[1]), int(read[2]))


def state(violations: Violations, value: pb.EntryState.ValueType) -> EntryState | None:
    violations.enum("state", value, pb.EntryState)
    if not value or value not in pb.EntryState.values():
        return None
    return EntryState(pb.EntryState.Name(value).removeprefix("ENTRY_STATE_").lower())


def before(violations: Violations, token: str) -> tuple[str, int] | None:
    """The entry that a page follows; None for the first page."""
    key = after(token, violations)
    if not key:
        return None
    read = _AFTER.fullmatch(key)
    if read is None:
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return None
    return read[1], int(read[2])
