"""One indicator of one product against every duty that binds it: each duty by itself, the strictest decides."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from dossier.model import KIND_NAMES, Product, UnitEnergy
from kernel.quantities import plain
from kernel.text import Text, joined
from review.domain.binding import Binding, Bound, Due, bindings, is_due, stands, title_of, told
from review.domain.composition import Whole, composed, rests_on
from review.domain.look import APPLICATION_DATE, Inputs, Look, distinct, look_at
from review.domain.norm_limit import Limit, Stated, norm_limit
from review.domain.subject import PRODUCTS, Subject
from statute.access.law import AccessStandard
from statute.finding import Finding, Grounds, Remedy, Verdict, judged

RULE: Final = "access.indicator"
KIND: Final = "dossier.kind"

KIND_OR_DAY_NOT_STATED: Final = Text(
    "未填建设性质或申请日, 不能确定适用哪些能效准入规则; 请补填",
    "The kind of project or the day of application is not stated, so the access rules that bind are unknown. "
    "State what is missing.",
)
WITHIN: Final = Text("不高于限值", "within the limit of")
ABOVE: Final = Text("高于限值", "above the limit of")


class Filed:
    """One product where it stands in the dossier. `values` are the places of its values by their standard."""

    __slots__ = ("index", "product", "subject", "values")

    def __init__(self, subject: Subject, index: int, product: Product) -> None:
        self.subject = subject
        self.index = index
        self.product = product
        self.values: dict[str, tuple[int, ...]] = {}
        for number, one in enumerate(product.unit_energy):
            standard = one.standard
            self.values[standard] = (*self.values[standard], number) if standard in self.values else (number,)

    @property
    def field(self) -> str:
        return f"{PRODUCTS}[{self.index}]"

    @property
    def input(self) -> tuple[str, str]:
        return self.subject.product_input(self.index)

    def value_field(self, number: int) -> str:
        return f"{self.field}.unit_energy[{number}]"

    def value_written(self, number: int) -> str:
        """With its unit."""
        one = self.product.unit_energy[number]
        return f"{plain(one.value)} {one.unit}"


def indicator_finding(standard: AccessStandard, filed: Filed) -> Finding:
    """`parts`: each duty that binds. Sources: the access rules R1, R3, R4, R7 and R10 of the policy bundle."""
    numbers = filed.values.get(standard.id, ())
    kind, law = filed.subject.kind, filed.subject.law
    if kind is None or law is None:
        missing = [name for name, value in ((KIND, kind), (APPLICATION_DATE, law)) if value is None]
        return _look(_Judge(filed, standard, numbers)).asks_for(missing, KIND_OR_DAY_NOT_STATED)
    binding = bindings(law)((standard.id, kind))
    stated = filed.product.unit_energy[numbers[0]] if len(numbers) == 1 else None
    if stated is None or stated.unit != standard.unit or not standard.unit:
        return _unusable(_Judge(filed, standard, numbers))
    due, limits, value = binding.due, binding.limits, stated.value
    if due is None:
        return _by_facts(_Judge(filed, standard, numbers), binding)
    if not due:
        return _look(_Judge(filed, standard, numbers)).holds(_nothing_binds)
    whole = binding.whole(tuple([None if limit is None else value <= limit for limit in limits]))
    found_by = (grounds, (filed, standard, numbers), binding.title, whole, due)
    return judged(RULE, whole.verdict, whole.leads_to, whole.missing, found_by=found_by)


def _by_facts(judge: "_Judge", binding: Binding) -> Finding:
    """Some of the limits turn on the product's facts."""
    filed, standard, numbers = judge
    limits = [(bound, judge.limit(bound) if bound.limit is None else bound.limit) for bound in binding.duties]
    due = tuple([(bound, limit) for bound, limit in limits if is_due(limit)])
    if not due:
        return _look(judge).holds(_nothing_binds)
    parts = [told(bound, limit, judge.meets(limit)) for bound, limit in due]
    whole = composed(parts, filed.subject.policy.precedence)
    found_by = (grounds, (filed, standard, numbers), binding.title, whole, due)
    return judged(RULE, whole.verdict, whole.leads_to, whole.missing, found_by=found_by)


def _look(judge: "_Judge") -> Look:
    start = judge.filed.subject.start(RULE)
    return Look((start, _inputs, (), title_of(judge.standard), (), judge))


