"""Makes mandatory norms from their entries: rows, tiers dated by the norm, corrections."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from kernel.text import Text
from statute.access.conditions import Facts
from statute.access.items import CorrectionEntry, NormEntry, NormRow, Tier
from statute.access.law import Correction, Norm, NormItem
from statute.assembly import WORD, Assembly, Heading, citation, exact_at
from statute.collection import Collection
from statute.parameter import Parameter
from statute.reading import Place
from statute.schema import Cited, DatedValue

TIERS: Final[Mapping[Tier, Text]] = MappingProxyType(
    {
        "tier1": Text("能耗限额 1 级 (先进值)", "energy quota, tier 1 (advanced)"),
        "tier2": Text("能耗限额 2 级 (准入值)", "energy quota, tier 2 (access)"),
        "tier3": Text("能耗限额 3 级 (限定值)", "energy quota, tier 3 (limit)"),
    }
)
PER_KWH: Final = "kgce/kWh"
DAY: Final = "day"


class NormBuilder:
    """Builds every norm, its figures as parameters `norm.<norm>.<key>.<tier>`."""

    def __init__(self, collection: Collection, assembly: Assembly, facts: Facts) -> None:
        self._collection = collection
        self._assembly = assembly
        self._facts = facts

    def norms(self) -> dict[str, Norm]:
        """Raises BadLawData for a row given twice, an unknown fact, or a correction of a row that is not there."""
        return {entry.id: self._norm(entry, place) for entry, place in self._collection.items(NormEntry)}

    def _norm(self, entry: NormEntry, place: Place) -> Norm:
        corrections = tuple(self._corrections(entry, place))
        rows: dict[str, NormItem] = {}
        for index, row in enumerate(entry.items):
            spot = place.child("items", index)
            if row.key in rows:
                raise spot.child("key").refuse(f"条目 {row.key} 重复", f"the row {row.key} stands twice")
            rows[row.key] = self._row(entry, row, corrections, spot)
        title = Text(entry.title_zh, entry.title_en)
        published = Text(f"{entry.document} 发布日", f"day on which {entry.document} was published")
        heading = Heading(f"norm.{entry.id}.published", published, DAY)
        self._figure(heading, entry, entry.published.isoformat(), place.child("published"))
        return Norm(
            id=entry.id,
            number=entry.document,
            title=title,
            citation=citation(Heading(f"norm.{entry.id}", title, WORD), entry),
            replaces=tuple(entry.replaces or ()),
            replaces_unread=entry.replaces is None,
            items=MappingProxyType(rows),
        )

    def _row(
        self, entry: NormEntry, row: NormRow, corrections: tuple[tuple[CorrectionEntry, Correction], ...], place: Place
    ) -> NormItem:
        name = Text(row.zh, row.en)
        tiers: dict[str, Parameter] = {}
        for tier, said in TIERS.items():
            written: str | None = getattr(row, tier)
            if written is not None:
                title = Text(f"{row.zh} {said.zh}", f"{row.en}: {said.en}")
                heading = Heading(f"norm.{entry.id}.{row.key}.{tier}", title, row.unit)
                tiers[tier] = self._figure(heading, entry, written, place.child(tier))
        if row.electricity is not None:
            title = Text(f"{row.zh} 电力折算系数", f"{row.en}: electricity counted at")
            heading = Heading(f"norm.{entry.id}.{row.key}.electricity", title, PER_KWH)
            self._figure(heading, entry, row.electricity, place.child("electricity"))
        return NormItem(
            key=row.key,
            name=name,
            unit=row.unit,
            tiers=MappingProxyType(tiers),
            corrections=tuple(made for written, made in corrections if row.key in written.items),
            conditions=self._facts.conditions(row.when, place.child("when")),
        )

    def _figure(self, heading: Heading, entry: NormEntry, written: str, place: Place) -> Parameter:
        cited = entry.model_dump(by_alias=True, include=set(Cited.model_fields), exclude_unset=True)
        dated = DatedValue.model_validate({**cited, "value": written, "note": ""})
        return self._assembly.parameter(heading, [dated], place, heading.id)

    def _corrections(self, entry: NormEntry, place: Place) -> Iterator[tuple[CorrectionEntry, Correction]]:
        keys, seen = {row.key for row in entry.items}, set()
        for index, written in enumerate(entry.corrections):
            spot = place.child("corrections", index)
            if written.id in seen:
                raise spot.child("id").refuse(f"修正 {written.id} 重复", f"the correction {written.id} stands twice")
            seen.add(written.id)
            for missing in sorted({*written.items} - keys):
                raise spot.child("items").refuse(f"没有条目 {missing}", f"the norm has no row {missing}")
            yield written, self._correction(entry, written, spot)

    def _correction(self, entry: NormEntry, written: CorrectionEntry, place: Place) -> Correction:
        text = Text(written.zh, written.en)
        cited = entry.model_copy(update={"article": written.article or entry.article})
        heading = Heading(f"norm.{entry.id}.correction.{written.id}", text, WORD)
        if written.fact is not None:
            self._facts.number(written.fact, place.child("fact"))
        per = {str(tier): exact_at(step, place.child("per", tier)) for tier, step in written.per.items()}
        figures = {
            key: None if (stated := getattr(written, key)) is None else exact_at(stated, place.child(key))
            for key in ("base", "points_max", "at_zero", "divisor")
        }
        return Correction(
            id=written.id,
            text=text,
            tiers=frozenset(per or written.tiers),
            kind=written.kind,
            when=self._facts.conditions(written.when, place.child("when")),
            fact=written.fact or "",
            per=MappingProxyType(per),
            side=written.side or "both",
            citation=citation(heading, cited),
            **figures,
        )
