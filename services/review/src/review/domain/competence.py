"""Who reviews, and who need not be reviewed, by the order in force on the day of application."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.text import Text
from review.domain.dossier import Dossier
from review.domain.energy import COAL, Amounts, Reach, amounts, reach, stated
from review.domain.look import APPLICATION_DATE, DAY_NOT_STATED, Look, look
from review.domain.review import CompetentLevel
from statute.finding import Citation, Finding, Verdict
from statute.loader import PolicyBundle

EXEMPT_RULE: Final = "review.exempt"
COMPETENCE_RULE: Final = "review.competence"
COUNTING: Final = "review.counting"
UNCHANGED: Final = "_unchanged"
"""Ends the word of a kind that counts by its increment only where place, process and equipment stay."""
METHODS: Final = ("review.regime", "review.regime_selection", COUNTING)

Told = tuple[CompetentLevel | None, Finding]


@dataclass(frozen=True, slots=True)
class Competence:
    """`level` is None when it cannot be told."""

    level: CompetentLevel | None
    findings: tuple[Finding, Finding]


def competence(dossier: Dossier, policy: PolicyBundle) -> Competence:
    """The findings on exemption and on competence, in this order."""
    day, energy = dossier.application_date, amounts(dossier.energy)
    exempt_look = look(policy.rule(EXEMPT_RULE), day, stated(energy), _methods(policy, day))
    competent_look = look(policy.rule(COMPETENCE_RULE), day, stated(energy), _methods(policy, day))
    if day is None:
        looks = (exempt_look, competent_look)
        first, second = (seen.asks_for((APPLICATION_DATE,), DAY_NOT_STATED) for seen in looks)
        return Competence(None, (first, second))
    exempt = _exemption(exempt_look, _Case(dossier, day, policy))
    if exempt.verdict is Verdict.FAILS:
        level, finding = _level(competent_look, _Case(dossier, day, policy))
        return Competence(level, (exempt, finding))
    if exempt.verdict is Verdict.HOLDS:
        below = Text(
            zh="低于节能审查门槛, 不单独进行节能审查", en="Below the lines of energy review: no authority reviews it."
        )
        return Competence(CompetentLevel.EXEMPT, (exempt, competent_look.holds(below)))
    return Competence(None, (exempt, _as_open(competent_look, exempt)))


def _methods(policy: PolicyBundle, day: date | None) -> tuple[Citation, ...]:
    versions = () if day is None else (policy.on(parameter, day) for parameter in METHODS)
    return tuple(version.citation for version in versions if version is not None)


def _with(seen: Look, under: Iterable[Citation]) -> Look:
    return Look(seen.rule, seen.inputs, (*seen.under, *under))


def _no_order(day: date) -> Text:
    return Text(
        zh=f"{day} 适用的节能审查办法未收录, 须人工判断",
        en=f"The order on energy review in force on {day} is not held here; a person decides.",
    )


def _asked(what: Text, reached: Reach) -> Text:
    return Text(
        zh=f"{what.zh}尚不能判断: {reached.words.zh}; 请补填",
        en=f"{what.en} cannot be told: {reached.words.en}. State what is missing.",
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One dossier under the law of its day of application."""

    dossier: Dossier
    day: date
    policy: PolicyBundle

    @property
    def energy(self) -> Amounts:
        return amounts(self.dossier.energy)

    @property
    def counting_note(self) -> Text:
        """Says that the whole consumption was taken where the increment may be what counts: it can only be less."""
        counting = self.policy.on(COUNTING, self.day)
        kind = self.dossier.kind
        if counting is None or (
            kind is not None and not any(word.removesuffix(UNCHANGED) == kind.value for word in counting.list_of_words)
        ):
            return Text(zh="", en="")
        return Text(
            zh="; 所填按建成后全年消费量对照, 如依法按增量计算须另行核对",
            en="; the whole consumption was taken; where the law counts the increment, check by hand",
        )

    @property
    def industries(self) -> set[str]:
        """Those of the two-high catalogue that the project's products or classes stand in."""
        catalogue = self.policy.catalogue(self.day)
        if catalogue is None:
            return set()
        products = (catalogue.product(product.product_id) for product in self.dossier.products)
        by_class = (i.id for code in self.dossier.industry_codes for i in catalogue.industries_of_class(code))
        return {product.industry for product in products if product is not None} | set(by_class)


def _exemption(seen: Look, case: _Case) -> Finding:
    lines = case.policy.exempt_lines(case.day)
    if lines is None:
        return seen.undecided(_no_order(case.day))
    reached = reach(lines, case.energy)
    seen = _with(seen, reached.under)
    words, note = reached.words, case.counting_note
    if reached.verdict is Verdict.HOLDS:
        return seen.fails(
            Text(zh=f"须进行节能审查: {words.zh}{note.zh}", en=f"Energy review is due: {words.en}{note.en}")
        )
    if reached.verdict is Verdict.FAILS:
        return seen.holds(
            Text(
                zh=f"各项均低于门槛, 不单独进行节能审查: {words.zh}",
                en=f"Below every line, so exempt from energy review: {words.en}",
            )
        )
    if reached.missing:
        what = Text(zh="是否免于节能审查", en="Whether it is exempt from energy review")
        return seen.asks_for(reached.missing, _asked(what, reached))
    return seen.undecided(_no_order(case.day))


