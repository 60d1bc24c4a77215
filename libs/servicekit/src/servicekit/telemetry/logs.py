"""JSON logs, one object a line, with the trace they belong to."""

import logging
import sys
import time

from pythonjsonlogger.json import JsonFormatter

from servicekit.telemetry.tracing import current_ids

NOISY_LOGGERS = ("aiokafka", "faust", "mode", "kafka", "asyncio")
NOISY_RECORDS_PER_SECOND_MAX = 2


class TraceFilter(logging.Filter):
    """Adds trace and span ids to records written inside a span."""

    def filter(self, record: logging.LogRecord) -> bool:
        if (ids := current_ids()) is not None:
            record.trace_id, record.span_id = ids
        return True


class RateLimit(logging.Filter):
    """Lets a few records a second through: a client without its broker repeats itself ten times a second."""

    def __init__(self, per_second: int) -> None:
        super().__init__()
        self._per_second = per_second
        self._second = 0
        self._passed = 0

    def filter(self, _record: logging.LogRecord) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._passed = second, 0
        self._passed += 1
        return self._passed <= self._per_second


def configure_logs(service: str, level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"service": service},
        ),
    )
    handler.addFilter(TraceFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    limit = RateLimit(NOISY_RECORDS_PER_SECOND_MAX)
    for name in NOISY_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
        logging.getLogger(name).addFilter(limit)
    for name in (
        "aiokafka.conn",
        "aiokafka.consumer.group_coordinator",
        "aiokafka.consumer.fetcher",
        "aiokafka.client",
    ):
        logging.getLogger(name).addFilter(limit)
