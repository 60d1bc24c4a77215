"""`dualcontrol level`: the warning levels of regions."""

import typer

from client import operations
from client.commands.options import Files, Json, Lang, TargetsAddress
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import TARGETS
from client.rendering import results
from client.rendering.tables import levels
from client.rendering.words import Language
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb

LEVELS = Sheet(targets_pb.RecordPublishedLevelRequest, "targets", operations.publish_level, results.levels)

level_app = typer.Typer(help="地区预警等级 / warning levels of regions", no_args_is_help=True)


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
    TARGETS.show_all("statuses", operations.region_statuses, levels, Manner(language, as_json, address))
