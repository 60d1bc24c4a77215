"""An opinion that the project has already: whether it still holds, and whether a change has to be applied for."""

from datetime import date
from decimal import ROUND_DOWN
from functools import partial
from typing import Final

from dossier.model import PriorOpinion
from kernel.quantities import plain
from kernel.text import Text
from review.domain.amounts import TCE
from review.domain.day import Always
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look
from review.domain.remedy import SMALLEST_TCE, by_energy
from review.domain.subject import Subject
from statute.finding import Finding

VALIDITY_RULE: Final = "review.opinion_validity"
CHANGE_RULE: Final = "review.change"
YEARS: Final = "review.validity_years"
EXCESS: Final = "review.change_excess_ratio"
COMPARISON: Final = "review.change_comparison"
AT_LEAST: Final = "at_least"
FIELD: Final = "dossier.prior_opinion"
APPROVED: Final = f"{FIELD}.approved_tce_calorific"

CHANGE_DUE: Final = Text(
    "须向原审查机关申请变更, 由其同意或重新审查", "a change has to be applied for; the authority agrees or reviews"
)
WITHIN: Final = Text("未超出", "within it")
LINE_UNREAD: Final = Text("变更的界线未收录, 须人工判断", "The line of a change is not held here; a person decides.")
_NO_OPINION: Final = Text("没有已取得的节能审查意见", "the project has no review opinion yet")
NOTHING_TO_LAPSE: Final = Always(VALIDITY_RULE, _NO_OPINION)
NOTHING_TO_CHANGE: Final = Always(CHANGE_RULE, _NO_OPINION)


def validity_finding(subject: Subject) -> Finding:
    """An opinion lapses by itself when construction has not started in time. Source: order 31 of 2025, article 19.

    The years are those of the order under which the opinion was given; a consent to a change starts them anew.
    """
    opinion = subject.dossier.prior_opinion
    if opinion is None:
        return subject.always(NOTHING_TO_LAPSE)
    seen = subject.look(VALIDITY_RULE, _inputs(opinion))
    if subject.day is None:
        return seen.asks_for((APPLICATION_DATE,), DAY_NOT_STATED)
    runs_from = opinion.change_consent_date or opinion.issue_date
    if runs_from is None:
        because = Text("未填审查意见的印发日期; 请补填", "The opinion's day of issue is not stated. State it.")
        return seen.asks_for((f"{FIELD}.issue_date",), because)
    years = subject.policy.on(YEARS, runs_from)
    if years is None:
        because = Text(
            "{day} 印发的意见有效期未收录, 须人工判断",
            "How long an opinion of {day} holds is not held here; a person decides.",
            day=runs_from,
        )
        return seen.undecided(because)
    lapses = years_after(runs_from, int(years.number))
    return _lapse(seen.under_also(years.citation), subject.day, opinion, lapses)


def _lapse(seen: Look, applied_on: date, opinion: PriorOpinion, lapses: date) -> Finding:
    started = opinion.construction_start_date
    if started is not None and opinion.issue_date is not None and started < opinion.issue_date:
        because = Text(
            "意见 {issued} 印发, {started} 已开工, 属未批先建, 须人工处理",
            "The opinion is of {issued}, and construction started before it, on {started}: a person deals with it.",
            issued=opinion.issue_date,
            started=started,
        )
        return seen.undecided(because)
    if (started or applied_on) < lapses:
        return seen.holds(
            Text("意见有效, {lapses} 前开工即可", "it holds, and lapses on {lapses} without a start", lapses=lapses)
        )
    because = Text(
        "意见自 {lapses} 起自动失效: {started}; 请重新申请节能审查",
        "The opinion lapsed on {lapses}: {started}. Apply for a new review.",
        lapses=lapses,
        started=Text("此前未开工", "construction had not started")
        if started is None
        else Text("{day} 才开工", "construction started on {day}", day=started),
    )
    return seen.fails(because)


def years_after(day: date, years: int) -> date:
    """The same day of a later year; 29 February becomes 1 March where the year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def change_finding(subject: Subject) -> Finding:
    """Whether the project leaves what was approved so far that a change is due. Source: order 31, articles 18, 26."""
    opinion, energy = subject.dossier.prior_opinion, subject.totals.tce_calorific
    if opinion is None:
        return subject.always(NOTHING_TO_CHANGE)
    inputs = (*_inputs(opinion), *(() if energy is None else ((TCE, f"{plain(energy)} tce"),)))
    seen = subject.look(CHANGE_RULE, inputs)
    missing = tuple(field for field, value in ((TCE, energy), (APPROVED, opinion.approved_tce)) if value is None)
    if missing or energy is None or opinion.approved_tce is None:
        because = Text(
            "未填批复能耗或建成后能耗, 不能判断是否须申请变更; 请补填",
            "The energy approved or that after completion is not stated, so whether a change is due is open. State it.",
        )
        return seen.asks_for(missing, because)
    ratio = subject.law.on(EXCESS) if subject.law is not None else None
    compared = subject.law.on(COMPARISON) if subject.law is not None else None
    if ratio is None or compared is None:
        return seen.undecided(LINE_UNREAD)
    limit = opinion.approved_tce * (1 + ratio.number)
    exceeds = energy >= limit if compared.word == AT_LEAST else energy > limit
    seen = seen.under_also(ratio.citation, compared.citation)
    because = Text(
        "批复 {approved} tce, 建成后 {energy} tce, 界线 {limit} tce: {told}",
        "{approved} tce approved, {energy} tce after completion, line {limit} tce: {told}",
        approved=opinion.approved_tce,
        energy=energy,
        limit=limit,
        told=CHANGE_DUE if exceeds else WITHIN,
    )
    if not exceeds:
        return seen.holds(because)
    at_most = limit - SMALLEST_TCE if compared.word == AT_LEAST else limit
    needed = at_most.quantize(SMALLEST_TCE, ROUND_DOWN)
    return seen.fails(because, partial(by_energy, needed=needed, rule=change_finding))


def _inputs(opinion: PriorOpinion) -> tuple[tuple[str, str], ...]:
    stated: dict[str, object | None] = {
        "document_number": opinion.document_number,
        "issue_date": opinion.issue_date,
        "change_consent_date": opinion.change_consent_date,
        "construction_start_date": opinion.construction_start_date,
        "approved_tce_calorific": None if opinion.approved_tce is None else f"{plain(opinion.approved_tce)} tce",
    }
    return tuple((f"{FIELD}.{name}", str(value)) for name, value in stated.items() if value is not None)
