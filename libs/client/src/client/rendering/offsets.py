"""Tables of deductions, savings and used certificates."""

from collections.abc import Iterable
from typing import Final

from rich.table import Table
from rich.text import Text as Styled

from client.errors import ServiceError
from client.rendering.tables import NOT_TOLD, table, tce
from client.rendering.words import Language, date_of, said
from client.sending import Sent
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.text import Text

HEADINGS: Final = {
    pb.OFFSET_HEADING_RENEWABLE_INCREMENT: Text("新增可再生能源", "renewable increment"),
    pb.OFFSET_HEADING_FEEDSTOCK: Text("原料用能", "feedstock"),
    pb.OFFSET_HEADING_NON_FOSSIL_ALL: Text("非化石能源", "all non-fossil"),
    pb.OFFSET_HEADING_NATIONAL_MAJOR_PROJECT: Text("国家重大项目单列", "national major project"),
}
BASES: Final = {
    pb.OFFSET_BASIS_CALORIFIC: Text("当量", "calorific"),
    pb.OFFSET_BASIS_EQUIVALENT: Text("等价", "equivalent"),
}
STATES: Final = {
    pb.OFFSET_STATE_RECORDED: Text("已扣减", "recorded"),
    pb.OFFSET_STATE_REFUSED: Text("未予扣减", "refused"),
    pb.OFFSET_STATE_REVOKED: Text("已撤销", "revoked"),
}
SOURCES: Final = {
    pb.SAVING_SOURCE_SHUTDOWN: Text("关停产能", "shutdown"),
    pb.SAVING_SOURCE_RETROFIT: Text("节能改造", "retrofit"),
    pb.SAVING_SOURCE_FUEL_CHANGE: Text("改用非化石能源", "change of fuel"),
    pb.SAVING_SOURCE_ENERGY_USE_RIGHT: Text("用能权", "energy-use right"),
}
HOLD_STATES: Final = {
    pb.SAVING_HOLD_STATE_RESERVED: Text("已占用", "reserved"),
    pb.SAVING_HOLD_STATE_POSTED: Text("已使用", "posted"),
    pb.SAVING_HOLD_STATE_VOIDED: Text("已释放", "voided"),
}
YES, NO = Text("是", "yes"), Text("否", "no")
REFUSED: Final = Text("被拒绝", "refused")

_OFFSET_COLUMNS = (
    Text("编号", "offset"), Text("地区", "region"), Text("年度", "year"), Text("科目", "heading"),
    Text("基准", "basis"), Text("记账 (tce)", "booked (tce)"), Text("状态", "state"), Text("因", "because"),
)  # fmt: skip


def offsets(shown: Iterable[pb.Offset], language: Language) -> Table:
    rows = [
        (
            one.name.removeprefix("offsets/"),
            one.claim.region_code,
            str(one.claim.year),
            said(HEADINGS.get(one.claim.heading, NOT_TOLD), language),
            said(BASES.get(one.claim.basis, NOT_TOLD), language),
            tce(one.booked_kgce),
            said(STATES.get(one.state, NOT_TOLD), language),
            objections(one.findings, language),
        )
        for one in shown
    ]
    return table(_OFFSET_COLUMNS, rows, language)


def objections(findings: Iterable[common.Finding], language: Language) -> str:
    """Why each finding that does not hold does not."""
    return "; ".join(said(f.because, language) for f in findings if f.verdict != common.VERDICT_HOLDS)


def recorded(sent: Iterable[Sent[pb.RecordDeductibleRequest, pb.Offset]], language: Language) -> Table:
    columns = [Text("地区", "region"), Text("年度", "year"), Text("科目", "heading"), Text("结果", "result")]
    rows = [
        (
            claim.region_code,
            str(claim.year),
            said(HEADINGS.get(claim.heading, NOT_TOLD), language),
            _refused(one.error, language) if one.answer is None else _offset_result(one.answer, language),
        )
        for one in sent
        for claim in [one.entry.request.claim]
    ]
    return table(columns, rows, language)


def _offset_result(offset: pb.Offset, language: Language) -> Styled:
    state = said(STATES.get(offset.state, NOT_TOLD), language)
    if offset.state == pb.OFFSET_STATE_REFUSED:
        return Styled(f"{state}: {objections(offset.findings, language)}", style="yellow")
    return Styled(f"{state} {tce(offset.booked_kgce)} tce ({offset.name})", style="green")


