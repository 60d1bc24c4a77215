"""Writes documents as Excel and PDF files: the same document always gives the same bytes."""

import asyncio
from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

import xlsxwriter
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Table as PdfTable

from kernel.quantities import plain
from targets.domain.publishing.tables import Cell, Colour, Document, Table

FONT: Final = "STSong-Light"
"""Every PDF reader has a font for it, so that no font has to travel in the file."""
FILLS: Final = {Colour.RED: "#C00000", Colour.ORANGE: "#F4B183", Colour.GREEN: "#70AD47"}
INKS: Final = {Colour.RED: "#FFFFFF", Colour.ORANGE: "#000000", Colour.GREEN: "#000000"}
HEADER_FILL: Final = "#D9E2F3"
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
SHEET_DIGITS_MAX: Final = 15
"""What a spreadsheet's number holds exactly; a longer one is written as text."""
SHARE_CHARACTERS: Final = 3
"""How wide a column of a sheet is for each share of its table's width."""
MARGIN: Final = 14 * mm

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Writer:
    """Files take a while to write: in a thread, so that calls beside them go on."""

    async def xlsx(self, document: Document) -> bytes:
        return await asyncio.to_thread(xlsx_of, document)

    async def pdf(self, document: Document) -> bytes:
        return await asyncio.to_thread(pdf_of, document)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also when it was copied or saved as CSV."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def xlsx_of(document: Document) -> bytes:
    """A sheet a table."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # Written in UTC and without a zone, as the format wants it: the known time, not the clock of this machine.
    book.set_properties(
        {"title": harmless(document.title), "created": document.made_at.astimezone(UTC).replace(tzinfo=None)}
    )
    formats = _Formats(book)
    for table in document.tables:
        _write_sheet(book.add_worksheet(table.name), table, formats)
    book.close()
    return file.getvalue()


class _Formats:
    def __init__(self, book: Any) -> None:
        wrapped = {"text_wrap": True, "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.header = book.add_format({"bold": True, "border": 1, "bg_color": HEADER_FILL, **wrapped})
        self.plain = book.add_format({"border": 1, **wrapped})
        self.coloured = {
            colour: book.add_format(
                {"border": 1, "bold": True, "bg_color": FILLS[colour], "font_color": INKS[colour], **wrapped}
            )
            for colour in Colour
        }

    def of(self, cell: Cell) -> Any:
        return self.plain if cell.colour is None else self.coloured[cell.colour]


def _write_sheet(sheet: Any, table: Table, formats: _Formats) -> None:
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, harmless(table.title), formats.title)
    for row, line in enumerate(table.lines, 1):
        sheet.write_string(row, 0, harmless(line))
    top = len(table.lines) + 2
    for column, (word, width) in enumerate(zip(table.header, table.widths, strict=True)):
        sheet.set_column(column, column, width * SHARE_CHARACTERS)
        sheet.write_string(top, column, harmless(word), formats.header)
    for row, cells in enumerate(table.rows, top + 1):
        for column, cell in enumerate(cells):
            _write_cell(sheet, (row, column), cell, formats)
    sheet.repeat_rows(top)
    sheet.freeze_panes(top + 1, 0)
    for row, note in enumerate(table.notes, top + len(table.rows) + 2):
        sheet.write_string(row, 0, harmless(note))


def _write_cell(sheet: Any, place: tuple[int, int], cell: Cell, formats: _Formats) -> None:
    if cell.number is not None and len(cell.number.as_tuple().digits) <= SHEET_DIGITS_MAX:
        sheet.write_number(*place, cell.number, formats.of(cell))
    else:
        text = plain(cell.number) if cell.number is not None else harmless(cell.text)
        sheet.write_string(*place, text, formats.of(cell))


def pdf_of(document: Document) -> bytes:
    """A4 upright; each table begins a page, and its header stands on every page of it."""
    file = BytesIO()
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=document.title,
        invariant=1,
    )
    story: list[Flowable] = []
    for table in document.tables:
        story += [PageBreak()] if story else []
        story += _section(table, template.width)
    template.build(story, onFirstPage=_number_page, onLaterPages=_number_page)
    return file.getvalue()


def _number_page(canvas: Any, _template: Any) -> None:
    canvas.setFont(FONT, 8)
    canvas.drawCentredString(A4[0] / 2, MARGIN / 2, f"- {canvas.getPageNumber()} -")


def _style(size: int, **more: Any) -> ParagraphStyle:
    leading = size * 5 // 4 + 1
    return ParagraphStyle(f"{size}{more}", fontName=FONT, fontSize=size, leading=leading, wordWrap="CJK", **more)


TITLE: Final = _style(14, alignment=TA_CENTER, spaceAfter=6)
LINE: Final = _style(9)
CELL: Final = _style(8)
CELLS: Final = {colour: _style(8, textColor=colors.HexColor(INKS[colour])) for colour in Colour}


def _section(table: Table, width: Any) -> list[Flowable]:
    shares = sum(table.widths)
    made = PdfTable(
        [[Paragraph(escape(word), CELL) for word in table.header]]
        + [[_paragraph(cell) for cell in row] for row in table.rows],
        colWidths=[width * share / shares for share in table.widths],
        repeatRows=1,
    )
    made.setStyle(TableStyle(_commands(table.rows)))
    return [
        Paragraph(escape(table.title), TITLE),
        *(Paragraph(escape(line), LINE) for line in table.lines),
        Spacer(1, 3 * mm),
        made,
        Spacer(1, 3 * mm),
        *(Paragraph(escape(note), LINE) for note in table.notes),
    ]


def _paragraph(cell: Cell) -> Paragraph:
    return Paragraph(escape(cell.text), CELL if cell.colour is None else CELLS[cell.colour])


def _commands(rows: Sequence[Sequence[Cell]]) -> list[Any]:
    """The looks of a table below its header."""
    return [
        ("GRID", (0, 0), (-1, -1), 0.25, colors.grey),
        ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor(HEADER_FILL)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *(
            ("BACKGROUND", (column, row), (column, row), colors.HexColor(FILLS[cell.colour]))
            for row, cells in enumerate(rows, 1)
            for column, cell in enumerate(cells)
            if cell.colour is not None
        ),
    ]
