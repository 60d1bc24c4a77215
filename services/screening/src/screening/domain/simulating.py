"""What one case would come to under a draft of the law, with what the other services would find under it."""

from dataclasses import dataclass, replace
from datetime import date

from kernel.regions import RegionCode
from screening.domain.case import Case, Reservation
from screening.domain.deciding import Asking, Decided, Void, decide
from screening.domain.decision import Content
from screening.domain.facts import FilingId, ReplacementFact, ReviewFact
from screening.domain.regions import RegionFacts
from screening.domain.told import Told
from statute.finding import Disposition, Outcome
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Found:
    """What review and capacity would find of a filing under the draft; None: what they found already."""

    review: ReviewFact | None = None
    replacement: ReplacementFact | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A case under the draft. `content` is None where the budget would have to be asked first."""

    filing: FilingId
    project_name: str
    region: RegionCode
    outcome: Outcome
    disposition: Disposition
    reasons: tuple[Told, ...] = ()
    content: Content | None = None
    asks: Reservation | None = None
    gives_back: Reservation | None = None


def outlook(case: Case, found: Found, regions: RegionFacts, draft: PolicyBundle, *, day: date) -> Outlook | None:
    """None when nothing is decided: a fact is still to come, or an opinion is in force."""
    screened = decide(_with_found(case, found), regions, draft, day)
    given_back = next((one.reservation for one in screened.commands if isinstance(one, Void)), None)
    if isinstance(screened.step, Asking):
        assert case.filing is not None
        return Outlook(
            filing=case.filing_id,
            project_name=case.filing.project_name,
            region=case.filing.region,
            outcome=Outcome.APPROVE,
            disposition=Disposition.APPROVE,
            asks=screened.step.reservation,
            gives_back=given_back,
        )
    if not isinstance(screened.step, Decided):
        return None
    content = screened.step.content
    return Outlook(
        filing=case.filing_id,
        project_name=content.project_name,
        region=content.region,
        outcome=content.outcome,
        disposition=content.disposition,
        reasons=content.decisive,
        content=content,
        gives_back=given_back,
    )


def _with_found(case: Case, found: Found) -> Case:
    """Only what was found of the revision that the case has."""
    review, replacement = found.review, found.replacement
    if review is not None and case.review is not None and review.revision == case.review.revision:
        case = replace(case, review=review)
    if replacement is not None and case.replacement is not None and replacement.revision == case.replacement.revision:
        case = replace(case, replacement=replacement)
    return case


def screens_alike(present: PolicyBundle, draft: PolicyBundle) -> bool:
    """Whether screening reads nothing in which the two differ: then only what others find can change a decision."""
    return _read_here(present) == _read_here(draft)


_PREFIXES = ("region.", "screening.")


def _read_here(policy: PolicyBundle) -> tuple[object, ...]:
    return (
        policy.precedence,
        tuple(sorted((one.value, outcome.value) for one, outcome in policy.outcomes.items())),
        tuple(sorted((name, repr(one)) for name, one in policy.parameters.items() if name.startswith(_PREFIXES))),
        tuple(sorted((name, repr(one)) for name, one in policy.rules.items() if name.startswith(_PREFIXES))),
    )
