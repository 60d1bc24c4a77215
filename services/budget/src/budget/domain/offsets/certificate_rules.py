"""Whether certificates (绿证) count: valid, of the energy claimed, tradable where traded, no power twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from budget.domain.offsets.amounts import CERTIFICATE_FACTOR, EXACT, KGCE_PER_TCE
from budget.domain.offsets.claims import Certificates, Claim, Measure
from budget.domain.offsets.headings import CertificateKind, CertificateOrigin, EnergyKind
from budget.domain.offsets.situation import Laws
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, not_stated
from budget.domain.offsets.words import CERTIFICATES
from kernel.quantities import plain
from kernel.text import Text, joined
from statute.finding import Finding
from statute.inforce import Law
from statute.parameter import Version

CERTIFICATE: Final = "budget.offset.certificate"
SHARE: Final = "budget.offset.certificate_share"
YEARS: Final = "budget.certificate.validity_years"
BEFORE: Final = "budget.certificate.transition.generated_before"
FIRST_DAY_OUT: Final = "budget.certificate.transition.first_day_out"
TRADABLE: Final = "budget.certificate.tradable"
NOT_TRADABLE: Final = "budget.certificate.not_tradable"
NO_DOUBLE_COUNT: Final = "budget.deduction.non_fossil_all.no_double_count"
SHARE_MAX: Final = "budget.deduction.non_fossil_all.certificate_share_max"


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of certificates on file when they are used."""

    years: Version
    before: Version
    first_day_out: Version
    tradable: Version
    not_tradable: Version

    def lapses_on(self, generated_in: date) -> date:
        """The first day on which a certificate no longer counts."""
        if generated_in < date.fromisoformat(self.before.word):
            return date.fromisoformat(self.first_day_out.word)
        return generated_in.replace(year=generated_in.year + int(self.years.number))

    @property
    def all(self) -> tuple[Version, ...]:
        return (self.years, self.before, self.first_day_out, self.tradable, self.not_tradable)


def _rules(law: Law) -> _Rules | None:
    found = [law.on(id_) for id_ in (YEARS, BEFORE, FIRST_DAY_OUT, TRADABLE, NOT_TRADABLE)]
    stated = [version for version in found if version is not None]
    return _Rules(*stated) if len(stated) == len(found) else None


def certificate_finding(claim: Claim, laws: Laws) -> Finding:
    """On the day of the assessment. An objection to one certificate is one to the claim."""
    rule = laws.recorded.rule(CERTIFICATE)
    if not claim.certificates:
        return holds(rule, Text("未使用绿证", "It rests on no certificate."))
    rules = _rules(laws.recorded)
    inputs: Inputs = tuple((f"claim.certificates[{i}]", str(c.range)) for i, c in enumerate(claim.certificates))
    if rules is None:
        because = Text(
            "绿证的使用规则未载明, 由人工判定", "How certificates are used is not on file: a person decides."
        )
        return not_on_file(rule, because, inputs)
    under = cited(*rules.all, laws.year.on(NO_DOUBLE_COUNT))
    if objections := [text for held in claim.certificates for text in _objections(held, claim, rules)]:
        return fails(rule, joined(objections), inputs, under)
    missing = tuple(
        f"claim.certificates[{index}].counted_physically"
        for index, held in enumerate(claim.certificates)
        if claim.measure is Measure.CERTIFICATES and held.counted_physically is None
    )
    if missing:
        because = Text("未说明其电量是否已按物理电量计入", "Whether the power already counts physically is not stated.")
        return not_stated(rule, because, missing, inputs, under=under)
    return holds(rule, Text("绿证均有效", "Every certificate is valid."), inputs, under)


