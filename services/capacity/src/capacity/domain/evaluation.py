"""Evaluates one revision: what it owes, what it brings, and the lots it holds from then on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from capacity.domain import announced as announced_rule
from capacity.domain import lapse as lapse_rule
from capacity.domain.announced import Locked, announced
from capacity.domain.availability import Register
from capacity.domain.judging import finding_of
from capacity.domain.lapse import Running, in_time
from capacity.domain.obligation import Obligation, day_of_law, obligation_of
from capacity.domain.plan import PlanStepKind
from capacity.domain.replacement import (
    Evaluation,
    FilingId,
    HoldState,
    Replacement,
    hold_id,
    next_version,
    release,
)
from capacity.domain.suspension import suspension
from capacity.domain.weighing import Weighed, weigh
from dossier.model import Dossier
from ledger.operations import Hold, Operation
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Revision:
    """One accepted revision of one filing."""

    filing: FilingId
    revision: int
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands of the filing afterwards, and what is to be done in the ledger: all of it or none."""

    replacement: Replacement
    evaluation: Evaluation
    operations: tuple[Operation, ...] = ()


def evaluate(
    revision: Revision, known: Replacement | None, register: Register, policy: PolicyBundle, *, on: date
) -> Decided:
    """`revision` is newer than `known`, whose hold is in the register's book and counts as left for it.

    Or it is the same again, because what it is held against changed. Then a hold of the same shares stays as it is, and
    what was given back by a decision, or for lapse of time, is not held anew.

    A hold of a plan that is announced, or that was used for good, stays as it is: an amendment does not move it. So
    does one of the same shares while a lot's account is closed: it could not be held anew.
    """
    dossier = revision.dossier
    obligation = obligation_of(dossier, policy)
    suspended = suspension(obligation.products, dossier, policy)
    if suspended is not None and suspended.verdict is Verdict.FAILS:
        weighed = Weighed(None, ())
    else:
        own = {hold.lot: hold.quantity.tonnes for hold in known.holds} if known is not None else {}
        weighed = weigh(dossier, obligation, replace(register, own=own), policy)
    locked = _locked(known, register, dossier, weighed)
    on_the_way = tuple(_findings_on_the_way(revision, obligation, register, locked, policy=policy, on=on))
    evaluation = Evaluation(
        revision=revision.revision,
        required=obligation.required,
        owed=weighed.owed,
        holds=weighed.holds,
        findings=(
            obligation.finding,
            *(() if suspended is None else (suspended,)),
            *weighed.findings,
            *(on_the_way if weighed.findings or (locked is not None and locked.changed) else ()),
        ),
        bundle_hash=policy.bundle_hash,
        product_ids=tuple(dict.fromkeys(product.product_id for _, product in obligation.products)),
        own_site=None if dossier.replacement is None else dossier.replacement.same_entity_same_site,
        publicity=None if dossier.replacement is None else dossier.replacement.publicity_date,
    )
    if known is not None and (locked is not None or _waits(known, weighed, evaluation)):
        return _kept(revision, known, evaluation)
    if known is not None and known.revision == revision.revision:
        if known.ended:
            return _empty_handed(revision, known, replace(evaluation, holds=()))
        if known.live and evaluation.holds and _same_lots(known, weighed) and not _lapsed(evaluation):
            return _kept(revision, known, evaluation)
    return _held_anew(revision, known, evaluation, register, on=on)


def _locked(known: Replacement | None, register: Register, dossier: Dossier, weighed: Weighed) -> Locked | None:
    if known is None or not known.live:
        return None
    announced_on = register.plan.announced_on
    if announced_on is None and known.hold_state is not HoldState.POSTED:
        return None
    publicity = register.plan.day(PlanStepKind.PUBLICITY)
    stated = None if dossier.replacement is None else dossier.replacement.publicity_date
    return Locked(
        announced_on, changed=not _same_lots(known, weighed) or (publicity is not None and publicity != stated)
    )


def _waits(known: Replacement, weighed: Weighed, evaluation: Evaluation) -> bool:
    """Whether what is held would be held anew if no lot's account were closed."""
    held = known.hold_state is HoldState.HELD
    return held and weighed.in_doubt and _same_lots(known, weighed) and not _lapsed(evaluation)


def _lapsed(evaluation: Evaluation) -> bool:
    return any(f.rule == lapse_rule.RULE and f.verdict is Verdict.FAILS for f in evaluation.findings)


def _same_lots(known: Replacement, weighed: Weighed) -> bool:
    return {(hold.lot, hold.quantity) for hold in known.holds} == {(hold.lot, hold.quantity) for hold in weighed.asked}


def _findings_on_the_way(
    revision: Revision,
    obligation: Obligation,
    register: Register,
    locked: Locked | None,
    *,
    policy: PolicyBundle,
    on: date,
) -> Iterator[Finding]:
    dossier, day = revision.dossier, day_of_law(revision.dossier)
    if day is None:
        return
    publicity = None if dossier.replacement is None else dossier.replacement.publicity_date
    products = {product.product_id for _, product in obligation.products}
    running = Running(revision.filing, products, publicity, register.plan.of_publicity(publicity))
    inputs = [(f"filings/{revision.filing}/replacement.plan.steps[{s.kind.value}]", s.effective_on.isoformat())
              for s in running.plan.steps]  # fmt: skip
    if dossier.application_date is not None:
        inputs.append(("dossier.application_date", dossier.application_date.isoformat()))
    told = announced(dossier, running, locked, policy)
    yield finding_of(policy.rule(announced_rule.RULE), [told], day, inputs)
    yield finding_of(policy.rule(lapse_rule.RULE), [in_time(running, on, policy)], on, inputs)


def _kept(revision: Revision, known: Replacement, evaluation: Evaluation) -> Decided:
    kept = replace(evaluation, holds=known.holds, kept=True)
    version = next_version(revision.revision, known)
    return Decided(replace(known, revision=revision.revision, version=version, evaluation=kept), kept)


def _empty_handed(revision: Revision, known: Replacement, evaluation: Evaluation) -> Decided:
    version = next_version(revision.revision, known)
    return Decided(replace(known, version=version, evaluation=evaluation), evaluation)


def _held_anew(
    revision: Revision, known: Replacement | None, evaluation: Evaluation, register: Register, *, on: date
) -> Decided:
    """Gives back the older hold and takes the new one, linked: both or neither."""
    freed, version = release(known, on=on), next_version(revision.revision, known)
    if not evaluation.holds or _lapsed(evaluation):
        evaluation = replace(evaluation, holds=())
        state, of_revision, of_version = _state_without_hold(known)
        stands = Replacement(
            revision.filing,
            revision.revision,
            evaluation,
            hold_state=state,
            hold_revision=of_revision,
            version=version,
            hold_version=of_version,
        )
        return Decided(stands, evaluation, freed)
    legs = {register.lots[hold.lot].account: hold.quantity.tonnes for hold in evaluation.holds}
    hold = Hold(hold_id(revision.filing, version), legs, on)
    stands = Replacement(
        revision.filing,
        revision.revision,
        evaluation,
        hold_state=HoldState.HELD,
        hold_revision=revision.revision,
        version=version,
        hold_version=version,
    )
    return Decided(stands, evaluation, (*freed, hold))


def _state_without_hold(known: Replacement | None) -> tuple[HoldState, int | None, int | None]:
    """With the revision and the version of what it was."""
    if known is None or known.hold_revision is None:
        return HoldState.NONE, None, None
    state = HoldState.VOIDED if known.hold_state is HoldState.HELD else known.hold_state
    return state, known.hold_revision, known.hold_version
