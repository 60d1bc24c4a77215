"""`dualcontrol queue` and `stuck`: who waits, in which order and for what."""

from typing import Annotated

import typer

from client import screening
from client.commands.options import Json, Lang, Limit, ScreeningAddress
from client.commands.sheets import Manner
from client.commands.showing import SCREENING
from client.rendering import waiting as rendering
from client.rendering.words import Language

SHOWN_MAX = 100

RegionCode = Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码, 含其下级 / with all below it")]


def add_to(app: typer.Typer) -> None:
    app.command(epilog="例 / example: dualcontrol queue 630100")(queue)
    app.command(epilog="例 / example: dualcontrol stuck --json | jq '.cases[].waiting_for'")(stuck)


def queue(
    region: RegionCode,
    *,
    limit: Limit = SHOWN_MAX,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """等候的项目及其次序。 / Who waits in a region, and for what."""
    manner = Manner(language, as_json, address)
    SCREENING.show_message(lambda services: screening.queue(services, region, limit), rendering.queue, manner)


def stuck(
    *,
    limit: Limit = SHOWN_MAX,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: ScreeningAddress = None,
) -> None:
    """滞留案件, 最久的在前。 / Cases that wait longer than is normal."""
    manner = Manner(language, as_json, address)
    SCREENING.show_message(lambda services: screening.stuck(services, limit), rendering.stuck, manner)
