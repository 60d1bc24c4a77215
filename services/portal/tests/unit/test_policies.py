"""政策库: what is in force, every dated value of an entry with its document, and what changes between two days."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import httpx
import pytest

from kernel.text import Text
from portal.application.policies import LawInForce, difference, entries, found
from portal.entrypoints.cookies import LANGUAGE
from portal.entrypoints.parts import Portal
from statute.loader import PolicyBundle

BENCHMARK = "access.clinker.benchmark"
BEGAN = date(2023, 7, 4)
TODAY = date(2026, 3, 2)
SCRIPT = "<script>alert(1)</script>'\"&"


def rows(page: str) -> list[str]:
    """The rows of the page's tables, as text."""
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())
        for body in bodies
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


async def test_the_library_names_its_bundle_and_is_paged(browser: httpx.AsyncClient, policy: PolicyBundle) -> None:
    first = (await browser.get("/policies")).text
    second = (await browser.get("/policies?page=2")).text

    assert policy.bundle_hash in first
    assert len(rows(first)) == len(rows(second)) == 50
    assert set(rows(first)).isdisjoint(rows(second))
    assert f"共 {len(entries(policy, TODAY))} 条" in first
    assert 'href="/policies?page=2"' in first


async def test_an_entry_is_found_by_part_of_its_id_or_title(browser: httpx.AsyncClient) -> None:
    by_id = rows((await browser.get("/policies?q=CLINKER.bench")).text)
    by_title = rows((await browser.get("/policies?q=水泥熟料 能效标杆")).text)

    assert by_id == by_title == [f"水泥熟料 能效标杆水平 {BENCHMARK} 参数 100 kgce/t 已核验"]


@pytest.mark.parametrize("verification", ["confirmed", "unverified", "not_found", "policy_default"])
def test_what_is_listed_as_verified_so_is_so_on_the_day(policy: PolicyBundle, verification: str) -> None:
    listed = found(entries(policy, TODAY), "", "parameter", verification)

    parameters = [policy.parameters[one.id] for one in listed]
    in_force = {one.id for one in policy.parameters.values() if (noted := one.noted_on(TODAY)) is not None
                and noted.citation.verification == verification}  # fmt: skip
    assert in_force <= {one.id for one in listed}
    assert all(verification in {v.citation.verification for v in one.versions} for one in parameters)
    assert listed


async def test_a_figure_that_was_looked_for_in_vain_is_no_zero(browser: httpx.AsyncClient) -> None:
    listed = rows((await browser.get("/policies?verification=not_found&kind=parameter")).text)

    assert listed
    assert all("缺失" in row for row in listed)
    assert any("未找到" in row for row in listed)


