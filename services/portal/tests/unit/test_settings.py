"""What a start needs, and what stops it."""

from pathlib import Path

import pytest

from portal.application.operations import SERVICES
from portal.bootstrap import law_in_force, trusted
from portal.settings import PortalSettings
from servicekit.settings import load
from statute.archive import load_packed
from statute.bundle import PolicyBundle

PRODUCTION = {
    "POSTGRES_DSN": "postgresql://portal:a-password@db/portal",
    "PORTAL_PUBLIC_ADDRESS": "https://portal.example",
    "PORTAL_ISSUER": "https://sign-in.example/realm",
    "TRUST_FILE": "/etc/dualcontrol/trust.yaml",
}


def told(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> None:
    for name, value in said.items():
        monkeypatch.setenv(f"DUALCONTROL_{name}", value)


def test_four_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, PRODUCTION)

    settings = load(PortalSettings)

    assert settings.purpose == "production"
    assert "a-password" not in repr(settings)


WRONG = {
    "an issuer without TLS": {"PORTAL_ISSUER": "http://sign-in.example"},
    "itself without TLS": {"PORTAL_PUBLIC_ADDRESS": "http://portal.example"},
    "a local issuer without TLS": {"PORTAL_ISSUER": "http://127.0.0.1:8090"},
    "a demo on another machine": {"PURPOSE": "demo", "PORTAL_PUBLIC_ADDRESS": "http://portal.example"},
    "an address with a path": {"PORTAL_PUBLIC_ADDRESS": "https://portal.example/x"},
    "an address that ends a header": {"PORTAL_ISSUER": "https://a.example\r\nX: y"},
    "an address that adds to the policy": {"PORTAL_ISSUER": "https://a.example; script-src *"},
    "no address": {"HTTP_ADDRESS": "8080"},
    "another purpose": {"PURPOSE": "test"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_setting_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    told(monkeypatch, PRODUCTION | WRONG[what])

    with pytest.raises(SystemExit) as ended:
        load(PortalSettings)

    assert ended.value.code == 78
    assert "DUALCONTROL_" in capsys.readouterr().err


def test_a_demo_on_this_machine_may_do_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    local = {"PORTAL_ISSUER": "http://127.0.0.1:8090", "PORTAL_PUBLIC_ADDRESS": "http://localhost:8080"}
    told(monkeypatch, PRODUCTION | local | {"PURPOSE": "demo"})

    assert load(PortalSettings).purpose == "demo"


@pytest.mark.parametrize(
    "said",
    [
        None,
        "issuers: [{issuer: https://another.example, keys: https://another.example/k, roles: [viewer]}]",
        "issuers: [{issuer: https://sign-in.example/realm, keys: http://sign-in.example/k, roles: [viewer]}]",
    ],
)
def test_a_provider_that_the_services_do_not_trust_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], said: str | None
) -> None:
    file = tmp_path / "trust.yaml"
    if said is not None:
        file.write_text(said, "utf-8")
    told(monkeypatch, PRODUCTION | {"TRUST_FILE": str(file)})

    with pytest.raises(SystemExit) as ended:
        trusted(load(PortalSettings))

    assert ended.value.code == 78
    assert "TRUST_FILE" in capsys.readouterr().err


def test_the_law_is_the_one_that_the_services_apply(monkeypatch: pytest.MonkeyPatch, policy: PolicyBundle) -> None:
    told(monkeypatch, PRODUCTION)

    law = law_in_force(load(PortalSettings))

    assert law.policy.bundle_hash == policy.bundle_hash
    assert load_packed(law.archive, "qinghai").bundle_hash == policy.bundle_hash


def test_a_folder_without_law_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told(monkeypatch, PRODUCTION | {"LAW_FOLDER": str(tmp_path)})

    with pytest.raises(SystemExit) as ended:
        law_in_force(load(PortalSettings))

    assert ended.value.code == 78
    assert "DUALCONTROL_LAW_FOLDER" in capsys.readouterr().err


def test_metrics_are_read_only_where_somebody_said_where(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch, PRODUCTION | {"SCREENING_METRICS_ADDRESS": "screening:9464"})

    addresses = load(PortalSettings).metrics_addresses

    assert addresses.keys() == SERVICES.keys()
    assert {name: address for name, address in addresses.items() if address} == {"screening": "screening:9464"}
