"""What changes from one set of law to another, in words that a person can check one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from kernel.text import Text, joined
from statute.bundle import PolicyBundle
from statute.differences import ABSENT, ORDER, Difference, differences, document, figure, named, order, written
from statute.finding import Citation
from statute.parameter import Parameter, Version

PARAMETERS: Final = "parameters"
NOT_COMPARED: Final = ("province", "bundle_hash")

FIELDS: Final[Mapping[str, Text]] = {
    "title": Text("名称", "title"),
    "name": Text("名称", "name"),
    "unit": Text("单位", "unit"),
    "on_holds": Text("成立时", "when it holds"),
    "on_fails": Text("不成立时", "when it fails"),
    "on_unknown_input": Text("未填报时", "when an input is missing"),
    "on_unknown_figure": Text("法规无答案时", "when the law does not answer"),
    "clauses": Text("条款", "clauses"),
    "citation": Text("依据", "citation"),
    "industries": Text("行业", "industries"),
    "products": Text("产品", "products"),
    "standing": Text("目录地位", "standing"),
    "classes": Text("行业小类", "classes"),
    "standards": Text("准入标准", "standards"),
    "kinds": Text("项目性质", "kinds"),
    "requires": Text("应达到", "requires"),
    "regimes": Text("置换办法", "regimes"),
    "cases": Text("情形", "cases"),
    "ratio": Text("比例", "ratio"),
    "until": Text("失效日", "first day out"),
    "words": Text("可填的词", "words"),
    ORDER: Text("次序", "order"),
}
"""What parts of the law are called; a part that is not named here keeps its own name."""

STANDINGS: Final[Mapping[str, Text]] = {
    "in": Text("列入", "listed"),
    "out": Text("不列入", "outside"),
    "open": Text("待定", "open"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one thing. `section` is the bundle's own name for where it stands, e.g. `parameters`, `rules`."""

    section: str
    id: str
    text: Text


def diff(before: PolicyBundle, after: PolicyBundle) -> list[Change]:
    """Section by section and id by id, the earlier day first. Empty when every decision would be the same.

    A note or a comment is no change of the law, although a note has its part in the hash.
    """
    changes: list[Change] = []
    for field in fields(PolicyBundle):
        if field.name not in NOT_COMPARED:
            changes += _section(field.name, getattr(before, field.name), getattr(after, field.name))
    return list(dict.fromkeys(changes))


def _section(section: str, before: Any, after: Any) -> Iterator[Change]:
    """A parameter that is part of something else is told once, among the parameters."""
    old, new = named(before), named(after)
    if old is None or new is None:
        yield from (_change(section, section, one) for one in differences(before, after))
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from (_change(section, section, one) for one in order(tuple(old), tuple(new), ()))
    for name in dict.fromkeys([*old, *new]):
        if name not in old or name not in new:
            yield Change(section, name, _come_or_gone(name, old.get(name), new.get(name)))
            continue
        if isinstance(old[name], Parameter):
            yield from (Change(PARAMETERS, name, text) for text in parameter_changes(old[name], new[name]))
            continue
        for one in differences(old[name], new[name]):
            yield from _within(section, name, one)


def _within(section: str, name: str, one: Difference) -> Iterator[Change]:
    if isinstance(one.before, Parameter) and isinstance(one.after, Parameter):
        yield from (Change(PARAMETERS, one.after.id, text) for text in parameter_changes(one.before, one.after))
    else:
        yield _change(section, name, one)


def _come_or_gone(name: str, before: Any, after: Any) -> Text:
    if before is None:
        return Text("{name}: 新增 {words}", "{name}: added, {words}", name=name, words=_whole(after))
    return Text("{name}: 删去 {words}", "{name}: removed, {words}", name=name, words=_whole(before))


def _whole(value: Any) -> Text:
    if not isinstance(value, Parameter):
        return written(value)
    editions = joined([written(version) for version in value.versions])
    return Text("{title}: {editions}", "{title}: {editions}", title=value.title, editions=editions)


