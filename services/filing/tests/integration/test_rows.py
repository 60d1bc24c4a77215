"""Who sees and changes which filings: row-level security, as the role that serves meets it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from access.acts import Act
from access.deciding import Denial
from dossier.model import Applicant, Dossier
from filing.adapters.postgres import FilingWork
from filing.application.amend_filing import AmendFiling, amend_filing
from filing.application.submit_filing import SubmitFiling, submit_filing
from filing.application.withdraw_filing import WithdrawFiling, withdraw_filing
from filing.bootstrap import service
from filing.domain.filing import FilingExists, FilingId
from kernel.errors import NotFound
from kernel.regions import RegionCode
from servicekit.access.refusals import Denied
from statute.loader import load_bundle
from testkit.acting import acting
from testkit.serving import migrated

pytestmark = pytest.mark.integration

POLICY = load_bundle()
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
XINING, HAIXI = RegionCode("630121"), RegionCode("632801")
CODE = "2603-632801-04-01-123451"
DOSSIER = Dossier(project_name="虚构项目", applicant=Applicant("虚构企业"), region=XINING)
Begin = Callable[[], FilingWork]


async def submit(begin: Begin, filing: str, region: RegionCode, code: str = "") -> None:
    async with begin() as work:
        dossier = replace(DOSSIER, region=region, project_code=code)
        await submit_filing(SubmitFiling(FilingId(filing), dossier), work, POLICY, NOW)
        await work.commit()


@pytest.fixture
async def begin(database: str) -> AsyncIterator[Begin]:
    """One filing in a county of Xining, one in a city of Haixi."""
    async with migrated(database, service()) as pool:
        begin = partial(FilingWork, pool, "filing")
        await submit(begin, "in-xining", XINING)
        await submit(begin, "in-haixi", HAIXI, CODE)
        yield begin


async def seen(begin: Begin) -> list[str]:
    async with begin() as work:
        page: list[str] = [one.id for one in await work.filings.page("", 10)]
        got = [one for one in ("in-haixi", "in-xining", "new") if await work.filings.get(FilingId(one))]
    assert page == got
    return page


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["viewer:630000"], ["in-haixi", "in-xining"]),
        (["service:630000"], ["in-haixi", "in-xining"]),
        (["partner:632800"], ["in-haixi"]),
        (["viewer:632800"], ["in-haixi"]),
        (["registrar:632801"], ["in-haixi"]),
        (["viewer:632801", "viewer:630121"], ["in-haixi", "in-xining"]),
        (["viewer:632802"], []),
        (["viewer:540000"], []),
        (["expert:630000;case=in-xining;until=2999-01-01"], ["in-xining"]),
        (["expert:630000;case=in-xining;until=2026-01-01"], []),
        (["system_administrator:630000"], []),
        (["security_administrator:630000"], []),
        (["audit_administrator:630000"], []),
        ([], []),
    ],
)
async def test_a_caller_sees_what_was_filed_where_he_works(
    begin: Begin, grants: list[str], expected: list[str]
) -> None:
    with acting(Act.READ, *grants):
        assert await seen(begin) == expected


async def test_background_work_sees_everything(begin: Begin) -> None:
    assert await seen(begin) == ["in-haixi", "in-xining"]


async def test_a_registrar_amends_and_withdraws_what_is_his(begin: Begin) -> None:
    haixi = FilingId("in-haixi")

    with acting(Act.FILE, "registrar:632800"):
        async with begin() as work:
            amended = replace(DOSSIER, region=HAIXI, project_code=CODE, remark="补正")
            await amend_filing(AmendFiling(haixi, 1, amended), work, POLICY, NOW)
            await withdraw_filing(WithdrawFiling(haixi, "不再建设"), work, NOW)
            await work.commit()

    async with begin() as work:
        newest = await work.filings.get(haixi)
    assert newest is not None
    assert (newest.revision, newest.state.value) == (3, "withdrawn")


async def test_what_is_another_prefectures_is_not_found_and_stays_as_it_is(begin: Begin) -> None:
    with acting(Act.FILE, "registrar:630100"):
        async with begin() as work:
            with pytest.raises(NotFound):
                await amend_filing(AmendFiling(FilingId("in-haixi"), 1, DOSSIER), work, POLICY, NOW)
            with pytest.raises(NotFound):
                await withdraw_filing(WithdrawFiling(FilingId("in-haixi"), "不再建设"), work, NOW)

    async with begin() as work:
        newest = await work.filings.get(FilingId("in-haixi"))
    assert newest is not None
    assert newest.revision == 1


async def test_who_sees_a_filing_and_may_not_act_on_it_is_denied(begin: Begin) -> None:
    with acting(Act.FILE, "viewer:630000", "registrar:630100"):
        async with begin() as work:
            with pytest.raises(Denied) as refused:
                await withdraw_filing(WithdrawFiling(FilingId("in-haixi"), "不再建设"), work, NOW)
    assert refused.value.why is Denial.REGION


async def test_nobody_files_where_he_does_not_work(begin: Begin) -> None:
    with acting(Act.FILE, "registrar:630100"):
        with pytest.raises(Denied):
            await submit(begin, "new", HAIXI)
        await submit(begin, "new", XINING)
        assert await seen(begin) == ["in-xining", "new"]


async def test_an_id_or_a_project_code_that_is_taken_elsewhere_is_taken(begin: Begin) -> None:
    with acting(Act.FILE, "registrar:630100"):
        with pytest.raises(FilingExists):
            await submit(begin, "in-haixi", XINING)
        with pytest.raises(FilingExists):
            await submit(begin, "new", XINING, CODE)
