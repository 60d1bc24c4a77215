"""Screens anew what a change touches, a page at a time; each case exactly once for each cause."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from kernel.clock import legal_day
from screening.application.ports import Work
from screening.application.screen import Screening
from screening.domain.decision import Cause
from screening.domain.sweeps import Scope, Sweep
from statute.loader import PolicyBundle

PAGE_CASES: Final = 500
OVERRIDE: Final = "override"
POLICY: Final = "policy"


async def sweep_page(work: Work, policy: PolicyBundle, *, at: datetime) -> bool:
    """Whether there was something to do. Its place is kept in the same transaction: a crash repeats nothing."""
    sweep = await work.sweeps.current(policy.bundle_hash)
    if sweep is None:
        return False
    if not sweep.begun:
        # By itself: who adds to it holds locks of filings, and would else wait for a page that waits for them.
        await work.sweeps.begin(sweep)
        return True
    same_law = sweep.policy in ("", policy.bundle_hash)
    # A sweep for a policy that is no longer in force has nothing to say; the one for the present policy follows it.
    places = await work.sweeps.page(sweep, PAGE_CASES) if same_law else ()
    held = await work.cases.load(place.filing for place in places)
    records = dict(held)
    if sweep.scope in (Scope.FREED, Scope.GRANTED):
        records = {filing: replace(one, case=one.case.asking_again()) for filing, one in held.items()}
    screening = Screening(work, policy, at)
    causes = dict.fromkeys(records, sweep.causes)
    await screening.screen(records, causes, held, keep_if_says_the_same=bool(sweep.policy))
    await work.sweeps.advance(sweep, places, at, done=len(places) < PAGE_CASES)
    return True


async def sweep_for_policy(work: Work, policy: PolicyBundle, *, at: datetime) -> None:
    """Adds the sweep for a policy bundle; nothing when it was the last that was added."""
    cause = Cause(POLICY, policy.bundle_hash)
    await work.sweeps.add(Sweep(Scope.ALL, (), (cause,), policy=policy.bundle_hash), at)


async def lapse_overrides(work: Work, policy: PolicyBundle, *, at: datetime) -> int:
    """Screens the cases anew whose override ended by itself; how many, of at most PAGE_CASES."""
    day = legal_day(at)
    filings = await work.cases.lapsed_overrides(day, PAGE_CASES)
    held = await work.cases.load(filings)
    causes = dict.fromkeys(held, (Cause(OVERRIDE, f"lapsed by {day}"),))
    await Screening(work, policy, at).screen(held, causes, held)
    await work.cases.note_lapse(held, day)
    return len(filings)
