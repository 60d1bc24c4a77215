"""Letters as PDF in the layout of GB/T 9704-2012: A4, the text block 156 mm by 225 mm, 22 lines of 28 characters."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer

from portal.application.letters import Letter

TOP, BOTTOM, LEFT, RIGHT = 37 * mm, 35 * mm, 28 * mm, 26 * mm
WIDTH: Final = 156 * mm
SIZE_2, SIZE_3, SIZE_4 = 22, 15.75, 14
"""二号, 三号 and 四号, in points."""
LEADING: Final = 225 * mm / 22
FOOT: Final = 7 * mm
"""From the text block down to the page number."""

FONTS: Final = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
"""Where systems keep a font with Chinese. One with PostScript outlines cannot be embedded and is passed over."""
BUILT_IN: Final = "STSong-Light"
"""Every PDF reader has a font for it."""


@cache
def font() -> str:
    """The first that can be embedded, else the one that every reader has."""
    for path in FONTS:
        try:
            pdfmetrics.registerFont(TTFont(Path(path).stem, path))
        except (TTFError, OSError):
            continue
        return Path(path).stem
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return BUILT_IN


def pdf_of(letter: Letter) -> bytes:
    """The same letter always gives the same bytes. Its properties say the font."""
    file = BytesIO()
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        topMargin=TOP,
        bottomMargin=BOTTOM,
        # A frame keeps six points to itself on every side.
        leftMargin=LEFT - 6,
        rightMargin=RIGHT - 6,
        title=letter.title,
        subject=f"GB/T 9704; font {font()}",
        invariant=1,
    )
    template.build(list(_story(letter)), onFirstPage=_number_page, onLaterPages=_number_page)
    return file.getvalue()


def _story(letter: Letter) -> Iterator[Flowable]:
    body = _style("body", SIZE_3, firstLineIndent=2 * SIZE_3)
    for line in titled(letter.title):
        yield Paragraph(escape(line), _style("title", SIZE_2, alignment=TA_CENTER))
    yield Spacer(1, LEADING)
    yield Paragraph(f"{escape(letter.to)}:", _style("to", SIZE_3))
    yield Paragraph(escape(letter.opening), body)
    heading = _style("heading", SIZE_3, firstLineIndent=2 * SIZE_3, keepWithNext=1)
    flow: list[Flowable] = []
    for section in letter.sections:
        flow.append(Paragraph(escape(section.title), heading))
        flow += [Paragraph(escape(paragraph), body) for paragraph in section.paragraphs]
    signed = _style("signed", SIZE_3, alignment=TA_RIGHT, rightIndent=4 * SIZE_3)
    seal = [Spacer(1, 2 * LEADING), Paragraph("(办理机关印章)", signed), Paragraph(escape(letter.day), signed)]
    yield from flow[:-2]
    # A seal never stands on a page without text.
    yield KeepTogether([*flow[-2:], *seal])


def titled(title: str) -> list[str]:
    """A title that needs a second line has what kind of letter it is there: no word may be broken (GB/T 9704)."""
    width = sum(1 if east_asian_width(one) in "WF" else Fraction(1, 2) for one in title)
    head, of, kind = title.rpartition("的")
    return [title] if width * SIZE_2 <= WIDTH or not head else [head + of, kind]


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=font(), fontSize=size, leading=LEADING, wordWrap="CJK", **more)


def _number_page(canvas: Any, _template: Any) -> None:
    """四号, a dash on each side; odd pages to the right, even ones to the left, one character in."""
    number = canvas.getPageNumber()
    words, height = f"— {number} —", BOTTOM - FOOT - SIZE_4
    canvas.setFont(font(), SIZE_4)
    if number % 2:
        canvas.drawRightString(A4[0] - RIGHT - SIZE_4, height, words)
    else:
        canvas.drawString(LEFT + SIZE_4, height, words)
