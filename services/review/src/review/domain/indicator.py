"""One indicator of one product against every duty that binds it: each duty by itself, the strictest decides."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from dossier.model import KIND_NAMES, Product, UnitEnergy
from kernel.quantities import plain
from kernel.text import Text, joined
from review.domain.composition import composed
from review.domain.look import APPLICATION_DATE, Look, distinct
from review.domain.norm_limit import Limit, Stated, fixed_limit, norm_limit
from review.domain.subject import Subject
from statute.access.law import UNWORDED, AccessDuty, AccessStandard
from statute.finding import Citation, Finding, Remedy, Verdict
from statute.inforce import Law
from statute.law import RuleText

RULE: Final = "access.indicator"
KIND: Final = "dossier.kind"
KEPT_MAX: Final = 65_536
"""Standards, each for some kinds of project, in the spans of the law's days."""

KIND_OR_DAY_NOT_STATED: Final = Text(
    "未填建设性质或申请日, 不能确定适用哪些能效准入规则; 请补填",
    "The kind of project or the day of application is not stated, so the access rules that bind are unknown. "
    "State what is missing.",
)
FIGURE_UNREAD: Final = Text("当日适用的限值未收录", "the value in force on the day is not held here")
WITHIN: Final = Text("不高于限值", "within the limit of")
ABOVE: Final = Text("高于限值", "above the limit of")
MAY_FALL: Final = Text("修正后限值可能更严", "a correction may lower it")
MAY_RISE: Final = Text("修正后限值可能放宽", "a correction may raise it")


class Value(NamedTuple):
    """One stated value of an indicator; `written` with its unit."""

    field: str
    indicator: UnitEnergy
    written: str

    @property
    def input(self) -> tuple[str, str]:
        return self.field, self.written


class Filed:
    """One product where it stands in the dossier, with the values that it states by standard."""

    __slots__ = ("field", "index", "input", "product", "subject", "values")

    def __init__(self, subject: Subject, index: int, product: Product) -> None:
        self.subject = subject
        self.index = index
        self.product = product
        self.input = subject.product_inputs[index]
        self.field = self.input[0]
        self.values: dict[str, tuple[Value, ...]] = {}
        for number, one in enumerate(product.unit_energy):
            value = Value(f"{self.field}.unit_energy[{number}]", one, f"{plain(one.value)} {one.unit}")
            self.values[one.standard] = (*self.values.get(one.standard, ()), value)


class Bound(NamedTuple):
    """A duty that binds a standard, with what is the same for every product.

    `limit` None: it turns on facts. `under` are the clauses, the duty and what `limit` rests on.
    """

    duty: AccessDuty
    rule: RuleText
    limit: Limit | None
    under: tuple[Citation, ...]


class Binding(NamedTuple):
    """A standard for one kind of project in one span of the law.

    `limits`: one for each duty, where none of them turns on facts; then the same values come to the same whole.
    """

    title: Text
    duties: tuple[Bound, ...]
    limits: tuple[Limit, ...] | None


@lru_cache(KEPT_MAX)
def _binding(standard_id: str, kind: str, law: Law) -> Binding:
    """Without those by which nothing is due: the list did not hold the standard then, or no norm bound it."""
    standard = law.bundle.access_standards[standard_id]
    found = []
    for duty in law.access_duties(standard_id, kind):
        rule, limit = law.rule(duty.rule.finding), _fixed(duty, standard, law)
        if limit is None or _is_due(limit):
            under = (*rule.clauses, duty.duty.citation, *(() if limit is None else limit.under))
            found.append(Bound(duty, rule.rule, limit, distinct(under)))
    limits = tuple(bound.limit for bound in found if bound.limit is not None)
    return Binding(_title(standard), tuple(found), limits if len(limits) == len(found) else None)


def _fixed(duty: AccessDuty, standard: AccessStandard, law: Law) -> Limit | None:
    if duty.of_norm:
        return fixed_limit(standard, duty.rule.requires, law)
    if duty.level is not None:
        return Limit(duty.level.number, under=(duty.level.citation,))
    return Limit() if duty.noted is None else Limit(problem=FIGURE_UNREAD, under=(duty.noted.citation,))


def _title(standard: AccessStandard) -> Text:
    return Text("{title}: {metric}", "{title}: {metric}", title=standard.title, metric=standard.metric)


def _is_due(limit: Limit) -> bool:
    return limit.value is not None or limit.problem is not None


