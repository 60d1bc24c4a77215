"""A lot, a saving and a certificate serve one purpose: never more of them is used than there is."""

from decimal import Decimal
from typing import Final

from client import capacity, offsets
from client.verifying.checked import Asked, Check, Checked, Differences, Point
from dualcontrol.budget.v1 import offsets_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.text import Text

BALANCED: Final = Point(3, Text("产能账本与复核账一致", "the second book agrees with the ledger of lots"))
LOTS: Final = Point(3, Text("指标的占用与使用不超过其数量", "no more of a lot is held and used than there is"))
SAVINGS: Final = Point(3, Text("替代量的占用与使用不超过其数量", "no more of a saving is held and used than there is"))
CERTIFICATES: Final = Point(3, Text("每个绿证只用一次", "each certificate is used once"))
READ_AGAIN: Final = Text("已重算全部余额", "every balance was computed again")


async def look_at_ledger(asked: Asked) -> list[Checked]:
    answer = await capacity.verify(asked.services)
    found = Differences()
    if not answer.balanced:
        found.add("lots", Text(answer.difference.zh, answer.difference.en))
    return [found.checked(BALANCED, READ_AGAIN)]


async def look_at_lots(asked: Asked) -> list[Checked]:
    found, count = Differences(), 0
    async for one in capacity.lots(asked.services, pb.ListLotsRequest()):
        count += 1
        quantity, held, used = (Decimal(amount.value or "0") for amount in (one.quantity, one.held, one.used))
        if held + used > quantity:
            found.add(one.name, _too_much(str(held), str(used), str(quantity)))
    return [found.checked(LOTS, Text("看过 {count} 个指标", "{count} lots looked at", count=count))]


async def look_at_savings(asked: Asked) -> list[Checked]:
    found, count = Differences(), 0
    async for one in offsets.savings(asked.services, budget.ListSavingsRequest()):
        count += 1
        amount = one.statement.amount_kgce
        if one.held_kgce + one.posted_kgce > amount or one.available_kgce < 0:
            found.add(one.statement.name, _too_much(str(one.held_kgce), str(one.posted_kgce), str(amount)))
    return [found.checked(SAVINGS, Text("看过 {count} 项替代量", "{count} savings looked at", count=count))]


def _too_much(held: str, used: str, quantity: str) -> Text:
    return Text(
        "占用 {held}, 使用 {used}, 共有 {quantity}", "{held} are held and {used} used of {quantity}",
        held=held, used=used, quantity=quantity,
    )  # fmt: skip


async def look_at_certificates(asked: Asked) -> list[Checked]:
    """A range that reaches into another of its series was used twice."""
    uses = [one async for one in offsets.certificates(asked.services, budget.ListCertificatesRequest())]
    found = Differences()
    before: budget.CertificateUse | None = None
    for one in sorted(uses, key=lambda use: (use.range.series, use.range.first_number)):
        if before is not None and _overlap(before, one):
            text = Text(
                "{first} 与 {second} 重复使用", "{first} and {second} use the same ones",
                first=before.used_by, second=one.used_by,
            )  # fmt: skip
            found.add(f"{one.range.series} {one.range.first_number}", text)
        if before is None or not _within(one, before):
            before = one
    return [found.checked(CERTIFICATES, Text("看过 {count} 段绿证", "{count} ranges looked at", count=len(uses)))]


def _overlap(before: budget.CertificateUse, after: budget.CertificateUse) -> bool:
    return before.range.series == after.range.series and after.range.first_number <= before.range.last_number


def _within(inner: budget.CertificateUse, outer: budget.CertificateUse) -> bool:
    return inner.range.series == outer.range.series and inner.range.last_number <= outer.range.last_number


CHECKS: Final = (
    Check((BALANCED,), look_at_ledger),
    Check((LOTS,), look_at_lots),
    Check((SAVINGS,), look_at_savings),
    Check((CERTIFICATES,), look_at_certificates),
)
