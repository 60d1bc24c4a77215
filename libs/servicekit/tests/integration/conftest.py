"""A Kafka that asks for a certificate and a password."""

from collections.abc import Iterator

import pytest

from servicekit.certificates import TlsFiles
from servicekit.eventing.broker import Broker
from testkit.authority import Authority
from testkit.kafka import KafkaBroker, Protected
from testkit.kafka_home import kafka_home
from testkit.ports import LOOPBACK, choose_port
from testkit.processes import launch

USER, PASSWORD = "dualcontrol", "a password of this test"
READY_SECONDS_MAX = 90


@pytest.fixture(scope="session")
def protected_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """As one of its clients reaches it."""
    folder = tmp_path_factory.mktemp("protected")
    authority = Authority(folder / "authority")
    server, mine = authority.issue("broker"), authority.issue("client")
    keystore = folder / "keystore.pem"
    keystore.write_bytes(server.key.read_bytes() + server.certificate.read_bytes())
    protected = Protected(choose_port(), keystore, authority.ca, USER, PASSWORD)
    kafka = KafkaBroker(folder / "kafka", port=choose_port(), controller_port=choose_port(), protected=protected)
    home, log = kafka_home(), folder / "kafka.log"
    kafka.format(home, log)
    process = launch(kafka.launch(home, log))
    try:
        process.wait_until(kafka.is_ready, READY_SECONDS_MAX)
        files = TlsFiles(authority.ca, mine.certificate, mine.key)
        yield Broker(f"{LOOPBACK}:{protected.port}", "SASL_SSL", files, "PLAIN", USER, PASSWORD)
    finally:
        process.terminate(READY_SECONDS_MAX)