def indicator_finding(standard: AccessStandard, filed: Filed) -> Finding:
    """`parts`: each duty that binds. Sources: the access rules R1, R3, R4, R7 and R10 of the policy bundle."""
    subject, stated = filed.subject, filed.values.get(standard.id, ())
    kind, law = subject.kind, subject.law
    inputs = (filed.input, *[(one.field, one.written) for one in stated])
    if kind is None or law is None:
        inputs = inputs if kind is None else ((KIND, kind), *inputs)
        missing = [name for name, value in ((KIND, kind), (APPLICATION_DATE, law)) if value is None]
        return subject.look(RULE, inputs, title=_title(standard)).asks_for(missing, KIND_OR_DAY_NOT_STATED)
    binding = _binding(standard.id, kind, law)
    seen = subject.look(RULE, ((KIND, kind), *inputs), title=binding.title)
    if not standard.unit:
        because = Text(
            "{title}: 列入能效清单, 但未收录其单位和数值, 须人工核对",
            "{title} stands in the list, but neither unit nor value is held here; a person has to check it",
            title=standard.title,
        )
        return seen.undecided(because)
    if problem := _unusable(stated, standard, filed):
        fields, because = problem
        return seen.asks_for(fields, because)
    judge = _Judge(filed, standard, stated[0], inputs)
    if binding.limits is None:
        return _by_facts(seen, judge, binding)
    if not binding.limits:
        return seen.holds(_nothing_binds(judge))
    return _by_figures(seen, judge, binding, _whole(standard.id, kind, law, judge.met(binding.limits)))


def _by_facts(seen: Look, judge: "_Judge", binding: Binding) -> Finding:
    limits, parts = [], []
    for bound in binding.duties:
        limit = judge.limit(bound) if bound.limit is None else bound.limit
        if _is_due(limit):
            limits.append(limit)
            parts.append(judge.part(bound, limit))
    if not parts:
        return seen.holds(_nothing_binds(judge))
    because = joined([part.because for part in parts])
    return composed(seen, parts, because, judge.filed.subject.policy, remedies=_strictest(parts, limits))


def _by_figures(seen: Look, judge: "_Judge", binding: Binding, whole: Finding) -> Finding:
    assert binding.limits is not None
    parts = tuple([judge.part(bound, limit) for bound, limit in zip(binding.duties, binding.limits, strict=True)])
    because = joined([part.because for part in parts])
    remedies = _strictest(parts, binding.limits) if whole.verdict is Verdict.FAILS else ()
    seen = Look(seen.rule, seen.inputs, whole.under, whole.title, parts)
    return seen.comes_to(whole.verdict, because, whole.leads_to, remedies=remedies)


@lru_cache(KEPT_MAX)
def _whole(standard_id: str, kind: str, law: Law, met: tuple[bool | None, ...]) -> Finding:
    """What the whole comes to by which of the figures are met (None: not known): verdict, disposition, citations."""
    binding, rule = _binding(standard_id, kind, law), law.rule(RULE)
    parts = []
    for bound, passes in zip(binding.duties, met, strict=True):
        seen = Look(bound.rule, (), bound.under)
        if passes is None:
            parts.append(seen.undecided(UNWORDED))
        else:
            parts.append(seen.holds(UNWORDED) if passes else seen.breaks_duty(UNWORDED, bound.duty.rule.on_fails))
    return composed(Look(rule.rule, (), rule.clauses, binding.title), parts, UNWORDED, law.bundle)


def _nothing_binds(judge: "_Judge") -> Text:
    dossier = judge.filed.subject.dossier
    assert dossier.kind is not None
    return Text(
        "{day} 申请的{kind}项目: 没有适用于{standard}的能效准入规则",
        "No access rule binds {standard} for a {kind} applied for on {day}",
        day=dossier.application_date,
        kind=KIND_NAMES[dossier.kind],
        standard=judge.standard.title,
    )


def _strictest(parts: Sequence[Finding], limits: Sequence[Limit]) -> tuple[Remedy, ...]:
    """What passes every part that fails: the lowest of their limits; nothing while one of them has no limit to meet."""
    failing = [n for n, part in enumerate(parts) if part.verdict is Verdict.FAILS]
    found = [
        (value, parts[n].remedies) for n in failing if (value := limits[n].value) is not None and parts[n].remedies
    ]
    if not failing or len(found) < len(failing):
        return ()
    return min(found, key=lambda pair: pair[0])[1]


