import sys
from pathlib import Path

import pytest

from testkit.issuer.identities import Identities
from testkit.postgres import dsn_for
from testkit.services import ISSUER, NAMES, PORTAL, SERVICES, ServiceSpec, Surroundings, environment, password_of

AROUND = Surroundings(
    "postgresql://u:p@h/d", "127.0.0.1:9001", 9003, 9005, Path("/x/filing.jsonl"), Identities(Path("/x"), "http://i")
)


def test_the_issuer_comes_first_and_each_of_the_six_services_runs_whole_and_migrates_first() -> None:
    assert [spec.name for spec in SERVICES] == [ISSUER, *NAMES, PORTAL]
    assert SERVICES[1].argv == [sys.executable, "-m", "filing", "all"]
    assert SERVICES[1].migrate == [sys.executable, "-m", "filing", "migrate"]


def test_a_service_is_told_where_everything_is_but_not_the_administrators_dsn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUALCONTROL_POSTGRES_ADMIN_DSN", "postgresql://admin@h/d")
    monkeypatch.delenv("DUALCONTROL_LOG_LEVEL", raising=False)

    told = environment(ServiceSpec("filing", ["x"], env={"DUALCONTROL_DRAIN_SECONDS": "3"}), AROUND)

    assert {name: value for name, value in told.items() if name.startswith("DUALCONTROL_")} == {
        "DUALCONTROL_POSTGRES_DSN": "postgresql://u:p@h/d",
        "DUALCONTROL_KAFKA_BOOTSTRAP": "127.0.0.1:9001",
        "DUALCONTROL_GRPC_ADDRESS": "127.0.0.1:9003",
        "DUALCONTROL_METRICS_ADDRESS": "127.0.0.1:9005",
        "DUALCONTROL_TRACE_FILE": "/x/filing.jsonl",
        "DUALCONTROL_GRPC_REFLECTION": "true",
        "DUALCONTROL_PURPOSE": "demo",
        "DUALCONTROL_STACK_FOLDER": "/x",
        "DUALCONTROL_TRUST_FILE": "/x/trust.yaml",
        "DUALCONTROL_TOKEN_FILE": "/x/tokens/filing",
        "DUALCONTROL_LOG_LEVEL": "INFO",
        "DUALCONTROL_DRAIN_SECONDS": "3",
    }


def test_each_service_has_a_password_of_its_own_that_the_secret_determines() -> None:
    assert password_of("s", "filing") == password_of("s", "filing")
    assert len({password_of("s", "filing"), password_of("s", "review"), password_of("t", "filing")}) == 3


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        ("postgresql://postgres:x@127.0.0.1:5433/postgres", "postgresql://r:p%23w@127.0.0.1:5433/r"),
        ("postgresql://db.example/postgres?sslmode=require", "postgresql://r:p%23w@db.example/r?sslmode=require"),
    ],
)
def test_a_services_dsn_keeps_host_port_and_options_of_the_administrators(admin: str, expected: str) -> None:
    assert dsn_for(admin, "r", "p#w") == expected
