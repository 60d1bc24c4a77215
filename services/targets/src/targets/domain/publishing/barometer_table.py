"""The barometer (晴雨表) as it is published: regions, scales, levels in words and colours, and what each rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kernel.regions import RegionCode, code_prefix
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle
from targets.domain.levels import Scale, WarningLevel
from targets.domain.publishing.levels import UNVERIFIED, ShownLevel
from targets.domain.publishing.tables import Cell, Colour, Document, Language, Table, local_time

NAME: Final = "barometer.name"
SCALE_NAMES: Final[Mapping[str, Text]] = {
    "intensity": Text("能耗强度", "energy intensity"),
    "total": Text("能源消费总量", "energy consumption"),
    "carbon": Text("碳排放", "carbon"),
}
COLOUR_NAMES: Final = {
    Colour.RED: Text("红", "red"),
    Colour.ORANGE: Text("橙", "orange"),
    Colour.GREEN: Text("绿", "green"),
}
NATION: Final = Text("全国", "China")
NOT_KNOWN: Final = Text("未知", "not known")


@dataclass(frozen=True, slots=True)
class Asked:
    """`parent` None: the provinces."""

    parent: RegionCode | None
    period_end: date
    known_at: datetime


def barometer_document(asked: Asked, levels: Sequence[ShownLevel], policy: PolicyBundle) -> Document:
    """All regions right below the parent, and the parent; one whose level is not known is shown as not known."""
    title = _title(asked, policy)
    return Document(
        name=f"barometer-{asked.parent or 'nation'}-{asked.period_end.isoformat()}",
        title=title.zh,
        made_at=asked.known_at,
        tables=tuple(_table(asked, levels, policy, language) for language in Language),
    )


def regions_of(parent: RegionCode | None, known: Sequence[RegionCode], policy: PolicyBundle) -> list[RegionCode]:
    """The parent, then what lies right below it by the table of divisions, and whatever else has a level there."""
    table = [region.code for region in policy.regions.values()]
    below = {code for code in (*table, *known) if _right_below(code, parent)}
    return [*([parent] if parent is not None else []), *sorted(below)]


def _right_below(code: RegionCode, parent: RegionCode | None) -> bool:
    if parent is None:
        return code.endswith("0000")
    if code == parent or not code.startswith(code_prefix(parent)):
        return False
    return not parent.endswith("0000") or code.endswith("00")


def scales_of(levels: Sequence[ShownLevel], asked: Asked, policy: PolicyBundle) -> list[Scale]:
    """Those that the law knows at the end of the period, and those that something is known of."""
    law, shown = policy.at(asked.period_end), {level.scale for level in levels}
    named = {scale: f"barometer.{scale.value}.level_1" for scale in Scale}
    return [
        scale
        for scale in Scale
        if scale in shown or (named[scale] in policy.parameters and law.on(named[scale]) is not None)
    ]


def said(text: Text, language: Language) -> str:
    return text.zh if language is Language.ZH else text.en


def _title(asked: Asked, policy: PolicyBundle) -> Text:
    place = NATION if asked.parent is None else policy.region_name(asked.parent) or Text(asked.parent, asked.parent)
    version = policy.on(NAME, asked.period_end)
    return Text(
        "{place}{name} (截至 {end})",
        "{place}: {name}, period to {end}",
        place=place,
        name=Text(version.word if version else "晴雨表", "barometer of the dual control of energy"),
        end=asked.period_end.isoformat(),
    )


def _table(asked: Asked, levels: Sequence[ShownLevel], policy: PolicyBundle, language: Language) -> Table:
    scales = scales_of(levels, asked, policy)
    by_place = {(level.region, level.scale): level for level in levels}
    regions = regions_of(asked.parent, [level.region for level in levels], policy)
    words = [Text("代码", "code"), Text("地区", "region"), *(SCALE_NAMES[scale.value] for scale in scales)]
    header = [said(word, language) for word in (*words, Text("依据", "basis"))]
    rows = [
        (
            Cell(region),
            Cell(_name(region, policy, language)),
            *(_level(by_place.get((region, scale)), asked.period_end, policy, language) for scale in scales),
            Cell(_basis([found for scale in scales if (found := by_place.get((region, scale)))], language)),
        )
        for region in regions
    ]
    return Table(
        language=language,
        name=said(Text("晴雨表", "Barometer"), language),
        title=said(_title(asked, policy), language),
        lines=_lines(asked, policy, language),
        header=tuple(header),
        widths=(3, 7, *(6 for _ in scales), 10),
        rows=tuple(rows),
        notes=_notes(asked, policy, language),
    )


def _name(region: RegionCode, policy: PolicyBundle, language: Language) -> str:
    name = policy.region_name(region)
    return said(name, language) if name is not None else region


def level_words(level: int, day: date, policy: PolicyBundle) -> tuple[Text, Colour | None]:
    """一级预警 (红), and the colour."""
    parameter = policy.parameter(f"barometer.level_{level}.meaning")
    version = parameter.on(day)
    if version is None:
        return parameter.title, None
    colour = Colour(version.word)
    return Text("{level} ({colour})", "{level} ({colour})", level=parameter.title, colour=COLOUR_NAMES[colour]), colour


def _level(found: ShownLevel | None, day: date, policy: PolicyBundle, language: Language) -> Cell:
    if found is None:
        return Cell(said(NOT_KNOWN, language))
    words, colour = level_words(found.level.value, day, policy)
    mark = f", {said(UNVERIFIED, language)}" if found.unverified else ""
    return Cell(said(words, language) + mark, colour=colour)


def _basis(found: Sequence[ShownLevel], language: Language) -> str:
    """Each once, with the scales that rest on it."""
    scales: dict[str, list[str]] = {}
    for one in found:
        scales.setdefault(said(one.evidence, language), []).append(said(SCALE_NAMES[one.scale.value], language))
    colon, comma = (": ", "、") if language is Language.ZH else (": ", ", ")
    return "; ".join(f"{comma.join(names)}{colon}{evidence}" for evidence, names in scales.items())


def _lines(asked: Asked, policy: PolicyBundle, language: Language) -> tuple[str, ...]:
    return (
        said(
            Text(
                "报告期截至: {end}    知悉时间: {known} (北京时间)",
                "period to: {end}    known time: {known} (China)",
                end=asked.period_end.isoformat(),
                known=local_time(asked.known_at),
            ),
            language,
        ),
        said(Text("政策包: {bundle}", "policy bundle: {bundle}", bundle=policy.bundle_hash), language),
    )


def _notes(asked: Asked, policy: PolicyBundle, language: Language) -> tuple[str, ...]:
    notes = [
        _meaning(level, asked.period_end, policy, language)
        for level in (level.value for level in WarningLevel)
        if policy.on(f"barometer.level_{level}.meaning", asked.period_end) is not None
    ]
    unknown = Text(
        "未知: 截至知悉时间没有该地区该报告期的等级, 不等于无预警。",
        "not known: no level of the region for the period was known then; that is not a good level.",
    )
    return (*notes, said(unknown, language))


def _meaning(level: int, day: date, policy: PolicyBundle, language: Language) -> str:
    parameter = policy.parameter(f"barometer.level_{level}.meaning")
    version = parameter.on(day)
    assert version is not None
    words = said(version.words, language) if version.words is not None else version.word
    return f"{said(parameter.title, language)}: {words}{_cited(version.citation, language)}"


def _cited(citation: Citation, language: Language) -> str:
    mark = "" if citation.verified else f", {said(UNVERIFIED, language)}"
    return f" ({citation.document}{mark})"
