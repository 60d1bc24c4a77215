"""Between the domain's words and the contracts' messages, where several services need it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.common.v1 import finding_pb2 as pb
from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Citation, Disposition, Finding, Outcome, Remedy, Verdict

CITATIONS_KEPT_MAX = 8_192
FINDINGS_KEPT_MAX = 4_096


_VERDICTS: Final = {pb.Verdict.Value(f"VERDICT_{one.name}"): one for one in Verdict}
_DISPOSITIONS: Final = {pb.Disposition.Value(f"DISPOSITION_{one.name}"): one for one in Disposition}


def date_to_wire(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)


def date_from_wire(message: Date) -> date:
    """Raises ValueError for a day that does not exist."""
    return date(message.year, message.month, message.day)


def decimal_to_wire(number: Decimal | int) -> ProtoDecimal:
    return ProtoDecimal(value=plain(Decimal(number)))


def instant_to_wire(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant.astimezone(UTC))
    return stamp


def instant_from_wire(stamp: Timestamp) -> datetime:
    """In UTC. Raises ValueError or OverflowError for an instant outside the calendar."""
    return stamp.ToDatetime(tzinfo=UTC)


def text_to_wire(text: Text) -> pb.Text:
    return pb.Text(zh=text.zh, en=text.en)


def text_from_wire(message: pb.Text) -> Text:
    return Text(zh=message.zh, en=message.en)


def verdict_to_wire(verdict: Verdict) -> pb.Verdict.ValueType:
    return pb.Verdict.Value(f"VERDICT_{verdict.name}")


def verdict_from_wire(value: pb.Verdict.ValueType) -> Verdict:
    """An unknown or missing verdict is UNKNOWN: never a silent pass."""
    return _VERDICTS.get(value, Verdict.UNKNOWN)


def disposition_to_wire(disposition: Disposition | None) -> pb.Disposition.ValueType:
    return pb.Disposition.Value(f"DISPOSITION_{disposition.name}") if disposition else pb.DISPOSITION_UNSPECIFIED


def disposition_from_wire(value: pb.Disposition.ValueType) -> Disposition | None:
    """Unspecified is None; a value of a newer sender is MANUAL: a person must look."""
    return None if value == pb.DISPOSITION_UNSPECIFIED else _DISPOSITIONS.get(value, Disposition.MANUAL)


def outcome_to_wire(outcome: Outcome) -> pb.Outcome.ValueType:
    return pb.Outcome.Value(f"OUTCOME_{outcome.name}")


# Thousands of findings cite the same few hundred figures.
@lru_cache(CITATIONS_KEPT_MAX)
def citation_to_wire(citation: Citation) -> pb.Citation:
    """Shared: never changed, and copied by whoever puts it into a message."""
    message = pb.Citation(
        parameter=citation.parameter,
        document=citation.document,
        article=citation.article,
        value=citation.value,
        unit=citation.unit,
        from_date=date_to_wire(citation.in_force_from),
        verification=citation.verification,
        kind=citation.kind,
        source=citation.source,
    )
    if citation.until is not None:
        message.until_date.CopyFrom(date_to_wire(citation.until))
    return message


def citation_from_wire(message: pb.Citation) -> Citation:
    """Raises ValueError for a citation without a valid first day."""
    return _citation_from_bytes(message.SerializeToString(deterministic=True))


@lru_cache(CITATIONS_KEPT_MAX)
def _citation_from_bytes(raw: bytes) -> Citation:
    message = pb.Citation.FromString(raw)
    return Citation(
        parameter=message.parameter,
        document=message.document,
        article=message.article,
        value=message.value,
        unit=message.unit,
        in_force_from=date_from_wire(message.from_date),
        until=date_from_wire(message.until_date) if message.HasField("until_date") else None,
        verification=message.verification,
        kind=message.kind,
        source=message.source,
    )


def finding_to_wire(finding: Finding) -> pb.Finding:
    message = pb.Finding()
    write_finding(finding, message)
    return message


def write_finding(finding: Finding, message: pb.Finding) -> None:
    """As `finding_to_wire`, into a new message that is there already: nothing is copied then."""
    message.CopyFrom(_constant(finding.rule, finding.title, finding.verdict, (finding.leads_to, finding.under)))
    because = message.because
    because.zh, because.en = finding.because.zh, finding.because.en
    add = message.inputs.add
    for name, value in finding.inputs:
        add(name=name, value=value)
    if finding.missing:
        message.missing.extend(finding.missing)
    for part in finding.parts:
        write_finding(part, written := message.parts.add())
        if written.basis_unverified:
            message.basis_unverified = True
    for r in finding.remedies:
        message.remedies.add(field=r.field, stated=r.stated, needed=r.needed, text=text_to_wire(r.text))


# What a rule says again and again for one law: to copy it takes a third of the time of putting it together.
@lru_cache(FINDINGS_KEPT_MAX)
def _constant(
    rule: str, title: Text, verdict: Verdict, led: tuple[Disposition | None, tuple[Citation, ...]]
) -> pb.Finding:
    """Shared: never changed, and copied by whoever puts it into a message."""
    leads_to, under = led
    return pb.Finding(
        rule=rule,
        title=text_to_wire(title),
        verdict=verdict_to_wire(verdict),
        under=[citation_to_wire(citation) for citation in under],
        leads_to=disposition_to_wire(leads_to),
        basis_unverified=any(not citation.verified for citation in under),
    )


def finding_from_wire(message: pb.Finding) -> Finding:
    """Raises ValueError for a citation without a valid first day."""
    return Finding(
        rule=message.rule,
        title=text_from_wire(message.title),
        verdict=verdict_from_wire(message.verdict),
        because=text_from_wire(message.because),
        inputs=tuple((i.name, i.value) for i in message.inputs),
        under=tuple(citation_from_wire(c) for c in message.under),
        leads_to=disposition_from_wire(message.leads_to),
        missing=tuple(message.missing),
        parts=tuple(finding_from_wire(part) for part in message.parts),
        remedies=tuple(Remedy(r.field, r.stated, r.needed, text_from_wire(r.text)) for r in message.remedies),
    )


def findings_to_wire(findings: Iterable[Finding]) -> list[pb.Finding]:
    return [finding_to_wire(f) for f in findings]


def findings_from_wire(messages: Iterable[pb.Finding]) -> tuple[Finding, ...]:
    return tuple(finding_from_wire(m) for m in messages)
