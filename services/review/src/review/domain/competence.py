"""Who reviews, and who need not be reviewed, by the order in force on the day of application."""

from functools import lru_cache
from typing import Final, NamedTuple

from dossier.model import EnergyUse
from kernel.text import Text
from review.domain.amounts import COAL, amounts, stated
from review.domain.counting import counting
from review.domain.energy import totals, totals_before
from review.domain.exemption import RULE as EXEMPT_RULE
from review.domain.exemption import Asked, exemption, no_order
from review.domain.lines import Reach, Yearly, open_line, reach
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look
from review.domain.review import CompetentLevel
from review.domain.subject import Subject
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law

COMPETENCE_RULE: Final = "review.competence"
METHODS: Final = ("review.regime", "review.regime_selection")
APPROVED_BY_STATE: Final = "approved_by_state"
SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

Told = tuple[CompetentLevel | None, Finding]

BELOW: Final = Text("不单独进行节能审查, 无审查机关", "Exempt from energy review: no authority reviews it.")


class Competence(NamedTuple):
    """`level` is None when it cannot be told."""

    level: CompetentLevel | None
    findings: tuple[Finding, Finding]

    @property
    def reviewed(self) -> bool | None:
        """Whether an energy review is due; None when it cannot be told."""
        exempt = self.findings[0].verdict
        return None if exempt is Verdict.UNKNOWN else exempt is Verdict.FAILS


def yearly_of(subject: Subject) -> Yearly:
    """By what is stated, else by what the flows come to."""
    before = totals_before(subject)
    return Yearly(amounts(totals(subject)), None if before is None else amounts(before), counting(subject))


def competence(subject: Subject, yearly: Yearly) -> Competence:
    """The findings on exemption and on competence, in this order."""
    now = subject.stated if yearly.after == subject.energy else stated(yearly.after)
    inputs = (*now, *_stated_before(subject.dossier.energy_before))
    law = subject.law
    if law is None:
        looks = [subject.look(rule, inputs) for rule in (EXEMPT_RULE, COMPETENCE_RULE)]
        exempt, competent = [seen.asks_for((APPLICATION_DATE,), DAY_NOT_STATED) for seen in looks]
        return Competence(None, (exempt, competent))
    asked = Asked(inputs, _methods(law))
    exempt = exemption(subject, law, asked, yearly)
    if exempt.verdict is Verdict.FAILS:
        level, finding = _level(asked, subject, law, yearly)
        return Competence(level, (exempt, finding))
    seen = asked.look(subject, COMPETENCE_RULE)
    if exempt.verdict is Verdict.HOLDS:
        return Competence(CompetentLevel.EXEMPT, (exempt, seen.holds(BELOW)))
    return Competence(None, (exempt, _as_open(seen, exempt)))


def _stated_before(before: EnergyUse | None) -> tuple[tuple[str, str], ...]:
    if before is None:
        return ()
    return tuple(
        (field.replace("dossier.energy.", "dossier.energy_before."), v) for field, v in stated(amounts(before))
    )


@lru_cache(SPANS_MAX)
def _methods(law: Law) -> tuple[Citation, ...]:
    versions = (law.on(parameter) for parameter in METHODS)
    return tuple(version.citation for version in versions if version is not None)


def _asked(what: Text, reached: Reach) -> Text:
    return Text(
        "{what}尚不能判断: {words}; 请补填",
        "{what} cannot be told: {words}. State what is missing.",
        what=what,
        words=reached.words,
    )


def _as_open(seen: Look, exempt: Finding) -> Finding:
    """A project that may be exempt has no competent authority yet: it waits for the same answers."""
    if not exempt.missing:
        return seen.undecided(exempt.because)
    because = Text(
        zh="是否免于节能审查尚不能判断, 审查机关随之未定; 请补填所缺数据",
        en="Whether it is exempt cannot be told, and so who would review it. State what is missing.",
    )
    return seen.asks_for(exempt.missing, because)


