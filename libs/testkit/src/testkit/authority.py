"""An authority that issues certificates for this machine, for tests of TLS: real keys, short lives."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from testkit.ports import LOOPBACK

LIFE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """PEM files of one certificate and its private key."""

    certificate: Path
    key: Path


class Authority:
    """Its certificate is the file `ca`; what it issues lies beside it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("authority")
        self.ca = folder / "ca.pem"
        made = self._signed(self._name, self._key.public_key(), is_authority=True)
        self.ca.write_bytes(made.public_bytes(Encoding.PEM))

    def issue(self, name: str) -> Issued:
        """For `localhost` and the loopback address. The same name again renews its files."""
        key = ec.generate_private_key(ec.SECP256R1())
        files = Issued(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        made = self._signed(_named(name), key.public_key(), is_authority=False)
        files.certificate.write_bytes(made.public_bytes(Encoding.PEM))
        files.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files

    def _signed(self, name: x509.Name, key: ec.EllipticCurvePublicKey, *, is_authority: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address(LOOPBACK))])
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - LIFE)
            .not_valid_after(now + LIFE)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
