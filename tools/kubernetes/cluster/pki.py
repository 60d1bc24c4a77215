"""The node's certificates and its one administrator: made at each start, good for some days."""

import ipaddress
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from tools.kubernetes.cluster.places import API_ADDRESS, NODE_ADDRESS, Places

DAYS: Final = 30
NAMES: Final = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost")
ADDRESSES: Final = ("127.0.0.1", NODE_ADDRESS, API_ADDRESS)
RSA_BITS: Final = 2048
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def write_pki(places: Places) -> None:
    """Authority, server certificate, the key of service accounts, and the administrator's kubeconfig."""
    places.pki.mkdir(mode=0o700)
    authority, authority_key = _certificate("dualcontrol-node-ca")
    served, served_key = _certificate("kube-apiserver", (authority, authority_key))
    for name, certificate in (("ca.crt", authority), ("api.crt", served)):
        (places.pki / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    accounts = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    for name, key in (("api.key", served_key), ("accounts.key", accounts)):
        (places.pki / name).write_bytes(_pem(key))
    token = secrets.token_hex(16)
    (places.pki / "tokens.csv").write_text(f"{token},admin,admin,system:masters\n", "ascii")
    places.write("kubeconfig", places.kubeconfig, admin_token=token).chmod(0o600)


def _certificate(
    name: str, signer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Without a signer it is an authority that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer[0].subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
    )
    if signer:
        known = [x509.DNSName(one) for one in NAMES]
        reached = [x509.IPAddress(ipaddress.ip_address(one)) for one in ADDRESSES]
        builder = builder.add_extension(x509.SubjectAlternativeName([*known, *reached]), critical=False)
    return builder.sign(signer[1] if signer else key, hashes.SHA256()), key


def _pem(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
