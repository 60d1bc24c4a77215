"""Whether the evidence is complete (凭证), and was not used before (P1)."""

from decimal import Decimal
from typing import Final

from budget.domain.offsets.amounts import CERTIFICATE_FACTOR, KGCE_PER_TCE, exact_kgce
from budget.domain.offsets.claims import Claim, Measure
from budget.domain.offsets.situation import EarlierUse, Laws
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, not_stated
from budget.domain.offsets.words import EVIDENCE as EVIDENCE_WORDS
from kernel.text import Text, joined
from statute.finding import Finding
from statute.inforce import Law

EVIDENCE: Final = "budget.offset.evidence"
ONCE: Final = "budget.offset.once"
METERING: Final = "budget.offset.metering_evidence"
MWH: Final = "budget.certificate.mwh"
INCREMENT_PROOF: Final = "budget.deduction.renewable_increment.evidence"
NON_FOSSIL_PROOF: Final = "budget.deduction.non_fossil_all.certificates"
KWH_PER_MWH: Final = 1000
P1: Final = "budget.precedence.p1"
L6: Final = "budget.ledger.l6"


def evidence_finding(claim: Claim, laws: Laws) -> Finding:
    """A metering record for what is metered; certificates, the basic proof, for renewable power and enough of them.

    Power below one whole certificate needs none: it carries over to the next month.
    """
    rule, metering = laws.year.rule(EVIDENCE), laws.year.on(METERING)
    inputs: Inputs = (
        ("claim.certificates", str(claim.certificate_count)),
        ("claim.metering_records", str(len(claim.metering_records))),
    )
    if claim.measure is Measure.CERTIFICATES:
        return holds(rule, Text("以绿证为量", "The certificates are the quantity."), inputs)
    if not claim.metering_records:
        because = Text("未载明计量记录", "No metering record is named.")
        return not_stated(rule, because, ("claim.metering_records",), inputs, under=cited(metering))
    if not (claim.energy.gets_certificates and claim.heading.renewable_or_non_fossil):
        return holds(rule, Text("有计量记录", "It has metering records."), inputs, cited(metering))
    needed = _certificates_needed(claim, laws)
    under = cited(metering, laws.year.on(INCREMENT_PROOF), laws.year.on(NON_FOSSIL_PROOF), laws.recorded.on(MWH))
    if needed is None:
        because = Text("一个绿证对应的电量未载明", "How much one certificate stands for is not on file.")
        return not_on_file(rule, because, inputs, under)
    if claim.certificate_count < needed:
        because = Text(
            "绿证为基本凭证: 须 {needed} 个, 载明 {held} 个",
            "Certificates are the basic proof: {needed} are needed, {held} are named.",
            needed=needed,
            held=claim.certificate_count,
        )
        return not_stated(rule, because, ("claim.certificates",), inputs, under=under)
    because = Text("计量记录和绿证齐全", "Metering records and certificates are complete.")
    return holds(rule, because, inputs, under)


def _certificates_needed(claim: Claim, laws: Laws) -> int | None:
    mwh, factor = laws.recorded.on(MWH), laws.year.on(CERTIFICATE_FACTOR[claim.basis])
    exact = exact_kgce(claim, laws.year)
    if mwh is None or factor is None or exact is None:
        return None
    if claim.measure is Measure.KWH:
        return int(claim.amount // (mwh.number * KWH_PER_MWH))
    return int(exact // (factor.number * Decimal(KGCE_PER_TCE)))


def once_finding(claim: Claim, used: tuple[EarlierUse, ...], law: Law) -> Finding:
    """Certificates, metering records and a project's year are used once in the province; who was first is named."""
    rule, under = law.rule(ONCE), cited(law.on(P1), law.on(L6))
    if used:
        because = joined([used_before(use) for use in used])
        inputs = tuple((use.evidence, use.used_by) for use in used)
        return fails(rule, because, inputs, under)
    if not (claim.certificates or claim.metering_records or claim.major_project):
        because = Text(
            "没有可以识别该能源量的凭证, 无法判断是否已扣减",
            "Nothing identifies the quantity: whether it was deducted before cannot be told.",
        )
        return not_stated(rule, because, ("claim.certificates", "claim.metering_records"), (), under=under)
    because = Text("凭证在全省均未使用", "None of its evidence was used before in the province.")
    return holds(rule, because, (), under)


def used_before(use: EarlierUse) -> Text:
    return Text(
        "{kind} {id} 已由 {by} (地区 {region}, {day}) 使用",
        "{kind} {id} was used by {by} (region {region}, {day})",
        kind=EVIDENCE_WORDS[use.kind],
        id=use.id,
        by=use.used_by,
        region=use.region,
        day=use.used_on,
    )
