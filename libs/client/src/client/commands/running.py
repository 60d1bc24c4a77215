"""Runs a command's work and turns what comes of it into output and an exit code."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import Any

import grpc
import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console

from client.errors import AddressUnknown, ClientError, ServiceError
from client.rendering.problems import problem_lines
from client.rendering.words import Language

PLAIN_COLUMNS = 10_000
"""Width when the output is no terminal: nothing is cut or wrapped for a reader that has no screen."""


class Exit(IntEnum):
    """What the command ends with."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    AWAY = 4
    INTERRUPTED = 130


def console(*, stderr: bool = False) -> Console:
    """Shows data as it is: no markup, no emoji codes, no guessed colours."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PLAIN_COLUMNS
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def run(work: Callable[[], Coroutine[Any, Any, Exit]], *, language: Language, as_json: bool) -> None:
    """Raises typer.Exit with the code that the work, or the error that ended it, stands for."""
    try:
        code = asyncio.run(work())
    except ClientError as error:
        show_problem(error, language=language, as_json=as_json)
        code = exit_code(error)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`| head`): there is nobody to tell.
        sys.stdout = None
        code = Exit.DONE
    raise typer.Exit(code)


def exit_code(error: ClientError) -> Exit:
    if isinstance(error, AddressUnknown):
        return Exit.AWAY
    if not isinstance(error, ServiceError):
        return Exit.USAGE
    if error.away:
        return Exit.AWAY
    return Exit.NOT_FOUND if error.code is grpc.StatusCode.NOT_FOUND else Exit.REFUSED


def show_problem(error: ClientError, *, language: Language, as_json: bool) -> None:
    if as_json:
        print_json({"error": problem_json(error)}, stderr=True)
        return
    out = console(stderr=True)
    for line in problem_lines(error, language):
        out.print(line, style="red" if line.startswith(("错误", "Error")) else None)


def problem_json(error: ClientError) -> dict[str, Any]:
    made: dict[str, Any] = {"message_zh": error.text.zh, "message_en": error.text.en}
    if isinstance(error, ServiceError):
        made |= {"code": error.code.name, "reason": error.reason, "metadata": dict(error.metadata)}
        made["violations"] = [
            {"field": v.field, "reason": v.reason, "zh": v.text.zh, "en": v.text.en} for v in error.violations
        ]
    return made


def message_json(message: Message) -> dict[str, Any]:
    return MessageToDict(message, preserving_proto_field_name=True)


def print_json(content: dict[str, Any], *, stderr: bool = False) -> None:
    """One JSON object on one line."""
    stream = sys.stderr if stderr else sys.stdout
    stream.write(json.dumps(content, ensure_ascii=False) + "\n")
    stream.flush()
