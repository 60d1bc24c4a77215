"""The pages that everybody has."""

import re

import httpx
import pytest


@pytest.mark.parametrize("path", ["/", "/help"])
async def test_a_page_is_shown_to_who_is_signed_in(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)

    assert answer.status_code == 200
    assert "测试甲" in answer.text
    assert "青海省" in answer.text


@pytest.mark.parametrize("path", ["/", "/help"])
async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(anonymous: httpx.AsyncClient, path: str) -> None:
    answer = await anonymous.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"


async def test_the_navigation_leads_nowhere_that_is_not_there(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/help")).text

    links = set(re.findall(r'<a href="(/[a-z]*)"', page))
    assert {"/", "/projects", "/help"} <= links
    assert [link for link in links if (await browser.get(link)).status_code == 404] == []
