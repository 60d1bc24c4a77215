"""The rules that look at the lots of a plan: how they are counted, whether they may be used, split, brought in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain import conversion, dismantling, eligibility, import_limit, splitting, trading
from capacity.domain.availability import Register
from capacity.domain.evidence import KnownLot
from capacity.domain.import_limit import Import, importable
from capacity.domain.judging import Judged, finding_of, unregistered
from capacity.domain.lots import LotId
from capacity.domain.splitting import Sharing, undivided
from capacity.domain.trading import Trade, tradable
from dossier.model import Dossier
from kernel.regions import province_of
from statute.finding import Finding
from statute.loader import PolicyBundle

BARRING: Final = (conversion.RULE, eligibility.RULE, splitting.RULE, import_limit.RULE, trading.RULE)
"""While one of these fails no lot is held."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The lots that a plan names for one kind of product, by the law of its day; `known` are those registered."""

    kind: str
    lots: Sequence[LotId]
    known: Sequence[KnownLot]
    dossier: Dossier
    register: Register
    day: date
    policy: PolicyBundle

    @property
    def unregistered(self) -> list[Judged]:
        if len(self.known) == len(self.lots):
            return []
        return [unregistered(lot) for lot in self.lots if lot not in self.register.lots]


def lot_findings(brought: Brought) -> Iterator[Finding]:
    """None where the plan names no lot: rule capacity.lots asks for them."""
    if not brought.lots:
        return
    day, policy = brought.day, brought.policy
    yield _finding(conversion.RULE, [conversion.converted(known, day, policy) for known in brought.known], brought)
    yield _finding(eligibility.RULE, [eligibility.eligible(known, day, policy) for known in brought.known], brought)
    yield _finding(splitting.RULE, [undivided(sharing, day, policy) for sharing in _sharings(brought)], brought)
    yield _finding(dismantling.RULE, [dismantling.gone(known, day, policy) for known in brought.known], brought)
    if brought.kind == import_limit.PRODUCT:
        judged = importable(_import(brought), day, policy)
        if judged is not None:
            yield _finding(import_limit.RULE, [judged], brought)
    traded = tradable(Trade(brought.dossier, [known.lot for known in brought.known]), brought.kind, day, policy)
    if traded is not None:
        yield _finding(trading.RULE, [traded], brought)


def _sharings(brought: Brought) -> Iterator[Sharing]:
    plan = brought.dossier.replacement
    own = None if plan is None else plan.same_entity_same_site
    for known in brought.known:
        others = [one for one in brought.register.recipients if one.lot == known.lot.id]
        yield Sharing(known.lot, others, own)


def _import(brought: Brought) -> Import:
    here = province_of(brought.dossier.region)
    elsewhere = [known.lot for known in brought.known if province_of(known.lot.region) != here]
    return Import(brought.dossier, elsewhere, brought.register.figures)


def _finding(rule: str, judged: Sequence[Judged], brought: Brought) -> Finding:
    return finding_of(brought.policy.rule(rule), [*judged, *brought.unregistered], brought.day, _inputs(rule, brought))


def _inputs(rule: str, brought: Brought) -> Iterator[tuple[str, str]]:
    """What the rule looked at, by the lot's path; the register answers it, not the filing."""
    for known in brought.known:
        place = f"lots/{known.lot.id}"
        if rule == eligibility.RULE:
            stated = {fact.fact for one in known.evidence for fact in one.facts} | {f.fact for f in known.lot.facts}
            yield from ((f"{place}.facts[{name}]", known.fact(name) or "") for name in sorted(stated))
        elif rule == splitting.RULE:
            others = sorted(one.filing for one in brought.register.recipients if one.lot == known.lot.id)
            yield f"{place}.recipients", ", ".join(others)
        elif rule == import_limit.RULE:
            yield f"{place}.region_code", known.lot.region
        elif rule == trading.RULE:
            yield f"{place}.owner", known.lot.owner
        else:
            yield f"{place}.quantity", str(known.lot.quantity)
