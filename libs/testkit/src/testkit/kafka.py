"""One real Apache Kafka broker with its controller in the same process, for one machine."""

import os
import secrets
import shutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from testkit.kafka_home import KafkaHome
from testkit.ports import LOOPBACK, answers
from testkit.processes import Launch, launch

KAFKA: Final = "kafka"
CONTROLLER: Final = "kafka-controller"
ANSWER_MILLISECONDS_MAX: Final = 5_000
FORMAT_SECONDS_MAX: Final = 120

LOG_SETTINGS: Final = """\
status = error
shutdownHook = disable
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
"""

# One broker: every replication factor is 1. Small buffers fit the small heap. Short broker sessions
# make a restart after kill -9 take seconds: the controller must first give the dead registration up.
SERVER_SETTINGS: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers={host}:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.cleaner.dedupe.buffer.size=10485760
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


PROTECTED_SETTINGS: Final = """\
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller},PROTECTED://{host}:{protected}
advertised.listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller},PROTECTED://{host}:{protected}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROTECTED:SASL_SSL
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.protected.ssl.client.auth=required
listener.name.protected.sasl.enabled.mechanisms=PLAIN
listener.name.protected.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
    user_{user}="{password}";
"""
"""Java's properties: of two settings of one name the last holds, and a backslash joins lines."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A listener that asks for a certificate of the authority and for a password."""

    port: int
    keystore: Path
    """The broker's private key and certificate, PEM, one after the other."""
    ca: Path
    user: str
    password: str


class KafkaBroker:
    """A broker whose data lies in `folder`. The ports may change between two starts; the data stays."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        controller_port: int,
        protected: Protected | None = None,
        host: str = LOOPBACK,
    ) -> None:
        self._folder = folder
        self._host = host
        self._port = port
        self._controller_port = controller_port
        self._protected = protected

    @property
    def bootstrap(self) -> str:
        return f"{self._host}:{self._port}"

    def preparation(self, home: KafkaHome, log: Path) -> Launch | None:
        """What formats the storage; None when it is formatted. `prepared` must follow its success."""
        if self._data.exists():
            return None
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = self._write_settings(self._folder / "format.properties", self._unfinished)
        cluster = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        # A leading dash would be read as an option.
        arguments = ["kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}", "-c", settings]
        return self._launch(f"{KAFKA}.format", home.command(self._log_settings, arguments), log)

    def prepared(self) -> None:
        # Only a whole folder gets the name: a format that was cut short starts anew.
        self._unfinished.rename(self._data)

    def format(self, home: KafkaHome, log: Path) -> None:
        """Formats the storage unless it is. Raises ProcessDied, NotReady."""
        if plan := self.preparation(home, log):
            launch(plan).wait_success(FORMAT_SECONDS_MAX)
            self.prepared()

    def launch(self, home: KafkaHome, log: Path, aot_flag: str | None = None) -> Launch:
        settings = self._write_settings(self._folder / "server.properties", self._data)
        return self._launch(KAFKA, home.command(self._log_settings, ["kafka.Kafka", settings], aot_flag), log)

    def is_ready(self) -> bool:
        return answers(self._port, self._host) and describes_itself(self.bootstrap)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    @property
    def _unfinished(self) -> Path:
        return self._folder / "data.unfinished"

    @property
    def _log_settings(self) -> Path:
        return self._folder / "log4j2.properties"

    def _write_settings(self, path: Path, data: Path) -> str:
        self._log_settings.write_text(LOG_SETTINGS, "ascii")
        values = {"host": self._host, "port": self._port, "controller": self._controller_port, "data": data}
        text = SERVER_SETTINGS.format(**values)
        if (listener := self._protected) is not None:
            said = {"protected": listener.port, "keystore": listener.keystore, "ca": listener.ca}
            text += PROTECTED_SETTINGS.format(**values, **said, user=listener.user, password=listener.password)
        path.write_text(text, "utf-8")
        return str(path)

    def _launch(self, name: str, command: list[str], log: Path) -> Launch:
        # Of our environment only the path: JAVA_TOOL_OPTIONS and its like would change the broker unseen.
        env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        return Launch(name=name, argv=command, log=log, env=env, cwd=self._folder)


def describes_itself(bootstrap: str) -> bool:
    """Whether a broker there answers metadata and takes part in its cluster."""
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            bootstrap_timeout_ms=ANSWER_MILLISECONDS_MAX,
            request_timeout_ms=ANSWER_MILLISECONDS_MAX,
        )
    except (KafkaError, OSError):
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()
