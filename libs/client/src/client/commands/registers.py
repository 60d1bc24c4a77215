"""`dualcontrol lot`, `level`, `budget`: what decisions look at besides the filings."""

from typing import Annotated

import typer

from client import operations
from client.commands.options import BudgetAddress, CapacityAddress, Files, Json, Lang, TargetsAddress
from client.commands.running import Exit, console, print_messages, run
from client.commands.sheets import Manner, Sheet, send_files
from client.connections import Services
from client.rendering import results
from client.rendering.tables import budgets, levels
from client.rendering.words import Language
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb

LOTS = Sheet(capacity_pb.RegisterLotRequest, "capacity", operations.register_lot, results.lots)
LEVELS = Sheet(targets_pb.RecordPublishedLevelRequest, "targets", operations.publish_level, results.levels)
ENVELOPES = Sheet(budget_pb.GrantEnvelopeRequest, "budget", operations.grant_envelope, results.envelopes)

Region = Annotated[
    str, typer.Option("--region", help="GB/T 2260 代码, 含其下级; 缺省为全部 / with all below it; default: all")
]

lot_app = typer.Typer(help="产能置换指标 / lots of retired capacity", no_args_is_help=True)
level_app = typer.Typer(help="地区预警等级 / warning levels of regions", no_args_is_help=True)
budget_app = typer.Typer(help="地区能耗预算 / energy budgets of regions", no_args_is_help=True)


@lot_app.command(epilog="例 / example: dualcontrol lot register e2e/data/real/lots.yaml")
def register(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None
) -> None:
    """登记退出产能指标 (RegisterLotRequest)。 / Register lots; running it again registers nothing twice."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(LOTS, files, manner), language=language, as_json=as_json)


@level_app.command(epilog="例 / example: dualcontrol level publish e2e/data/real/levels.yaml")
def publish(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None
) -> None:
    """登记上级公布的预警等级 (RecordPublishedLevelRequest)。 / Record levels as a higher authority published them."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(LEVELS, files, manner), language=language, as_json=as_json)


@level_app.command("list", epilog="例 / example: dualcontrol level list --json | jq '.statuses[].name'")
def list_levels(*, as_json: Json = False, language: Lang = Language.ZH, address: TargetsAddress = None) -> None:
    """各地区最新等级。 / The newest level of every region."""

    async def work() -> Exit:
        async with Services({"targets": address}) as services:
            statuses = [status async for status in operations.region_statuses(services)]
        if as_json:
            print_messages("statuses", statuses)
        else:
            console().print(levels(statuses, language))
        return Exit.DONE

    run(work, language=language, as_json=as_json)


@budget_app.command(epilog="例 / example: dualcontrol budget grant e2e/data/invented/envelopes.yaml")
def grant(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """下达能耗预算 (GrantEnvelopeRequest), kgce 当量值。 / Grant envelopes, kgce on the calorific basis.

    同一文件重复运行不会重复下达; 如确需再次下达同样数额, 请换 document 或自拟 request_id。

    Running a file again grants nothing twice. To add the same amount on purpose, name another document or a request_id.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(ENVELOPES, files, manner), language=language, as_json=as_json)


@budget_app.command("list", epilog="例 / example: dualcontrol budget list --region 630000")
def list_budgets(
    *, region: Region = "", as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """各级预算的下达、可用、占用、扣减。 / Granted, available, held and posted at every level."""

    async def work() -> Exit:
        async with Services({"budget": address}) as services:
            accounts = [account async for account in operations.accounts(services, region)]
        if as_json:
            print_messages("accounts", accounts)
        else:
            console().print(budgets(accounts, language))
        return Exit.DONE

    run(work, language=language, as_json=as_json)