def _as_open(seen: Look, exempt: Finding) -> Finding:
    """A project that may be exempt has no competent authority yet: it waits for the same answers."""
    if not exempt.missing:
        return seen.undecided(exempt.because)
    because = Text(
        zh="是否免于节能审查尚不能判断, 审查机关随之未定; 请补填所缺数据",
        en="Whether it is exempt cannot be told, and so who would review it. State what is missing.",
    )
    return seen.asks_for(exempt.missing, because)


def _level(seen: Look, case: _Case) -> Told:
    """Of a project that is not exempt: first the province's lines, then what lies above and below."""
    lines = case.policy.review_lines("provincial", case.day)
    if lines is None:
        return None, seen.undecided(_no_order(case.day))
    provincial = reach(lines, case.energy)
    seen = _with(seen, provincial.under)
    if provincial.verdict is Verdict.HOLDS:
        return _province_or_nation(seen, provincial, case)
    if provincial.verdict is Verdict.FAILS:
        return _below_province(seen, provincial, case)
    if provincial.missing:
        what = Text(zh="是否由省级审查", en="Whether the province reviews it")
        return None, seen.asks_for(provincial.missing, _asked(what, provincial))
    return None, seen.undecided(_no_order(case.day))


def _below_province(seen: Look, provincial: Reach, case: _Case) -> Told:
    version = case.policy.on("review.below_provincial", case.day)
    if version is None:
        because = Text(
            zh="省级门槛以下由谁审查未收录, 须人工判断",
            en="Who reviews below the provincial line is not held here; a person decides.",
        )
        return None, seen.undecided(because)
    name = version.words or Text(zh=version.word, en=version.word)
    because = Text(
        zh=f"由{name.zh}审查: {provincial.words.zh}",
        en=f"Reviewed by {name.en}: {provincial.words.en}",
    )
    return CompetentLevel(version.word), _with(seen, (version.citation,)).holds(because)


def _province_or_nation(seen: Look, provincial: Reach, case: _Case) -> Told:
    lines = case.policy.review_lines("ndrc", case.day)
    if lines is None or any(line.version is None for line in lines):
        return None, seen.undecided(_no_order(case.day))
    national = reach(lines, case.energy, higher_of_both=True)
    seen = _with(seen, national.under)
    if national.verdict is Verdict.HOLDS:
        return _nation_if_key_field(seen, national, case)
    # Coal that is not stated does not hold up a project that reaches the province by its energy; the text shows it.
    asked = tuple(field for field in national.missing if field != COAL)
    if asked:
        what = Text(zh="是否由国家发展改革委审查", en="Whether the NDRC reviews it")
        return None, seen.asks_for(asked, _asked(what, national))
    beside, note = _beside(national), case.counting_note
    because = Text(
        zh=f"由省级审查: {provincial.words.zh}{beside.zh}{note.zh}",
        en=f"Reviewed by the province: {provincial.words.en}{beside.en}{note.en}",
    )
    return CompetentLevel.PROVINCIAL, seen.holds(because)


def _nation_if_key_field(seen: Look, national: Reach, case: _Case) -> Told:
    fields = case.policy.parameter("review.ndrc.key_fields").noted_on(case.day)
    if fields is not None:
        seen = _with(seen, (fields.citation,))
    words = national.words
    if fields is None or fields.value is None:
        because = Text(
            zh=f"达到国家审查门槛, 但重点领域清单未收录, 须人工判断由谁审查: {words.zh}",
            en="The national line is reached, but the list of key fields is not held here; a person decides who "
            f"reviews: {words.en}",
        )
        return None, seen.undecided(because)
    if case.industries & set(fields.list_of_words):
        because = Text(
            zh=f"属重点领域且达到门槛, 由国家发展改革委审查, 须报上级: {words.zh}",
            en=f"A key field at or above the line: the NDRC reviews it, so it goes up: {words.en}",
        )
        return CompetentLevel.NATIONAL, seen.fails(because)
    because = Text(
        zh=f"达到国家审查门槛, 但不属重点领域, 由省级审查: {words.zh}",
        en=f"The national line is reached, but in no key field: the province reviews it: {words.en}",
    )
    return CompetentLevel.PROVINCIAL, seen.holds(because)


def _beside(national: Reach) -> Text:
    """The national lines that stay unreached, where the order has any."""
    if not national.under:
        return Text(zh="", en="")
    return Text(
        zh=f"; 已填各项未达国家审查门槛: {national.words.zh}",
        en=f"; nothing stated reaches the national lines: {national.words.en}",
    )
