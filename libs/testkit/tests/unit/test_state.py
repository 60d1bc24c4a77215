from pathlib import Path

import pytest

from testkit.processes import OsProcess
from testkit.state import State, decode, encode


def test_a_state_survives_being_written_and_read() -> None:
    process = OsProcess("kafka", pid=7, created=1_795_539_665.78, log=Path("/x/kafka.log"), log_from=12)
    state = State(secret="s", ports={"kafka": 40_001}, processes={"kafka": process}, migrated={"filing", "review"})

    assert decode(encode(state)) == state


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2, "secret": "s"}', '{"version": 1, "secret": "s"}'])
def test_what_is_not_a_state_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        decode(text)
