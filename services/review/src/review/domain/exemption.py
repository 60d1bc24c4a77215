"""Whether a project is exempt from energy review: by its amounts, its industry, or because it is a state secret."""

from typing import Final, NamedTuple

from kernel.text import Text
from review.domain.amounts import Inputs
from review.domain.lines import Reach, Yearly, open_line, reach
from review.domain.look import Look
from review.domain.subject import YES, Subject, fact_field
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law

RULE: Final = "review.exempt"
INDUSTRIES: Final = "review.exempt_industries"
INDUSTRY_FACT: Final = "exempt_industry"
SECRET: Final = "review.exempt_secret"  # noqa: S105  # a parameter of law, no password
SECRET_FACT: Final = "state_secret"  # noqa: S105  # a fact, no password


class Asked(NamedTuple):
    """What every question of an order on energy review looks at: the year's amounts, and how the order was chosen."""

    inputs: Inputs
    methods: tuple[Citation, ...]

    def look(self, subject: Subject, rule: str, under: tuple[Citation, ...] = (), *more: tuple[str, str]) -> Look:
        return subject.look(rule, (*self.inputs, *more), (*self.methods, *under))


def exemption(subject: Subject, law: Law, asked: Asked, yearly: Yearly) -> Finding:
    """Sources: order 31 of 2025, article 8, and the orders before it."""
    lines = law.exempt_lines()
    if lines is None:
        return asked.look(subject, RULE).undecided(no_order(subject))
    named = _named(subject, law, asked)
    if named is not None:
        return named
    reached = reach(lines, yearly)
    seen = asked.look(subject, RULE, reached.under)
    if reached.verdict is Verdict.HOLDS:
        return seen.fails(
            Text(
                "须进行节能审查 ({counted}): {words}",
                "Energy review is due ({counted}): {words}",
                counted=yearly.counting.text,
                words=reached.words,
            )
        )
    if reached.verdict is Verdict.FAILS:
        return seen.holds(
            Text(
                "各项均低于门槛, 不单独进行节能审查: {words}",
                "Below every line, so exempt from energy review: {words}",
                words=reached.words,
            )
        )
    return _untold(seen, reached)


def _untold(seen: Look, reached: Reach) -> Finding:
    if reached.missing:
        because = Text(
            "是否免于节能审查尚不能判断: {words}; 请补填",
            "Whether it is exempt from energy review cannot be told: {words}. State what is missing.",
            words=reached.words,
        )
        return seen.asks_for(reached.missing, because)
    return seen.undecided(open_line(reached))


def _named(subject: Subject, law: Law, asked: Asked) -> Finding | None:
    """By name, whatever the amounts: a state secret, or an industry of the list."""
    secret = law.on(SECRET)
    if secret is not None and subject.yes(SECRET_FACT):
        seen = asked.look(subject, RULE, (secret.citation,), (fact_field(SECRET_FACT), YES))
        return seen.holds(Text("涉及国家秘密的项目, 不单独进行节能审查", "A state secret: exempt from energy review"))
    industry = subject.word(INDUSTRY_FACT)
    listed = law.on(INDUSTRIES)
    if industry is None or listed is None or industry not in listed.list_of_words:
        return None
    name = subject.policy.facts[INDUSTRY_FACT].words[industry]
    because = Text(
        "属不单独进行节能审查的行业: {name}",
        "Of an industry that is exempt from energy review: {name}",
        name=name,
    )
    return asked.look(subject, RULE, (listed.citation,), (fact_field(INDUSTRY_FACT), industry)).holds(because)


def no_order(subject: Subject) -> Text:
    return Text(
        "{day} 适用的节能审查办法未收录, 须人工判断",
        "The order on energy review in force on {day} is not held here; a person decides.",
        day=subject.day,
    )
