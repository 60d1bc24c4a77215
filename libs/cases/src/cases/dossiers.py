"""Reads a case's dossier: the API's own, in its JSON or in short forms, checked as a submission is checked."""

from datetime import date

from cases.filling import filled
from cases.messages import MessageReading
from cases.spot import Spot
from dossier.checks import checked_dossier
from dossier.fields import stated
from dossier.model import Dossier
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.identifiers import identifier_rules
from kernel.text import Text
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


def read_dossier(spot: Spot, title: Text, policy: PolicyBundle, *, decided_on: date | None) -> Dossier | None:
    """None once everything that is wrong is noted. No day in it lies after `decided_on`."""
    reading = MessageReading(Spot(filled(spot.value, title, policy), spot.path, spot.sheet), pb.Dossier)
    message = reading.message(pb.Dossier())
    violations = Violations()
    stated(f"{spot.path}.region_code", message.region_code, violations)
    stated(f"{spot.path}.project_name", message.project_name, violations)
    stated(f"{spot.path}.applicant.name", message.applicant.name, violations)
    _check_identifiers(message, violations, policy)
    dossier = checked_dossier(message, violations, policy, not_after=decided_on)
    reading.take(violations)
    return dossier


def _check_identifiers(dossier: pb.Dossier, violations: Violations, policy: PolicyBundle) -> None:
    """By the newest forms there are: a code only identifies, whatever the law of the case's day."""
    credit_codes, project_codes = identifier_rules(policy, date.max)
    for field, code, problem in (
        ("dossier.applicant.credit_code", dossier.applicant.credit_code, credit_codes.problem),
        ("dossier.project_code", dossier.project_code, project_codes.problem),
    ):
        if code and (text := problem(code)) is not None:
            violations.add(field, "MALFORMED", text.zh, text.en)