def _unusable(stated: Sequence[Value], standard: AccessStandard, filed: Filed) -> tuple[tuple[str, ...], Text] | None:
    """Why the stated values cannot be compared, with the fields to mend; None when they can."""
    if not stated:
        because = Text(
            "未填{title}的{metric} (标准 {id}, 单位 {unit}); 请补填",
            "{metric} of {title} is not stated (standard {id}, in {unit}). State it.",
            title=standard.title,
            metric=standard.metric,
            id=standard.id,
            unit=standard.unit,
        )
        return (f"{filed.field}.unit_energy",), because
    if len(stated) > 1:
        because = Text(
            "标准 {id} 填了 {count} 个值, 请只保留一个",
            "{count} values are stated for the standard {id}. Keep one.",
            id=standard.id,
            count=len(stated),
        )
        return tuple(one.field for one in stated), because
    (one,) = stated
    if one.indicator.unit != standard.unit:
        because = Text(
            "单位应为 {unit}, 所填为 {stated}, 不能比较; 请按标准的单位填报",
            "The unit has to be {unit}; {stated} cannot be compared. State it in the standard's.",
            unit=standard.unit,
            stated=one.indicator.unit,
        )
        return (f"{one.field}.unit",), because
    return None


class _Judge(NamedTuple):
    """One stated value of one indicator; `inputs` are the product and the value."""

    filed: Filed
    standard: AccessStandard
    stated: Value
    inputs: tuple[tuple[str, str], ...]

    def met(self, limits: tuple[Limit, ...]) -> tuple[bool | None, ...]:
        """None where the limit is not known."""
        value = self.stated.indicator.value
        return tuple([None if limit.value is None else value <= limit.value for limit in limits])

    def limit(self, bound: Bound) -> Limit:
        """That turns on the product's facts."""
        filed = self.filed
        assert filed.subject.law is not None
        facts = Stated(filed.subject, filed.product, filed.index)
        return norm_limit(self.standard, bound.duty.rule.requires, facts, filed.subject.law)

    def part(self, bound: Bound, limit: Limit) -> Finding:
        duty = bound.duty.rule
        under = bound.under if limit is bound.limit else distinct((*bound.under, *limit.under))
        seen = Look(bound.rule, self.inputs, under, duty.title)
        if limit.value is None:
            because = _unlimited(duty.title, limit)
            return seen.asks_for(limit.missing, because) if limit.missing else seen.undecided(because)
        met = self.stated.indicator.value <= limit.value
        because = self._compared(limit, WITHIN if met else ABOVE)
        if met and limit.tightened_by:
            return seen.asks_for(limit.tightened_by, _turns_on(because, MAY_FALL))
        if met:
            return seen.holds(because)
        if limit.relaxed_by:
            return seen.asks_for(limit.relaxed_by, _turns_on(because, MAY_RISE))
        if limit.open is not None:
            return seen.undecided(_turns_on(because, limit.open))
        return seen.breaks_duty(because, duty.on_fails, self._remedies(limit.value, limit))

    def _compared(self, limit: Limit, how: Text) -> Text:
        return Text(
            "{metric} {actual}, {how} {limit} {unit}{applied}",
            "{metric}: {actual} is {how} {limit} {unit}{applied}",
            metric=self.standard.metric,
            actual=self.stated.written,
            how=how,
            limit=limit.value,
            unit=self.standard.unit,
            applied=_applied(limit),
        )

    def _remedies(self, needed: Decimal, limit: Limit) -> tuple[Remedy, ...]:
        """The limit itself: a value at it passes, and nothing above does."""
        if not _passes(needed, limit):
            return ()
        unit, stated = self.standard.unit, self.stated
        text = Text(
            "{metric}由 {from_} 降至 {to} {unit} 即符合",
            "{metric} down from {from_} to {to} {unit} passes",
            metric=self.standard.metric,
            from_=stated.indicator.value,
            to=needed,
            unit=unit,
        )
        return (Remedy(f"{stated.field}.value", stated.written, f"{plain(needed)} {unit}", text),)


def _unlimited(title: Text, limit: Limit) -> Text:
    words = "{title}: {problem}{applied}"
    return Text(words, words, title=title, problem=limit.problem, applied=_applied(limit))


def _applied(limit: Limit) -> Text | str:
    return Text(" ({all})", " ({all})", all=joined(limit.applied)) if limit.applied else ""


def _passes(value: Decimal, limit: Limit) -> bool:
    """By the very comparison that judged the stated value."""
    return limit.value is not None and value <= limit.value and not limit.tightened_by


def _turns_on(because: Text, why: Text) -> Text:
    return Text("{because}; {why}", "{because}; {why}", because=because, why=why)
