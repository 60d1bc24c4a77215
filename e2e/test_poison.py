"""Poison on every topic goes to the dead letters, whole and with its reason, and holds nothing else up."""

from typing import Any

import pytest
from e2e.support.dossiers import submission
from e2e.support.platform import SERVICES, Platform

from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc
from servicekit.eventing import topics

pytestmark = pytest.mark.e2e

CONSUMERS = {
    topics.FILING_EVENTS: ("review", "capacity", "screening"),
    topics.REVIEW_EVENTS: ("capacity", "screening"),
    topics.CAPACITY_EVENTS: ("screening",),
    topics.BUDGET_COMMANDS: ("budget",),
    topics.BUDGET_EVENTS: ("screening", "targets"),
    topics.TARGETS_EVENTS: ("screening",),
    topics.TARGETS_READINGS: ("targets",),
    topics.SCREENING_EVENTS: ("review",),
}

FIRST_TYPE = {
    topics.FILING_EVENTS: "cn.dualcontrol.filing.filing-accepted.v1",
    # The one that both consumers take: capacity ignores evaluations, whatever is in them.
    topics.REVIEW_EVENTS: "cn.dualcontrol.review.opinion-issued.v1",
    topics.CAPACITY_EVENTS: "cn.dualcontrol.capacity.replacement-evaluated.v1",
    topics.BUDGET_COMMANDS: "cn.dualcontrol.budget.reserve-deduction.v1",
    topics.BUDGET_EVENTS: "cn.dualcontrol.budget.deduction-reserved.v1",
    topics.TARGETS_EVENTS: "cn.dualcontrol.targets.region-level-changed.v1",
    topics.TARGETS_READINGS: "cn.dualcontrol.targets.energy-reading-reported.v1",
    topics.SCREENING_EVENTS: "cn.dualcontrol.screening.project-screened.v1",
}


def headers(kind: str, number: int, topic: str) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"poison-{number}-{topic}".encode()),
        ("ce_source", b"/test"),
        ("ce_type", kind.encode()),
    ]


def poison(topic: str) -> list[tuple[bytes | None, list[tuple[str, bytes]]]]:
    known = FIRST_TYPE[topic]
    return [
        (b"\xff\xff\xff", headers(known, 1, topic)),  # no protobuf
        (b"anything", []),  # no CloudEvent
        (None, headers(known, 2, topic)),  # a tombstone
        (b"", headers("cn.dualcontrol.filing.filing-accepted.v9", 3, topic)),  # a version of the future
        (b"", headers(known, 4, topic)),  # well-formed and empty of meaning
    ]


VALUES = {b"\xff\xff\xff", b"anything", None, b""}


def has_all(found: list[Any]) -> bool:
    """Others may have sent nonsense to the topic before."""
    return {letter.value for letter in found} >= VALUES


async def test_poison_on_every_topic_is_set_aside_and_filings_go_on(platform: Platform) -> None:
    for topic in CONSUMERS:
        await platform.publish(topic, b"poison", poison(topic))

    async with platform.channel("filing") as channel:
        stub: rpc.FilingServiceAsyncStub = rpc.FilingServiceStub(channel)
        answer = await stub.SubmitFiling(submission(60_001), timeout=10)
    await platform.decision(answer.filing.name.removeprefix("filings/"))

    for topic, groups in CONSUMERS.items():
        for group in groups:
            letters = await platform.dead_letters(topics.dead_letter_topic(topic, group), has_all)
            for letter in letters:
                found = dict(letter.headers)
                assert found["dlt_topic"] == topic.encode()
                assert found["dlt_group"] == group.encode()
                assert found["dlt_error"]
    assert platform.running() >= set(SERVICES)


async def test_dead_letters_go_back_by_command_and_what_still_cannot_be_read_returns(platform: Platform) -> None:
    topic, letters = topics.REVIEW_EVENTS, topics.dead_letter_topic(topics.REVIEW_EVENTS, "screening")
    await platform.publish(topic, b"poison", [(b"\xff", headers(FIRST_TYPE[topic], 99, topic))])

    def of_ours(found: list[Any]) -> list[dict[str, bytes]]:
        marked = [dict(letter.headers) for letter in found]
        return [letter for letter in marked if letter.get("ce_id") == f"poison-99-{topic}".encode()]

    await platform.dead_letters(letters, lambda found: len(of_ours(found)) == 1)

    assert await platform.command("screening", "replay-dlt", topic) == 0

    both = of_ours(await platform.dead_letters(letters, lambda found: len(of_ours(found)) == 2))
    assert [letter.get("dlt_replayed") for letter in both] == [None, b"1"]