@pytest.mark.parametrize(
    ("query", "field"), [("q=" + "x" * 101, "q"), ("kind=x", "kind"), ("verification=<b>", "verification")]
)
async def test_a_wrong_filter_is_told_beside_its_field(browser: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await browser.get(f"/policies?{query}")

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="error-{field}"' in answer.text


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999", "9999", "²"])
async def test_a_page_that_is_not_there_is_the_nearest(browser: httpx.AsyncClient, page: str) -> None:
    answer = await browser.get("/policies", params={"q": BENCHMARK, "page": page})

    assert answer.status_code == 200
    assert len(rows(answer.text)) == 1


async def test_an_entry_shows_every_edition_with_document_and_verification(browser: httpx.AsyncClient) -> None:
    shown = rows((await browser.get(f"/policies/{BENCHMARK}")).text)

    assert len(shown) == 2
    assert shown[0].startswith("2022-01-01 2023-07-04 100 kgce/t 发改产业〔2021〕1609号 已核验")
    assert shown[1].startswith("2023-07-04 现行 未定 100 kgce/t 发改产业〔2023〕723号 已核验")


async def test_an_unverified_figure_says_how_sure_it_is(browser: httpx.AsyncClient, policy: PolicyBundle) -> None:
    one = next(p for p in policy.parameters.values() if any(v.confidence == "low" for v in p.versions))

    page = (await browser.get(f"/policies/{one.id}")).text

    assert "未核验" in page
    assert "把握低" in page


async def test_every_entry_of_the_library_has_its_page(browser: httpx.AsyncClient, policy: PolicyBundle) -> None:
    listed = entries(policy, TODAY)
    some = [one for kind in ("rule", "standard", "norm", "parameter") for one in found(listed, "", kind, "")[::40]]

    answers = [await browser.get(f"/policies/{one.id}") for one in some]

    assert {one.status_code for one in answers} == {200}


async def test_what_is_not_in_the_law_is_not_found(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/policies/no.such.entry")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [("2023-07-02", "2023-07-03", False), ("2023-07-03", "2023-07-04", True), ("2023-07-04", "2023-07-05", False)],
)
def test_a_change_is_told_across_its_day_alone(policy: PolicyBundle, first: str, second: str, *, is_told: bool) -> None:
    moved = difference(policy, date.fromisoformat(first), date.fromisoformat(second))

    assert (BENCHMARK in {one.id for one in moved}) is is_told


async def test_the_difference_says_what_was_and_what_is(browser: httpx.AsyncClient) -> None:
    shown = rows((await browser.get("/policies/difference?from=2023-07-03&until=2023-07-04")).text)

    row = next(row for row in shown if BENCHMARK in row)
    assert "数值不变" in row
    assert "发改产业〔2021〕1609号" in row
    assert "发改产业〔2023〕723号" in row


async def test_the_same_day_twice_has_no_difference(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/policies/difference?from=2026-01-01&until=2026-01-01")).text

    assert "两个日期之间没有变化" in page


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=2026-02-30", "from"), ("until=x", "until"), ("from=", "from"), ("until=20260101", "until")],
)
async def test_a_day_that_is_none_is_told_beside_its_field(browser: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await browser.get(f"/policies/difference?{query}")

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text


@pytest.fixture
def hostile(portal: Portal, law: LawInForce) -> None:
    """A law whose own words are a script."""
    one = law.policy.parameters[BENCHMARK]
    changed = replace(
        one,
        title=Text(SCRIPT, SCRIPT),
        versions=tuple(
            replace(v, words=Text(SCRIPT, SCRIPT), citation=replace(v.citation, document=SCRIPT, article=SCRIPT))
            for v in one.versions
        ),
    )
    policy = replace(
        law.policy, parameters={**law.policy.parameters, BENCHMARK: changed}, bundle_hash="0" * 64
    )  # fmt: skip
    object.__setattr__(portal, "law", LawInForce(law.archive, policy))


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(
    "path",
    [
        "/policies?q=clinker.benchmark",
        f"/policies/{BENCHMARK}",
        "/policies/difference?from=2023-07-03&until=2023-07-04",
    ],
)
async def test_a_script_in_the_words_of_the_law_is_shown_and_not_run(browser: httpx.AsyncClient, path: str) -> None:
    page = (await browser.get(path)).text

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_the_library_speaks_english(browser: httpx.AsyncClient) -> None:
    browser.cookies.set(LANGUAGE, "en")

    shown = rows((await browser.get(f"/policies?q={BENCHMARK}")).text)

    assert shown == [f"cement clinker: efficiency benchmark {BENCHMARK} parameter 100 kgce/t confirmed"]


def test_a_figure_is_written_exactly(policy: PolicyBundle) -> None:
    listed = {one.id: one for one in entries(policy, TODAY)}
    exact = {
        one.id: version.value
        for one in policy.parameters.values()
        if (version := one.on(TODAY)) is not None and isinstance(version.value, Decimal)
    }

    wrong = [
        name for name, value in exact.items() if Decimal((listed[name].figure or Text("", "")).en.split()[0]) != value
    ]

    assert len(exact) > 500
    assert wrong == []
