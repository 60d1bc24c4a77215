"""A draft of the law is held to what an archive of law must be; what is wrong is told by file and line."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import pytest

from portal.application.what_if import Runs
from portal.domain.sessions import Session
from portal.entrypoints.cookies import LANGUAGE
from statute.archive import ARCHIVE_BYTES_MAX

Post = Callable[..., Any]


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("policy_officer:630000",)


@pytest.fixture
def post(browser: httpx.AsyncClient, session: Session) -> Post:
    async def sent(*, files: Any = None, **said: str) -> httpx.Response:
        return await browser.post("/what-if", data={"csrf": session.csrf, "region": "", **said}, files=files)

    return sent


def zipped(files: dict[str, str]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


WRONG = {
    "no zip": (b"PK\x03\x04 nothing", "不是完整的 zip 文件", "it is no sound zip"),
    "no folder of the province": (zipped({"gansu/a.yaml": "rules: []"}), "没有省级文件夹 qinghai", "no folder qinghai"),
    "a way out": (zipped({"../x.yaml": ""}), "文件名", "is not named folder/name.yaml"),
    "a broken file": (
        zipped({"qinghai/a.yaml": "rules: ["}),
        "qinghai/a.yaml:2: YAML",
        "qinghai/a.yaml:2: broken YAML",
    ),
    "an unknown section": (
        zipped({"qinghai/a.yaml": "\nlaws: []\n"}),
        "qinghai/a.yaml:2: 没有名为 laws 的节",
        "qinghai/a.yaml:2: there is no section laws",
    ),
    "a name that is a script": (zipped({"<script>/x.yaml": ""}), "&lt;script&gt;", "&lt;script&gt;"),
    "too large": (b"x" * (ARCHIVE_BYTES_MAX + 1), "文件大于 896 KiB", "larger than 896 KiB"),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_wrong_archive_is_refused_by_file_and_line(
    browser: httpx.AsyncClient, post: Post, runs: Runs, what: str, language: str
) -> None:
    raw, zh, en = WRONG[what]
    browser.cookies.set(LANGUAGE, language)

    answer = await post(files={"archive": ("law.zip", raw, "application/zip")})

    assert answer.status_code == 422
    assert (zh if language == "zh" else en) in answer.text
    assert 'href="#field-archive"' in answer.text
    assert "<script>" not in answer.text
    assert runs.of("reviewer.test") == []


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "archive"),
        ({"file": "../x.yaml", "text": "rules: []"}, "file"),
        ({"file": "x.yml", "text": "rules: []"}, "file"),
        ({"file": "a.yaml", "text": "rules: ["}, "text"),
        ({"file": "a.yaml", "text": "a: &a [1]\nb: *a"}, "text"),
        ({"file": "a.yaml", "text": "[" * 20_000}, "text"),
        ({"file": "a.yaml", "text": "rules: []", "region": "110000"}, "region"),
        ({"file": "a.yaml", "text": "rules: []", "region": "<b>"}, "region"),
    ],
)
async def test_what_is_wrong_with_a_draft_is_told_beside_its_field(
    post: Post, said: dict[str, str], field: str
) -> None:
    answer = await post(**said)

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert said.get("text", "")[:40].replace("&", "&amp;") in answer.text


async def test_an_archive_and_a_pasted_text_together_are_refused(post: Post) -> None:
    answer = await post(text="rules: []", file="a.yaml", files={"archive": ("a.zip", b"x", "application/zip")})

    assert answer.status_code == 422
    assert "只给其一" in answer.text


async def test_everything_that_is_wrong_with_single_entries_is_told_at_once(post: Post) -> None:
    answer = await post(file="a.yaml", text="laws: []\nacts: []\n")

    summary = answer.text[: answer.text.index('<form method="post" action="/what-if"')]
    assert "qinghai/a.yaml:1: 没有名为 laws 的节" in summary
    assert "qinghai/a.yaml:2: 没有名为 acts 的节" in summary


async def test_a_draft_that_does_not_fit_together_is_refused(post: Post) -> None:
    """Figures of regions stay, their regions go."""
    answer = await post(file="regions.yaml", text="regions: []")

    assert answer.status_code == 422
    assert "qinghai/region-figures.yaml:" in answer.text
    assert "630100" in answer.text
