"""`dualcontrol budget`: grants envelopes, previews and ends deductions, reads and verifies the ledger."""

from datetime import datetime
from typing import Annotated
from uuid import uuid4

import typer

from client import budgets as operations
from client import operations as shared
from client.commands.options import (
    BudgetAddress,
    Files,
    Json,
    Known,
    Lang,
    Person,
    Reason,
    Region,
    Signers,
    day_of,
    instant_of,
    parent_of,
)
from client.commands.running import Exit, run
from client.commands.second_book import show_reopened, show_verified
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import BUDGET, alone
from client.connections import Services
from client.phases import phases
from client.rendering import budgets as rendering
from client.rendering.tables import budgets
from client.rendering.words import Language
from dualcontrol.budget.v1 import budget_service_pb2 as pb

ENVELOPES = Sheet(pb.GrantEnvelopeRequest, "budget", shared.grant_envelope, rendering.granted)

Deduction = Annotated[str, typer.Argument(metavar="DEDUCTION", help="扣减编号 / id of the deduction")]
Phases = Annotated[
    list[str],
    typer.Option("--phase", help="年份:tce[:tCO2], 当量; 每年一项 / one for each year, e.g. 2026:500:1300"),
]
Used = Annotated[
    list[str],
    typer.Option("--used", help="实际用量, 年份:tce[:tCO2]; 缺省为全部 / what is really used; default: all"),
]
Effective = Annotated[
    datetime | None, typer.Option("--effective", formats=["%Y-%m-%d"], help="截至该日 / as of that day")
]

app = typer.Typer(help="地区能耗预算 / energy budgets of regions", no_args_is_help=True)

GRANT = """
\b
例 / example: dualcontrol budget grant e2e/data/invented/envelopes.yaml

\b
条目 / an entry (GrantEnvelopeRequest in budget_service.proto):
  name: regions/630121/accounts/2026
  amount_kgce_calorific: 50000000
  amount_kgco2: 130000000            # 可不填 / may be left out
  document: 某文件
"""


@app.command(epilog=GRANT)
def grant(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """下达能耗预算和碳排放预算 (GrantEnvelopeRequest), kgce 当量值, kgCO2。 / Grant envelopes of energy and carbon.

    同一文件重复运行不会重复下达; 如确需再次下达同样数额, 请换 document 或自拟 request_id。

    Running a file again grants nothing twice. To add the same amount on purpose, name another document or a request_id.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(ENVELOPES, files, manner), language=language, as_json=as_json)


@app.command("list", epilog="例 / example: dualcontrol budget list --region 630000")
def list_budgets(
    *, region: Region = "", as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """各级预算的下达、可用、占用、扣减。 / Granted, available, held and posted at every level."""
    manner = Manner(language, as_json, address)
    BUDGET.show_all("accounts", lambda services: shared.accounts(services, region), budgets, manner)


@app.command(epilog="例 / example: dualcontrol budget preview --region 630121 --phase 2026:500:1300 --phase 2027:200")
def preview(
    *,
    region: Annotated[str, typer.Option("--region", help="项目所在地 GB/T 2260 代码 / place of the project")],
    phase: Phases,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """试算一笔扣减对各级预算的影响; 不足时退出码为 1。 / What a reservation would do; exit code 1 when short."""

    async def work(services: Services) -> pb.PreviewDeductionResponse:
        request = pb.PreviewDeductionRequest(region_code=region, phases=phases(phase))
        return await operations.preview(services, request)

    BUDGET.show_message(
        work,
        rendering.preview,
        Manner(language, as_json, address),
        ending=lambda shown: Exit.DONE if shown.covered else Exit.REFUSED,
    )


@app.command(epilog="例 / example: dualcontrol budget deductions")
def deductions(*, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """全部扣减及其状态。 / All deductions and what became of them."""
    BUDGET.show_all("deductions", operations.deductions, rendering.deductions, Manner(language, as_json, address))


@app.command(epilog="例 / example: dualcontrol budget post d-1 --document 某批复 --used 2026:480")
def post(  # options of a command
    deduction: Deduction,
    *,
    document: Annotated[str, typer.Option("--document", help="批复文号 / the document that makes it final")],
    used: Used = [],  # noqa: B006  # typer reads it, nothing changes it
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """正式扣减; 未用部分释放。 / Make a reservation final; what is not used is released."""
    manner = Manner(language, as_json, address)

    async def work(services: Services) -> pb.Deduction:
        request = pb.PostDeductionRequest(name=_name(deduction), document=document, used=phases(used))
        return await operations.post(services, request)

    BUDGET.show_one("deductions", work, alone(rendering.deductions), manner)


@app.command(epilog="例 / example: dualcontrol budget void d-1")
def void(
    deduction: Deduction, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """释放占用。 / Give a reservation back."""
    manner = Manner(language, as_json, address)
    BUDGET.show_one(
        "deductions",
        lambda services: operations.void(services, _name(deduction)),
        alone(rendering.deductions),
        manner,
    )


@app.command(epilog="例 / example: dualcontrol budget reverse d-1 --signer 甲 --signer 乙 --reason 误扣")
def reverse(  # options of a command
    deduction: Deduction,
    *,
    signer: Signers,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """两人签字冲销一笔正式扣减。 / Undo a posted deduction, with two signatures."""
    request = pb.ReverseDeductionRequest(name=_name(deduction), signers=signer, reason=reason)
    manner = Manner(language, as_json, address)
    BUDGET.show_one(
        "deductions",
        lambda services: operations.reverse(services, request),
        alone(rendering.deductions),
        manner,
    )


@app.command(epilog="例 / example: dualcontrol budget accounts --instrument carbon_kgco2 --effective 2026-06-30")
def accounts(  # noqa: PLR0913  # options of a command
    *,
    region: Region = "",
    instrument: Annotated[
        str, typer.Option("--instrument", help="如 energy_calorific_kgce, carbon_kgco2; 缺省为全部 / default: all")
    ] = "",
    effective: Effective = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """账本各账户, 可截至某日、按某时所知。 / Accounts of the ledger, also as of a day and by what was known then."""
    asked = pb.ListLedgerAccountsRequest(
        parent=parent_of(region),
        instrument=instrument,
        effective_date=day_of(effective),
        known_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_all("accounts", lambda s: operations.ledger_accounts(s, asked), rendering.ledger_accounts, manner)


@app.command(epilog="例 / example: dualcontrol budget verify")
def verify(*, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """由日志重算全部余额; 不一致时退出码为 1。 / Recompute every balance from the log; exit code 1 when one differs."""
    show_verified(BUDGET, operations.verify, Manner(language, as_json, address))


@app.command(epilog="例 / example: dualcontrol budget reopen --person 甲 --reason 已查明并更正")
def reopen(
    *,
    person: Person,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """差异消除后重新开启被关闭的账户。 / Reopen accounts that a difference closed, when it is gone."""
    # Accounts may be closed and reopened by the same person again: every run is a request of its own.
    request = pb.ReopenLedgerRequest(person=person, reason=reason, request_id=str(uuid4()))
    manner = Manner(language, as_json, address)
    show_reopened(BUDGET, lambda s: operations.reopen(s, request), lambda shown: shown.accounts, manner)


def _name(deduction: str) -> str:
    return f"deductions/{deduction.removeprefix('deductions/')}"
