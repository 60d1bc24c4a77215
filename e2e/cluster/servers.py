"""PostgreSQL and Kafka on the node's own address, and the databases in them: what the chart expects to find outside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.kubernetes.cluster.places import NODE_ADDRESS

from testkit.kafka import KAFKA, KafkaBroker
from testkit.kafka_home import kafka_home
from testkit.postgres import POSTGRES, PostgresServer, new_secret, owner_dsn, provision
from testkit.processes import OsProcess, launch
from testkit.services import NAMES, PORTAL

POSTGRES_PORT: Final = 5432
KAFKA_PORT: Final = 9092
CONTROLLER_PORT: Final = 9093
READY_SECONDS_MAX: Final = 120
STOP_SECONDS_MAX: Final = 20


class Servers:
    """Both of them, and their data, in one folder. They run within the node's namespaces and end with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres = PostgresServer(folder, port=POSTGRES_PORT, password=new_secret(), host=NODE_ADDRESS)
        self._kafka = KafkaBroker(folder / KAFKA, port=KAFKA_PORT, controller_port=CONTROLLER_PORT, host=NODE_ADDRESS)
        self._running: list[OsProcess] = []

    @property
    def kafka_bootstrap(self) -> str:
        return self._kafka.bootstrap

    def up(self) -> None:
        """Returns when both answer. Raises StackError with the end of the log of the one that does not."""
        postgres_log, kafka_log = self._folder / f"{POSTGRES}.log", self._folder / f"{KAFKA}.log"
        home = kafka_home()
        if plan := self._postgres.preparation(postgres_log):
            launch(plan).wait_success(READY_SECONDS_MAX)
            self._postgres.prepared()
        self._kafka.format(home, kafka_log)
        postgres, kafka = launch(self._postgres.launch(postgres_log)), launch(self._kafka.launch(home, kafka_log))
        self._running = [kafka, postgres]
        postgres.wait_until(self._postgres.is_ready, READY_SECONDS_MAX)
        kafka.wait_until(self._kafka.is_ready, READY_SECONDS_MAX)

    def databases(self) -> Mapping[str, str]:
        """The DSN that each service serves with, by service; databases and roles are made when they are not there."""
        admin = self._postgres.admin_dsn
        return {name: provision(admin, f"dualcontrol_{name}", new_secret()) for name in (*NAMES, PORTAL)}

    def down(self) -> None:
        for process in self._running:
            process.terminate(STOP_SECONDS_MAX)
        self._postgres.end_strays()
        self._postgres.delete()


def owners(served: Mapping[str, str]) -> Mapping[str, str]:
    """The DSN that each database is migrated with."""
    return {name: owner_dsn(dsn) for name, dsn in served.items()}
