"""Projects of a list, and what they are searched by, as messages."""

from typing import Final

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.domain.projects import Listed
from servicekit.wire import date_to_wire, disposition_to_wire, instant_to_wire, outcome_to_wire, verdict_to_wire
from statute.finding import Outcome

_OUTCOMES: Final = {common.Outcome.Value(f"OUTCOME_{one.name}"): one for one in Outcome}


def outcome_from_wire(value: common.Outcome.ValueType) -> Outcome | None:
    return _OUTCOMES.get(value)


def project_to_wire(listed: Listed) -> pb.Project:
    name, day = f"filings/{listed.filing}", listed.application_date
    return pb.Project(
        filing=name,
        display_name=listed.display_name,
        owner_name=listed.owner_name,
        credit_code=listed.credit_code,
        project_code=listed.project_code,
        industry_codes=listed.industry_codes,
        region_code=listed.region or "",
        application_date=None if day is None else date_to_wire(day),
        annual_kgce_calorific=listed.annual_kgce,
        two_high=common.VERDICT_UNSPECIFIED if listed.two_high is None else verdict_to_wire(listed.two_high),
        outcome=common.OUTCOME_UNSPECIFIED if listed.outcome is None else outcome_to_wire(listed.outcome),
        disposition=disposition_to_wire(listed.disposition),
        decision=f"{name}/decisions/{listed.decision}" if listed.decision else "",
        decide_time=instant_to_wire(listed.moved_at) if listed.decision else None,
        revision=listed.revision,
        withdrawn=listed.withdrawn,
        settled=listed.settled,
    )
