"""Whether a project is exempt from energy review: by its amounts, its industry, or because it is a state secret."""

from itertools import chain
from typing import Final, NamedTuple

from kernel.text import Text
from review.domain.amounts import amounts, stated
from review.domain.lines import Reach, Yearly, reach
from review.domain.look import Inputs, Look, OrLater
from review.domain.subject import YES, Subject, fact_field
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law

RULE: Final = "review.exempt"
INDUSTRIES: Final = "review.exempt_industries"
METHODS: Final = ("review.regime", "review.regime_selection")
"""How an order is chosen."""
INDUSTRY_FACT: Final = "exempt_industry"
SECRET: Final = "review.exempt_secret"  # noqa: S105  # a parameter of law, no password
SECRET_FACT: Final = "state_secret"  # noqa: S105  # a fact, no password
IS_SECRET: Final = Text("涉及国家秘密的项目, 不单独进行节能审查", "A state secret: exempt from energy review")

Citations = tuple[Citation, ...]


def yearly_inputs(of: "Weighed") -> Inputs:
    """The year's amounts, and those of the year before."""
    dossier = of.subject.dossier
    before = () if dossier.energy_before is None else stated(amounts(dossier.energy_before))
    renamed = ((field.replace("dossier.energy.", "dossier.energy_before."), value) for field, value in before)
    return (*stated(of.yearly.after), *renamed)


def yearly_under(of: "Weighed") -> Citations:
    """How the order was chosen, and the lines."""
    lines = (one.under for one in (of.reached, of.national) if one is not None)
    return (*cited(of, *METHODS), *chain.from_iterable(lines))


def cited(of: "Weighed", *parameters: str) -> Citations:
    """Those in force."""
    law = of.subject.law
    versions = () if law is None else map(law.on, parameters)
    return tuple(version.citation for version in versions if version is not None)


class Weighed(NamedTuple):
    """What the sentences on an order's lines are made of; `reached` None: no line was looked at.

    `national`: how the project stands to the nation's lines, where that was asked too.
    """

    subject: Subject
    yearly: Yearly
    reached: Reach | None = None
    national: Reach | None = None

    @property
    def words(self) -> Text:
        assert self.reached is not None
        return self.reached.words

    @property
    def national_words(self) -> Text:
        assert self.national is not None
        return self.national.words

    def look(
        self, rule: str, inputs: OrLater[Inputs] = yearly_inputs, under: OrLater[Citations] = yearly_under
    ) -> Look:
        return Look((self.subject.start(rule), inputs, under, None, (), self))


def exemption(subject: Subject, law: Law, yearly: Yearly) -> Finding:
    """Sources: order 31 of 2025, article 8, and the orders before it."""
    lines = law.exempt_lines()
    if lines is None:
        return Weighed(subject, yearly).look(RULE).undecided(no_order)
    named = _named(subject, law, yearly)
    if named is not None:
        return named
    reached = reach(lines, yearly)
    seen = Weighed(subject, yearly, reached).look(RULE)
    if reached.verdict is Verdict.HOLDS:
        return seen.fails(_due)
    if reached.verdict is Verdict.FAILS:
        return seen.holds(_below)
    return seen.asks_for(reached.missing, _untold) if reached.missing else seen.undecided(open_line)


def _named(subject: Subject, law: Law, yearly: Yearly) -> Finding | None:
    """By name, whatever the amounts: a state secret, or an industry of the list."""
    if subject.facts.get(SECRET_FACT) == YES and law.on(SECRET) is not None:
        return Weighed(subject, yearly).look(RULE, _secret_inputs, _secret_under).holds(IS_SECRET)
    industry = subject.facts.get(INDUSTRY_FACT)
    listed = None if industry is None else law.on(INDUSTRIES)
    if listed is None or industry not in listed.list_of_words:
        return None
    return Weighed(subject, yearly).look(RULE, _industry_inputs, _industry_under).holds(_in_industry)


# What explains it, made when somebody reads it.


def _due(of: Weighed) -> Text:
    return Text(
        "须进行节能审查 ({counted}): {words}",
        "Energy review is due ({counted}): {words}",
        counted=of.yearly.counting.text,
        words=of.words,
    )


def _below(of: Weighed) -> Text:
    return Text(
        "各项均低于门槛, 不单独进行节能审查: {words}",
        "Below every line, so exempt from energy review: {words}",
        words=of.words,
    )


def _untold(of: Weighed) -> Text:
    return Text(
        "是否免于节能审查尚不能判断: {words}; 请补填",
        "Whether it is exempt from energy review cannot be told: {words}. State what is missing.",
        words=of.words,
    )


def open_line(of: Weighed) -> Text:
    """Why a person decides where nothing is missing."""
    return Text(
        "当日适用的限值未收录, 或法规未明确按增量还是全量计算而两者分处门槛两侧, 须人工判断: {words}",
        "The figure of the day is not held here, or the law does not say whether the increment or the whole counts and "
        "the two lie on both sides of the line; a person decides: {words}",
        words=of.words,
    )


def _secret_inputs(of: Weighed) -> Inputs:
    return (*yearly_inputs(of), (fact_field(SECRET_FACT), YES))


def _secret_under(of: Weighed) -> Citations:
    return cited(of, *METHODS, SECRET)


def _industry_inputs(of: Weighed) -> Inputs:
    return (*yearly_inputs(of), (fact_field(INDUSTRY_FACT), of.subject.facts[INDUSTRY_FACT]))


def _industry_under(of: Weighed) -> Citations:
    return cited(of, *METHODS, INDUSTRIES)


def _in_industry(of: Weighed) -> Text:
    name = of.subject.policy.facts[INDUSTRY_FACT].words[of.subject.facts[INDUSTRY_FACT]]
    return Text(
        "属不单独进行节能审查的行业: {name}",
        "Of an industry that is exempt from energy review: {name}",
        name=name,
    )


def no_order(of: Weighed) -> Text:
    return Text(
        "{day} 适用的节能审查办法未收录, 须人工判断",
        "The order on energy review in force on {day} is not held here; a person decides.",
        day=of.subject.day,
    )
