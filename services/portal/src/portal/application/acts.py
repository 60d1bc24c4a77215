"""Acts of persons as forms: what is typed, what is checked before it is sent, and the request that it becomes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from google.protobuf.message import Message
from google.type.date_pb2 import Date

from access.acts import Act
from client.connections import Services
from kernel.text import Text
from portal.application.projects_file import ProjectFile

Values = Mapping[str, str]
"""What was typed, by the names of the form; several choices of one field stand on lines of their own."""

NEEDED: Final = Text("此项必填", "this has to be stated")
TOO_LONG: Final = "不得超过 {most} 个字"
NO_CHOICE: Final = Text("请从所列选项中选择", "choose one of those listed")
NO_DAY: Final = Text("不是有效日期, 应写作 2026-03-02", "is no day of the calendar; write it as 2026-03-02")


class Kind(StrEnum):
    LINE = "line"
    AREA = "area"
    DAY = "day"
    CHOICE = "choice"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to be stated. `api` is its name in the service's request, by which a refusal is shown beside it."""

    name: str
    label: Text
    kind: Kind = Kind.LINE
    most: int = 500
    hint: Text | None = None
    is_optional: bool = False
    api: str = ""

    def problem(self, said: str, options: Sequence[str]) -> Text | None:
        if not said:
            return None if self.is_optional else NEEDED
        if len(said) > self.most:
            return Text(TOO_LONG, "at most {most} characters", most=self.most)
        if self.kind in (Kind.CHOICE, Kind.MANY) and not set(said.split("\n")) <= set(options):
            return NO_CHOICE
        return NO_DAY if self.kind is Kind.DAY and day_of(said) is None else None


Option = tuple[str, Text]


@dataclass(frozen=True, slots=True)
class Deed:
    """An act on a project. `on` names what is acted upon: a decision, an opinion or an override."""

    act: Act
    title: Text
    does: Text
    """What will happen once it is sent."""
    fields: tuple[Field, ...]
    request: Callable[[Values, str, str], Message]
    """Of what was typed, what it is on, and the request's id. Persons are left out: the gate puts the caller."""
    send: Callable[[Services, Any], Awaitable[Message]]
    options: Callable[[ProjectFile], Mapping[str, Sequence[Option]]] = lambda _file: {}
    on_decision: bool = True
    """Whether it is on the current decision; else on what the address names."""

    def problems(self, values: Values, file: ProjectFile) -> dict[str, Text]:
        """By field; what only the service can know is refused by it later."""
        choices = self.options(file)
        found = {
            field.name: field.problem(values.get(field.name, ""), [one for one, _ in choices.get(field.name, ())])
            for field in self.fields
        }
        return {name: problem for name, problem in found.items() if problem is not None}

    def field_of(self, api: str) -> str:
        """Where the form shows what the service says of a field of its request; the first field otherwise."""
        root = api.partition(".")[0].partition("[")[0]
        named = [field.name for field in self.fields if (field.api or field.name) == root]
        return (named or [field.name for field in self.fields] or [""])[0]


def typed(deed: Deed, form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What a form says of the fields of the act; line ends as the services want them."""
    return {
        field.name: "\n".join(one.replace("\r\n", "\n").strip() for one in form.get(field.name, ()))
        for field in deed.fields
    }


def request_id_of(said: str) -> str:
    """The id that the form was made with, so that a second submit is the same request; a new one for any other word."""
    try:
        known = UUID(said)
    except ValueError:
        return str(uuid4())
    return str(known) if known.version == 4 else str(uuid4())


def day_of(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if len(said) == len("2026-03-02") else None
    except ValueError:
        return None


def wire_day(said: str) -> Date | None:
    day = day_of(said)
    return None if day is None else Date(year=day.year, month=day.month, day=day.day)


def lines_of(said: str) -> list[str]:
    return [line.strip() for line in said.split("\n") if line.strip()]


def region_of(file: ProjectFile) -> str:
    """Of the project; empty while nobody tells."""
    if file.filing.value is not None:
        return file.filing.value.dossier.region_code
    return file.current.value.decision.region_code if file.current.value is not None else ""


def current_decision(file: ProjectFile) -> str:
    """Its name; empty while there is none to be read."""
    return file.current.value.decision.name if file.current.value is not None else ""
