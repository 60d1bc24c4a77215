"""What persons decided: findings of rulings, overrides and ended opinions, and what they set aside."""

from datetime import date
from typing import Final

from kernel.text import Text
from screening.domain.case import Case
from screening.domain.draft import Draft
from screening.domain.facts import FactVersion, OpinionFact, OverrideFact, RulingFact
from statute.finding import Disposition, Finding, Verdict
from statute.law import RuleText
from statute.loader import PolicyBundle

RULING_RULE: Final = "screening.ruling"
OVERRIDE_RULE: Final = "screening.override"
OPINION_RULE: Final = "screening.opinion"
OVERRIDE_NEVER: Final = "screening.override.never"
"""What no override sets aside."""


def with_persons(draft: Draft, case: Case, day: date, law_day: date) -> Draft:
    """The draft after what persons decided of its findings. `day` is today: an override ends by itself."""
    for override in case.overrides:
        if override.stands(draft.filing.revision, day):
            draft = _overridden(draft, override, law_day)
    ruling = case.ruling
    if ruling is not None and ruling.revision == draft.filing.revision:
        draft = _ruled(draft, ruling, law_day)
    opinion = case.opinion
    if opinion is not None and not opinion.in_force and opinion.revision == draft.filing.revision:
        finding = _ended(opinion, draft.policy.rule(OPINION_RULE), law_day)
        draft = draft.say(finding, FactVersion("opinion", opinion.version))
    return draft


def never_set_aside(policy: PolicyBundle, law_day: date) -> frozenset[Disposition]:
    version = policy.on(OVERRIDE_NEVER, law_day)
    return frozenset() if version is None else frozenset(Disposition(word) for word in version.list_of_words)


def _overridden(draft: Draft, override: OverrideFact, law_day: date) -> Draft:
    never = never_set_aside(draft.policy, law_day)
    told = {finding.rule for finding in draft.findings}
    # A rule may have several findings: one of them that stands keeps the others.
    stays = {finding.rule for finding in draft.findings if finding.asks in never}
    aside = frozenset(override.rules) & (told - stays)
    rule = draft.policy.rule(OVERRIDE_RULE)
    names = ", ".join(sorted(aside)) or "-"
    finding = Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS,
        because=Text(
            "{signers} 签署, {until} 前不计 {rules}: {reason}",
            "{signers} signed that until {until} these do not count: {rules}. {reason}",
            signers=", ".join(override.signers),
            until=override.until,
            rules=names,
            reason=override.reason,
        ),
        inputs=(("evidence", override.evidence), ("until", override.until.isoformat())),
        under=rule.clauses_on(law_day),
        leads_to=rule.on_holds,
    )
    set_aside = draft.set_aside | aside
    versions = FactVersion(f"override/{override.id}", override.version)
    said = draft.say(finding, versions)
    return Draft(said.filing, said.policy, said.findings, said.versions, set_aside, said.ruled)


def _ruled(draft: Draft, ruling: RulingFact, law_day: date) -> Draft:
    rule = draft.policy.rule(RULING_RULE)
    finding = Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS if ruling.disposition in _LETS_IN else Verdict.FAILS,
        because=Text(
            "{person} 核定: {reason} (依据 {clause}; 涉及 {rules})",
            "{person} decided: {reason} (under {clause}; of {rules})",
            person=ruling.person,
            reason=ruling.reason,
            clause=ruling.clause,
            rules=", ".join(ruling.rules),
        ),
        inputs=(("clause", ruling.clause), ("disposition", ruling.disposition.value)),
        under=rule.clauses_on(law_day),
        leads_to=ruling.disposition,
    )
    said = draft.say(finding, FactVersion("ruling", ruling.version))
    return Draft(
        said.filing, said.policy, said.findings, said.versions, said.set_aside, said.ruled | frozenset(ruling.rules)
    )


_LETS_IN: Final = frozenset({Disposition.APPROVE, Disposition.CONDITIONAL, Disposition.EXEMPT})


def _ended(opinion: OpinionFact, rule: RuleText, law_day: date) -> Finding:
    because = (
        Text(
            "节能审查意见 {document} 已自动失效, 请重新申请",
            "The opinion {document} lapsed by itself. Apply anew.",
            document=opinion.document,
        )
        if opinion.lapsed
        else Text(
            "节能审查意见 {document} 已撤销 ({signers}): {reason}; 须人工处理",
            "The opinion {document} was taken back by {signers}: {reason}. A person deals with it.",
            document=opinion.document,
            signers=", ".join(opinion.signers),
            reason=opinion.reason,
        )
    )
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.FAILS if opinion.lapsed else Verdict.UNKNOWN,
        because=because,
        inputs=(("document", opinion.document),),
        under=rule.clauses_on(law_day),
        leads_to=rule.on_fails if opinion.lapsed else rule.on_unknown_figure,
    )
