"""The published files: what they say, that nothing in them is a formula, and that they come out the same again."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from kernel.regions import RegionCode
from kernel.text import Text
from statute.loader import PolicyBundle
from targets.adapters.publishing import harmless, pdf_of, xlsx_of
from targets.domain.assessment.annual_report import report_of
from targets.domain.assessment.progress import Progress
from targets.domain.indicators import Aim
from targets.domain.levels import LevelBasis, LevelReading, RegionLevel, Scale, WarningLevel
from targets.domain.periods import year_to
from targets.domain.publishing.annual_table import annual_document
from targets.domain.publishing.barometer_table import Asked, barometer_document, regions_of
from targets.domain.publishing.levels import newest_by, of_period
from targets.domain.publishing.tables import Cell, Document, Language, Table

QINGHAI, XINING, HAIDONG = RegionCode("630000"), RegionCode("630100"), RegionCode("630200")
H1 = date(2021, 6, 30)
KNOWN = datetime(2021, 8, 17, 4, 0, tzinfo=UTC)
ASKED = Asked(QINGHAI, H1, KNOWN)

Sheet = list[list[object]]


def level(
    region: RegionCode,
    number: int,
    scale: Scale = Scale.INTENSITY,
    last: date = H1,
    evidence: str = "试验用公布文件",
    derived: bool = False,
) -> RegionLevel:
    reading = LevelReading(
        scale,
        WarningLevel(number),
        year_to(last),
        LevelBasis.DERIVED if derived else LevelBasis.PUBLISHED,
        evidence,
        "hash" if derived else "",
    )
    return RegionLevel(region, reading, 1, last + timedelta(days=30), KNOWN, number=int(last.strftime("%Y%m%d")))


LEVELS = [
    level(QINGHAI, 1),
    level(QINGHAI, 1, Scale.TOTAL),
    level(XINING, 2, evidence="甲 (依据未核验) | A (basis not verified)", derived=True),
    level(HAIDONG, 3, last=date(2021, 3, 31)),
]


def barometer(policy: PolicyBundle, asked: Asked = ASKED) -> Document:
    return barometer_document(asked, of_period(LEVELS, asked.period_end), policy)


def sheets(content: bytes) -> dict[str, Sheet]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: [list(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def row_of(sheet: Sheet, code: str) -> list[object]:
    return next(row for row in sheet if row[0] == code)


def test_the_sheet_says_every_level_in_words_chinese_first(policy: PolicyBundle) -> None:
    book = sheets(xlsx_of(barometer(policy)))

    assert list(book) == ["晴雨表", "Barometer"]
    zh, en = book.values()
    assert zh[0][0] == "青海省能耗双控目标完成情况晴雨表 (截至 2021-06-30)"
    assert row_of(zh, "630000")[:4] == ["630000", "青海省", "一级预警 (红)", "一级预警 (红)"]
    assert row_of(zh, "630100")[2:4] == ["二级预警 (橙), 依据未核验", "未知"]
    assert row_of(en, "630100")[1:4] == ["Xining City", "level 2 (orange), basis not verified", "not known"]


def test_a_level_of_another_period_is_not_the_level_of_this_one(policy: PolicyBundle) -> None:
    zh = sheets(xlsx_of(barometer(policy)))["晴雨表"]

    assert row_of(zh, "630200")[2:4] == ["未知", "未知"]


def test_all_regions_right_below_are_listed_and_none_further_down(policy: PolicyBundle) -> None:
    below_province = regions_of(QINGHAI, [RegionCode("630100"), RegionCode("639900")], policy)
    below_prefecture = regions_of(XINING, [], policy)

    assert below_province[:2] == ["630000", "630100"]
    assert "639900" in below_province
    assert "630121" not in below_province
    assert below_prefecture[0] == "630100"
    assert "630121" in below_prefecture
    assert regions_of(None, [QINGHAI, XINING], policy) == ["630000"]


def test_the_same_document_gives_the_same_bytes(policy: PolicyBundle) -> None:
    for write in (xlsx_of, pdf_of):
        assert write(barometer(policy)) == write(barometer(policy))


def test_the_known_time_is_in_the_file_and_not_the_time_of_writing(policy: PolicyBundle) -> None:
    content = xlsx_of(barometer(policy))

    properties = ZipFile(BytesIO(content)).read("docProps/core.xml").decode()
    assert "2021-08-17T04:00:00Z" in properties
    assert "知悉时间: 2021-08-17 12:00 (北京时间)" in str(sheets(content)["晴雨表"][1][0])


def test_the_page_is_a_pdf_in_the_font_that_every_reader_has(policy: PolicyBundle) -> None:
    content = pdf_of(barometer(policy))

    assert content.startswith(b"%PDF-1")
    assert b"/STSong-Light" in content
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") >= 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_taken_for_a_formula(start: str) -> None:
    table = Table(
        Language.ZH, "表", f"{start}1+1", (f"{start}2",), ("列",), (10,), ((Cell(f"{start}cmd|' /C calc'!A0"),),)
    )

    (sheet,) = sheets(xlsx_of(Document("x", "x", KNOWN, (table,)))).values()

    texts = [cell for row in sheet for cell in row if cell]
    assert texts
    assert all(not str(text).startswith(start) for text in texts)
    assert harmless("能耗") == "能耗"


def test_markup_in_a_document_title_does_not_break_the_page(policy: PolicyBundle) -> None:
    document = barometer_document(ASKED, of_period([level(QINGHAI, 1, evidence="<b>&</i>")], H1), policy)

    assert pdf_of(document).startswith(b"%PDF-1")


def test_the_newest_level_by_a_day_is_of_a_period_that_ended_by_then() -> None:
    later = level(XINING, 3, last=date(2022, 3, 31))

    found = newest_by([*LEVELS, later], date(2021, 12, 31))

    assert [(one.region, one.level.value) for one in found if one.region == XINING] == [(XINING, 2)]


def test_the_yearly_report_shows_numbers_as_numbers_and_what_is_missing_as_not_known(policy: PolicyBundle) -> None:
    reached = Progress(
        "energy_intensity",
        Text("单位地区生产总值能耗下降", "fall of energy per unit of GDP"),
        "%",
        Aim.FALL,
        target=Decimal("-12.5"),
        required=Decimal("-7.699"),
        actual=Decimal("-7.7"),
        status="final",
    )
    open_one = Progress("forest_cover", Text("森林覆盖率", "forest cover"), "%", Aim.AT_LEAST)
    report = report_of(
        QINGHAI,
        date(2023, 12, 31),
        KNOWN,
        progress={"energy_intensity": reached, "forest_cover": open_one},
        levels=newest_by(LEVELS, date(2023, 12, 31))[:1],
        promised_kgce=400,
        policy=policy,
    )

    zh = sheets(xlsx_of(annual_document(report, policy)))["年度报告"]

    assert row_of(zh, "单位地区生产总值能耗下降")[2:7] == [-12.5, -7.699, -7.7, "最终", "达到进度"]
    assert row_of(zh, "森林覆盖率")[2:7] == ["未知", "未知", "未知", "", "未知"]
    lines = [str(row[0]) for row in zh]
    assert any("400 kgce" in line for line in lines)
    assert any("报告义务" in line and "五(二)" in line for line in lines)
    assert "能耗强度: 一级预警 (红), 截至 2021-06-30" in lines
