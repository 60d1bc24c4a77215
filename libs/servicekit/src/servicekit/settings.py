"""A process's settings, from the environment; a bad one stops the start and is named."""

import os
import sys
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, SecretStr, StringConstraints, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from servicekit.access.limits import CALLS_PER_SECOND_MAX
from servicekit.access.trust import Purpose
from servicekit.certificates import TlsFiles
from servicekit.eventing.broker import Broker, Mechanism, Security
from servicekit.rpc.server import Doors
from servicekit.telemetry.tracing import RATIO

PREFIX = "DUALCONTROL_"
EXIT_BAD_SETTINGS = 78
"""EX_CONFIG of sysexits.h: the start is of no use until the settings change."""

Addresses = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+:[0-9]{1,5}(,[A-Za-z0-9.\-]+:[0-9]{1,5})*$")]
SECRETS_FOLDER = f"{PREFIX}SECRETS_FOLDER"
"""A folder of files named as settings, in lower case: what one holds is the value. The environment goes first."""

Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+:[0-9]{1,5}$")]


Loaded = TypeVar("Loaded", bound=BaseSettings)


def load(kind: type[Loaded]) -> Loaded:
    """Reads the environment and the folder of secrets. Ends the process with 78 after naming every wrong setting."""
    folder = os.environ.get(SECRETS_FOLDER)
    if folder is not None and not Path(folder).is_dir():
        sys.stderr.write(f"{SECRETS_FOLDER}: {folder} is no folder\n")
        sys.exit(EXIT_BAD_SETTINGS)
    try:
        return kind(_secrets_dir=folder)
    except ValidationError as problem:
        for error in problem.errors(include_input=False, include_url=False):
            name = PREFIX + "_".join(str(part) for part in error["loc"]).upper()
            sys.stderr.write(f"{name}: {error['msg']}\n")
        sys.exit(EXIT_BAD_SETTINGS)


class Settings(BaseSettings):
    """Every setting is `DUALCONTROL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    postgres_dsn: SecretStr = Field(description="The service's own database, e.g. postgresql://user:password@host/name")
    kafka_bootstrap: Addresses = Field(description="Brokers to start from, host:port, with commas between")
    grpc_address: Address = Field("127.0.0.1:50051", description="Where gRPC listens")
    metrics_address: Address = Field("127.0.0.1:9464", description="Where Prometheus reads /metrics")
    grpc_tls_certificate: Path | None = Field(None, description="PEM: gRPC is served under it; none: in plain text")
    grpc_tls_key: Path | None = Field(None, description="Its private key")
    grpc_tls_client_ca: Path | None = Field(None, description="PEM: a client must show a certificate of this authority")
    peer_tls_ca: Path | None = Field(None, description="PEM: the authority of other services; none: plain text")
    peer_tls_certificate: Path | None = Field(None, description="PEM: what proves us to them")
    peer_tls_key: Path | None = Field(None, description="Its private key")
    health_address: Address | None = Field(None, description="Where health alone is served too, in plain text")
    kafka_security: Security = Field("PLAINTEXT", description="What protects the connection to Kafka")
    kafka_tls_ca: Path | None = Field(None, description="PEM: the authority of the brokers; none: those of the system")
    kafka_tls_certificate: Path | None = Field(None, description="PEM: what proves us to the brokers")
    kafka_tls_key: Path | None = Field(None, description="Its private key")
    kafka_sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    grpc_reflection: bool = Field(default=False, description="Whether clients may list the services")
    trace_file: Path | None = Field(None, description="Append finished spans to this file, one JSON object a line")
    otlp_endpoint: str | None = Field(None, description="Send spans to this OTLP gRPC endpoint, http(s)://host:port")
    trace_ratio: float = Field(RATIO, ge=0, le=1, description="The share of the traces beginning here that is recorded")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    province: str = Field("qinghai", pattern=r"^[a-z_]+$", description="The folder of provincial law to apply")
    review_address: Address | None = Field(None, description="Where the review service answers, for screening")
    capacity_address: Address | None = Field(None, description="Where the capacity service answers, for screening")
    trust_file: Path | None = Field(None, description="Whose tokens are believed: a YAML file (docs/access.md)")
    token_file: Path | None = Field(None, description="This service's own token, for calls to other services")
    purpose: Purpose = Field("production", description="A demo may trust issuers and keys without TLS")
    calls_per_second_max: int = Field(CALLS_PER_SECOND_MAX, ge=1, le=100_000, description="Of one caller, a second")
    law_folder: Path | None = Field(None, description="A folder of law to apply instead of the shipped one")
    topic_partitions: int = Field(4, ge=1, le=1000, description="Partitions of a topic when it is created")
    topic_replicas: int = Field(1, ge=1, le=9, description="Replicas of a topic when it is created")
    postgres_connections: int = Field(10, ge=2, le=200, description="At most so many connections of this process")
    drain_seconds: int = Field(10, ge=1, le=600, description="How long a stopping process finishes what it began")
    consumer_session_seconds: int = Field(10, ge=1, le=120, description="A dead consumer's partitions move after this")

    @property
    def peers(self) -> dict[str, str]:
        """The services whose addresses are set, by name."""
        given = {"review": self.review_address, "capacity": self.capacity_address}
        return {name: address for name, address in given.items() if address is not None}

    @property
    def grpc_tls(self) -> TlsFiles | None:
        """None: gRPC is served in plain text."""
        if self.grpc_tls_certificate is None:
            return None
        return TlsFiles(self.grpc_tls_client_ca, self.grpc_tls_certificate, self.grpc_tls_key)

    @property
    def peer_tls(self) -> TlsFiles:
        """What calls to other services go under; without an authority they go in plain text."""
        return TlsFiles(self.peer_tls_ca, self.peer_tls_certificate, self.peer_tls_key)

    @property
    def doors(self) -> Doors:
        return Doors(self.grpc_address, self.grpc_tls, self.health_address, reflection_on=self.grpc_reflection)

    @property
    def broker(self) -> Broker:
        """How Kafka is reached."""
        password = self.kafka_password
        return Broker(
            self.kafka_bootstrap,
            self.kafka_security,
            TlsFiles(self.kafka_tls_ca, self.kafka_tls_certificate, self.kafka_tls_key),
            self.kafka_sasl_mechanism,
            self.kafka_username,
            None if password is None else password.get_secret_value(),
        )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for what, given in {
            "GRPC_TLS_CERTIFICATE and GRPC_TLS_KEY": (self.grpc_tls_certificate, self.grpc_tls_key),
            "KAFKA_TLS_CERTIFICATE and KAFKA_TLS_KEY": (self.kafka_tls_certificate, self.kafka_tls_key),
            "PEER_TLS_CERTIFICATE and PEER_TLS_KEY": (self.peer_tls_certificate, self.peer_tls_key),
            "KAFKA_USERNAME and KAFKA_PASSWORD": (self.kafka_username, self.kafka_password),
        }.items():
            if len({one is None for one in given}) > 1:
                raise ValueError(f"{what} belong together: set both or neither")
        if self.grpc_tls_client_ca is not None and self.grpc_tls_certificate is None:
            raise ValueError("GRPC_TLS_CLIENT_CA asks for certificates of clients, but gRPC is served without one")
        if self.broker.has_password and self.kafka_username is None:
            raise ValueError(f"KAFKA_SECURITY {self.kafka_security} needs KAFKA_USERNAME and KAFKA_PASSWORD")
        return self