def _level(asked: Asked, subject: Subject, law: Law, yearly: Yearly) -> Told:
    """Of a project that is not exempt: first the province's lines, then what lies above and below."""
    lines = law.review_lines("provincial")
    if lines is None:
        return None, asked.look(subject, COMPETENCE_RULE).undecided(no_order(subject))
    provincial = reach(lines, yearly)
    seen = asked.look(subject, COMPETENCE_RULE, provincial.under)
    if provincial.verdict is Verdict.HOLDS:
        return _province_or_nation(seen, provincial, subject, yearly)
    if subject.yes(APPROVED_BY_STATE):
        because = Text(
            "国务院或国家发展改革委审批、核准的项目, 由省级审查: {words}",
            "Approved by the State Council or the NDRC, so reviewed by the province: {words}",
            words=provincial.words,
        )
        return CompetentLevel.PROVINCIAL, seen.holds(because)
    if provincial.verdict is Verdict.FAILS:
        return _below_province(seen, provincial, subject, law)
    if provincial.missing:
        what = Text("是否由省级审查", "Whether the province reviews it")
        return None, seen.asks_for(provincial.missing, _asked(what, provincial))
    return None, seen.undecided(open_line(provincial))


def _below_province(seen: Look, provincial: Reach, subject: Subject, law: Law) -> Told:
    version = law.on("review.below_provincial")
    if version is None:
        because = Text(
            zh="省级门槛以下由谁审查未收录, 须人工判断",
            en="Who reviews below the provincial line is not held here; a person decides.",
        )
        return None, seen.undecided(because)
    county = law.on("review.county_two_high") if subject.two_high is Verdict.HOLDS else None
    seen = seen.under_also(version.citation, *(() if county is None else (county.citation,)))
    because = Text(
        "由{name}审查{never}: {words}",
        "Reviewed by {name}{never}: {words}",
        name=version.words or version.word,
        never=Text(" (两高项目不得下放县级)", " (two-high is never delegated to a county)") if county else "",
        words=provincial.words,
    )
    return CompetentLevel(version.word), seen.holds(because)


def _province_or_nation(seen: Look, provincial: Reach, subject: Subject, yearly: Yearly) -> Told:
    assert subject.law is not None
    lines = subject.law.review_lines("ndrc")
    if lines is None or any(line.version is None for line in lines):
        return None, seen.undecided(no_order(subject))
    national = reach(lines, yearly, higher_of_both=True)
    seen = seen.under_also(*national.under)
    if national.verdict is Verdict.HOLDS:
        return _nation_if_key_field(seen, national, subject, subject.law)
    # Coal that is not stated does not hold up a project that reaches the province by its energy; the text shows it.
    missing = tuple(field for field in national.missing if field != COAL)
    if missing:
        what = Text("是否由国家发展改革委审查", "Whether the NDRC reviews it")
        return None, seen.asks_for(missing, _asked(what, national))
    because = Text(
        "由省级审查 ({counted}): {words}{beside}",
        "Reviewed by the province ({counted}): {words}{beside}",
        counted=yearly.counting.text,
        words=provincial.words,
        beside=_beside(national),
    )
    return CompetentLevel.PROVINCIAL, seen.holds(because)


def _nation_if_key_field(seen: Look, national: Reach, subject: Subject, law: Law) -> Told:
    fields = law.noted("review.ndrc.key_fields")
    if fields is not None:
        seen = seen.under_also(fields.citation)
    if fields is None or fields.value is None:
        because = Text(
            "达到国家审查门槛, 但重点领域清单未收录, 须人工判断由谁审查: {words}",
            "The national line is reached, but the list of key fields is not held here; a person decides who reviews: "
            "{words}",
            words=national.words,
        )
        return None, seen.undecided(because)
    if _industries(subject, law) & set(fields.list_of_words):
        because = Text(
            "属重点领域且达到门槛, 由国家发展改革委审查, 须报上级: {words}",
            "A key field at or above the line: the NDRC reviews it, so it goes up: {words}",
            words=national.words,
        )
        return CompetentLevel.NATIONAL, seen.fails(because)
    because = Text(
        "达到国家审查门槛, 但不属重点领域, 由省级审查: {words}",
        "The national line is reached, but in no key field: the province reviews it: {words}",
        words=national.words,
    )
    return CompetentLevel.PROVINCIAL, seen.holds(because)


def _industries(subject: Subject, law: Law) -> set[str]:
    """Those of the two-high catalogue that the project's products or classes stand in."""
    products = (law.catalogue_product(product.product_id) for product in subject.dossier.products)
    by_class = (i.id for code in subject.dossier.industry_codes for i in law.industries_of_class(code))
    return {product.industry for product in products if product is not None} | set(by_class)


def _beside(national: Reach) -> Text | str:
    """The national lines that stay unreached, where the order has any."""
    if not national.under:
        return ""
    return Text(
        "; 已填各项未达国家审查门槛: {words}",
        "; nothing stated reaches the national lines: {words}",
        words=national.words,
    )
