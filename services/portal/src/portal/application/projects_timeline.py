"""What happened to a project, from all that the services told of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from client.rendering.acts import STATES as OVERRIDE_STATES
from client.rendering.capacity import STEPS
from client.rendering.opinions import RESULTS
from client.rendering.words import disposition_text, outcome_text
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from kernel.text import Text
from portal.application.projects_file import ProjectFile
from portal.domain.timelines import Happening, in_order

NOT_TOLD: Final = Text("未知", "not known")


def timeline(file: ProjectFile) -> tuple[Happening, ...]:
    """The newest first."""
    return in_order((*_filed(file), *_decided(file), *_ruled(file), *_opinions(file), *_replaced(file)))


def _filed(file: ProjectFile) -> Iterator[Happening]:
    for one in file.revisions:
        number = one.filing.revision
        what = Text("申报第 {number} 版受理", "revision {number} was accepted", number=number)
        if one.filing.HasField("accept_time"):
            yield Happening(_instant(one.filing.accept_time), what, link=f"revision-{number}")


def _decided(file: ProjectFile) -> Iterator[Happening]:
    for one in file.history.value or ():
        decision = one.decision
        number = decision.name.rpartition("/")[2]
        what = Text(
            "第 {number} 号决定: {outcome} · {disposition}",
            "decision {number}: {outcome} · {disposition}",
            number=number,
            outcome=outcome_text(decision.outcome),
            disposition=disposition_text(decision.disposition),
        )
        yield Happening(_instant(decision.decide_time), what, link=f"decision-{number}")


def _ruled(file: ProjectFile) -> Iterator[Happening]:
    for ruling in file.rulings.value or ():
        what = Text("人工核定: {what}", "ruling: {what}", what=disposition_text(ruling.disposition))
        yield Happening(_instant(ruling.record_time), what, ruling.person, "persons")
    for override in file.overrides.value or ():
        yield Happening(
            _instant(override.propose_time), Text("提出签署不计", "override proposed"), override.proposer, "persons"
        )
        if override.HasField("sign_time"):
            yield Happening(
                _instant(override.sign_time), Text("签署不计生效", "override signed"), override.signer, "persons"
            )
        if override.state in (persons.OVERRIDE_STATE_LAPSED, persons.OVERRIDE_STATE_STANDING):
            what = Text("签署不计{state}", "override: {state}", state=_ending(override.state))
            yield Happening(_day(override.end_date), what, link="persons")


def _ending(state: persons.OverrideState.ValueType) -> Text:
    if state == persons.OVERRIDE_STATE_STANDING:
        return Text("自该日起失效", "lapses from this day on")
    return OVERRIDE_STATES[state]


def _opinions(file: ProjectFile) -> Iterator[Happening]:
    for one in file.drafted.value or ():
        if one.HasField("issue_date"):
            what = Text(
                "印发节能审查意见: {result} {document}", "opinion issued: {result} {document}",
                result=RESULTS.get(one.result, NOT_TOLD), document=one.document,
            )  # fmt: skip
            yield Happening(_day(one.issue_date), what, one.signer, "opinion")
        if one.HasField("construction_start_date"):
            yield Happening(_day(one.construction_start_date), Text("开工", "construction started"), link="opinion")
        if one.HasField("lapse_date") and one.state == opinions.OPINION_STATE_LAPSED:
            yield Happening(_day(one.lapse_date), Text("节能审查意见失效", "the opinion lapsed"), link="opinion")


def _replaced(file: ProjectFile) -> Iterator[Happening]:
    replacement = file.replacement.value
    for step in () if replacement is None else replacement.plan.steps:
        what = Text("产能置换: {step}", "replacement: {step}", step=STEPS.get(step.kind, NOT_TOLD))
        yield Happening(_day(step.effective_date), what, link="replacement")


def _instant(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)


def _day(day: Date) -> date:
    return date(day.year, day.month, day.day)
