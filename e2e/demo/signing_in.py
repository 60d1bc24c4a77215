"""Where the portal of the local stack is, and as whom one may sign in there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from client.connections import ADDRESSES_FILE
from kernel.text import Text
from testkit.issuer.identities import Identities
from testkit.services import ISSUER, PORTAL

SUGGESTED: Final[Mapping[str, Text]] = {
    "reviewer.qinghai": Text("审查, 全省", "reviewer, the whole province"),
    "reviewer.haixi": Text("审查, 仅海西州", "reviewer, Haixi alone"),
    "signer.qinghai": Text("签发, 全省", "signer, the whole province"),
    "sysadmin": Text("系统管理员, 不见任何项目", "system administrator, who sees no case"),
}
"""Some of the seeded users who see different things; the sign-in page lists all of them."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The portal's address, and the one password of all seeded users."""

    address: str
    password: str


def entrance_of(folder: Path) -> Entrance | None:
    """None when no stack with a portal and an issuer was started in `folder`."""
    try:
        addresses = json.loads((folder / ADDRESSES_FILE).read_text("utf-8"))
        portal, issuer = addresses[PORTAL], addresses[ISSUER]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Entrance(f"http://{portal}/", Identities(folder, f"http://{issuer}").password)
