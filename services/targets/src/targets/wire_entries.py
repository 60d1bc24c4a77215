"""Between entries and their messages."""

from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from servicekit.wire import instant_to_wire, text_to_wire
from targets.application.entering import Effect
from targets.domain.entries import Entry, EntryKind
from targets.wire import level_to_wire
from targets.wire_targets import report_to_wire


def entry_to_wire(entry: Entry) -> pb.Entry:
    message = pb.Entry(
        name=entry.name,
        state=pb.EntryState.Value(f"ENTRY_STATE_{entry.state.name}"),
        author=entry.author,
        enter_time=instant_to_wire(entry.entered_at),
        settled_by=entry.settled_by,
        settle_time=None if entry.settled_at is None else instant_to_wire(entry.settled_at),
        reason=entry.reason,
    )
    if entry.kind is EntryKind.REPORT:
        message.report.CopyFrom(targets.ReportIndicatorRequest.FromString(entry.stated))
    else:
        message.level.CopyFrom(targets.RecordPublishedLevelRequest.FromString(entry.stated))
    return message


def effect_to_wire(effect: Effect) -> pb.EntryEffect:
    return pb.EntryEffect(
        report=None if effect.report is None else report_to_wire(effect.report, stands=effect.stands),
        level=None if effect.level is None else level_to_wire(effect.level),
        no_level=None if effect.no_level is None else text_to_wire(effect.no_level),
    )
