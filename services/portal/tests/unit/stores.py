"""What the portal keeps in its own database, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from kernel.clock import Clock
from portal.domain.laws import NOT_OPEN, LawProposal, LawRefused, LawState
from portal.domain.unsent import UnsentForm, packed, unpacked
from portal.domain.views import View


@dataclass
class UnsentInMemory:
    clock: Clock
    forms: dict[tuple[str, str], UnsentForm] = field(default_factory=dict)

    async def keep(self, subject: str, place: str, values: Mapping[str, str]) -> bool:
        content = packed(values)
        if content is None:
            return False
        self.forms[subject, place] = UnsentForm(place, unpacked(content), self.clock())
        return True

    async def find(self, subject: str, place: str) -> UnsentForm | None:
        return self.forms.get((subject, place))

    async def every(self, subject: str) -> Sequence[tuple[str, datetime]]:
        return [(one.place, one.saved_at) for (owner, _), one in self.forms.items() if owner == subject]

    async def forget(self, subject: str, place: str) -> None:
        self.forms.pop((subject, place), None)


@dataclass
class ViewsInMemory:
    views: dict[tuple[str, str], str] = field(default_factory=dict)

    async def keep(self, subject: str, view: View) -> None:
        self.views[subject, view.name] = view.query

    async def every(self, subject: str) -> Sequence[View]:
        return [View(name, query) for (owner, name), query in sorted(self.views.items()) if owner == subject]

    async def forget(self, subject: str, name: str) -> None:
        self.views.pop((subject, name), None)


@dataclass
class LawsInMemory:
    proposals: dict[int, LawProposal] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)

    async def add(self, one: LawProposal, archive: bytes, request_id: str) -> int:
        if request_id not in self.requests:
            number = len(self.proposals) + 1
            self.requests[request_id] = number
            self.proposals[number], self.archives[number] = replace(one, id=number), archive
        return self.requests[request_id]

    async def get(self, number: int) -> LawProposal | None:
        return self.proposals.get(number)

    async def archive(self, number: int) -> bytes | None:
        return self.archives.get(number)

    async def page(self, before: int, size: int) -> Sequence[LawProposal]:
        return [one for one in reversed(self.proposals.values()) if not before or one.id < before][:size]

    async def settle(self, one: LawProposal) -> None:
        if self.proposals[one.id].state is not LawState.PROPOSED:
            raise LawRefused(NOT_OPEN)
        self.proposals[one.id] = one
