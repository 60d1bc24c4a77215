"""Between what persons decided and its messages."""

from datetime import date
from typing import Final

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from screening.domain.acts import RULINGS, Override, Ruling
from servicekit.wire import date_to_wire, disposition_to_wire, instant_to_wire
from statute.finding import Disposition

RULINGS_FROM_WIRE: Final = {disposition_to_wire(one): one for one in RULINGS}


def ruling_to_wire(ruling: Ruling) -> pb.Ruling:
    return pb.Ruling(
        name=f"filings/{ruling.filing}/rulings/{ruling.number}",
        revision=ruling.revision,
        decision=f"filings/{ruling.filing}/decisions/{ruling.decision}",
        disposition=disposition_to_wire(ruling.disposition),
        rules=ruling.rules,
        person=ruling.person,
        clause=ruling.clause,
        reason=ruling.reason,
        record_time=instant_to_wire(ruling.at),
    )


def ruling_disposition(value: common.Disposition.ValueType) -> Disposition | None:
    """None for what a ruling may not come to."""
    return RULINGS_FROM_WIRE.get(value)


def override_to_wire(override: Override, day: date) -> pb.Override:
    """As it stands on the day."""
    signed, ended = override.signed, override.ended
    return pb.Override(
        name=override.name,
        revision=override.revision,
        rules=override.rules,
        reason=override.reason,
        evidence=override.evidence,
        end_date=date_to_wire(override.until),
        state=pb.OverrideState.Value(f"OVERRIDE_STATE_{override.state(day).name}"),
        proposer=override.proposed.person,
        signer="" if signed is None else signed.person,
        propose_time=instant_to_wire(override.proposed.at),
        sign_time=None if signed is None else instant_to_wire(signed.at),
        ended_by="" if ended is None else ended.person,
        end_reason="" if ended is None else ended.reason,
    )
