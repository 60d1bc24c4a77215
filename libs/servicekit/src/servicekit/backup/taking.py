"""Takes a backup: the moment, what is on its way then, and the dumps of its snapshots."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from servicekit.backup import carried, manifest, programs
from servicekit.backup.barrier import Ends, Moment, moment
from servicekit.backup.logs import Consumption, KafkaLogs, consumptions
from servicekit.backup.manifest import Base, Manifest, Part
from servicekit.eventing.broker import Broker
from servicekit.eventing.dead_letters import replaying


async def take(dsns: Mapping[str, str], broker: Broker, into: Path, *, dumps: bool) -> Manifest:
    """A new backup in the folder: whole, or not under a name that counts. Without `dumps` the moment alone.

    `dsns` are of the databases' owners, by service. Raises NoMoment, ProgramFailed, OSError.
    """
    name = manifest.new_name(datetime.now(UTC))
    fresh = into / f"{name}{manifest.UNFINISHED}"
    fresh.mkdir(parents=True)
    logs = await KafkaLogs.opened(broker, list(dsns))
    try:
        made = await _take(dsns, logs, fresh, name, dumps=dumps)
    finally:
        await logs.close()
    manifest.write(made, fresh)
    fresh.rename(into / name)
    return made


async def _take(dsns: Mapping[str, str], logs: KafkaLogs, folder: Path, name: str, *, dumps: bool) -> Manifest:
    consumed = consumptions(logs.topics, dsns)
    # Before the moment: what was committed by now is in the snapshots; what comes later is carried and then known.
    committed = {one: await _committed(logs, one) for one in consumed}
    # Once without need: the second time, under the locks, the brokers of all partitions are known.
    await logs.ends()
    async with moment(dsns, logs.ends, name) as held:
        bases = {one: await _base(one, dsn, held, folder, dumps=dumps) for one, dsn in dsns.items()}
    counts = await _carry(logs, consumed, committed, ends=held.ends, file=folder / manifest.CARRIED)
    return Manifest(
        name=name,
        time=min(base.time for base in bases.values()),
        version=version("dualcontrol-servicekit"),
        held_seconds=round(held.held_seconds, 3),
        cluster=logs.cluster,
        ends=held.ends,
        databases=bases,
        carried=Part.of(folder / manifest.CARRIED),
        **counts,
    )


async def _committed(logs: KafkaLogs, one: Consumption) -> Ends:
    return {
        one.topic: await logs.committed(one.group, one.topic),
        one.letters: await logs.committed(replaying(one.group), one.letters),
    }


async def _base(service: str, dsn: str, held: Moment, folder: Path, *, dumps: bool) -> Base:
    snapshot = held.snapshots[service]
    base = Base(snapshot.time.isoformat(), snapshot.server, snapshot.migrations, snapshot.restore_point)
    if not dumps:
        return base
    file = folder / f"{service}.dump"
    await programs.dump(dsn, snapshot.id, file)
    return replace(base, dump=Part.of(file))


async def _carry(
    logs: KafkaLogs, consumed: list[Consumption], committed: dict[Consumption, Ends], *, ends: Ends, file: Path
) -> dict[str, int]:
    counts = {"events": 0, "letters": 0, "malformed": 0}
    with file.open("w", encoding="utf-8") as out:
        async for one, letter in carried.on_their_way(logs, consumed, committed, ends):
            if one is None:
                counts["malformed"] += 1
                continue
            counts["letters" if letter else "events"] += 1
            carried.write(out, one)
    return counts
