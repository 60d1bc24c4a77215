"""A list of projects as a file for spreadsheets: the columns and rows that the page shows, nothing computed in it."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC
from decimal import Decimal
from typing import Final

import xlsxwriter

from client.rendering.words import date_of, disposition_text, outcome_text, verdict_mark
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.clock import CHINA_STANDARD_TIME
from kernel.quantities import plain
from kernel.text import Text
from portal.application.projects_words import industry_text, region_text
from portal.domain.sheets import safe_cell

BYTE_ORDER_MARK: Final = "\ufeff"
PER_TONNE: Final = 1_000
NOT_STATED: Final = Text("未报", "not stated")
NOT_TOLD: Final = Text("尚不明", "not told yet")
NOT_DECIDED: Final = Text("尚无决定", "not decided yet")

COLUMNS: Final = (
    Text("备案编号", "filing"), Text("项目名称", "project"), Text("项目单位", "owner"),
    Text("统一社会信用代码", "credit code"), Text("项目代码", "project code"), Text("地区", "region"),
    Text("行业", "industry"), Text("申请日期", "application date"),
    Text("年综合能源消费量 (tce, 当量)", "annual energy (tce, calorific)"),
    Text("两高", "two-high"), Text("结果", "outcome"), Text("处理意见", "disposition"),
    Text("决定时间 (北京时间)", "decided (in China)"),
    Text("决定", "decision"),
)  # fmt: skip

Cell = str | Decimal


def row(one: pb.Project, language: str) -> tuple[Cell, ...]:
    """As the page shows it. A number is one only where a figure is known."""

    def said(text: Text) -> str:
        return str(getattr(text, language))

    stated = said(NOT_STATED)
    decided = bool(one.decision)
    return (
        one.filing.removeprefix("filings/"),
        one.display_name or stated,
        one.owner_name or stated,
        one.credit_code or stated,
        one.project_code or stated,
        said(region_text(one.region_code)) if one.region_code else stated,
        "; ".join(said(industry_text(code)) for code in one.industry_codes) or stated,
        date_of(one.application_date) if one.HasField("application_date") else stated,
        annual_tce(one) if one.HasField("annual_kgce_calorific") else said(NOT_TOLD),
        said(verdict_mark(one.two_high)[1]) if one.two_high else said(NOT_TOLD),
        said(outcome_text(one.outcome)) if decided else said(NOT_DECIDED),
        said(disposition_text(one.disposition)) if decided else said(NOT_DECIDED),
        f"{one.decide_time.ToDatetime(UTC).astimezone(CHINA_STANDARD_TIME):%Y-%m-%d %H:%M}" if decided else "",
        one.decision,
    )


def annual_tce(one: pb.Project) -> Decimal:
    """tce on the 当量 basis."""
    return Decimal(one.annual_kgce_calorific) / PER_TONNE


def as_csv(projects: Sequence[pb.Project], language: str) -> bytes:
    """UTF-8 with a byte order mark: without it spreadsheets take Chinese for something else."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([getattr(column, language) for column in COLUMNS])
    writer.writerows([_text(cell) for cell in row(one, language)] for one in projects)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _text(cell: Cell) -> str:
    return plain(cell) if isinstance(cell, Decimal) else safe_cell(cell)


def as_workbook(projects: Sequence[pb.Project], language: str) -> bytes:
    """An Excel workbook. Texts are written as texts: nothing in them is a formula or a link."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(
        written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(str(getattr(Text("项目", "projects"), language)))
        bold = book.add_format({"bold": True})
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, getattr(column, language), bold)
        for number, one in enumerate(projects, 1):
            for place, cell in enumerate(row(one, language)):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, place, cell)
                else:
                    sheet.write_string(number, place, safe_cell(cell))
        sheet.freeze_panes(1, 0)
    return written.getvalue()
