"""What an operator wants to know at a glance: one line each, and whether it is as it should be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from client.ops.exposition import Sample
from kernel.text import Text

OUTBOX_SECONDS_MAX: Final = 120
LAG_EVENTS_MAX: Final = 5_000
BACKUP_HOURS_MAX: Final = 26
CERTIFICATE_DAYS_MIN: Final = 14
CALENDAR_DAYS_MIN: Final = 45
HOUR_SECONDS: Final = 3_600
DAY_SECONDS: Final = 24 * HOUR_SECONDS


class State(Enum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    area: Text
    subject: str
    value: Text
    state: State = State.GOOD


@dataclass(frozen=True, slots=True)
class Process:
    """One that shows metrics; `samples` is None when it did not answer."""

    name: str
    samples: Sequence[Sample] | None


VERSION: Final = Text("版本", "version")
LAG: Final = Text("积压", "lag")
OUTBOX: Final = Text("待发", "outbox")
LETTERS: Final = Text("死信", "dead letters")
STUCK: Final = Text("滞留案件", "stuck cases")
SECOND_BOOK: Final = Text("复核账", "second book")
CERTIFICATE: Final = Text("证书", "certificate")
CALENDAR: Final = Text("工作日历", "calendar")
PROCESS: Final = Text("进程", "process")
WORKLOAD: Final = Text("部署", "workload")
MIGRATION: Final = Text("迁移", "migration")
BACKUP: Final = Text("备份", "backup")

WATCHED: Final = {SECOND_BOOK: ("budget", "capacity"), STUCK: ("screening",)}
"""Who counts it; the others show a zero that says nothing."""

NO_ANSWER: Final = Text("指标无应答", "shows no metrics")
EVENTS: Final = "{count} 个事件", "{count} events"


def lines_of(processes: Iterable[Process], now: float) -> list[Line]:
    """`now` in seconds since 1970."""
    every = list(processes)
    shown = [(one.name, sample) for one in every for sample in one.samples or ()]
    return [
        *(Line(PROCESS, one.name, NO_ANSWER, State.UNKNOWN) for one in every if one.samples is None),
        *_versions(shown),
        *_topics(shown),
        *_outboxes(shown, now),
        *_letters(shown),
        *_alarms(shown),
        *_days_left(shown, now),
    ]


_Shown = Sequence[tuple[str, Sample]]


def _of(shown: _Shown, name: str) -> list[tuple[str, Sample]]:
    return [(process, sample) for process, sample in shown if sample.name == name]


def _versions(shown: _Shown) -> list[Line]:
    builds = _of(shown, "dualcontrol_build_info")
    versions = {sample.labels.get("version", "") for _, sample in builds}
    laws = {sample.labels.get("law", "") for _, sample in builds}
    state = State.GOOD if len(versions) <= 1 and len(laws) <= 1 else State.BAD
    said = sorted(
        {(one.labels.get("service", ""), one.labels.get("version", ""), one.labels.get("law", "")) for _, one in builds}
    )
    return [
        Line(
            VERSION,
            service,
            Text("{version}, 政策包 {law}", "{version}, law {law}", version=version, law=law[:12]),
            state,
        )
        for service, version, law in said
    ]


def _topics(shown: _Shown) -> list[Line]:
    """Processes share a topic's partitions, so a service's lag is the sum."""
    lag: dict[tuple[str, str], float] = {}
    for process, sample in _of(shown, "dualcontrol_consumer_lag_events"):
        key = (_service(process), sample.labels.get("topic", ""))
        lag[key] = lag.get(key, 0) + sample.value
    return [
        Line(LAG, f"{service} < {topic}", _count(count), State.BAD if count > LAG_EVENTS_MAX else State.GOOD)
        for (service, topic), count in sorted(lag.items())
    ]


def _service(process: str) -> str:
    """Of `service/pod` or `service`."""
    return process.partition("/")[0]


def _count(count: float) -> Text:
    return Text(*EVENTS, count=int(count))


def _outboxes(shown: _Shown, now: float) -> list[Line]:
    oldest: dict[str, float] = {}
    for process, sample in _of(shown, "dualcontrol_outbox_oldest_time_seconds"):
        age = now - sample.value if sample.value else 0
        oldest[_service(process)] = max(oldest.get(_service(process), 0), age)
    return [
        Line(
            OUTBOX,
            service,
            Text("最老 {age} 秒", "oldest {age} s", age=int(age)),
            State.BAD if age > OUTBOX_SECONDS_MAX else State.GOOD,
        )
        for service, age in sorted(oldest.items())
    ]


def _letters(shown: _Shown) -> list[Line]:
    """Every process of a service sees the same letters."""
    waiting: dict[tuple[str, str], float] = {}
    for process, sample in _of(shown, "dualcontrol_dead_letters_waiting"):
        key = (_service(process), sample.labels.get("topic", ""))
        waiting[key] = max(waiting.get(key, 0), sample.value)
    return [
        Line(LETTERS, f"{service} < {topic}", _count(count), State.BAD if count else State.GOOD)
        for (service, topic), count in sorted(waiting.items())
    ]


def _alarms(shown: _Shown) -> list[Line]:
    made = []
    for area, name in ((SECOND_BOOK, "dualcontrol_ledger_differences"), (STUCK, "dualcontrol_stuck_cases")):
        worst: dict[str, float] = {}
        for process, sample in _of(shown, name):
            worst[_service(process)] = max(worst.get(_service(process), 0), sample.value)
        made += [
            Line(
                area,
                service,
                Text("{count} 处", "{count}", count=int(count)),
                State.BAD if count else State.GOOD,
            )
            for service, count in sorted(worst.items())
            if count or service in WATCHED[area]
        ]
    return made


def _days_left(shown: _Shown, now: float) -> list[Line]:
    calendar = [sample.value for _, sample in _of(shown, "dualcontrol_calendar_end_time_seconds") if sample.value]
    certificates: dict[str, float] = {}
    for process, sample in _of(shown, "dualcontrol_certificate_expiry_time_seconds"):
        key = f"{_service(process)} {sample.labels.get('file', '')}"
        certificates[key] = min(certificates.get(key, sample.value), sample.value)
    made = [_left(CERTIFICATE, name, end - now, CERTIFICATE_DAYS_MIN) for name, end in sorted(certificates.items())]
    return made + ([_left(CALENDAR, "", min(calendar) - now, CALENDAR_DAYS_MIN)] if calendar else [])


def _left(area: Text, subject: str, seconds: float, days_min: int) -> Line:
    days = int(seconds // DAY_SECONDS)
    return Line(
        area,
        subject,
        Text("尚余 {days} 天", "{days} days left", days=days),
        State.BAD if days < days_min else State.GOOD,
    )


# -- what only a cluster tells

Document = Mapping[str, object]


def workload(name: str, ready: int, wanted: int) -> Line:
    state = State.GOOD if ready >= wanted else State.BAD
    return Line(
        WORKLOAD, name, Text("{ready}/{wanted} 就绪", "{ready}/{wanted} ready", ready=ready, wanted=wanted), state
    )


def migration(name: str, *, done: bool) -> Line:
    value = Text("已完成", "done") if done else Text("未完成", "not done")
    return Line(MIGRATION, name, value, State.GOOD if done else State.BAD)


def backup(name: str, succeeded: str | None, now: float) -> Line:
    """`succeeded` as Kubernetes writes times; None: never."""
    if succeeded is None:
        return Line(BACKUP, name, Text("从未成功", "never succeeded"), State.BAD)
    hours = int((now - datetime.fromisoformat(succeeded).timestamp()) // HOUR_SECONDS)
    state = State.BAD if hours > BACKUP_HOURS_MAX else State.GOOD
    return Line(BACKUP, name, Text("{hours} 小时前", "{hours} h ago", hours=hours), state)
