"""A case: one project, the circumstances in which it is decided, and what is expected of the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from capacity.domain.evidence import LotEvidence
from capacity.domain.lots import Lot
from capacity.domain.plan import NO_RECORD, Plan
from capacity.domain.splitting import Recipient
from capacity.domain.utilisation import YearFigure
from dossier.model import Dossier
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from kernel.regions import RegionCode
from kernel.text import Text
from review.domain.subject import Sibling

NONE = "none"
"""Expected of a finding: that there is none of the rule; of `leads_to` and `remedy`: that it has none."""


@dataclass(frozen=True, slots=True)
class FieldsExpected:
    """Paths of fields: exactly these, in any order, or these among others."""

    fields: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class RemedyExpected:
    """A change of one input that makes the finding pass, as the finding must write it; empty: not asked."""

    field: str = ""
    needed: str = ""


@dataclass(frozen=True, slots=True)
class FindingExpected:
    """What is asked of one finding; empty and None: not asked."""

    verdict: str = ""
    leads_to: str = ""
    missing: FieldsExpected | None = None
    because_contains: tuple[str, ...] = ()
    remedies: tuple[RemedyExpected, ...] | None = None
    """Empty: it must have none."""


@dataclass(frozen=True, slots=True)
class RuleExpected:
    """What is asked of a rule's findings.

    `listed`: one for one, in order; else the same of every finding, and there is one. An empty list: there is none.
    """

    findings: tuple[FindingExpected, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the decision must say; empty and None: not asked."""

    disposition: str = ""
    outcome: str = ""
    missing: FieldsExpected | None = None
    findings: Mapping[str, RuleExpected] | None = None

    @property
    def rules(self) -> Mapping[str, RuleExpected]:
        return self.findings or {}


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot with what is known of it, what others hold of it in its own unit, and who they are."""

    lot: Lot
    held: int = 0
    evidence: tuple[LotEvidence, ...] = ()
    recipients: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """A region's energy budget of a year, in kgce on the 当量 basis, with what others hold of it."""

    region: RegionCode
    year: int
    granted_kgce: int
    held_kgce: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`day` is the day on which it is decided; the law is that of the dossier's application date."""

    file: str
    line: int
    title: Text
    day: date
    province: str
    dossier: Dossier
    source: str = ""
    levels: tuple[targets.RegionLevelChanged, ...] = ()
    lots: tuple[HeldLot, ...] = ()
    plan: Plan = NO_RECORD
    utilisation: tuple[YearFigure, ...] = ()
    envelopes: tuple[Envelope, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    withdrawn: bool = False
    expect: Expectation | None = None
