"""Whether a new clinker line may use capacity from outside its province (rule capacity.import_limit)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, noted
from capacity.domain.lots import Lot
from capacity.domain.utilisation import Mean, YearFigure, mean_before, places_on, rounded
from dossier.model import Dossier, ProjectKind
from kernel.regions import province_of
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle
from statute.parameter import Version

RULE: Final = "capacity.import_limit"
PRODUCT: Final = "clinker"
LIMIT: Final = "capacity.clinker.import_limit.utilisation"
KEY_AREA: Final = "key_area"
KIND: Final = "dossier.kind"
NEW_LINES: Final = (ProjectKind.NEW_BUILD, ProjectKind.EXPANSION)
"""A rebuilt or renovated line may be a new line or not: where the limit bites, a person decides."""


@dataclass(frozen=True, slots=True)
class Import:
    """What a plan brings from outside its province; `figures` are the province's, by year."""

    dossier: Dossier
    elsewhere: Sequence[Lot]
    figures: Mapping[int, YearFigure]


def importable(brought: Import, day: date, policy: PolicyBundle) -> Judged | None:
    """None while no limit is in force."""
    limit = noted(LIMIT, day, policy)
    if limit is None or limit.value is None:
        return None
    if not brought.elsewhere:
        because = Text("未使用省外产能", "no capacity from outside the province is used")
        return Judged(HOLDS, because, under=(limit.citation,))
    key_area = policy.in_area(KEY_AREA, brought.dossier.region)
    mean = mean_before(brought.figures, day, policy)
    low = None if mean.rate is None else mean.rate < Fraction(limit.number)
    under = (limit.citation, *mean.under)
    if key_area or low:
        return _bitten(brought, _why(mean, limit, day, policy, key_area=bool(key_area)), under)
    if low is None:
        return _without_figures(brought, mean, under)
    why = _why(mean, limit, day, policy, key_area=False)
    if key_area is None:
        because = Text(
            zh="{why}; {region} 是否属重点区域未载明, 由人工判定",
            en="{why}; whether {region} lies in a key area is not on file, a person decides",
            why=why,
            region=brought.dossier.region,
        )
        return Judged(UNKNOWN, because, under=under)
    return Judged(HOLDS, Text("{why}, 可使用省外产能", "{why}: it may", why=why), under=under)


def _why(mean: Mean, limit: Version, day: date, policy: PolicyBundle, *, key_area: bool) -> Text:
    if key_area:
        return Text("位于重点区域", "it lies in a key area")
    assert mean.rate is not None
    return Text(
        zh="所在省 {first}-{last} 年熟料平均产能利用率 {rate}, 界线 {limit}",
        en="the province's mean clinker utilisation of {first} to {last} is {rate}, the line is {limit}",
        first=mean.years[0],
        last=mean.years[-1],
        rate=rounded(mean.rate, places_on(day, policy)),
        limit=limit.number,
    )


def _bitten(brought: Import, why: Text, under: tuple[Citation, ...]) -> Judged:
    values = {"why": why, "lots": ", ".join(lot.id for lot in brought.elsewhere)}
    kind = brought.dossier.kind
    if kind is None:
        because = Text("{why}; 未填写建设性质", "{why}; the kind of project is not stated", why=why)
        return Judged(UNKNOWN, because, (KIND,), under)
    if kind not in NEW_LINES:
        because = Text(
            zh="{why}; 使用省外产能 {lots}, 改建或技术改造是否按新建熟料线对待未载明, 由人工判定",
            en="{why}; {lots} come from outside the province, and whether a rebuilt line counts as a new one is not on "
            "file: a person decides",
            **values,
        )
        return Judged(UNKNOWN, because, under=under)
    because = Text(
        zh="{why}; 新建熟料线原则上不得使用省外产能 {lots}",
        en="{why}; a new clinker line in principle uses no capacity from outside the province, as {lots} are",
        **values,
    )
    return Judged(FAILS, because, under=under)


def _without_figures(brought: Import, mean: Mean, under: tuple[Citation, ...]) -> Judged:
    province = province_of(brought.dossier.region)
    because = Text(
        zh="使用省外产能, 而 {province} 的熟料产能利用率缺 {years} 年数据",
        en="capacity from outside the province is used, and the clinker utilisation of {province} is not on record for "
        "{years}",
        province=province,
        years=", ".join(map(str, mean.missing)),
    )
    missing = tuple(f"utilisation/{PRODUCT}/{province}/{year}" for year in mean.missing)
    return Judged(UNKNOWN, because, missing, under)
