"""Exports what is published as files."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from kernel.regions import RegionCode
from statute.loader import PolicyBundle
from targets.application.assessment.report_year import report_year
from targets.application.ports import Work
from targets.application.publishing.ports import Files
from targets.domain.publishing.annual_table import annual_document
from targets.domain.publishing.barometer_table import Asked, barometer_document, regions_of
from targets.domain.publishing.levels import of_period
from targets.domain.publishing.tables import Document

REGIONS_PAGE_ENTRIES: Final = 500


class Format(Enum):
    """By the ending of a file's name."""

    XLSX = "xlsx"
    PDF = "pdf"

    @property
    def content_type(self) -> str:
        if self is Format.PDF:
            return "application/pdf"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    content_type: str
    name: str


async def export_barometer(asked: Asked, form: Format, work: Work, *, policy: PolicyBundle, files: Files) -> File:
    regions = regions_of(asked.parent, await _known_regions(work), policy)
    levels = await work.levels.of(regions, known_at=asked.known_at)
    return await _file(barometer_document(asked, of_period(levels, asked.period_end), policy), form, files)


async def _known_regions(work: Work) -> list[RegionCode]:
    """Those of which a level was ever taken in, also where the table of divisions does not name them."""
    found: list[RegionCode] = []
    while page := await work.regions.page(found[-1] if found else "", REGIONS_PAGE_ENTRIES):
        found += [region.code for region in page]
    return found


async def export_annual_report(  # what it is of, and what makes it
    region: RegionCode, year: int, known_at: datetime, *, work: Work, policy: PolicyBundle, files: Files
) -> File:
    report = await report_year(region, year, known_at, work=work, policy=policy)
    return await _file(annual_document(report, policy), Format.XLSX, files)


async def _file(document: Document, form: Format, files: Files) -> File:
    content = await (files.pdf(document) if form is Format.PDF else files.xlsx(document))
    return File(content, form.content_type, f"{document.name}.{form.value}")
