"""Whether the warning level of the project's prefecture allows it; the province's level never stands in its place."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from kernel.quantities import plain
from kernel.regions import RegionCode, prefecture_of, province_of
from kernel.text import Text, joined
from screening.domain.demand import ENERGY
from screening.domain.energy_replacement import Replaced, replaced, versions_of
from screening.domain.facts import FactVersion, FilingFact, ReviewFact, SavingFact
from screening.domain.regions import RegionFact, RegionFacts
from statute.finding import Citation, Disposition, Finding, Remedy, Verdict
from statute.law import LevelEffect, RuleText
from statute.loader import PolicyBundle

RULE: Final = "region.intensity_level"
NATIONALLY_PLANNED: Final = "dossier.nationally_planned"
REGION_CODE: Final = "dossier.region_code"
SUSPENSION: Final = "region.suspension"
REPLACEMENT_RATIO: Final = "region.energy_replacement_ratio"
RED: Final = 1
"""Level 1: energy intensity rose year on year."""
KGCE_PER_TCE: Final = 1000

_TWO_HIGH_MAY_BE: Final = {Verdict.HOLDS: (True,), Verdict.FAILS: (False,), Verdict.UNKNOWN: (True, False)}


@dataclass(frozen=True, slots=True)
class Levels:
    """What is known where the project lies.

    The province is looked at only while the prefecture's level is unknown, or while a national suspension runs.
    """

    region: RegionCode
    prefecture: RegionFact | None
    province: RegionFact | None

    @property
    def of_prefecture(self) -> int | None:
        return _level(self.prefecture)

    @property
    def of_province(self) -> int | None:
        return _level(self.province)

    @property
    def consulted(self) -> tuple[RegionFact, ...]:
        """From the nearest."""
        return tuple(fact for fact in (self.prefecture, self.province) if fact is not None)

    @property
    def asked_for(self) -> tuple[str, ...]:
        """Where the prefecture's level has to come from while it is not known."""
        if self.of_prefecture is not None:
            return ()
        prefecture = prefecture_of(self.region)
        return (REGION_CODE if prefecture is None else f"regions/{prefecture}/status",)

    @property
    def text(self) -> Text:
        code = prefecture_of(self.region) or self.region
        if self.of_prefecture is not None:
            return Text(
                zh=f"市州 {code} 能耗强度为{self.of_prefecture}级预警",
                en=f"prefecture {code} is at intensity level {self.of_prefecture}",
            )
        province = province_of(self.region)
        zh, en = ("未知", "unknown") if self.of_province is None else (f"{self.of_province}级", str(self.of_province))
        return Text(
            zh=f"{code} 所属市州能耗强度预警等级未知, 省 {province} 等级: {zh}",
            en=f"the intensity level of the prefecture of {code} is unknown; that of province {province}: {en}",
        )


def _level(fact: RegionFact | None) -> int | None:
    return None if fact is None or fact.intensity is None else fact.intensity.level.value


