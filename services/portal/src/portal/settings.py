"""The portal's settings, from the environment; a bad one stops the start and is named."""

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from client.channels import PeerTls
from servicekit.access.trust import Purpose
from servicekit.settings import PREFIX, Address

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
Web = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/\-]*)?$")]
Root = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\-]+(:[0-9]{1,5})?$")]


class PortalSettings(BaseSettings):
    """Every setting is `DUALCONTROL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    postgres_dsn: SecretStr = Field(description="The portal's own database: sessions, and what else is its own")
    http_address: Address = Field("127.0.0.1:8080", description="Where the portal listens")
    portal_public_address: Root = Field(description="How browsers know the portal, e.g. https://portal.example")
    portal_issuer: Web = Field(description="The provider of sign-in (OpenID Connect), as its tokens name it")
    portal_client: str = Field("portal", min_length=1, max_length=200, description="The portal's name at the provider")
    portal_client_secret: SecretStr | None = Field(None, description="Its secret, unless it is a public client")
    portal_scope: str = Field("openid profile", description="What it asks the provider for")
    portal_resource: str | None = Field(None, description="The audience of access tokens, where it has to be named")
    trust_file: Path = Field(description="Whose tokens are believed: the file that the services have")
    purpose: Purpose = Field("production", description="A demo may do without TLS on this machine")
    province: str = Field("qinghai", pattern=r"^[a-z_]+$", description="The folder of provincial law: names of regions")
    law_folder: Path | None = Field(None, description="A folder of law, as the services have")
    portal_map_file: Path | None = Field(None, description="An approved map of the prefectures (GeoJSON); none: tiles")
    portal_map_approval: str | None = Field(
        None, min_length=1, max_length=100, description="The number of the map's approval (审图号), shown below it"
    )
    postgres_connections: int = Field(5, ge=1, le=200, description="At most so many connections of this process")
    portal_pages_per_second_max: int = Field(50, ge=1, le=10_000, description="Pages of one person a second")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    peer_tls_ca: Path | None = Field(None, description="PEM: the authority of the services; none: plain text")
    peer_tls_certificate: Path | None = Field(None, description="PEM: what proves the portal to them")
    peer_tls_key: Path | None = Field(None, description="Its private key")
    filing_address: Address | None = None
    review_address: Address | None = None
    capacity_address: Address | None = None
    budget_address: Address | None = None
    targets_address: Address | None = None
    screening_address: Address | None = None
    filing_metrics_address: Address | None = None
    review_metrics_address: Address | None = None
    capacity_metrics_address: Address | None = None
    budget_metrics_address: Address | None = None
    targets_metrics_address: Address | None = None
    screening_metrics_address: Address | None = None

    @property
    def addresses(self) -> dict[str, str | None]:
        """Where the services answer, by name."""
        return {
            "filing": self.filing_address,
            "review": self.review_address,
            "capacity": self.capacity_address,
            "budget": self.budget_address,
            "targets": self.targets_address,
            "screening": self.screening_address,
        }

    @property
    def peer_tls(self) -> PeerTls:
        """What calls to the services go under."""
        return PeerTls(self.peer_tls_ca, self.peer_tls_certificate, self.peer_tls_key)

    @property
    def metrics_addresses(self) -> dict[str, str | None]:
        """Where the services show their figures, by name; one that nobody said is not looked up."""
        return {
            "filing": self.filing_metrics_address,
            "review": self.review_metrics_address,
            "capacity": self.capacity_metrics_address,
            "budget": self.budget_metrics_address,
            "targets": self.targets_metrics_address,
            "screening": self.screening_metrics_address,
        }

    @model_validator(mode="after")
    def _map_is_approved(self) -> Self:
        if (self.portal_map_file is None) != (self.portal_map_approval is None):
            raise ValueError("PORTAL_MAP_FILE and PORTAL_MAP_APPROVAL go together")
        return self

    @model_validator(mode="after")
    def _protected(self) -> Self:
        for address in (self.portal_public_address, self.portal_issuer):
            parts = urlsplit(address)
            if parts.scheme != "https" and not (self.purpose == "demo" and parts.hostname in LOOPBACK):
                raise ValueError(f"{address} is not protected by TLS, which only a demo on this machine may do without")
        return self
