"""`dualcontrol trade`: energy-use rights (用能权) that one region offers to another."""

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
    OneRegion,
    Person,
    Region,
    Year,
    instant_of,
    parent_of,
)
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import BUDGET
from client.rendering import periods as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.budget.v1 import periods_service_pb2 as pb

OFFERS = Sheet(pb.ProposeTradeRequest, "budget", operations.propose_trade, rendering.offered)


class State(Enum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


Name = Annotated[str, typer.Argument(metavar="NAME", help="trades/{交易} / as it was answered")]

app = typer.Typer(help="地区间用能权交易 / trades of energy-use rights between regions", no_args_is_help=True)


@app.command(epilog="例 / example: dualcontrol trade propose offer.yaml")
def propose(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """提出转让 (ProposeTradeRequest), 数额即被占用。 / Offer rights; they are held until the offer is answered."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(OFFERS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol trade accept trades/… --region 630202 --person 某人")
def accept(  # options of a command
    name: Name,
    *,
    region: OneRegion,
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """受让地区具名接受。 / The buyer accepts, by a named person."""
    request = identified(pb.AcceptTradeRequest(name=name, region_code=region, person=person))
    manner = Manner(language, as_json, address)
    BUDGET.show_one("trades", lambda services: operations.accept_trade(services, request), rendering.trade_tree, manner)


@app.command(epilog="例 / example: dualcontrol trade reject trades/… --region 630202 --person 某人")
def reject(  # options of a command
    name: Name,
    *,
    region: OneRegion,
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """受让地区拒绝。 / The buyer declines."""
    request = identified(pb.RejectTradeRequest(name=name, region_code=region, person=person))
    manner = Manner(language, as_json, address)
    BUDGET.show_one("trades", lambda services: operations.reject_trade(services, request), rendering.trade_tree, manner)


@app.command(epilog="例 / example: dualcontrol trade withdraw trades/… --region 630121 --person 某人")
def withdraw(  # options of a command
    name: Name,
    *,
    region: OneRegion,
    person: Person,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """转让地区撤回。 / The seller takes its offer back."""
    request = identified(pb.WithdrawTradeRequest(name=name, region_code=region, person=person))
    manner = Manner(language, as_json, address)
    BUDGET.show_one(
        "trades", lambda services: operations.withdraw_trade(services, request), rendering.trade_tree, manner
    )


@app.command(epilog="例 / example: dualcontrol trade expire")
def expire(*, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """了结已过期的转让, 一次最多 500 笔。 / End offers whose last day is over, at most 500 at a time."""
    # What is due changes from day to day, so every run is a request of its own.
    request = pb.ExpireTradesRequest(request_id=str(uuid4()))
    manner = Manner(language, as_json, address)
    BUDGET.show_list("trades", lambda services: operations.expire_trades(services, request), rendering.trades, manner)


@app.command(epilog="例 / example: dualcontrol trade show trades/…")
def show(name: Name, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """一笔交易和可否交易的依据。 / A trade, and whether and how rights may be traded."""
    manner = Manner(language, as_json, address)
    BUDGET.show_one("trades", lambda services: operations.trade(services, name), rendering.trade_tree, manner)


@app.command("list", epilog="例 / example: dualcontrol trade list --region 630100 --state proposed")
def list_trades(  # noqa: PLR0913  # options of a command
    *,
    region: Region = "",
    year: Year = 0,
    state: Annotated[State | None, typer.Option("--state", help="状态 / state")] = None,
    known: Known = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """作为转让方或受让方的交易。 / Trades where the region, or one below it, sells or buys."""
    asked = pb.ListTradesRequest(parent=parent_of(region), year=year, known_time=instant_of(known))
    if state is not None:
        asked.state = pb.TradeState.Value(f"TRADE_STATE_{state.name}")
    manner = Manner(language, as_json, address)
    BUDGET.show_all("trades", lambda services: operations.trades(services, asked), rendering.trades, manner)
