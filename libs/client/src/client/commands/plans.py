"""`dualcontrol plan`: the way of replacement plans, what they hold, and when they lapse."""

from datetime import datetime
from typing import Annotated

import typer

from client import capacity
from client.commands.options import CapacityAddress, Code, Files, Json, Lang, day_of
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import CAPACITY
from client.rendering import capacity as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb

STEPS = Sheet(pb.RecordPlanStepRequest, "capacity", capacity.record_step, rendering.steps)

By = Annotated[datetime | None, typer.Option("--by", formats=["%Y-%m-%d"], help="缺省为今日 / default: today")]
Document = Annotated[str, typer.Option("--document", help="依据文件 / the document it rests on")]
Reason = Annotated[str, typer.Option("--reason", help="原因和文件 / why, and by which document")]

STEP = """
\b
例 / example: dualcontrol plan step steps.yaml

\b
条目 / an entry (RecordPlanStepRequest in capacity_service.proto):
  name: filings/my-project/replacement
  step: {kind: PLAN_STEP_KIND_ANNOUNCED, effective_date: {year: 2026, month: 3, day: 20}, document: 某公告}
"""

app = typer.Typer(help="产能置换方案 / replacement plans", no_args_is_help=True)


@app.command(epilog=STEP)
def step(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None) -> None:
    """登记方案步骤: 公示、公告、开工、点火、投产等。 / Record steps, from publicity to production."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(STEPS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol plan show my-project")
def show(code: Code, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None) -> None:
    """一个备案的方案: 占用、步骤、期限。 / One filing's plan: what it holds, its steps and deadlines."""
    manner = Manner(language, as_json, address)
    CAPACITY.show_message(lambda services: capacity.replacement(services, code), rendering.plan, manner)


@app.command("lapsing", epilog="例 / example: dualcontrol plan lapsing --by 2027-01-01")
def list_lapsing(
    *, by: By = None, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None
) -> None:
    """到该日失效的方案, 最早者在前。 / Plans that have lapsed by a day, the first at the top."""
    asked = pb.ListLapsingRequest(by_date=day_of(by))
    manner = Manner(language, as_json, address)
    CAPACITY.show_all("plans", lambda services: capacity.lapsing(services, asked), rendering.lapsing, manner)


@app.command(epilog="例 / example: dualcontrol plan post my-project --document 某审查意见")
def post(
    code: Code,
    document: Document,
    *,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """将占用的指标转为已使用。 / Use what is held for good."""
    request = identified(pb.PostReplacementRequest(name=f"filings/{code}/replacement", document=document))
    manner = Manner(language, as_json, address)
    CAPACITY.show_message(lambda services: capacity.post(services, request), rendering.plan, manner)


@app.command(epilog="例 / example: dualcontrol plan void my-project --reason 撤销公告")
def void(
    code: Code,
    reason: Reason,
    *,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """释放占用的指标。 / Give back what is held."""
    request = identified(pb.VoidReplacementRequest(name=f"filings/{code}/replacement", reason=reason))
    manner = Manner(language, as_json, address)
    CAPACITY.show_message(lambda services: capacity.void(services, request), rendering.plan, manner)
