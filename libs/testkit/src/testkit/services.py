"""The services as processes of the stack: how each runs, what it is told, and when it is ready."""

import hmac
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc

from testkit.issuer.identities import Identities
from testkit.ports import LOOPBACK, answers

NAMES: Final = ("filing", "review", "capacity", "budget", "targets", "screening")
HEALTH_SECONDS_MAX: Final = 2
LOG_LEVEL: Final = "DUALCONTROL_LOG_LEVEL"
PRIVATE: Final = ("DUALCONTROL_POSTGRES_ADMIN_DSN", "DUALCONTROL_CACHE")
"""Settings of the stack itself; the administrator's DSN is no service's business."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """One service process. `migrate` runs to its end before the first start; `env` is added to what it is told."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    migrate: Sequence[str] | None = None
    over: Literal["grpc", "http"] = "grpc"
    """How it is spoken to, and asked whether it is ready."""
    stores: bool = True
    """Whether it has a database."""

    @property
    def database(self) -> str:
        """The name of its database and of the role that owns it."""
        return f"dualcontrol_{self.name}"

    @property
    def metrics(self) -> str:
        """The name of its port for metrics."""
        return f"{self.name}-metrics"


def service_spec(name: str) -> ServiceSpec:
    """A service of this repository, which is a Python package that runs."""
    run = [sys.executable, "-m", name]
    return ServiceSpec(name=name, argv=[*run, "all"], migrate=[*run, "migrate"])


ISSUER: Final = "issuer"
ISSUER_SPEC: Final = ServiceSpec(ISSUER, [sys.executable, "-m", "testkit.issuer"], over="http", stores=False)

PORTAL: Final = "portal"
PORTAL_SPEC: Final = ServiceSpec(
    PORTAL, [sys.executable, "-m", PORTAL, "serve"], migrate=[sys.executable, "-m", PORTAL, "migrate"], over="http"
)

SERVICES: Final = (ISSUER_SPEC, *(service_spec(name) for name in NAMES), PORTAL_SPEC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a service is told about the stack around it."""

    postgres_dsn: str
    kafka_bootstrap: str
    port: int
    metrics_port: int
    trace_file: Path
    identities: Identities
    peers: Mapping[str, int] = field(default_factory=dict)
    """The gRPC ports of all services, by name."""
    figures: Mapping[str, int] = field(default_factory=dict)
    """The ports where they show their metrics, by name."""


def environment(spec: ServiceSpec, around: Surroundings) -> dict[str, str]:
    """The whole environment of the service's process: ours, then the stack's settings, then the spec's own."""
    inherited = {name: value for name, value in os.environ.items() if name not in PRIVATE}
    return {
        **inherited,
        "DUALCONTROL_POSTGRES_DSN": around.postgres_dsn,
        "DUALCONTROL_KAFKA_BOOTSTRAP": around.kafka_bootstrap,
        f"DUALCONTROL_{spec.over.upper()}_ADDRESS": f"{LOOPBACK}:{around.port}",
        "DUALCONTROL_METRICS_ADDRESS": f"{LOOPBACK}:{around.metrics_port}",
        "DUALCONTROL_TRACE_FILE": str(around.trace_file),
        "DUALCONTROL_GRPC_REFLECTION": "true",
        "DUALCONTROL_PURPOSE": "demo",
        "DUALCONTROL_STACK_FOLDER": str(around.identities.folder),
        "DUALCONTROL_TRUST_FILE": str(around.identities.trust_file),
        "DUALCONTROL_TOKEN_FILE": str(around.identities.token_file(spec.name)),
        **{f"DUALCONTROL_{name.upper()}_ADDRESS": f"{LOOPBACK}:{port}" for name, port in around.peers.items()},
        **(_portal(around) if spec.name == PORTAL else {}),
        LOG_LEVEL: os.environ.get(LOG_LEVEL, "INFO"),
        "PYTHONUNBUFFERED": "1",  # a log that is cut off at kill -9 hides why
        **spec.env,
    }


def _portal(around: Surroundings) -> Mapping[str, str]:
    """How browsers know the portal, where its users sign in, and where operators see how the services fare."""
    return {
        "DUALCONTROL_PORTAL_PUBLIC_ADDRESS": f"http://{LOOPBACK}:{around.port}",
        "DUALCONTROL_PORTAL_ISSUER": around.identities.issuer,
        **{
            f"DUALCONTROL_{name.upper()}_METRICS_ADDRESS": f"{LOOPBACK}:{port}" for name, port in around.figures.items()
        },
    }


def password_of(secret: str, name: str) -> str:
    """A password of its own for each service, from the stack's one random secret."""
    return hmac.new(secret.encode(), name.encode(), "sha256").hexdigest()


def answers_http(port: int) -> bool:
    """Whether `/healthz` there says that all is well."""
    if not answers(port):
        return False
    try:
        return httpx.get(f"http://{LOOPBACK}:{port}/healthz", timeout=HEALTH_SECONDS_MAX, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def is_serving(port: int) -> bool:
    """Whether the standard gRPC health service there says SERVING for the whole server."""
    if not answers(port):
        return False
    # A new channel each time: an old one backs off for a second after its first refusal.
    with grpc.insecure_channel(f"{LOOPBACK}:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(service=""), timeout=HEALTH_SECONDS_MAX
            )
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
