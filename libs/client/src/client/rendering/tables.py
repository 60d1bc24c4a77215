"""Tables of results and lists."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.table import Table
from rich.text import Text as Styled

from client.entries import Entry
from client.rendering.explain import decisive_findings, headline
from client.rendering.words import (
    FILING_STATES,
    LEVEL_BASES,
    LEVELS,
    SCALES,
    Language,
    date_of,
    evidence_of,
    said,
)
from client.sending import Sent
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text

NOT_TOLD = Text("未知", "not known")
TO_ADD = Text("须补", "to add")
KGCE_PER_TCE = 1_000

_FILING_COLUMNS = (
    Text("备案", "filing"),
    Text("项目", "project"),
    Text("结果", "result"),
    Text("受理检查", "intake check"),
)

_URGENCY = {common.VERDICT_FAILS: 0, common.VERDICT_HOLDS: 2}
"""All else is unknown and stands between them."""


def table(columns: Sequence[Text], rows: Iterable[Sequence[str | Styled]], language: Language) -> Table:
    made = Table(box=None, pad_edge=False, header_style="bold", highlight=False)
    for column in columns:
        made.add_column(said(column, language), overflow="fold")
    for row in rows:
        made.add_row(*(Styled(cell) if isinstance(cell, str) else cell for cell in row))
    return made


def place(entry: Entry[filing.SubmitFilingRequest]) -> str:
    return f"{entry.path.name}#{entry.number}"


def filing_id(request: filing.SubmitFilingRequest) -> str:
    """The id that the filing gets."""
    return request.filing_id or request.dossier.project_code


def filings(shown: Iterable[filing.Filing], language: Language) -> Table:
    rows = [(one.name.removeprefix("filings/"), one.dossier.project_name, *_standing(one, language)) for one in shown]
    return table(_FILING_COLUMNS, rows, language)


def submissions(sent: Iterable[Sent[filing.SubmitFilingRequest, filing.Filing]], language: Language) -> Table:
    rows = [
        (filing_id(one.entry.request), one.entry.request.dossier.project_name, *_submission(one, language))
        for one in sent
    ]
    return table(_FILING_COLUMNS, rows, language)


def _submission(
    sent: Sent[filing.SubmitFilingRequest, filing.Filing], language: Language
) -> tuple[str | Styled, str | Styled]:
    if sent.answer is None:
        reason = sent.error.reason if sent.error else ""
        return Styled(said(Text("被拒绝", "refused"), language), style="red"), reason
    return _standing(sent.answer, language)


def _standing(shown: filing.Filing, language: Language) -> tuple[str, str]:
    """State and revision; what the intake check found. A withdrawn filing has nothing left to add."""
    state = said(FILING_STATES.get(shown.state, NOT_TOLD), language)
    revision = said(Text(f"第 {shown.revision} 版", f"revision {shown.revision}"), language)
    if shown.state == filing.FILING_STATE_WITHDRAWN:
        return f"{state}, {revision}", ""
    open_findings = sum(finding.verdict != common.VERDICT_HOLDS for finding in shown.findings)
    return f"{state}, {revision}", _open_findings(open_findings, language)


def _open_findings(count: int, language: Language) -> str:
    if not count:
        return said(Text("无问题", "nothing open"), language)
    return said(Text(f"{count} 项待补或待核", f"{count} to add or check"), language)


def decision_rows(decisions: Iterable[screening.Decision], language: Language) -> Table:
    columns = [Text("备案", "filing"), Text("项目", "project"), Text("结论", "decision"), Text("因", "because")]
    rows = [
        (filing_of(decision), decision.project_name, headline(decision, language), first_reason(decision, language))
        for decision in decisions
    ]
    return table(columns, rows, language)


def filing_of(decision: screening.Decision) -> str:
    return decision.name.removeprefix("filings/").partition("/")[0]


def first_reason(decision: screening.Decision, language: Language) -> str:
    """The title of the first decisive finding, and how many more; what fails comes first, what holds comes last.

    Where nothing fails and fields are missing: the first of them, and how many more.
    """
    return reason_of(decisive_findings(decision), decision.missing, language)


def reason_of(decisive: Iterable[common.Finding], missing: Sequence[str], language: Language) -> str:
    """As of a whole decision: of the findings that decide, and the fields that are missing."""
    decisive = sorted(decisive, key=lambda finding: _URGENCY.get(finding.verdict, 1))
    if not decisive:
        return ""
    if missing and decisive[0].missing and decisive[0].verdict != common.VERDICT_FAILS:
        first, count = f"{said(TO_ADD, language)}: {missing[0]}", len(missing)
    else:
        first, count = said(decisive[0].title, language), len(decisive)
    return f"{first} (+{count - 1})" if count > 1 else first


def levels(statuses: Iterable[targets.RegionStatus], language: Language) -> Table:
    columns = [
        Text("地区", "region"), Text("口径", "scale"), Text("等级", "level"), Text("截至", "period end"),
        Text("来源", "basis"), Text("依据", "evidence"), Text("已承诺 (tce, 当量)", "promised (tce, calorific)"),
    ]  # fmt: skip
    rows = [
        (
            level.region_code,
            said(SCALES.get(level.scale, NOT_TOLD), language),
            said(LEVELS.get(level.level, NOT_TOLD), language),
            date_of(level.period_end),
            said(LEVEL_BASES.get(level.basis, NOT_TOLD), language),
            evidence_of(level, language),
            tce(status.promised_kgce_calorific),
        )
        for status in statuses
        for level in status.levels
    ]
    return table(columns, rows, language)


def budgets(accounts: Iterable[budget.Account], language: Language) -> Table:
    """In tce on the 当量 basis."""
    columns = [
        Text("地区", "region"), Text("年份", "year"), Text("下达 (tce, 当量)", "granted (tce, calorific)"),
        Text("可用", "available"), Text("占用", "held"), Text("已扣减", "posted"),
    ]  # fmt: skip
    return table(columns, [_budget(account) for account in accounts], language)


def _budget(account: budget.Account) -> tuple[str, ...]:
    region, _, year = account.name.removeprefix("regions/").partition("/accounts/")
    amounts = (
        account.granted_kgce_calorific,
        account.available_kgce_calorific,
        account.held_kgce_calorific,
        account.posted_kgce_calorific,
    )
    return region, year, *(tce(amount) for amount in amounts)


def tce(kgce: int) -> str:
    """Exact, three decimals at most, thousands apart."""
    return f"{Decimal(kgce) / KGCE_PER_TCE:,}"
