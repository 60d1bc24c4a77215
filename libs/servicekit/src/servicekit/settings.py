"""A process's settings, from the environment; a bad one stops the start and is named."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from servicekit.access.limits import CALLS_PER_SECOND_MAX
from servicekit.access.trust import Purpose
from servicekit.telemetry.tracing import RATIO

PREFIX = "DUALCONTROL_"
EXIT_BAD_SETTINGS = 78
"""EX_CONFIG of sysexits.h: the start is of no use until the settings change."""

Address = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.\-]+:[0-9]{1,5}$")]


class Settings(BaseSettings):
    """Every setting is `DUALCONTROL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    postgres_dsn: SecretStr = Field(description="The service's own database, e.g. postgresql://user:password@host/name")
    kafka_bootstrap: Address = Field(description="A broker to start from, host:port")
    grpc_address: Address = Field("127.0.0.1:50051", description="Where gRPC listens")
    metrics_address: Address = Field("127.0.0.1:9464", description="Where Prometheus reads /metrics")
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

    @classmethod
    def load(cls) -> "Settings":
        """Reads the environment. Ends the process with 78 after naming every wrong setting."""
        try:
            return cls()  # type: ignore[call-arg]  # the fields come from the environment
        except ValidationError as problem:
            for error in problem.errors(include_input=False, include_url=False):
                name = PREFIX + "_".join(str(part) for part in error["loc"]).upper()
                sys.stderr.write(f"{name}: {error['msg']}\n")
            sys.exit(EXIT_BAD_SETTINGS)
