"""Lots of retired capacity: what is left of each, and one lot with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from client import capacity as asked_of_capacity
from client.connections import Services, call
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from portal.application.parts import Part, part

PAGE_ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the link; "" does not limit."""

    product: str = ""
    region: str = ""
    filing: str = ""
    available: bool = False
    token: str = ""

    def query(self) -> dict[str, str]:
        """Without the page."""
        stated = {
            "product": self.product,
            "region": self.region,
            "filing": self.filing,
            "available": "1" if self.available else "",
        }
        return {name: value for name, value in stated.items() if value}


@dataclass(frozen=True, slots=True)
class Listing:
    lots: Sequence[capacity.Lot]
    token: str


async def lots(services: Services, asked: Asked) -> Part[Listing]:
    return await part(_lots(services, asked))


async def _lots(services: Services, asked: Asked) -> Listing:
    request = capacity.ListLotsRequest(
        page_size=PAGE_ROWS,
        page_token=asked.token,
        product_id=asked.product,
        region_code=asked.region,
        available=asked.available,
        recipient=f"filings/{asked.filing}" if asked.filing else "",
    )
    answer = await call(services.capacity.ListLots, request)
    return Listing(tuple(answer.lots), answer.next_page_token)


async def lot(services: Services, lot_id: str) -> capacity.Lot:
    """Raises ServiceError: NOT_FOUND when there is none."""
    return await asked_of_capacity.lot(services, capacity.GetLotRequest(name=f"lots/{lot_id}"))


def left_of(one: capacity.Lot) -> Decimal | None:
    """What may still be used, in the lot's unit. None when its quantity is not told; absent balances are zero."""
    if not one.HasField("quantity"):
        return None
    taken = sum((Decimal(figure.value) for figure in (one.held, one.used) if figure.value), Decimal(0))
    return Decimal(one.quantity.value) - taken
