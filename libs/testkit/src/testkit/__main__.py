"""`python -m testkit up | down | reset | status | kill NAME | restart NAME`: the local stack from the command line."""

import argparse
import sys
from pathlib import Path
from typing import Final

from testkit import kafka_aot, prerequisites
from testkit.errors import StackError
from testkit.kafka import KAFKA
from testkit.kafka_home import kafka_home
from testkit.services import SERVICES
from testkit.stack import Row, Stack

FOLDER: Final = Path(".stack") / "default"
EXAMPLES: Final = """\
examples:
  python -m testkit up                     everything, data kept from last time
  python -m testkit up postgres kafka      the two servers only
  python -m testkit kill review            kill -9, to see what survives
  python -m testkit --folder /tmp/b up     a second stack beside the first
"""
EXIT_FAILED: Final = 1
EXIT_INTERRUPTED: Final = 130


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    stack = Stack(arguments.folder, SERVICES, say=_say)
    try:
        return _run(stack, arguments)
    except StackError as problem:
        sys.stderr.write(f"\n{problem.text.zh}\n\n{problem.text.en}\n")
        return EXIT_FAILED
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted; what was started keeps running: python -m testkit status\n")
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m testkit", description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where the stack lives (default: {FOLDER})")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start what does not run and wait until it is ready")
    up.add_argument("names", nargs="*", metavar="NAME", help="only these (a service brings its servers with it)")
    commands.add_parser("down", help="stop everything; the data stays")
    commands.add_parser("reset", help="stop everything and delete the data")
    commands.add_parser("status", help="what runs, where, and where its log is")
    for name, text in (("kill", "kill -9 one process"), ("restart", "stop one process and start it again")):
        commands.add_parser(name, help=text).add_argument("name", metavar="NAME")
    for command in commands.choices.values():
        # Also after the command, where people write it; absent there it must not undo the one before.
        command.add_argument("--folder", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _run(stack: Stack, arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "up":
            prerequisites.check()
            if stack.runs_kafka(arguments.names):
                kafka_aot.build(kafka_home(_say_kafka), _say_kafka)
            stack.up(arguments.names or None)
        case "down":
            stack.down()
        case "reset":
            stack.reset()
        case "kill":
            stack.kill(arguments.name)
        case "restart":
            stack.restart(arguments.name)
        case _:
            sys.stdout.write(table(stack.status()))
    return 0


def table(rows: list[Row]) -> str:
    """One aligned line for each process."""
    lines = [("NAME", "STATE", "PID", "PORT", "LOG")]
    lines += [(row.name, row.state, str(row.pid or "-"), str(row.port or "-"), str(row.log)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def _say(name: str, event: str) -> None:
    sys.stdout.write(f"  {name:<12} {event}\n")
    sys.stdout.flush()


def _say_kafka(line: str) -> None:
    _say(KAFKA, line)


if __name__ == "__main__":
    sys.exit(main())
