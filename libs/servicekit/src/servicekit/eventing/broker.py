"""How Kafka is reached: the address, what protects the connection, and as whom."""

import ssl
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka.admin import KafkaAdminClient

from servicekit.certificates import NO_FILES, TlsFiles, client_context, renew
from servicekit.eventing.topics import EVENT_BYTES_MAX

Security = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True)
class Broker:
    """One Kafka, for all of a process: its clients share the protected context, so one renewal serves them all."""

    bootstrap: str
    security: Security = "PLAINTEXT"
    files: TlsFiles = NO_FILES
    mechanism: Mechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def is_protected(self) -> bool:
        return self.security.endswith("SSL")

    @property
    def has_password(self) -> bool:
        return self.security.startswith("SASL")

    @cached_property
    def context(self) -> ssl.SSLContext | None:
        """Raises OSError or ssl.SSLError when the files cannot be taken."""
        return client_context(self.files) if self.is_protected else None

    def renew(self) -> None:
        """New connections use what the files hold now. Raises OSError, ssl.SSLError."""
        if self.context is not None:
            renew(self.context, self.files)

    def producer(self, **options: Any) -> AIOKafkaProducer:
        """Idempotent: what is sent again after a lost acknowledgement is stored once."""
        return AIOKafkaProducer(
            enable_idempotence=True, acks="all", max_request_size=EVENT_BYTES_MAX, **self._client, **options
        )

    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        """Of partitions that are assigned by hand; it commits when told to, and without a group it only reads."""
        return AIOKafkaConsumer(group_id=group, enable_auto_commit=False, auto_offset_reset="earliest", **self._client)

    def admin(self) -> KafkaAdminClient:
        return KafkaAdminClient(**self._client)

    def credentials(self) -> Any:
        """As Faust takes them; None: it needs none."""
        if self.has_password:
            return faust.SASLCredentials(
                username=self.username, password=self.password, ssl_context=self.context, mechanism=self.mechanism
            )
        return faust.SSLCredentials(self.context) if self.is_protected else None

    @property
    def _client(self) -> dict[str, Any]:
        """The names that aiokafka and kafka-python have in common."""
        said = {
            "sasl_mechanism": self.mechanism,
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
            "ssl_context": self.context,
            **(said if self.has_password else {}),
        }
