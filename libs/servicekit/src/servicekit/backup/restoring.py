"""Brings a backup back: databases at the moment, and Kafka's groups behind everything that was announced since.

PostgreSQL decides. What Kafka holds beyond the moment was announced by states that are gone: nobody takes it in any
more. What was on its way at the moment was kept with it and is announced again; whoever has it already drops it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import asyncpg

from servicekit.backup import carried, manifest, programs
from servicekit.backup.logs import KafkaLogs, consumptions
from servicekit.backup.manifest import Damaged, Manifest
from servicekit.eventing.broker import Broker

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
CONNECT_SECONDS_MAX: Final = 10
LOST: Final = "lost.jsonl"


class NotEmpty(RuntimeError):
    """A database that is to be restored into holds tables."""


class LivedOn(RuntimeError):
    """The databases are not at the moment any more: services ran on them since. Doing it again would lose events."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of the events: announced again, and lost, which means announced by what is no more."""

    again: int
    lost: int
    """Unknown, and counted as none, when Kafka is another than the moment's."""
    same_kafka: bool


async def load(dsns: Mapping[str, str], folder: Path) -> Manifest:
    """Restores every database of the backup, each into an empty one. Raises Damaged, NotEmpty, ProgramFailed."""
    made = manifest.check(folder)
    if not made.dumped:
        raise Damaged(f"{folder} is a moment without dumps: recover the server to {made.name}, then reconcile")
    _known(made, dsns)
    for service in made.databases:
        if await _tables(dsns[service]):
            raise NotEmpty(f"the database of {service} holds tables; restore into an empty one")
    for service, base in made.databases.items():
        assert base.dump is not None
        await programs.restore(dsns[service], folder / base.dump.file)
    return made


def _known(made: Manifest, dsns: Mapping[str, str]) -> None:
    if missing := sorted(made.databases.keys() - dsns.keys()):
        raise Damaged(f"nobody said where the databases of {', '.join(missing)} are")


async def _tables(dsn: str) -> int:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS_MAX)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    finally:
        await connection.close()


async def reconcile(dsns: Mapping[str, str], broker: Broker, folder: Path) -> Reconciled:
    """Once after a restore, while no service runs; after a failure it may be done again.

    Raises Damaged, LivedOn, GroupActive.
    """
    made = manifest.read(folder)
    _known(made, dsns)
    for service, base in made.databases.items():
        await _check_at_the_moment(service, dsns[service], base.time)
    logs = await KafkaLogs.opened(broker, list(dsns))
    try:
        same = logs.cluster == made.cluster
        lost = await _note_lost(made, logs, dsns, folder / LOST) if same else 0
        for one in consumptions(logs.topics, dsns):
            await logs.go_on_at_the_end(one)
    finally:
        await logs.close()
    return Reconciled(await _announce(made, dsns, folder), lost, same)


async def _check_at_the_moment(service: str, dsn: str, time: str) -> None:
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS_MAX)
    try:
        if not await _announces(connection):
            return
        # Also what was decided without being announced: nothing is done without an answer or an event taken in.
        newest = await connection.fetchval(
            "SELECT greatest((SELECT max(receive_time) FROM inbox), (SELECT max(begin_time) FROM request))"
        )
    finally:
        await connection.close()
    if newest is not None and newest > datetime.fromisoformat(time):
        raise LivedOn(f"{service} has worked at {newest}, after the moment {time}: this is not its database then")


async def _announces(connection: Connection) -> bool:
    return bool(await connection.fetchval("SELECT to_regclass('public.outbox') IS NOT NULL"))


async def _note_lost(made: Manifest, logs: KafkaLogs, dsns: Mapping[str, str], file: Path) -> int:
    """Writes down what was announced after the moment: whoever filed it has to file it again."""
    waiting = await _waiting(made, dsns)
    ends, count = await logs.ends(), 0
    with file.open("w", encoding="utf-8") as out:
        for topic in dict.fromkeys(one.topic for one in consumptions(logs.topics, dsns)):
            async for record in logs.records(topic, made.ends.get(topic, {}), ends.get(topic, {})):
                if (line := _lost(topic, record, waiting)) is not None:
                    count += 1
                    out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return count


async def _waiting(made: Manifest, dsns: Mapping[str, str]) -> set[str]:
    """The ids of what the restored outboxes hold: announced since or not, it was decided at the moment."""
    ids: set[str] = set()
    for service in made.databases:
        connection = await asyncpg.connect(dsns[service], timeout=CONNECT_SECONDS_MAX)
        try:
            if await _announces(connection):
                ids |= {row["id"] for row in await connection.fetch("SELECT event_id::text AS id FROM outbox")}
        finally:
            await connection.close()
    return ids


def _lost(topic: str, record: Any, waiting: set[str]) -> dict[str, str] | None:
    headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    if headers.get("ce_id") in waiting:
        return None
    key = (record.key or b"").decode("utf-8", "replace")
    return {"topic": topic, "key": key, "type": headers.get("ce_type", ""), "time": headers.get("ce_time", "")}


async def _announce(made: Manifest, dsns: Mapping[str, str], folder: Path) -> int:
    """Puts what was on its way into the outboxes that it came from; how many."""
    services = [name for name in made.databases if name in dsns]
    owners: dict[str, int] = {}
    with (folder / manifest.CARRIED).open(encoding="utf-8") as file:
        for one in carried.read(file):
            owner = one.owner(services)
            owners[owner] = owners.get(owner, 0) + 1
    for owner, count in owners.items():
        connection = await asyncpg.connect(dsns[owner], timeout=CONNECT_SECONDS_MAX)
        try:
            with (folder / manifest.CARRIED).open(encoding="utf-8") as file:
                mine = (one for one in carried.read(file) if one.owner(services) == owner)
                async with connection.transaction():
                    await carried.announce_again(connection, mine, count)
        finally:
            await connection.close()
    return sum(owners.values())
