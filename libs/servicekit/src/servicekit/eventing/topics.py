"""The topics by name."""

from typing import Final

FILING_EVENTS: Final = "dualcontrol.filing.events.v1"
REVIEW_EVENTS: Final = "dualcontrol.review.events.v1"
CAPACITY_EVENTS: Final = "dualcontrol.capacity.events.v1"
BUDGET_COMMANDS: Final = "dualcontrol.budget.commands.v1"
BUDGET_EVENTS: Final = "dualcontrol.budget.events.v1"
TARGETS_EVENTS: Final = "dualcontrol.targets.events.v1"
TARGETS_READINGS: Final = "dualcontrol.targets.readings.v1"
SCREENING_EVENTS: Final = "dualcontrol.screening.events.v1"

EVENT_BYTES_MAX: Final = 2 * 1024 * 1024
DEAD_LETTER_PARTITIONS: Final = 1
"""Few enough to read in order; never changed."""


def dead_letter_topic(topic: str, group: str) -> str:
    return f"{topic}.{group}.dlt"