def levels_of(region: RegionCode, regions: RegionFacts, *, suspended: bool = False) -> Levels:
    code = prefecture_of(region)
    prefecture = None if code is None else regions.get(code)
    province = regions.get(province_of(region)) if suspended or _level(prefecture) is None else None
    return Levels(region, prefecture, province)


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    because: Text
    leads_to: Disposition | None = None
    missing: tuple[str, ...] = ()
    under: tuple[Citation, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    by_savings: bool = False
    """Whether savings held for the project were looked at."""


def region_level(
    filing: FilingFact,
    review: ReviewFact,
    savings: tuple[SavingFact, ...],
    regions: RegionFacts,
    *,
    policy: PolicyBundle,
    day: date,
) -> tuple[Finding, tuple[FactVersion, ...]]:
    """The finding, and the versions of the regions and savings that it looked at. Source: the policy's mapping."""
    levels = levels_of(filing.region, regions, suspended=policy.on(SUSPENSION, day) is not None)
    rule = policy.rule(RULE)
    judged = _Question(filing, review, savings, levels, policy, day).answer()
    finding = Finding(
        rule=rule.id,
        title=rule.title,
        verdict=judged.verdict,
        because=joined([levels.text, judged.because]),
        inputs=_inputs(filing, review, levels),
        under=(*rule.clauses_on(day), *judged.under),
        leads_to=judged.leads_to,
        missing=judged.missing,
        remedies=judged.remedies,
    )
    seen = tuple(FactVersion(f"region/{fact.code}", fact.version) for fact in levels.consulted)
    return finding, (*seen, *versions_of(savings if judged.by_savings else ()))


def _inputs(filing: FilingFact, review: ReviewFact, levels: Levels) -> tuple[tuple[str, str], ...]:
    planned = {None: "", True: "true", False: "false"}[filing.nationally_planned]
    stated = [(REGION_CODE, filing.region), (NATIONALLY_PLANNED, planned), ("two_high", review.two_high.value)]
    for fact in levels.consulted:
        if fact.intensity is not None:
            place = f"regions/{fact.code}/status.levels"
            stated += [
                (f"{place}.level", str(fact.intensity.level.value)),
                (f"{place}.period_end", fact.intensity.period_end.isoformat()),
                (f"{place}.evidence", fact.intensity.evidence),
            ]
    return tuple(stated)


@dataclass(frozen=True, slots=True)
class _Question:
    filing: FilingFact
    review: ReviewFact
    savings: tuple[SavingFact, ...]
    levels: Levels
    policy: PolicyBundle
    day: date

    @property
    def rule(self) -> RuleText:
        return self.policy.rule(RULE)

    def answer(self) -> _Judged:
        effects = [self._effect(two_high=may_be) for may_be in _TWO_HIGH_MAY_BE[self.review.two_high]]
        known = [effect for effect in effects if effect is not None]
        if len(known) < len(effects):
            because = Text(
                zh="该申请日的等级对应规定未收录, 须人工核定",
                en="no mapping of levels is held for the day of application",
            )
            return _Judged(Verdict.UNKNOWN, because, self.rule.on_unknown_figure)
        if len({effect.disposition for effect in known}) > 1:
            return self._two_high_matters(known)
        return self._by(known[0])

    def _effect(self, *, two_high: bool) -> LevelEffect | None:
        """A dated national suspension comes first: it hits a prefecture that itself rose in a province at level 1."""
        levels = self.levels
        suspension = self.policy.on(SUSPENSION, self.day)
        if suspension is not None and two_high and levels.of_prefecture == levels.of_province == RED:
            return LevelEffect(Disposition(suspension.word), suspension)
        return self.policy.level_effect(levels.of_prefecture, levels.of_province, two_high=two_high, day=self.day)

    def _two_high_matters(self, effects: list[LevelEffect]) -> _Judged:
        because = Text(
            zh="尚不能判定是否两高项目, 而两高项目与其他项目处理不同, 须人工核定",
            en="whether the project is two-high is not known, and the two are treated apart; a person must look",
        )
        under = tuple(effect.version.citation for effect in effects)
        return _Judged(Verdict.UNKNOWN, because, self.rule.on_unknown_input, self.levels.asked_for, under)

    def _by(self, effect: LevelEffect) -> _Judged:
        under = (effect.version.citation,)
        if effect.disposition is Disposition.APPROVE:
            return _Judged(Verdict.HOLDS, Text(zh="正常受理", en="normal review"), under=under)
        if effect.disposition is Disposition.CONDITIONAL:
            return self._on_condition(effect)
        if effect.disposition is Disposition.RESTRICT:
            return self._restricted(effect)
        if effect.disposition is Disposition.MANUAL:
            because = Text(
                zh="省的等级不能代替市州的等级, 请补充市州等级, 由人工核定",
                en="the province's level is no substitute: the prefecture's is asked for, and a person must look",
            )
            return _Judged(Verdict.UNKNOWN, because, effect.disposition, self.levels.asked_for, under)
        if effect.disposition is Disposition.DEFER:
            return self._deferred(effect)
        return _Judged(Verdict.FAILS, _words(effect), effect.disposition, under=under)

    def _replaced(self) -> tuple[Replaced, Citation] | None:
        """None when the annual energy, or how much of it has to be replaced, is not known."""
        ratio, annual = self.policy.on(REPLACEMENT_RATIO, self.day), self.review.annual_kgce
        if ratio is None or annual is None:
            return None
        return replaced(self.savings, annual, ratio.number), ratio.citation

    def _deferred(self, effect: LevelEffect) -> _Judged:
        """缓批: until savings that replace the new consumption are verified and held for the project."""
        found = self._replaced()
        cited = effect.version.citation
        if found is None:
            return _Judged(Verdict.FAILS, _words(effect), effect.disposition, under=(cited,), by_savings=True)
        held, ratio = found
        under = (cited, ratio)
        if held.enough:
            return _Judged(Verdict.HOLDS, held.text, under=under, by_savings=True)
        because = Text("{words}; {held}", "{words}: {held}", words=_words(effect), held=held.text)
        return _Judged(
            Verdict.FAILS, because, effect.disposition, under=under, remedies=(held.remedy,), by_savings=True
        )

    def _restricted(self, effect: LevelEffect) -> _Judged:
        """The exception has to be stated: an applicant who says nothing is told of it, and waits like all others."""
        under = (effect.version.citation,)
        if self.filing.nationally_planned:
            because = Text(
                zh="属国家规划布局的重大项目, 不受限批", en="a major project of national planning is excepted"
            )
            return _Judged(Verdict.HOLDS, because, under=under)
        missing = (NATIONALLY_PLANNED,) if self.filing.nationally_planned is None else ()
        return _Judged(Verdict.FAILS, _words(effect), effect.disposition, missing, under, self._if_planned())

    def _if_planned(self) -> tuple[Remedy, ...]:
        """That the project stood in a national plan, when this would let it in."""
        planned = replace(self, filing=replace(self.filing, nationally_planned=True))
        if planned.answer().verdict is not Verdict.HOLDS:
            return ()
        stated = "" if self.filing.nationally_planned is None else "false"
        text = Text("列入国家规划布局的重大项目即不受限批", "a major project of national planning is excepted")
        return (Remedy(NATIONALLY_PLANNED, stated, "true", text),)

    def _on_condition(self, effect: LevelEffect) -> _Judged:
        """At or above a line the project owes replacement: by savings held for it, else a person must look."""
        parameter = f"{effect.version.citation.parameter}.replacement_from"
        line = self.policy.on(parameter, self.day)
        annual = self.review.annual_kgce
        if line is None or annual is None:
            because = Text(zh="年综合能源消费量或其限值未知", en="the annual energy, or the line for it, is not known")
            missing = (ENERGY,) if annual is None else ()
            leads_to = self.rule.on_unknown_input if missing else self.rule.on_unknown_figure
            return _Judged(Verdict.UNKNOWN, because, leads_to, missing, (effect.version.citation,))
        under = (effect.version.citation, line.citation)
        drawn = f"{plain(line.number)} {line.citation.unit}"
        if annual < line.number * KGCE_PER_TCE:
            because = Text(
                zh=f"年综合能源消费量低于 {drawn}, 正常受理", en=f"the annual energy is below {drawn}: normal review"
            )
            return _Judged(Verdict.HOLDS, because, under=under)
        found = self._replaced()
        if found is not None and found[0].enough:
            return _Judged(Verdict.HOLDS, found[0].text, under=(*under, found[1]), by_savings=True)
        because = Text(
            "{words} (限值 {drawn}); 能耗替代是否落实须人工核实",
            "{words} (the line is {drawn}); a person must look whether energy is replaced",
            words=_words(effect),
            drawn=drawn,
        )
        return _Judged(Verdict.UNKNOWN, because, self.rule.on_unknown_figure, under=under, by_savings=True)


def _words(effect: LevelEffect) -> Text:
    written = effect.version.word
    return effect.version.words or Text(zh=written, en=written)
