"""What the look must keep to: nothing inline, nothing from elsewhere, contrast, paper."""

import re
from pathlib import Path

import pytest

from portal.entrypoints.rendering import STATIC, TEMPLATES

AA = 4.5
PAIRS = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("ink-soft", "ground"),
    ("ink-soft", "surface"),
    ("ink-soft", "surface-soft"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent-strong", "accent-soft"),
    ("surface", "accent"),
    ("surface", "accent-strong"),
    ("good", "good-soft"),
    ("wait", "wait-soft"),
    ("bad", "bad-soft"),
    ("bad", "surface"),
    ("mute", "mute-soft"),
]


def tokens() -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+\d*): (#[0-9a-f]{6});", (STATIC / "tokens.css").read_text("utf-8")))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    lighter, darker = sorted((luminance(tokens()[text]), luminance(tokens()[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= AA


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_a_template_has_nothing_inline_and_nothing_from_elsewhere(template: Path) -> None:
    text = template.read_text("utf-8")

    text = re.sub(r"<script src=\"\{\{ asset\('[a-z-]+\.js'\) \}\}\" defer></script>", "", text)
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text) == []
    elsewhere = re.findall(r"(?:href|src|action)=\"(?:https?:)?//", text)
    assert elsewhere == []


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_loads_nothing(sheet: Path) -> None:
    text = sheet.read_text("utf-8")

    assert "@import" not in text
    assert "url(" not in text


def test_colours_are_tokens() -> None:
    """Outside of paper, which is white."""
    screen = (STATIC / "portal.css").read_text("utf-8").split("@page")[0]

    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", screen)) <= {"#ffffff"}


def test_paper_is_a4_and_has_no_navigation() -> None:
    paper = (STATIC / "portal.css").read_text("utf-8").split("@page")[1]

    assert "size: A4" in paper
    assert ".side" in paper
