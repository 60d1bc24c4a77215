"""The figures behind the charts, and their drawings: the table beside a chart says the same."""

from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from kernel.text import Text
from portal.domain.bullet import WIDTH, bullet
from portal.domain.tiles import HEIGHT, MAP_HEIGHT, MAP_WIDTH, TILES
from portal.domain.tiles import WIDTH as TILE_WIDTH
from portal.domain.waterfall import waterfall
from portal.entrypoints.rendering import TEMPLATES
from portal.entrypoints.wording import filters
from statute.loader import PolicyBundle

SVG = "{http://www.w3.org/2000/svg}"
SCRIPT = "<script>alert(1)</script>'\"&"
BENCHMARK = Text("基准", "benchmark")
HELD = Text("占用", "held")
FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@pytest.fixture(scope="module")
def charts() -> Any:
    """The macros, in Chinese, without a page around them."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"])
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # i18n
    environment.filters.update(filters("zh"))
    return environment.from_string((TEMPLATES / "charts.html").read_text("utf-8")).module


def parsed(drawn: object) -> ET.Element:
    """An error when it is not well-formed."""
    return ET.fromstring(f"<div>{drawn}</div>")  # made here


def cells(page: ET.Element) -> list[str | None]:
    return [cell.text for cell in page.iter("td")]


def test_the_map_has_every_prefecture_of_the_law_once(policy: PolicyBundle) -> None:
    prefectures = {str(code) for code in policy.regions if code.endswith("00") and not code.endswith("0000")}

    assert sorted(one.code for one in TILES) == sorted(prefectures)


def test_no_two_tiles_share_a_place_and_all_are_on_the_map() -> None:
    places = {(one.column, one.row) for one in TILES}

    assert len(places) == len(TILES)
    assert all(one.left + TILE_WIDTH <= MAP_WIDTH and one.top + HEIGHT <= MAP_HEIGHT for one in TILES)


def test_the_map_names_each_tile_with_its_level_in_words_and_a_link(charts: Any) -> None:
    red = ("level1", Text("一级 (红)", "1 (red)"), Text("能源消费总量", "total"))
    standing = {one.code: ("plain", Text("未报", "not stated"), None) for one in TILES} | {"632800": red}

    page = parsed(charts.tile_map(TILES, standing, MAP_WIDTH, MAP_HEIGHT, TILE_WIDTH, HEIGHT))

    told = {one.get("href"): "".join(one.itertext()).split() for one in page.iter("a")}
    assert len(told) == len(TILES)
    assert told["/regions/632800"] == ["海西州", "一级", "(红)", "能源消费总量"]
    assert told["/regions/630100"] == ["西宁市", "未报"]


@given(value=FIGURES, marks=st.lists(FIGURES, max_size=6))
def test_a_bullet_stays_on_its_axis_and_keeps_the_figures(value: Decimal, marks: list[Decimal]) -> None:
    chart = bullet(BENCHMARK, value, "kgce/t", [(BENCHMARK, one) for one in marks])

    assert chart.value == value
    assert [one.value for one in chart.marks] == marks
    assert all(0 <= one.at <= WIDTH for one in chart.marks)
    assert chart.left >= 0
    assert chart.left + chart.length <= WIDTH


def test_a_mark_beyond_the_value_stands_to_its_right() -> None:
    chart = bullet(BENCHMARK, Decimal(117), "kgce/t", [(BENCHMARK, Decimal(100)), (BENCHMARK, Decimal(118))])

    assert chart.marks[0].at < chart.left + chart.length < chart.marks[1].at


@given(granted=st.integers(0, 10**15), taken=st.lists(st.integers(0, 10**15), max_size=4))
def test_a_waterfall_ends_at_what_is_left(granted: int, taken: list[int]) -> None:
    steps = waterfall(Decimal(granted), [(HELD, Decimal(one)) for one in taken])

    assert steps[0].amount == granted
    assert [one.amount for one in steps[1:-1]] == taken
    assert steps[-1].amount == granted - sum(taken)
    assert all(one.left >= 0 and one.left + one.length <= WIDTH for one in steps)


def test_the_table_of_a_bullet_says_the_figures_of_the_drawing(charts: Any) -> None:
    chart = bullet(Text("单位产品能耗", "energy"), Decimal("1234.567"), "kgce/t", [(BENCHMARK, Decimal("1117.5"))])

    page = parsed(charts.bullet(chart))

    drawn = page.find(".//svg")
    assert drawn is not None
    assert drawn.get("aria-label") == "单位产品能耗: 1,234.567 kgce/t; 基准 1,117.5"
    assert cells(page) == ["1,234.567", "1,117.5"]


def test_the_table_of_a_waterfall_says_the_figures_of_the_drawing(charts: Any) -> None:
    page = parsed(charts.waterfall(waterfall(Decimal("10.5"), [(HELD, Decimal("12.25"))]), "海西", "tce"))

    drawn = page.find(".//svg")
    assert drawn is not None
    assert drawn.get("aria-label") == "海西; 下达 10.5 tce; 占用 12.25 tce; 剩余 -1.75 tce"
    assert cells(page) == ["10.5", "12.25", "-1.75"]


def test_words_in_charts_are_escaped(charts: Any) -> None:
    word = Text(SCRIPT, SCRIPT)

    page = parsed(
        str(charts.bullet(bullet(word, Decimal(1), SCRIPT, [(word, Decimal(2))])))
        + str(charts.waterfall(waterfall(Decimal(1), [(word, Decimal(1))]), SCRIPT, SCRIPT))
    )

    assert list(page.iter("script")) == []
    assert SCRIPT in "".join(page.itertext())