def cancelled(sent: Iterable[Sent[pb.CancelCertificatesRequest, pb.CertificateUse]], language: Language) -> Table:
    columns = [Text("绿证", "certificates"), Text("结果", "result")]
    done = Styled(said(Text("已核销", "cancelled"), language), style="green")
    rows = [
        (range_text(one.entry.request.range), done if one.error is None else _refused(one.error, language))
        for one in sent
    ]
    return table(columns, rows, language)


def registered(sent: Iterable[Sent[pb.RegisterSavingRequest, pb.RegisterSavingResponse]], language: Language) -> Table:
    columns = [Text("替代量", "saving"), Text("数量 (tce)", "amount (tce)"), Text("结果", "result")]
    rows = [
        (asked.name, tce(asked.amount_kgce), _saving_result(one, language))
        for one in sent
        for asked in [one.entry.request.saving]
    ]
    return table(columns, rows, language)


def _saving_result(sent: Sent[pb.RegisterSavingRequest, pb.RegisterSavingResponse], language: Language) -> Styled:
    if sent.answer is None:
        return _refused(sent.error, language)
    if not sent.answer.HasField("saving"):
        return Styled(f"{said(REFUSED, language)}: {objections(sent.answer.findings, language)}", style="yellow")
    return Styled(said(Text("已登记", "registered"), language), style="green")


def reserved(sent: Iterable[Sent[pb.ReserveSavingRequest, pb.SavingHold]], language: Language) -> Table:
    columns = [Text("备案", "filing"), Text("结果", "result")]
    rows = [
        (
            one.entry.request.filing,
            _refused(one.error, language) if one.answer is None else Styled(one.answer.name, style="green"),
        )
        for one in sent
    ]
    return table(columns, rows, language)


def holds(shown: Iterable[pb.SavingHold], language: Language) -> Table:
    columns = [
        Text("占用", "hold"), Text("备案", "filing"), Text("须替代 (tce)", "required (tce)"), Text("状态", "state"),
    ]  # fmt: skip
    rows = [
        (one.name, one.filing, tce(one.required_kgce), said(HOLD_STATES.get(one.state, NOT_TOLD), language))
        for one in shown
    ]
    return table(columns, rows, language)


def savings(shown: Iterable[pb.Saving], language: Language) -> Table:
    columns = [
        Text("替代量", "saving"), Text("来源", "source"), Text("地区", "region"), Text("基准", "basis"),
        Text("可用 (tce)", "available (tce)"), Text("占用", "held"), Text("已使用", "posted"),
    ]  # fmt: skip
    rows = [
        (
            one.statement.name,
            said(SOURCES.get(one.statement.source, NOT_TOLD), language),
            one.statement.region_code,
            said(BASES.get(one.statement.basis, NOT_TOLD), language),
            tce(one.available_kgce),
            tce(one.held_kgce),
            tce(one.posted_kgce),
        )
        for one in shown
    ]
    return table(columns, rows, language)


def totals(answer: pb.GetOffsetsResponse, language: Language) -> Table:
    columns = [Text("科目", "heading"), Text("tce", "tce"), Text("计入扣减", "deducted"), Text("单列", "separate")]
    rows = [
        (
            said(HEADINGS.get(one.heading, NOT_TOLD), language),
            tce(one.kgce),
            said(YES if one.deducted else NO, language),
            said(YES if one.separately_listed else NO, language),
        )
        for one in answer.totals
    ]
    total = (said(Text("扣减合计", "deducted in all"), language), tce(answer.deducted_kgce), "", "")
    return table(columns, [*rows, total], language)


def certificates(shown: Iterable[pb.CertificateUse], language: Language) -> Table:
    columns = [Text("绿证", "certificates"), Text("使用者", "used by"), Text("地区", "region"), Text("日期", "day")]
    rows = [(range_text(one.range), one.used_by, one.region_code, date_of(one.used_on)) for one in shown]
    return table(columns, rows, language)


def range_text(held: pb.CertificateRange) -> str:
    last = "" if held.first_number == held.last_number else f"-{held.last_number}"
    return f"{held.series} {held.first_number}{last}"


def _refused(error: ServiceError | None, language: Language) -> Styled:
    reason = "" if error is None else error.reason or error.code.name
    return Styled(f"{said(REFUSED, language)} {reason}", style="red")