def _objections(held: Certificates, claim: Claim, rules: _Rules) -> Iterator[Text]:
    values = {"range": str(held.range), "kind": CERTIFICATES[held.kind], "day": claim.assessed_on}
    lapses = rules.lapses_on(held.generated_in)
    if claim.assessed_on >= lapses:
        yield Text("{range} 自 {lapses} 起失效", "{range} lapsed on {lapses}", lapses=lapses, **values)
    if claim.assessed_on < held.generated_in:
        yield Text("{range} 的发电月在考核日之后", "{range} was generated after the assessment", **values)
    if held.kind is CertificateKind.STAND_ALONE_STORAGE:
        yield Text("{range}: 独立储能不核发绿证", "{range}: stand-alone storage gets no certificate", **values)
    elif held.origin is not CertificateOrigin.OWN and held.kind.value not in rules.tradable.list_of_words:
        yield Text("{range}: {kind} 的绿证不可交易", "{range}: certificates of {kind} are not traded", **values)
    if held.kind not in _KINDS_OF.get(claim.energy, frozenset()) | _ANY_POWER:
        yield Text("{range} 为 {kind}, 与所报能源不符", "{range} is of {kind}, not of the energy claimed", **values)
    if claim.measure is Measure.CERTIFICATES and held.counted_physically:
        yield Text(
            "{range} 的电量已按物理电量计入, 不得再凭绿证计算",
            "the power of {range} counts physically and never again by its certificate",
            **values,
        )


_ANY_POWER: Final = frozenset({CertificateKind.SELF_CONSUMED, CertificateKind.STAND_ALONE_STORAGE})
_KINDS_OF: Final = {
    EnergyKind.WIND_POWER: frozenset({CertificateKind.WIND_POWER}),
    EnergyKind.SOLAR_POWER: frozenset({CertificateKind.SOLAR_POWER}),
    EnergyKind.BIOMASS_POWER: frozenset({CertificateKind.BIOMASS_POWER}),
    EnergyKind.GEOTHERMAL_POWER: frozenset({CertificateKind.GEOTHERMAL_POWER}),
    EnergyKind.OCEAN_POWER: frozenset({CertificateKind.OCEAN_POWER}),
    EnergyKind.HYDROPOWER: frozenset({CertificateKind.NEW_MARKET_HYDROPOWER, CertificateKind.OLDER_HYDROPOWER}),
}
"""The certificates that energy of each kind gets. Power that its generator consumed may be of any kind."""


def across_provinces_kgce(claim: Claim, law: Law) -> Decimal | None:
    """What its certificates of other provinces count, exactly; None when the factor is not on file."""
    factor = law.on(CERTIFICATE_FACTOR[claim.basis])
    if factor is None:
        return None
    return EXACT.multiply(factor.number, Decimal(claim.certificates_across_provinces * KGCE_PER_TCE))


def share_finding(claim: Claim, law: Law, before: Decimal) -> Finding:
    """`before` is what certificates of other provinces count already in the plan period, in the whole province."""
    rule, share = law.rule(SHARE), law.on(SHARE_MAX)
    if not claim.certificates_across_provinces:
        return holds(rule, Text("没有跨省绿证", "No certificate comes from another province."))
    counts = across_provinces_kgce(claim, law)
    if share is None or counts is None:
        because = Text("跨省绿证的抵扣上限未载明, 由人工判定", "The share is not on file: a person decides.")
        return not_on_file(rule, because)
    if claim.saving_needed_tce is None:
        because = Text(
            "未载明完成能耗强度目标所需节能量, 无法判断抵扣上限",
            "The saving needed for the intensity target is not stated: the limit cannot be told.",
        )
        return not_stated(rule, because, ("claim.saving_needed_tce",), (), under=cited(share))
    limit = EXACT.multiply(share.number, claim.saving_needed_tce) * KGCE_PER_TCE
    total = EXACT.add(before, counts)
    inputs: Inputs = (("claim.saving_needed_tce", plain(claim.saving_needed_tce)), ("before_kgce", plain(before)))
    values = {"total": total, "limit": limit}
    if total > limit:
        because = Text(
            "跨省绿证合计 {total} kgce, 超过上限 {limit} kgce",
            "Certificates of other provinces come to {total} kgce, more than {limit} kgce.",
            **values,
        )
        return fails(rule, because, inputs, cited(share))
    because = Text(
        "跨省绿证合计 {total} kgce, 不超过 {limit} kgce",
        "Certificates of other provinces come to {total} kgce, at most {limit} kgce.",
        **values,
    )
    return holds(rule, because, inputs, cited(share))
