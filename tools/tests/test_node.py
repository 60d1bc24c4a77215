"""What the node is told before it starts: its settings, its certificates, the image that holds a pod open."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from cryptography import x509
from tools.kubernetes.cluster import pause
from tools.kubernetes.cluster.node import Node
from tools.kubernetes.cluster.pki import write_pki
from tools.kubernetes.cluster.places import API_ADDRESS, MARK, NODE_ADDRESS, TEMPLATES, Places
from tools.kubernetes.cluster.space import NodeError


@pytest.mark.parametrize("template", sorted(file.name.removesuffix(".tmpl") for file in TEMPLATES.iterdir()))
def test_every_setting_is_filled_in(template: str, tmp_path: Path) -> None:
    written = Places(tmp_path).write(template, tmp_path / "new" / template, admin_token="secret")

    assert "$" not in written.read_text("utf-8")


def test_two_nodes_have_two_control_groups() -> None:
    assert Places(Path("/x/one")).cgroup != Places(Path("/x/two")).cgroup


def test_the_api_server_is_proved_by_the_authority_at_every_address_it_has(tmp_path: Path) -> None:
    write_pki(Places(tmp_path))

    authority = x509.load_pem_x509_certificate((tmp_path / "pki" / "ca.crt").read_bytes())
    served = x509.load_pem_x509_certificate((tmp_path / "pki" / "api.crt").read_bytes())
    served.verify_directly_issued_by(authority)
    named = served.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {NODE_ADDRESS, API_ADDRESS} <= {str(one) for one in named.get_values_for_type(x509.IPAddress)}
    assert (tmp_path / "kubeconfig").stat().st_mode & 0o077 == 0


def test_the_image_of_the_pause_program_is_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"static")
    monkeypatch.setattr(pause, "PAUSE_PROGRAM", program)

    first, again = pause.write_pause(tmp_path / "1.tar"), pause.write_pause(tmp_path / "2.tar")

    assert first.read_bytes() == again.read_bytes()
    with tarfile.open(fileobj=io.BytesIO(first.read_bytes())) as archive:
        manifest = archive.extractfile("manifest.json")
        assert manifest is not None
        assert json.loads(manifest.read())[0]["RepoTags"] == ["localhost/pause:1"]


def test_a_folder_that_is_no_nodes_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "mine"
    kept.write_text("kept")
    node = Node(Places(tmp_path))

    assert node.down() == []
    assert kept.exists()
    with pytest.raises(NodeError, match="is no node's"):
        node.make_folder()
    assert not (tmp_path / MARK).exists()