def grounds(
    judged_by: tuple[Filed, AccessStandard, tuple[int, ...]], title: Text, whole: Whole, due: tuple[Due, ...]
) -> Grounds:
    judge = _Judge(*judged_by)
    start, parts = judge.filed.subject.start(RULE), [judge.part(bound, limit) for bound, limit in due]
    return Grounds(
        title=title,
        because=joined([part.because for part in parts]),
        inputs=tuple(sorted((*start.inputs, *_inputs(judge)))),
        under=distinct((*start.under, *rests_on(whole, parts))),
        parts=tuple(parts),
        remedies=_strictest(parts, [limit for _, limit in due]),
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


def _unusable(judge: "_Judge") -> Finding:
    """The stated values, if any, cannot be compared: the fields to mend are asked for."""
    (filed, standard, numbers), seen = judge, _look(judge)
    if not standard.unit:
        return seen.undecided(_no_unit)
    if not numbers:
        return seen.asks_for((f"{filed.field}.unit_energy",), _no_value)
    if len(numbers) > 1:
        return seen.asks_for([filed.value_field(number) for number in numbers], _several_values)
    return seen.asks_for((f"{filed.value_field(numbers[0])}.unit",), _other_unit)


class _Judge(NamedTuple):
    """The values that one product states for one standard; what is judged, and explains it, has one value."""

    filed: Filed
    standard: AccessStandard
    numbers: tuple[int, ...]

    @property
    def indicator(self) -> UnitEnergy:
        return self.filed.product.unit_energy[self.numbers[0]]

    @property
    def inputs(self) -> Inputs:
        """The product, then the values."""
        filed = self.filed
        return (filed.input, *[(filed.value_field(n), filed.value_written(n)) for n in self.numbers])

    def meets(self, limit: Limit) -> bool | None:
        """None where the limit is not known."""
        return None if limit.value is None else self.indicator.value <= limit.value

    def limit(self, bound: Bound) -> Limit:
        """That turns on the product's facts."""
        filed = self.filed
        assert filed.subject.law is not None
        facts = Stated(filed.subject, filed.product, filed.index)
        return norm_limit(self.standard, bound.duty.rule.requires, facts, filed.subject.law)

    def part(self, bound: Bound, limit: Limit) -> Finding:
        title, met = bound.duty.rule.title, self.meets(limit)
        verdict, leads_to, missing, turns_on = stands(bound, limit, met)
        because = _unlimited(title, limit) if met is None else self._compared(limit, WITHIN if met else ABOVE)
        if turns_on is not None:
            because = _turns_on(because, turns_on)
        return look_at(bound.rule, self.inputs, (*bound.under, *limit.under), title).comes_to(
            verdict, because, leads_to, missing=missing, remedies=self._remedies(limit, verdict)
        )

    def _compared(self, limit: Limit, how: Text) -> Text:
        return Text(
            "{metric} {actual}, {how} {limit} {unit}{applied}",
            "{metric}: {actual} is {how} {limit} {unit}{applied}",
            metric=self.standard.metric,
            actual=self.filed.value_written(self.numbers[0]),
            how=how,
            limit=limit.value,
            unit=self.standard.unit,
            applied=_applied(limit),
        )

    def _remedies(self, limit: Limit, verdict: Verdict) -> tuple[Remedy, ...]:
        """The limit itself: a value at it passes, and nothing above does."""
        needed = limit.value
        if verdict is not Verdict.FAILS or needed is None or not _passes(needed, limit):
            return ()
        unit, number = self.standard.unit, self.numbers[0]
        text = Text(
            "{metric}由 {from_} 降至 {to} {unit} 即符合",
            "{metric} down from {from_} to {to} {unit} passes",
            metric=self.standard.metric,
            from_=self.indicator.value,
            to=needed,
            unit=unit,
        )
        field, stated = self.filed.value_field(number), self.filed.value_written(number)
        return (Remedy(f"{field}.value", stated, f"{plain(needed)} {unit}", text),)


# What explains it, made when somebody reads it.


def _inputs(judge: _Judge) -> Inputs:
    kind = judge.filed.subject.kind
    return judge.inputs if kind is None else ((KIND, kind), *judge.inputs)


def _no_unit(judge: _Judge) -> Text:
    return Text(
        "{title}: 列入能效清单, 但未收录其单位和数值, 须人工核对",
        "{title} stands in the list, but neither unit nor value is held here; a person has to check it",
        title=judge.standard.title,
    )


def _no_value(judge: _Judge) -> Text:
    standard = judge.standard
    return Text(
        "未填{title}的{metric} (标准 {id}, 单位 {unit}); 请补填",
        "{metric} of {title} is not stated (standard {id}, in {unit}). State it.",
        title=standard.title,
        metric=standard.metric,
        id=standard.id,
        unit=standard.unit,
    )


def _several_values(judge: _Judge) -> Text:
    return Text(
        "标准 {id} 填了 {count} 个值, 请只保留一个",
        "{count} values are stated for the standard {id}. Keep one.",
        id=judge.standard.id,
        count=len(judge.numbers),
    )


def _other_unit(judge: _Judge) -> Text:
    return Text(
        "单位应为 {unit}, 所填为 {stated}, 不能比较; 请按标准的单位填报",
        "The unit has to be {unit}; {stated} cannot be compared. State it in the standard's.",
        unit=judge.standard.unit,
        stated=judge.indicator.unit,
    )


def _nothing_binds(judge: _Judge) -> Text:
    dossier = judge.filed.subject.dossier
    assert dossier.kind is not None
    return Text(
        "{day} 申请的{kind}项目: 没有适用于{standard}的能效准入规则",
        "No access rule binds {standard} for a {kind} applied for on {day}",
        day=dossier.application_date,
        kind=KIND_NAMES[dossier.kind],
        standard=judge.standard.title,
    )


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
