"""Each invented project gets the disposition that its comment names."""

import asyncio
import re
from pathlib import Path

import pytest
from e2e.demo.waiting import current_decisions, follow_until_decided
from e2e.support.platform import SERVICES, Platform

from client.commands.budgets import ENVELOPES
from client.commands.levels import LEVELS
from client.commands.lots import LOTS
from client.commands.submit import SUBMISSIONS
from client.connections import Services
from client.entries import read_entries
from client.rendering.tables import filing_id
from client.sending import send_all
from dualcontrol.common.v1.finding_pb2 import Disposition
from dualcontrol.screening.v1 import screening_service_pb2 as pb

pytestmark = pytest.mark.e2e

DATA = Path(__file__).resolve().parent.parent
EXPECTED = re.compile(
    r"^# (\w+)(?: \([^)]*\))?: (?:[^\n]*\n# )*[^\n]*\n- dossier:\n    project_code: (\S+)$", re.MULTILINE
)


class Silent:
    """Nobody looks on."""

    def show(self, answer: pb.WatchDecisionsResponse) -> None:
        pass


def expected() -> dict[str, str]:
    """The first word of the comment above each filing, by project code."""
    return {code: word for word, code in EXPECTED.findall((DATA / "invented" / "filings.yaml").read_text("utf-8"))}


async def test_every_invented_project_is_decided_as_its_comment_says(platform: Platform) -> None:
    folders = (DATA / "real", DATA / "invented")
    levels = read_entries([folder / "levels.yaml" for folder in folders], LEVELS.request)
    lots = read_entries([DATA / "invented" / "lots.yaml"], LOTS.request)
    envelopes = read_entries([DATA / "invented" / "envelopes.yaml"], ENVELOPES.request)
    filings = read_entries([DATA / "invented" / "filings.yaml"], SUBMISSIONS.request)
    ids = [filing_id(entry.request) for entry in filings]

    given = {service: platform.address(service) for service in SERVICES}
    async with Services(given, token=platform.token()) as services:
        errors = [one.error for one in await send_all(levels, lambda request: LEVELS.send(services, request))]
        errors += [one.error for one in await send_all(lots, lambda request: LOTS.send(services, request))]
        errors += [one.error for one in await send_all(envelopes, lambda request: ENVELOPES.send(services, request))]
        assert not any(errors)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow_until_decided(services, frozenset(ids), Silent()))
            tasks.create_task(send_all(filings, lambda request: SUBMISSIONS.send(services, request)))
        decisions = await current_decisions(services, ids)

    got = {
        code: Disposition.Name(one.disposition).removeprefix("DISPOSITION_").lower() for code, one in decisions.items()
    }
    assert got == expected()
