"""What decided a project, shortly: what fails first, one line for one reason, the parts that failed, a way to pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from client.rendering.explain import decisive_findings
from client.rendering.words import CONFIRMED, POLICY_DEFAULT
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

POINTS_MAX: Final = 3
FIGURES_MAX: Final = 2
FIGURE: Final = "figure"

NOT_VERIFIED: Final = Text(
    "成立, 但所据数值未核验, 须人工核对", "it holds, but on figures not verified; a person checks"
)

_ORDER: Final = (common.VERDICT_FAILS, common.VERDICT_UNKNOWN, common.VERDICT_HOLDS)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that the law asks, and the clauses that ask it."""

    title: common.Text
    because: Text | common.Text
    clauses: Sequence[common.Citation]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one finding, or several that say the same, come to. `points` are the parts that failed, when it has any."""

    findings: Sequence[common.Finding]
    points: Sequence[Point]

    @property
    def first(self) -> common.Finding:
        return self.findings[0]


def reasons(decision: pb.Decision) -> list[Reason]:
    """All that the headline rests on."""
    alike: dict[tuple[int, str], list[common.Finding]] = {}
    for finding in decisive_findings(decision):
        alike.setdefault((finding.verdict, finding.because.zh), []).append(finding)
    found = [Reason(findings, _points(findings[0])) for findings in alike.values()]
    return sorted(found, key=lambda reason: _rank(reason.first))


def _rank(finding: common.Finding) -> int:
    """A verdict of a newer service counts as unknown."""
    return _ORDER.index(finding.verdict if finding.verdict in _ORDER else common.VERDICT_UNKNOWN)


def _points(finding: common.Finding) -> list[Point]:
    """The parts that lead to what the whole does; without any, the whole itself. What only asks needs no clause."""
    if finding.missing and finding.verdict == common.VERDICT_UNKNOWN:
        return [Point(finding.title, finding.because, ())]
    same = [part for part in finding.parts if _leads_alike(part, finding)]
    return [Point(one.title, _because(one), clauses(one)) for one in (same or [finding])[:POINTS_MAX]]


def _leads_alike(part: common.Finding, whole: common.Finding) -> bool:
    return part.verdict == whole.verdict != common.VERDICT_HOLDS and part.leads_to == whole.leads_to


def _because(finding: common.Finding) -> Text | common.Text:
    return NOT_VERIFIED if finding.verdict == common.VERDICT_HOLDS and _unverified(finding) else finding.because


def _unverified(finding: common.Finding) -> list[common.Citation]:
    return [one for one in finding.under if one.kind == FIGURE and one.verification not in (CONFIRMED, POLICY_DEFAULT)]


def clauses(finding: common.Finding) -> list[common.Citation]:
    """The clause that the rule itself rests on, and the figures that the verdict came to last.

    Where figures that are not verified are what keeps a finding from passing: those figures.
    """
    if finding.verdict == common.VERDICT_HOLDS and (unverified := _unverified(finding)):
        return unverified[:FIGURES_MAX]
    figures = [citation for citation in finding.under[1:] if citation.value[:1].isdigit()]
    return [*finding.under[:1], *figures[-FIGURES_MAX:]]
