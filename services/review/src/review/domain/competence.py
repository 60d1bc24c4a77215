"""Who reviews, and who need not be reviewed, by the order in force on the day of application."""

from functools import lru_cache
from typing import Final, NamedTuple

from kernel.text import Text
from review.domain.amounts import COAL, amounts
from review.domain.counting import counting
from review.domain.exemption import RULE as EXEMPT_RULE
from review.domain.exemption import Citations, Weighed, cited, exemption, no_order, open_line, yearly_under
from review.domain.lines import Yearly, reach
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED
from review.domain.review import CompetentLevel
from review.domain.subject import YES, Subject
from statute.finding import Finding, Verdict
from statute.inforce import Law

COMPETENCE_RULE: Final = "review.competence"
APPROVED_BY_STATE: Final = "approved_by_state"
BELOW_PROVINCE: Final = "review.below_provincial"
COUNTY: Final = "review.county_two_high"
KEY_FIELDS: Final = "review.ndrc.key_fields"
SPANS_MAX: Final = 1_024
"""Of some bundles: the law changes on some tens of days."""

Told = tuple[CompetentLevel | None, Finding]

BELOW: Final = Text("不单独进行节能审查, 无审查机关", "Exempt from energy review: no authority reviews it.")
WAITS: Final = Text(
    zh="是否免于节能审查尚不能判断, 审查机关随之未定; 请补填所缺数据",
    en="Whether it is exempt cannot be told, and so who would review it. State what is missing.",
)
NO_LEVEL_HELD: Final = Text(
    zh="省级门槛以下由谁审查未收录, 须人工判断",
    en="Who reviews below the provincial line is not held here; a person decides.",
)
NEVER_COUNTY: Final = Text(" (两高项目不得下放县级)", " (two-high is never delegated to a county)")


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
    before = subject.totals_before
    return Yearly(amounts(subject.totals), None if before is None else amounts(before), counting(subject))


def competence(subject: Subject, yearly: Yearly) -> Competence:
    """The findings on exemption and on competence, in this order."""
    law = subject.law
    if law is None:
        looks = [Weighed(subject, yearly).look(rule) for rule in (EXEMPT_RULE, COMPETENCE_RULE)]
        exempt, competent = [seen.asks_for((APPLICATION_DATE,), DAY_NOT_STATED) for seen in looks]
        return Competence(None, (exempt, competent))
    exempt = exemption(subject, law, yearly)
    if exempt.verdict is Verdict.FAILS:
        level, finding = _level(subject, law, yearly)
        return Competence(level, (exempt, finding))
    seen = Weighed(subject, yearly).look(COMPETENCE_RULE)
    if exempt.verdict is Verdict.HOLDS:
        return Competence(CompetentLevel.EXEMPT, (exempt, seen.holds(BELOW)))
    # A project that may be exempt has no competent authority yet: it waits for the same answers.
    waits = seen.asks_for(exempt.missing, WAITS) if exempt.missing else seen.undecided(lambda _: exempt.because)
    return Competence(None, (exempt, waits))


def _level(subject: Subject, law: Law, yearly: Yearly) -> Told:
    """Of a project that is not exempt: first the province's lines, then what lies above and below."""
    lines = law.review_lines("provincial")
    if lines is None:
        return None, Weighed(subject, yearly).look(COMPETENCE_RULE).undecided(no_order)
    provincial = Weighed(subject, yearly, reach(lines, yearly))
    reached = provincial.reached
    assert reached is not None
    if reached.verdict is Verdict.HOLDS:
        return _province_or_nation(provincial, law)
    seen = provincial.look(COMPETENCE_RULE)
    if subject.facts.get(APPROVED_BY_STATE) == YES:
        return CompetentLevel.PROVINCIAL, seen.holds(_approved)
    if reached.verdict is Verdict.FAILS:
        return _below_province(provincial, law)
    if reached.missing:
        return None, seen.asks_for(reached.missing, _asks_province)
    return None, seen.undecided(open_line)


def _below_province(provincial: Weighed, law: Law) -> Told:
    level = _level_below(law)
    if level is None:
        return None, provincial.look(COMPETENCE_RULE).undecided(NO_LEVEL_HELD)
    return level, provincial.look(COMPETENCE_RULE, under=_below_under).holds(_below)


@lru_cache(SPANS_MAX)
def _level_below(law: Law) -> CompetentLevel | None:
    version = law.on(BELOW_PROVINCE)
    return None if version is None else CompetentLevel(version.word)


