"""政策库: the law in force, entry by entry, how far each is verified, and what is otherwise on another day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from kernel.text import Text, joined
from statute.access.law import AccessStandard, Norm
from statute.bundle import PolicyBundle
from statute.differences import document, figure, written
from statute.finding import Citation
from statute.law import RatioRegime, RuleText
from statute.parameter import Parameter, Version

Kind = Literal["parameter", "rule", "standard", "norm", "catalogue", "replacement"]

KINDS: Final[Mapping[str, Text]] = {
    "parameter": Text("参数", "parameter"),
    "rule": Text("规则", "rule"),
    "standard": Text("准入标准", "access standard"),
    "norm": Text("能耗限额标准", "mandatory norm"),
}
"""What has a page of its own."""

SECTIONS: Final[Mapping[str, Text]] = {
    **KINDS,
    "catalogue": Text("两高目录", "two-high catalogue"),
    "replacement": Text("产能置换办法", "capacity replacement"),
}

VERIFICATIONS: Final[Mapping[str, Text]] = {
    "confirmed": Text("已核验", "confirmed"),
    "unverified": Text("未核验", "not verified"),
    "not_found": Text("缺失", "missing"),
    "policy_default": Text("平台参数", "platform parameter"),
}
"""缺失: the text was looked for and not found, so the law is unknown there, not absent."""

CONFIDENCES: Final[Mapping[str, Text]] = {
    "high": Text("把握高", "high confidence"),
    "medium": Text("把握中", "medium confidence"),
    "low": Text("把握低", "low confidence"),
}

APPLIES: Final = Text("适用", "applies")
NOT_IN_FORCE: Final = Text("当日无规定", "nothing in force")
BEGINS: Final = Text("开始施行", "comes into force")
ENDS: Final = Text("不再施行", "goes out of force")
ANOTHER: Final = Text("改变", "changes")
ONLY_BASIS: Final = Text("数值不变, 依据或核验情况改变", "same value, other basis or verification")

UNITS: Final[Mapping[str, Text]] = {
    "count": Text("项", "count"),
    "workday": Text("个工作日", "working days"),
    "month": Text("个月", "months"),
    "level": Text("级", "level"),
    "points": Text("分", "points"),
    "places": Text("位小数", "places"),
    "grade": Text("级", "grade"),
}
"""Units that are words; the others are written as they are."""
WORDS: Final[Mapping[str, Text]] = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "unknown": Text("未明", "unknown"),
}

LISTS_KEPT_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class LawInForce:
    """The policy bundle, and the same as the archive that it was loaded from."""

    archive: bytes
    policy: PolicyBundle


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the library. `figure`: in force on the day; None where a thing has none of its own."""

    kind: str
    id: str
    title: Text
    figure: Text | None
    verifications: tuple[str, ...]

    def contains(self, word: str) -> bool:
        """Whether the id or the title in either language has it, whatever its case."""
        return any(word in words.casefold() for words in (self.id, self.title.zh, self.title.en))


@dataclass(frozen=True, slots=True)
class Edition:
    """One dated value. `what`: which of several, where a thing has several; `link`: the parameter that it is."""

    citation: Citation
    figure: Text | None = None
    confidence: str = ""
    words: Text | None = None
    what: Text | None = None
    link: str = ""

    def in_force(self, day: date) -> bool:
        until = self.citation.until
        return self.citation.in_force_from <= day and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class Moved:
    """What is in force on one of two days and not so on the other."""

    section: str
    id: str
    title: Text
    before: Text
    after: Text
    change: Text


@lru_cache(LISTS_KEPT_MAX)
def entries(policy: PolicyBundle, day: date) -> tuple[Entry, ...]:
    """The library on a day, kind by kind in the order of the law."""
    return tuple(_entries(policy, day))


def _entries(policy: PolicyBundle, day: date) -> Iterator[Entry]:
    for parameter in policy.parameters.values():
        noted = parameter.noted_on(day)
        said = NOT_IN_FORCE if noted is None else shown(noted)
        yield Entry("parameter", parameter.id, parameter.title, said, _verified(_of_parameter(parameter), day))
    for rule in policy.rules.values():
        yield Entry("rule", rule.id, rule.title, None, _verified(_of_rule(rule), day))
    for standard in policy.access_standards.values():
        yield Entry("standard", standard.id, standard.title, None, _verified(_of_standard(standard), day))
    for norm in policy.norms.values():
        title = Text("{number} {title}", "{number} {title}", number=norm.number, title=norm.title)
        yield Entry("norm", norm.id, title, None, _verified([Edition(norm.citation)], day))


def shown(version: Version) -> Text:
    """The value with its unit, in words where there are some."""
    value, unit = version.value, version.citation.unit
    if isinstance(value, str):
        return WORDS[value] if value in WORDS else written(value)
    if value is not None and unit in UNITS:
        return Text("{value} {unit}", "{value} {unit}", value=written(value), unit=UNITS[unit])
    return figure(version)


def _verified(editions: Sequence[Edition], day: date) -> tuple[str, ...]:
    """Of what is in force on the day; of what never is then, of all of it."""
    current = [one for one in editions if one.in_force(day)] or editions
    return tuple(dict.fromkeys(one.citation.verification for one in current))


