from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dualcontrol.common.v1 import finding_pb2 as pb
from kernel.text import Text
from servicekit import wire
from statute.finding import Citation, Disposition, Finding, Outcome, Remedy, Verdict

TEXTS = st.builds(Text, zh=st.text(max_size=20), en=st.text(max_size=20))
WORDS = st.text(max_size=12)
CITATIONS = st.builds(
    Citation,
    parameter=WORDS,
    document=WORDS,
    article=WORDS,
    value=WORDS,
    unit=WORDS,
    in_force_from=st.dates(date(1949, 1, 1)),
    until=st.none() | st.dates(date(1949, 1, 1)),
    verification=st.sampled_from(["confirmed", "unverified", "policy_default"]),
    kind=st.sampled_from(["figure", "method"]),
    source=WORDS,
)
REMEDIES = st.builds(Remedy, field=WORDS, stated=WORDS, needed=WORDS, text=TEXTS)
SIMPLE_FINDINGS = st.builds(
    Finding,
    rule=WORDS,
    title=TEXTS,
    verdict=st.sampled_from(Verdict),
    because=TEXTS,
    inputs=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
    under=st.lists(CITATIONS, max_size=3).map(tuple),
    leads_to=st.none() | st.sampled_from(Disposition),
    missing=st.lists(WORDS, max_size=3).map(tuple),
    remedies=st.lists(REMEDIES, max_size=2).map(tuple),
)
FINDINGS = st.recursive(
    SIMPLE_FINDINGS,
    lambda parts: st.builds(replace, SIMPLE_FINDINGS, parts=st.lists(parts, max_size=2).map(tuple)),
    max_leaves=4,
)


@given(FINDINGS)
def test_a_finding_comes_back_as_it_was_sent(finding: Finding) -> None:
    sent = wire.finding_to_wire(finding)

    assert wire.finding_from_wire(pb.Finding.FromString(sent.SerializeToString())) == finding
    assert sent.basis_unverified == finding.basis_unverified


def test_every_word_of_the_domain_has_its_word_in_the_contract() -> None:
    assert {wire.disposition_to_wire(word) for word in Disposition} == set(pb.Disposition.values()) - {0}
    assert {wire.verdict_to_wire(word) for word in Verdict} == set(pb.Verdict.values()) - {0}
    assert {wire.outcome_to_wire(word) for word in Outcome} == set(pb.Outcome.values()) - {0}


@pytest.mark.parametrize("newer", [0, 99])
def test_a_verdict_of_a_newer_sender_is_unknown(newer: int) -> None:
    assert wire.verdict_from_wire(newer) is Verdict.UNKNOWN  # type: ignore[arg-type]


def test_a_disposition_of_a_newer_sender_is_for_a_person() -> None:
    assert wire.disposition_from_wire(99) is Disposition.MANUAL  # type: ignore[arg-type]
    assert wire.disposition_from_wire(pb.DISPOSITION_UNSPECIFIED) is None


def test_a_citation_without_a_day_is_malformed() -> None:
    with pytest.raises(ValueError, match="year"):
        wire.finding_from_wire(pb.Finding(under=[pb.Citation(document="x")]))


def test_numbers_days_and_instants_keep_their_value() -> None:
    assert wire.decimal_to_wire(Decimal("1.500")).value == "1.5"
    assert wire.date_from_wire(wire.date_to_wire(date(2024, 2, 29))) == date(2024, 2, 29)
    instant = datetime(2026, 11, 24, 8, 0, 0, 123456, tzinfo=UTC)
    assert wire.instant_to_wire(instant).ToDatetime(tzinfo=UTC) == instant
