"""What Prometheus reads. Names follow its conventions; units are in the name."""

from prometheus_client import Counter, Gauge, Histogram

RPC_SECONDS = Histogram(
    "dualcontrol_rpc_duration_seconds",
    "Time from a call's arrival to its answer.",
    ["method", "code"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
RPC_IN_FLIGHT = Gauge("dualcontrol_rpc_in_flight", "Calls being served.")
EVENTS_CONSUMED = Counter("dualcontrol_events_consumed_total", "Events by what became of them.", ["topic", "result"])
BATCH_SECONDS = Histogram("dualcontrol_batch_duration_seconds", "Time of one inbox transaction.", ["topic"])
DEAD_LETTERS = Counter("dualcontrol_dead_letters_total", "Events set aside.", ["topic"])
EVENTS_PUBLISHED = Counter("dualcontrol_events_published_total", "Events that the broker acknowledged.", ["topic"])
OUTBOX_LENGTH = Gauge("dualcontrol_outbox_rows", "Events written but not yet acknowledged by the broker.")
OUTBOX_OLDEST = Gauge("dualcontrol_outbox_oldest_time_seconds", "When the oldest of them happened; 0 without any.")
LEDGER_DIFFERENCES = Gauge("dualcontrol_ledger_differences", "1 while the second book differs from the ledger.")
CONSUMER_LAG = Gauge(
    "dualcontrol_consumer_lag_events", "Events in the partitions of this process that are not committed yet.", ["topic"]
)
DEAD_LETTERS_WAITING = Gauge("dualcontrol_dead_letters_waiting", "Dead letters that nobody has replayed.", ["topic"])
CERTIFICATE_EXPIRY = Gauge(
    "dualcontrol_certificate_expiry_time_seconds", "When a certificate of this process ends to be valid.", ["file"]
)
CALENDAR_END = Gauge(
    "dualcontrol_calendar_end_time_seconds",
    "When the last year ends whose working days the law has.",
)
BUILD = Gauge("dualcontrol_build_info", "1, with what runs here.", ["service", "version", "law"])
STUCK_CASES = Gauge("dualcontrol_stuck_cases", "Cases that wait for a fact longer than is normal.")