def found(listed: Iterable[Entry], word: str, kind: str, verification: str) -> list[Entry]:
    """What is empty does not limit."""
    sought = word.casefold()
    return [
        one
        for one in listed
        if (not kind or one.kind == kind)
        and (not verification or verification in one.verifications)
        and (not sought or one.contains(sought))
    ]


Thing = Parameter | RuleText | AccessStandard | Norm


def thing(policy: PolicyBundle, entry_id: str) -> tuple[str, Thing] | None:
    """By its id, with its kind. The ids of the four kinds are told apart in the order of KINDS."""
    of_kind: Mapping[str, Mapping[str, Thing]] = {
        "parameter": policy.parameters, "rule": policy.rules, "standard": policy.access_standards, "norm": policy.norms,
    }  # fmt: skip
    return next(((kind, things[entry_id]) for kind, things in of_kind.items() if entry_id in things), None)


def editions(one: Thing) -> list[Edition]:
    """Every dated value of it, the oldest first."""
    if isinstance(one, Parameter):
        return _of_parameter(one)
    if isinstance(one, RuleText):
        return _of_rule(one)
    return _of_standard(one) if isinstance(one, AccessStandard) else _of_norm(one)


def _of_parameter(parameter: Parameter, what: Text | None = None) -> list[Edition]:
    link = "" if what is None else parameter.id
    return [
        Edition(one.citation, shown(one), one.confidence, one.words, what=what, link=link) for one in parameter.versions
    ]


def _of_rule(rule: RuleText) -> list[Edition]:
    return [Edition(clause) for clause in rule.clauses]


def _of_standard(standard: AccessStandard) -> list[Edition]:
    return [edition for level in standard.levels.values() for edition in _of_parameter(level, level.title)]


def _of_norm(norm: Norm) -> list[Edition]:
    return [
        edition
        for item in norm.items.values()
        for tier in item.tiers.values()
        for edition in _of_parameter(tier, tier.title)
    ]


def difference(policy: PolicyBundle, first: date, second: date) -> list[Moved]:
    """What is in force on one of the two days and not, or not so, on the other."""
    moved = [
        *_parameters_moved(policy, first, second),
        *_rules_moved(policy, first, second),
        *_norms_moved(policy, first, second),
        *_catalogue_moved(policy, first, second),
    ]
    for product, owed in policy.replacements.items():
        before, after = policy.ratio_regime(product, first), policy.ratio_regime(product, second)
        title = owed.plan.title
        moved += _moved(("replacement", product, title), _regime(before), _regime(after))
    return moved


def _parameters_moved(policy: PolicyBundle, first: date, second: date) -> Iterator[Moved]:
    for one in policy.parameters.values():
        before, after = one.noted_on(first), one.noted_on(second)
        if before is not None and after is not None and before != after and _figures(before) == _figures(after):
            told = [_told(shown(side), side.citation) for side in (before, after)]
            yield Moved("parameter", one.id, one.title, told[0], told[1], ONLY_BASIS)
        else:
            yield from _moved(("parameter", one.id, one.title), _version(before), _version(after))


def _figures(version: Version) -> tuple[object, object]:
    return version.value, version.citation.unit


def _version(version: Version | None) -> Text | None:
    return None if version is None else _told(shown(version), version.citation)


def _told(what: Text, citation: Citation) -> Text:
    """A value with its law: since when, and how far it was verified."""
    return Text(
        "{what} ({document}, 自 {begins} 起, {verification})",
        "{what} ({document}, from {begins}, {verification})",
        what=what,
        document=document(citation),
        begins=citation.in_force_from,
        verification=VERIFICATIONS.get(citation.verification, citation.verification),
    )


def _rules_moved(policy: PolicyBundle, first: date, second: date) -> Iterator[Moved]:
    for one in policy.rules.values():
        before, after = (
            joined([_told(APPLIES, clause) for clause in clauses]) if clauses else None
            for clauses in (one.clauses_on(first), one.clauses_on(second))
        )
        yield from _moved(("rule", one.id, one.title), before, after)


def _norms_moved(policy: PolicyBundle, first: date, second: date) -> Iterator[Moved]:
    for one in policy.norms.values():
        before, after = (_told(APPLIES, one.citation) if one.in_force(day) else None for day in (first, second))
        yield from _moved(("norm", one.id, one.title), before, after)


def _catalogue_moved(policy: PolicyBundle, first: date, second: date) -> Iterator[Moved]:
    before, after = policy.catalogue(first), policy.catalogue(second)
    title = Text("现行版本", "edition in force")
    yield from _moved(
        ("catalogue", "two_high", title), before.title if before else None, after.title if after else None
    )


def _regime(regime: RatioRegime | None) -> Text | None:
    if regime is None:
        return None
    if not regime.cases:
        return Text("{id}: 暂停置换", "{id}: suspended", id=regime.id)
    told = [
        Text("{name} {figure}", "{name} {figure}", name=case.name, figure=shown(case.ratio)) for case in regime.cases
    ]
    law = document(regime.cases[0].ratio.citation)
    return Text("{law}: {cases}", "{law}: {cases}", law=law, cases=joined(told, ", ", ", "))


def _moved(named: tuple[str, str, Text], before: Text | None, after: Text | None) -> Iterator[Moved]:
    if before == after:
        return
    change = BEGINS if before is None else ENDS if after is None else ANOTHER
    yield Moved(*named, before or NOT_IN_FORCE, after or NOT_IN_FORCE, change)