def _province_or_nation(provincial: Weighed, law: Law) -> Told:
    lines = law.review_lines("ndrc")
    if lines is None or None in [line.version for line in lines]:
        return None, provincial.look(COMPETENCE_RULE).undecided(no_order)
    national = reach(lines, provincial.yearly, higher_of_both=True)
    weighed = Weighed(provincial.subject, provincial.yearly, provincial.reached, national)
    if national.verdict is Verdict.HOLDS:
        return _nation_if_key_field(weighed, law)
    seen = weighed.look(COMPETENCE_RULE)
    # Coal that is not stated does not hold up a project that reaches the province by its energy; the text shows it.
    missing = tuple([field for field in national.missing if field != COAL])
    if missing:
        return None, seen.asks_for(missing, _asks_nation)
    return CompetentLevel.PROVINCIAL, seen.holds(_province)


def _nation_if_key_field(weighed: Weighed, law: Law) -> Told:
    seen, fields = weighed.look(COMPETENCE_RULE, under=_key_field_under), law.on(KEY_FIELDS)
    if fields is None:
        return None, seen.undecided(_no_key_fields)
    if _industries(weighed.subject, law) & set(fields.list_of_words):
        return CompetentLevel.NATIONAL, seen.fails(_nation)
    return CompetentLevel.PROVINCIAL, seen.holds(_no_key_field)


def _industries(subject: Subject, law: Law) -> set[str]:
    """Those of the two-high catalogue that the project's products or classes stand in."""
    products = (law.catalogue_product(product.product_id) for product in subject.dossier.products)
    by_class = (i.id for code in subject.dossier.industry_codes for i in law.industries_of_class(code))
    return {product.industry for product in products if product is not None} | set(by_class)


# What explains it, made when somebody reads it.


def _asks_province(of: Weighed) -> Text:
    return _asked(Text("是否由省级审查", "Whether the province reviews it"), of.words)


def _asks_nation(of: Weighed) -> Text:
    return _asked(Text("是否由国家发展改革委审查", "Whether the NDRC reviews it"), of.national_words)


def _asked(what: Text, words: Text) -> Text:
    return Text(
        "{what}尚不能判断: {words}; 请补填",
        "{what} cannot be told: {words}. State what is missing.",
        what=what,
        words=words,
    )


def _approved(of: Weighed) -> Text:
    return Text(
        "国务院或国家发展改革委审批、核准的项目, 由省级审查: {words}",
        "Approved by the State Council or the NDRC, so reviewed by the province: {words}",
        words=of.words,
    )


def _below_under(of: Weighed) -> Citations:
    return (*yearly_under(of), *cited(of, BELOW_PROVINCE), *(cited(of, COUNTY) if _of_two_high(of) else ()))


def _of_two_high(of: Weighed) -> bool:
    return of.subject.two_high is Verdict.HOLDS


def _below(of: Weighed) -> Text:
    law = of.subject.law
    version = None if law is None else law.on(BELOW_PROVINCE)
    assert version is not None
    return Text(
        "由{name}审查{never}: {words}",
        "Reviewed by {name}{never}: {words}",
        name=version.words or version.word,
        never=NEVER_COUNTY if _of_two_high(of) and cited(of, COUNTY) else "",
        words=of.words,
    )


def _province(of: Weighed) -> Text:
    """With the national lines that stay unreached, where the order has any."""
    assert of.national is not None
    beside = Text(
        "; 已填各项未达国家审查门槛: {words}",
        "; nothing stated reaches the national lines: {words}",
        words=of.national_words,
    )
    return Text(
        "由省级审查 ({counted}): {words}{beside}",
        "Reviewed by the province ({counted}): {words}{beside}",
        counted=of.yearly.counting.text,
        words=of.words,
        beside=beside if of.national.under else "",
    )


def _key_field_under(of: Weighed) -> Citations:
    """The list is cited also where it was looked for and not found."""
    noted = None if of.subject.law is None else of.subject.law.noted(KEY_FIELDS)
    return (*yearly_under(of), *(() if noted is None else (noted.citation,)))


def _no_key_fields(of: Weighed) -> Text:
    return Text(
        "达到国家审查门槛, 但重点领域清单未收录, 须人工判断由谁审查: {words}",
        "The national line is reached, but the list of key fields is not held here; a person decides who reviews: "
        "{words}",
        words=of.national_words,
    )


def _nation(of: Weighed) -> Text:
    return Text(
        "属重点领域且达到门槛, 由国家发展改革委审查, 须报上级: {words}",
        "A key field at or above the line: the NDRC reviews it, so it goes up: {words}",
        words=of.national_words,
    )


def _no_key_field(of: Weighed) -> Text:
    return Text(
        "达到国家审查门槛, 但不属重点领域, 由省级审查: {words}",
        "The national line is reached, but in no key field: the province reviews it: {words}",
        words=of.national_words,
    )
