"""`dualcontrol period`: what a region may consume in a year, what it did, how the year ends and is closed."""

from enum import Enum
from typing import Annotated
from uuid import uuid4

import typer

from client import periods as operations
from client.commands.options import (
    BudgetAddress,
    Files,
    Json,
    Known,
    Lang,
    On,
    OneRegion,
    Reason,
    Region,
    Signers,
    Year,
    day_of,
    instant_of,
    parent_of,
)
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import BUDGET, alone
from client.rendering import periods as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.budget.v1 import periods_service_pb2 as pb

FIGURES = Sheet(pb.RecordStatisticRequest, "budget", operations.record_statistic, rendering.recorded)
DERIVATIONS = Sheet(pb.DeriveEnvelopeRequest, "budget", operations.derive, rendering.derived)


class Instrument(Enum):
    ENERGY = "energy"
    CARBON = "carbon"


class Measure(Enum):
    TOTAL = "total"
    INCREMENT = "increment"


Name = Annotated[str, typer.Argument(metavar="NAME", help="envelopeProposals/{方案} / as it was answered")]

app = typer.Typer(help="预算期: 测算、下达、统计、结账、预测 / a region's year", no_args_is_help=True)


@app.command(epilog="例 / example: dualcontrol period record figures.yaml")
def record(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """登记统计数 (RecordStatisticRequest)。 / Record what was measured; running it again records nothing twice."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(FIGURES, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol period derive envelope.yaml")
def derive(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """按目标测算预算 (DeriveEnvelopeRequest)。 / Derive envelopes from targets; grants nothing.

    同一内容重复运行得到同一方案; 统计数更新后重新测算, 请自拟 request_id。

    The same content gives the same proposal again. To derive anew after figures changed, write a request_id.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(DERIVATIONS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol period adopt envelopeProposals/… --adopter 乙 --document 某文件")
def adopt(
    name: Name,
    *,
    adopter: Annotated[str, typer.Option("--adopter", help="下达人, 不得是提出人 / not who proposed it")],
    document: Annotated[str, typer.Option("--document", help="下达文件 / the document that grants it")],
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """下达测算的预算。 / Grant what was derived."""
    request = identified(pb.AdoptEnvelopeRequest(name=name, adopter=adopter, document=document))
    manner = Manner(language, as_json, address)
    BUDGET.show_one("proposals", lambda services: operations.adopt(services, request), rendering.proposal_tree, manner)


@app.command(epilog="例 / example: dualcontrol period revise OLD NEW --signer 甲 --signer 乙 --reason 最终数")
def revise(  # noqa: PLR0913  # options of a command
    name: Name,
    replacement: Annotated[str, typer.Argument(metavar="NEW", help="新方案 / the proposal in its place")],
    *,
    signer: Signers,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """以新方案替换已下达的方案。 / Put a newer proposal in the place of an adopted one."""
    request = identified(pb.ReviseEnvelopeRequest(name=name, replacement=replacement, signers=signer, reason=reason))
    manner = Manner(language, as_json, address)
    BUDGET.show_one("proposals", lambda services: operations.revise(services, request), rendering.proposal_tree, manner)


@app.command(epilog="例 / example: dualcontrol period explain envelopeProposals/…")
def explain(name: Name, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """一个方案的算式和依据。 / A proposal's arithmetic and clauses."""
    manner = Manner(language, as_json, address)
    BUDGET.show_one("proposals", lambda services: operations.proposal(services, name), rendering.proposal_tree, manner)


@app.command(epilog="例 / example: dualcontrol period close --region 630000 --year 2026 --signer 甲 --signer 乙")
def close(  # noqa: PLR0913  # options of a command
    *,
    region: OneRegion,
    year: Year,
    signer: Signers,
    carry_holds: Annotated[
        bool, typer.Option("--carry-holds", help="未处理占用转入下一年 / move pending holds")
    ] = False,
    carry_over: Annotated[
        bool, typer.Option("--carry-over", help="结转余额, 须有政策依据 / carry what is left")
    ] = False,
    reason: Reason = "",
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """一个地区及其下级的年度结账。 / Close the year of a region and of all below it."""
    # A year can be closed, opened and closed again by the same two: every run is a request of its own.
    request = pb.ClosePeriodRequest(
        region_code=region,
        year=year,
        signers=signer,
        carry_holds=carry_holds,
        carry_over=carry_over,
        reason=reason,
        request_id=str(uuid4()),
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_one("acts", lambda s: operations.close(s, request), alone(rendering.acts), manner)


@app.command(
    epilog="例 / example: dualcontrol period reopen --region 630100 --year 2026 --signer 甲 --signer 乙 --reason 误结"
)
def reopen(  # noqa: PLR0913  # options of a command
    *,
    region: OneRegion,
    year: Year,
    signer: Signers,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """重新开账。 / Open a closed year again."""
    request = pb.ReopenPeriodRequest(
        region_code=region, year=year, signers=signer, reason=reason, request_id=str(uuid4())
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_one("acts", lambda s: operations.reopen(s, request), alone(rendering.acts), manner)


@app.command(epilog="例 / example: dualcontrol period show --region 630000 --year 2026 --on 2026-06-30")
def show(  # noqa: PLR0913  # options of a command
    *,
    region: OneRegion,
    year: Year,
    on: On = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """一个地区一年的账户, 截至某日、按某时所知。 / A region's accounts, as of a day and what was known."""
    request = pb.GetPeriodRequest(
        region_code=region, year=year, effective_date=day_of(on), known_time=instant_of(known)
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_list("accounts", lambda services: operations.accounts(services, request), rendering.accounts, manner)


@app.command(epilog="例 / example: dualcontrol period forecast --region 630000 --year 2026 --measure increment")
def forecast(  # noqa: PLR0913  # options of a command
    *,
    region: OneRegion,
    year: Year,
    instrument: Annotated[Instrument, typer.Option("--instrument", help="账户 / account")] = Instrument.ENERGY,
    measure: Annotated[Measure, typer.Option("--measure", help="预算口径 / what was granted")] = Measure.TOTAL,
    on: On = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """预计年末余额。 / What will be left on 31 December."""
    request = pb.ForecastYearEndRequest(
        region_code=region,
        year=year,
        instrument=pb.BudgetInstrument.Value(f"BUDGET_INSTRUMENT_{instrument.name}"),
        measure=pb.EnvelopeMeasure.Value(f"ENVELOPE_MEASURE_{measure.name}"),
        effective_date=day_of(on),
        known_time=instant_of(known),
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_one(
        "forecasts", lambda services: operations.forecast(services, request), rendering.forecast_tree, manner
    )


@app.command(epilog="例 / example: dualcontrol period statistics --region 630000 --year 2025")
def statistics(  # options of a command
    *,
    region: Region = "",
    year: Year = 0,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """统计数, 各取当时最新版本。 / What was measured, each in the newest version known."""
    asked = pb.ListStatisticsRequest(parent=parent_of(region), year=year, known_time=instant_of(known))
    manner = Manner(language, as_json, address)
    BUDGET.show_all("statistics", lambda services: operations.statistics(services, asked), rendering.statistics, manner)


@app.command(epilog="例 / example: dualcontrol period proposals --region 630000 --year 2026")
def proposals(  # options of a command
    *,
    region: Region = "",
    year: Year = 0,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """测算方案。 / What was derived."""
    asked = pb.ListEnvelopeProposalsRequest(parent=parent_of(region), year=year, known_time=instant_of(known))
    manner = Manner(language, as_json, address)
    BUDGET.show_all("proposals", lambda services: operations.proposals(services, asked), rendering.proposals, manner)


@app.command(epilog="例 / example: dualcontrol period acts --region 630000")
def acts(
    *,
    region: Region = "",
    year: Year = 0,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """结账和重新开账的记录。 / What closed and reopened periods."""
    asked = pb.ListPeriodActsRequest(parent=parent_of(region), year=year)
    manner = Manner(language, as_json, address)
    BUDGET.show_all("acts", lambda services: operations.acts(services, asked), rendering.acts, manner)
