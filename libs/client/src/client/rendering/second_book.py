"""What the second book says of a ledger, and what was opened again."""

from collections.abc import Iterable
from typing import Final

from rich.text import Text as Styled

from client.rendering.words import Language, said
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from kernel.text import Text

BALANCED: Final = Text("账本与复核账一致", "the second book agrees with the ledger")
DIFFERS: Final = Text("账本与复核账不一致", "the second book differs from the ledger")
REOPENED: Final = Text("重新开启的账户", "accounts reopened")
NONE: Final = Text("无", "none")

Verified = budget.VerifyLedgerResponse | capacity.VerifyLotsResponse


def verified(shown: Verified, language: Language) -> Styled:
    if shown.balanced:
        return Styled(said(BALANCED, language), style="green")
    difference = said(Text(shown.difference.zh, shown.difference.en), language)
    return Styled(f"{said(DIFFERS, language)}: {difference}", style="red")


def reopened(names: Iterable[str], language: Language) -> Styled:
    named = ", ".join(names) or said(NONE, language)
    return Styled(f"{said(REOPENED, language)}: {named}")
