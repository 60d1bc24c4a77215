"""What can be seen of the events, and what nobody can look at from outside: said so, and not counted as held."""

import asyncio
from typing import Final

from client.errors import ClientError
from client.metrics import DEAD_LETTERS, OUTBOX, PUBLISHED, read_metrics
from client.verifying.checked import Asked, Check, Checked, Point, State
from kernel.text import Text, joined

SERVICES: Final = ("filing", "review", "capacity", "budget", "targets", "screening")
LOOKS_MAX: Final = 20
LOOK_SECONDS: Final = 0.5
"""An outbox that is empty at one look had everything before it published; under load not every look finds it so."""

ANSWERED_ONCE: Final = Point(4, Text("同一请求编号得到同一答复", "the same request id gives the same answer"))
PUBLISHED_ALL: Final = Point(5, Text("已提交的事件均已发布", "every event that was committed is published"))
IN_ORDER: Final = Point(5, Text("每个键的事件依次发布", "the events of each key are published in order"))
AUDITED: Final = Point(7, Text("审计链首尾可核", "the audit chain verifies from the first record to the last"))

NOT_FROM_OUTSIDE: Final = Text(
    "从外部核查须写入数据; 由各库表结构保证: 答复与其所作更改在同一事务中留存, 请求编号唯一",
    "to look from outside one would have to write. The schema sees to it: an answer is kept in the transaction that it "
    "is about, once for each request id",
)
NOT_SEEN: Final = Text(
    "次序从外部看不到; 由待发表结构保证: 逐键按序号发送, 确认后才删除",
    "the order cannot be seen from outside. The outbox sees to it: rows are sent by number and go once acknowledged",
)
NO_AUDIT: Final = Text("尚未建立", "there is no audit chain yet")


async def look_at_requests(_asked: Asked) -> list[Checked]:
    return [Checked(ANSWERED_ONCE, State.BY_SCHEMA, NOT_FROM_OUTSIDE)]


async def look_at_order(_asked: Asked) -> list[Checked]:
    return [Checked(IN_ORDER, State.BY_SCHEMA, NOT_SEEN)]


async def look_at_audit(_asked: Asked) -> list[Checked]:
    return [Checked(AUDITED, State.NOT_BUILT, NO_AUDIT)]


async def look_at_outboxes(asked: Asked) -> list[Checked]:
    """Held when each service's outbox was seen empty once, by a process that publishes."""
    seen = await asyncio.gather(*(_outbox(service, asked.metrics.get(service)) for service in SERVICES))
    open_, letters = [text for text, _ in seen if text is not None], sum(count for _, count in seen)
    note = joined(open_) if open_ else Text("各服务的待发表都曾为空", "each outbox was seen empty")
    if letters:
        note = Text(
            "{note}; 启动以来有 {count} 个事件被搁置 (replay-dlt)",
            "{note}; {count} events were set aside since the start (replay-dlt)",
            note=note, count=letters,
        )  # fmt: skip
    return [Checked(PUBLISHED_ALL, State.NOT_CHECKED if open_ else State.HELD, note)]


async def _outbox(service: str, address: str | None) -> tuple[Text | None, int]:
    """Why it was not seen empty, and how many events of others the service set aside."""
    waiting = 0
    for _ in range(LOOKS_MAX):
        try:
            samples = await read_metrics(service, address)
        except ClientError as error:
            return error.text, 0
        letters = samples.of(DEAD_LETTERS) or 0
        if samples.of(PUBLISHED) is None:
            text = Text(
                "{service}: 该进程未发布过事件", "{service}: this process published nothing yet", service=service
            )
            return text, letters
        waiting = samples.of(OUTBOX) or 0
        if not waiting:
            return None, letters
        await asyncio.sleep(LOOK_SECONDS)
    return Text("{service}: 有 {count} 行待发", "{service}: {count} rows wait", service=service, count=waiting), letters


CHECKS: Final = (
    Check((ANSWERED_ONCE,), look_at_requests),
    Check((PUBLISHED_ALL,), look_at_outboxes),
    Check((IN_ORDER,), look_at_order),
    Check((AUDITED,), look_at_audit),
)
