"""How a call says who makes it: the names of its metadata."""

from collections.abc import Mapping
from typing import Final

AUTHORIZATION: Final = "authorization"
ON_BEHALF_OF: Final = "dualcontrol-on-behalf-of"
"""A service passes on the token of whom it serves."""
COUNTERSIGNATURE: Final = "dualcontrol-countersignature"
"""The token of a second person, for what two must sign."""
BEARER: Final = "Bearer "

Metadata = Mapping[str, str]


def bearer(metadata: Metadata, name: str) -> str | None:
    """The token under that name; None when there is none."""
    scheme, _, token = metadata.get(name, "").partition(" ")
    return token.strip() or None if scheme.lower() == BEARER.strip().lower() else None
