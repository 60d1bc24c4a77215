"""Certificates from files that whoever issues them renews: they are read again without a restart."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from cryptography import x509

from servicekit.telemetry.metrics import CERTIFICATE_EXPIRY


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files: the authority that the other side is proved by, and what proves us, both or neither."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def changed(self) -> tuple[int, ...]:
        """When each was written: another value than before means that they must be read again. Raises OSError."""
        return tuple(file.stat().st_mtime_ns for file in self._given)

    def show_expiry(self) -> None:
        """Tells Prometheus until when each is valid; of several in a file, the one that ends first.

        Raises OSError, and ValueError for what is no certificate.
        """
        for file in self._given:
            if file != self.key:
                held = x509.load_pem_x509_certificates(file.read_bytes())
                CERTIFICATE_EXPIRY.labels(file.name).set(min(one.not_valid_after_utc.timestamp() for one in held))

    @property
    def _given(self) -> Sequence[Path]:
        return [file for file in (self.ca, self.certificate, self.key) if file is not None]


NO_FILES: Final = TlsFiles()
"""Nobody is proved, by anything."""


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """With `ca` a client must show a certificate of that authority. The files are read at every handshake.

    Raises OSError when they cannot be read at the start; later the last that could be read go on. Raises ValueError
    without a certificate or its key.
    """
    if files.certificate is None or files.key is None:
        raise ValueError("a server needs a certificate and its key")
    pair, ca = (files.key, files.certificate), files.ca

    def configuration() -> grpc.ServerCertificateConfiguration:
        key, certificate = (file.read_bytes() for file in pair)
        return grpc.ssl_server_certificate_configuration([(key, certificate)], None if ca is None else ca.read_bytes())

    def renewed() -> grpc.ServerCertificateConfiguration | None:
        try:
            return configuration()
        except OSError:
            return None

    # gRPC takes None as "no change"; its stubs do not know that.
    fetch: Any = renewed
    return grpc.dynamic_ssl_server_credentials(configuration(), fetch, require_client_authentication=ca is not None)


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """Of TLS 1.2 or newer, and of a server whose name is in its certificate. Raises OSError, ssl.SSLError."""
    context = ssl.create_default_context(cafile=files.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, files)
    return context


def renew(context: ssl.SSLContext, files: TlsFiles) -> None:
    """New connections of the context use what the files hold now. Raises OSError, ssl.SSLError."""
    if files.ca is not None:
        context.load_verify_locations(files.ca)
    _load(context, files)


def _load(context: ssl.SSLContext, files: TlsFiles) -> None:
    if files.certificate is not None:
        context.load_cert_chain(files.certificate, files.key)
