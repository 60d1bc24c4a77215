"""帮助: how the portal is used, and what its words mean."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from portal.domain.glossary import GLOSSARY
from portal.entrypoints.page import Page, signed_in

router = APIRouter()
TEMPLATE: Final = "help.html"


@router.get("/help")
async def show(page: Annotated[Page, Depends(signed_in)]) -> HTMLResponse:
    return page.render(TEMPLATE, glossary=GLOSSARY)
