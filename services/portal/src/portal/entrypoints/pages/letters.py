"""The letter of a decision, to be printed."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import Response

from client import operations, opinions
from portal.application import projects_words as words
from portal.application.letters import letter_of
from portal.application.letters_pdf import pdf_of
from portal.application.parts import part
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.acting import FILING, NUMBER

router = APIRouter()

APPLICANT = "申报单位"
"""Where the filing cannot be read, or names nobody."""


@router.get("/projects/{filing_id}/decisions/{number}/letter.pdf")
async def letter(filing_id: str, number: str, page: Annotated[Page, Depends(signed_in)]) -> Response:
    if not FILING.fullmatch(filing_id) or not NUMBER.fullmatch(number):
        raise HTTPException(404)
    decision, filed, opinion = await asyncio.gather(
        operations.decision_of(page.services, filing_id, number),
        part(operations.filing_of(page.services, f"filings/{filing_id}")),
        part(opinions.opinion(page.services, f"filings/{filing_id}/opinions/newest")),
    )
    await asyncio.to_thread(words.law)
    applicant = filed.value.dossier.applicant.name if filed.value is not None else ""
    made = await asyncio.to_thread(lambda: pdf_of(letter_of(decision, applicant or APPLICANT, opinion.value)))
    name = f"{filing_id}-{number}.pdf"
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
