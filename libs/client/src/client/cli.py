"""The `dualcontrol` command."""

import typer

from client.commands import (
    acts,
    amend,
    assess,
    budgets,
    decision,
    identity,
    levels,
    lots,
    offsets,
    opinions,
    periods,
    plans,
    readings,
    simulate,
    statute,
    submit,
    targets,
    trades,
    utilisation,
    verify,
    waiting,
    watch,
)
from client.commands.running import show_problem
from client.ops import commands as ops
from client.plugins import add_plugins, installed_plugins
from client.rendering.words import Language

HELP = """能耗双控与“两高”项目筛查平台命令行。 / The command line of the energy dual-control platform."""

EPILOG = """
\b
退出码 / exit codes:
  0  完成 / done
  1  被拒绝, 或核查不符 / refused, or something differs
  2  用法或文件有误 / wrong usage or file
  3  未找到或尚无决定 / not found, or no decision yet
  4  服务不可用或超时 / service away, or out of time

\b
地址 / addresses, 依次 / in this order:
  --address, DUALCONTROL_<SERVICE>_ADDRESS, $DUALCONTROL_STACK/addresses.json,
  .stack/default/addresses.json

\b
身份 / identity, 依次 / in this order:
  DUALCONTROL_TOKEN_FILE, dualcontrol sign-in, $DUALCONTROL_STACK/token, .stack/default/token

\b
例 / examples:
  dualcontrol submit e2e/data/invented/filings.yaml
  dualcontrol watch --until-decided 5 --timeout 60
  dualcontrol explain cr-qinghai-chalco-600ka
  dualcontrol amend my-project project.yaml
  dualcontrol queue 630100
  dualcontrol verify
  dualcontrol statute rules
"""

app = typer.Typer(
    name="dualcontrol",
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
submit.add_to(app)
amend.add_to(app)
watch.add_to(app)
decision.add_to(app)
waiting.add_to(app)
simulate.add_to(app)
verify.add_to(app)
assess.add_to(app)
identity.add_to(app)
app.add_typer(decision.app, name="decision")
app.add_typer(acts.ruling_app, name="ruling")
app.add_typer(acts.override_app, name="override")
app.add_typer(opinions.app, name="opinion")
app.add_typer(lots.app, name="lot")
app.add_typer(plans.app, name="plan")
app.add_typer(utilisation.app, name="utilisation")
app.add_typer(levels.app, name="level")
app.add_typer(targets.target_app, name="target")
app.add_typer(targets.indicator_app, name="indicator")
app.add_typer(readings.app, name="reading")
app.add_typer(budgets.app, name="budget")
app.add_typer(offsets.app, name="offset")
app.add_typer(periods.app, name="period")
app.add_typer(trades.app, name="trade")
app.add_typer(statute.app, name="statute")
app.add_typer(ops.app, name="ops")


def main() -> None:
    """Runs the command, with those that plugins bring, and ends the process with its exit code."""
    for error in add_plugins(app, installed_plugins()):
        show_problem(error, language=Language.ZH, as_json=False)
    app()
