"""Checks a request's dossier: its identifiers, what a filing cannot do without, and every field that it states."""

from datetime import date

from dossier.checks import checked_dossier
from dossier.fields import present, stated
from dossier.model import Dossier
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.identifiers import identifier_rules
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


def requested_dossier(
    request: pb.SubmitFilingRequest | pb.AmendFilingRequest,
    violations: Violations,
    policy: PolicyBundle,
    *,
    today: date,
) -> Dossier | None:
    """Collects what is wrong into `violations`; None when anything is."""
    if not present("dossier", request, "dossier", violations):
        return None
    dossier = request.dossier
    stated("dossier.project_name", dossier.project_name, violations)
    stated("dossier.applicant.name", dossier.applicant.name, violations)
    stated("dossier.region_code", dossier.region_code, violations)
    _check_identifiers(dossier, violations, policy, today)
    return checked_dossier(dossier, violations, policy, not_after=today)


def _check_identifiers(dossier: pb.Dossier, violations: Violations, policy: PolicyBundle, day: date) -> None:
    credit_codes, project_codes = identifier_rules(policy, day)
    for field, code, problem in (
        ("dossier.applicant.credit_code", dossier.applicant.credit_code, credit_codes.problem),
        ("dossier.project_code", dossier.project_code, project_codes.problem),
    ):
        if code and (text := problem(code)) is not None:
            violations.add(field, "MALFORMED", text.zh, text.en)
