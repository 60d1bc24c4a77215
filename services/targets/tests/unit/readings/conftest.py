"""Readings of an invented steel works, to change one thing of."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kernel.regions import RegionCode
from targets.domain.readings.meters import CreditCode, Span
from targets.domain.readings.tallies import Key, Quality, Reading

STEEL = CreditCode("91630121MA7T0X1K6P")
MIDNIGHT = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
"""Of 1 March 2026 in China."""


def reading(hour: int = 0, version: int = 1, amount: str = "10", **changed: Any) -> Reading:
    given: dict[str, Any] = {
        "span": Span.HOUR,
        "carrier": "electricity",
        "region": RegionCode("630121"),
        "unit": "kWh",
        "quality": Quality.MEASURED,
        "known_at": MIDNIGHT + timedelta(days=1),
    }
    meter = changed.pop("meter", "m1")
    key = Key(STEEL, meter, MIDNIGHT + timedelta(hours=hour))
    return Reading(key=key, version=version, amount=Decimal(amount), **(given | changed))


@pytest.fixture(name="reading")
def reading_of() -> Callable[..., Reading]:
    return reading
