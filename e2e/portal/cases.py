"""Cases that the tests of the portal act on: filed as the partner system does, and decided."""

import asyncio
import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from e2e.support.dossiers import approvable, credit_code, submission
from e2e.support.platform import Platform

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as rpc

SECONDS: Final = 20
ABOVE_THE_LINE: Final = "2600"
BELOW_THE_LINE: Final = "600"


def decided(platform: Platform, number: int, dossier: pb.Dossier | None = None) -> str:
    """The id of a filing that has its first decision; of an approved one unless the dossier says otherwise."""
    made = dossier or approvable(number, tce=ABOVE_THE_LINE)
    with platform.blocking_channel("filing") as channel:
        answer = rpc.FilingServiceStub(channel).SubmitFiling(submission(number, made), timeout=SECONDS)
    name = answer.filing.name.removeprefix("filings/")
    with ThreadPoolExecutor(1) as pool:
        # A test that awaits has a loop of its own, in this thread.
        pool.submit(asyncio.run, _decided(platform, name)).result()
    return name


async def _decided(platform: Platform, name: str) -> None:
    """Where decisions are made, and where opinions are."""
    await platform.decision(name)
    docket = "SELECT count(*) FROM opinion_docket WHERE filing_id = $1 AND decision IS NOT NULL"
    await platform.until(lambda: platform.count("review", docket, name), bool)


def incomplete(number: int) -> pb.Dossier:
    """One that is returned for completion, so that a finding stands against it."""
    dossier = approvable(number, tce=ABOVE_THE_LINE)
    del dossier.equipment[:]
    return dossier


def for_a_person(platform: Platform, number: int, dossier: pb.Dossier | None = None) -> str:
    """A case that a person has to rule on: with another project of the same owner it reaches a line of law."""
    first = approvable(number, tce=BELOW_THE_LINE)
    second = copy.deepcopy(dossier or approvable(number + 1, tce=BELOW_THE_LINE))
    for one in (first, second):
        one.applicant.credit_code = credit_code(number)
    decided(platform, number, first)
    return decided(platform, number + 1, second)


def scripted(number: int, words: str, tce: str = ABOVE_THE_LINE) -> pb.Dossier:
    """The words wherever somebody may write what he likes."""
    dossier = approvable(number, tce=tce)
    dossier.project_name = f"{words}{number}"
    dossier.applicant.name = words
    dossier.products[0].name = words
    dossier.equipment[0].name = words
    dossier.remark = words
    dossier.prior_opinion.document_number = words
    dossier.prior_opinion.issue_date.CopyFrom(dossier.application_date)
    dossier.prior_opinion.approved_tce_calorific.value = tce
    return dossier
