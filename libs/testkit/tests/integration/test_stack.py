import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic

from testkit.errors import ProcessDied, StackError
from testkit.external import External
from testkit.processes import MARK
from testkit.services import ServiceSpec
from testkit.stack import Stack

pytestmark = pytest.mark.integration

TINY = str(Path(__file__).with_name("tiny_service.py"))
OURS = External()


def tiny(name: str = "tiny", mode: str = "all", migrate: str = "migrate") -> ServiceSpec:
    return ServiceSpec(name, [sys.executable, TINY, mode], migrate=[sys.executable, TINY, migrate])


@pytest.fixture
def new_stack() -> Iterator[Callable[..., Stack]]:
    stacks: list[Stack] = []
    folders: list[Path] = []

    def new(*services: ServiceSpec, external: External = OURS) -> Stack:
        folder = Path(tempfile.mkdtemp(prefix="dualcontrol-"))
        folder.chmod(0o711)
        folders.append(folder)
        stacks.append(Stack(folder, services, external=external))
        return stacks[-1]

    yield new
    for stack in stacks:
        stack.reset()
    for folder in folders:
        shutil.rmtree(folder)


def states(stack: Stack) -> dict[str, str]:
    return {row.name: row.state for row in stack.status()}


def pid(stack: Stack, name: str) -> int:
    (found,) = [row.pid for row in stack.status() if row.name == name]
    assert found is not None
    return found


async def query(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def starts(stack: Stack, service: str = "tiny") -> int:
    return int(asyncio.run(query(stack.dsn(service), "SELECT count(*) FROM starts")))


def marked(stack: Stack) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(stack.folder):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name=topic, num_partitions=1, replication_factor=1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for value in values:
        producer.send(topic, value).get(timeout=30)
    producer.close()


def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=30_000)
    consumer.assign([TopicPartition(topic, 0)])
    try:
        return [message.value for _, message in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def test_a_whole_stack_starts_migrates_keeps_its_data_over_every_crash_and_leaves_nothing(
    new_stack: Callable[..., Stack],
) -> None:
    stack = new_stack(tiny(), tiny("other", mode="with-child"))

    stack.up()
    assert set(states(stack).values()) == {"running"}
    assert starts(stack) == starts(stack, "other") == 1
    ports = {row.name: row.port for row in stack.status()}
    produce(stack.kafka_bootstrap, "kept", [b"1", b"2"])

    for name in ("tiny", "postgres", "kafka"):
        stack.kill(name)
        assert states(stack)[name] == "dead"
        stack.start(name)
    assert starts(stack) == 2
    assert consume(stack.kafka_bootstrap, "kept", 2) == [b"1", b"2"]

    stack.restart("other")
    assert starts(stack, "other") == 2

    stack.down()
    assert set(states(stack).values()) == {"stopped"}
    assert marked(stack) == []

    stack.up()
    assert {row.name: row.port for row in stack.status()} == ports
    assert starts(stack) == 3
    assert consume(stack.kafka_bootstrap, "kept", 2) == [b"1", b"2"]

    stack.reset()
    assert marked(stack) == []
    assert {path.name for path in stack.folder.iterdir()} <= {".lock"}


def test_after_a_reboot_everything_comes_back_with_its_data_in_a_new_program(new_stack: Callable[..., Stack]) -> None:
    stack = new_stack(tiny())
    stack.up()
    pids = [row.pid for row in stack.status()]
    produce(stack.kafka_bootstrap, "kept", [b"1"])

    dying = [psutil.Process(number) for number in pids]
    for process in dying:
        process.kill()
    psutil.wait_procs(dying, 30)
    after = Stack(stack.folder, [tiny()], external=OURS)
    after.up()

    assert set(states(after).values()) == {"running"}
    assert not {row.pid for row in after.status()} & set(pids)
    assert starts(after) == 2
    assert consume(after.kafka_bootstrap, "kept", 1) == [b"1"]


def test_two_stacks_at_once_share_nothing(new_stack: Callable[..., Stack]) -> None:
    first, second = new_stack(tiny()), new_stack(tiny())
    first.up()
    second.up()

    ports = [row.port for stack in (first, second) for row in stack.status()]
    assert len(set(ports)) == len(ports)

    first.down()

    assert set(states(second).values()) == {"running"}
    assert starts(second) == 1


def test_a_kept_port_that_somebody_took_while_the_stack_was_down_is_chosen_anew(
    new_stack: Callable[..., Stack],
) -> None:
    stack = new_stack()
    stack.up()
    produce(stack.kafka_bootstrap, "kept", [b"1"])
    stack.down()
    before = {row.name: row.port for row in stack.status()}

    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", before["kafka"]))
        squatter.listen()
        stack.up()

        after = {row.name: row.port for row in stack.status()}
        assert after["kafka"] != before["kafka"]
        assert after["postgres"] == before["postgres"]
        assert consume(stack.kafka_bootstrap, "kept", 1) == [b"1"]


def test_a_taken_port_is_reported_and_not_moved_while_others_run(new_stack: Callable[..., Stack]) -> None:
    stack = new_stack()
    stack.up(["postgres"])
    port = next(row.port for row in stack.status() if row.name == "kafka")

    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        with pytest.raises(StackError, match=f"kafka {port}"):
            stack.start("kafka")


def test_a_failed_migration_stops_the_start_and_shows_the_log(new_stack: Callable[..., Stack]) -> None:
    stack = new_stack(tiny(migrate="fail"))

    with pytest.raises(ProcessDied, match="the schema is newer than this program"):
        stack.up()

    assert states(stack)["tiny"] == "stopped"


def test_an_unknown_name_is_answered_with_the_known_ones(new_stack: Callable[..., Stack]) -> None:
    with pytest.raises(StackError, match="There are: postgres, kafka, tiny"):
        new_stack(tiny()).kill("tinny")


def test_servers_that_somebody_else_runs_are_used_and_left_alone(new_stack: Callable[..., Stack]) -> None:
    others = new_stack()
    others.up()
    external = External(others.kafka_bootstrap, others.postgres_admin_dsn)
    stack = new_stack(tiny(), external=external)

    stack.up()
    assert states(stack) == {"postgres": "external", "kafka": "external", "tiny": "running"}
    assert starts(stack) == 1
    stack.reset()

    assert states(others) == {"postgres": "running", "kafka": "running"}


def test_an_external_server_that_does_not_answer_is_named_by_its_variable(new_stack: Callable[..., Stack]) -> None:
    stack = new_stack(external=External(postgres_admin_dsn="postgresql://postgres:x@127.0.0.1:1/postgres"))

    with pytest.raises(StackError, match="DUALCONTROL_POSTGRES_ADMIN_DSN"):
        stack.up(["postgres"])
