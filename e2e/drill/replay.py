"""Every decision made again and compared, also under a newer law than it was made under."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2_grpc as rpc
from statute.collection import SHIPPED_DATA
from testkit.calling import blocking_channel
from testkit.services import service_spec
from testkit.stack import Stack

LAW_FOLDER: Final = "DUALCONTROL_LAW_FOLDER"
SECONDS_MAX: Final = 3_600
REWORDED: Final = ("申请日明确 (决定适用的法规)", "申请日明确, 它决定适用的法规")
"""A newer law that words one rule otherwise: it decides the same, under another hash."""


def replayed(stack: Stack) -> tuple[int, list[str]]:
    """How many decisions were made again, and what is wrong with which."""
    looked_at, wrong = 0, []
    with blocking_channel(stack, "screening") as channel:
        for answer in rpc.ScreeningServiceStub(channel).VerifyDecisions(
            pb.VerifyDecisionsRequest(), timeout=SECONDS_MAX
        ):
            looked_at = answer.looked_at
            wrong += [f"{one.name}: {one.text.en}" for one in answer.differences]
            complete = answer.complete
    assert complete, "the stream ended before all was looked at"
    return looked_at, wrong


@contextmanager
def newer_law() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-law-"))
    folder.chmod(0o755)
    try:
        shutil.copytree(SHIPPED_DATA, folder, dirs_exist_ok=True)
        rules = folder / "national" / "rules.yaml"
        text = rules.read_text("utf-8")
        assert REWORDED[0] in text
        rules.write_text(text.replace(*REWORDED), "utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restart_under(stack: Stack, law: Path, services: tuple[str, ...]) -> None:
    """The same processes on the same data, under another law."""
    specs = [replace(service_spec(name), env={LAW_FOLDER: str(law)}) for name in services]
    for name in services:
        stack.kill(name)
    under = Stack(stack.folder, specs)
    for name in services:
        under.start(name)
