"""Who waits in a region and below it, in the published order, one page at a time."""

from typing import Final

from client.connections import Services
from client.rendering.waiting import ORDER_WORDS
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.regions import RegionCode
from kernel.text import Text
from portal.application.regions import queue_of

ROWS_MAX: Final = 50


async def waiting(services: Services, region: RegionCode, token: str) -> screening.ListQueueResponse:
    """The page after `token`; the first for "". Raises ServiceError."""
    return await queue_of(services, region, ROWS_MAX, token)


def order_text(order: common.Citation) -> Text:
    """What is looked at, the first thing first."""
    words = [ORDER_WORDS.get(word, Text(word, word)) for word in order.value.split(", ") if word]
    named = {f"w{number}": word for number, word in enumerate(words)}
    places = [f"{{{name}}}" for name in named]
    return Text(", ".join(places), ", then ".join(places), **named)


def source_of(order: common.Citation) -> common.Citation:
    """The same without its value, which `order_text` says in words."""
    source = common.Citation()
    source.CopyFrom(order)
    source.ClearField("value")
    return source