def _change(section: str, name: str, one: Difference) -> Change:
    steps = one.path[:-1] if isinstance(_present(one), Citation) else one.path  # a citation says its own name
    place = joined([Text(name, name), *(FIELDS.get(key, Text(key, key)) for key in steps)], " · ", " · ")
    return Change(section, name, Text("{place}: {change}", "{place}: {change}", place=place, change=_told(one)))


def _present(one: Difference) -> Any:
    return one.after if one.before is ABSENT else one.before


def _told(one: Difference) -> Text:
    if one.before is ABSENT:
        return Text("新增 {words}", "added, {words}", words=written(one.after))
    if one.after is ABSENT:
        return Text("删去 {words}", "removed, {words}", words=written(one.before))
    old, new = _members(one.before), _members(one.after)
    if old is not None and new is not None and old != new:
        come, gone = [word for word in one.after if word not in old], [word for word in one.before if word not in new]
        told = [Text("加入 {w}", "with {w}", w=written(tuple(come)))] if come else []
        return joined([*told, Text("去掉 {w}", "without {w}", w=written(tuple(gone)))] if gone else told)
    return _from_to(_standing(one, one.before), _standing(one, one.after))


def _members(value: Any) -> set[Any] | None:
    simple = isinstance(value, tuple | frozenset) and all(isinstance(member, str | int | date) for member in value)
    return set(value) if simple else None


def _standing(one: Difference, value: Any) -> Text:
    words = written(value)
    return STANDINGS.get(words.en, words) if one.path[-1:] == ("standing",) else words


def parameter_changes(before: Parameter, after: Parameter) -> Iterator[Text]:
    """Title, unit and basis first; then edition by edition, told apart by their first day."""
    for key in ("title", "unit", "basis"):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            place = Text("{id} · {field}", "{id} · {field}", id=after.id, field=FIELDS.get(key, Text(key, key)))
            yield Text(
                "{place}: {change}", "{place}: {change}", place=place, change=_from_to(written(old), written(new))
            )
    earlier = {version.citation.in_force_from: version for version in before.versions}
    later = {version.citation.in_force_from: version for version in after.versions}
    for day in sorted({*earlier, *later}):
        change = _edition(earlier.get(day), later.get(day))
        if change is not None:
            words = {"id": after.id, "day": day, "change": change}
            yield Text("{id}, 自 {day} 起: {change}", "{id} from {day}: {change}", **words)


def _edition(before: Version | None, after: Version | None) -> Text | None:
    if before is None:
        return Text("新增 {words}", "added, {words}", words=written(after))
    if after is None:
        return Text("删去 {words}", "removed, {words}", words=written(before))
    parts = [*_figures(before, after), *_law(before.citation, after.citation)]
    if not parts:
        return None
    told = joined(parts)
    if document(before.citation) != document(after.citation):
        return told
    return Text("{told} ({document})", "{told} ({document})", told=told, document=document(after.citation))


def _figures(before: Version, after: Version) -> Iterator[Text]:
    if figure(before) != figure(after):
        yield _from_to(figure(before), figure(after))
    if before.words != after.words:
        yield _labelled(Text("文字", "wording"), before.words, after.words)
    if before.confidence != after.confidence:
        yield _labelled(Text("把握", "confidence"), before.confidence, after.confidence)


def _law(before: Citation, after: Citation) -> Iterator[Text]:
    if document(before) != document(after):
        yield _labelled(Text("依据", "document"), document(before), document(after))
    if before.until != after.until:
        yield _labelled(Text("失效日", "first day out"), before.until, after.until)
    if before.verification != after.verification:
        yield _labelled(Text("核验", "verification"), before.verification, after.verification)
    if before.kind != after.kind:
        yield _labelled(Text("类别", "kind"), before.kind, after.kind)
    if before.source != after.source:
        yield _labelled(Text("出处", "source"), before.source, after.source)


def _labelled(label: Text, before: Any, after: Any) -> Text:
    words = {"label": label, "change": _from_to(written(before), written(after))}
    return Text("{label} {change}", "{label} {change}", **words)


def _from_to(before: Text, after: Text) -> Text:
    return Text("{before} → {after}", "{before} → {after}", before=before, after=after)
