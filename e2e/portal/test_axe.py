"""axe-core on every page, in both languages and both widths: nobody is kept out of anything."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.axe import axe_script
from e2e.portal.browsing import HEIGHT, WIDTHS
from e2e.portal.places import PROJECT, every_place
from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("stocked")]

Visit = Callable[..., Page]
OWNERS: Final = sorted({place.person for place in every_place()})
RUN: Final = 'async () => (await axe.run(document, {resultTypes: ["violations"]})).violations'


@pytest.fixture(scope="module")
def script() -> str:
    return axe_script()


def violations(page: Page, script: str) -> Sequence[str]:
    """Of any impact, each with the rule and the elements that it is about."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{page.url} {one['id']} ({one['impact']}): {one['help']}\n"
        + "\n".join(f"  {node['html'][:160]} | {json.dumps(node['target'])}" for node in one["nodes"][:4])
        for one in found
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("person", OWNERS)
def test_no_page_violates_a_rule_of_access(visit: Visit, script: str, person: str, language: str) -> None:
    page = visit(person, bypass_csp=True)
    portal = page.url.rstrip("/")
    page.goto(f"{portal}/language?to={language}&next=/")
    found: list[str] = []

    for place in every_place():
        if place.person == person:
            page.goto(portal + place.address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                found += violations(page, script)

    assert not found, "\n".join(found)


def test_forms_with_errors_and_checks_before_sending_violate_none(visit: Visit, script: str) -> None:
    registrar, drafter = (visit(person, bypass_csp=True) for person in ("registrar.qinghai", "drafter.qinghai"))
    portal = registrar.url.rstrip("/")
    found: list[str] = []

    registrar.goto(f"{portal}/filings/new")
    registrar.fill("#field-rest", "dossier: [")
    _check(registrar)
    assert registrar.locator(".summary").count()
    found += violations(registrar, script)
    registrar.goto(f"{portal}{PROJECT}/amend")
    _check(registrar)
    assert registrar.locator("button[value=send]").count()
    found += violations(registrar, script)
    drafter.goto(f"{portal}{PROJECT}/opinion/draft")
    _check(drafter)
    found += violations(drafter, script)
    drafter.fill("#field-text", "虚构示例")
    _check(drafter)
    assert drafter.locator("button[value=send]").count()
    found += violations(drafter, script)

    assert not found, "\n".join(found)


def _check(page: Page) -> None:
    with page.expect_navigation():
        page.click("button[name=step][value=check]")


def test_the_page_after_the_sign_out_violates_none(visit: Visit, entrance: Entrance, script: str) -> None:
    page = visit("viewer.qinghai", bypass_csp=True, anew=True)

    page.click("text=退出登录")

    assert page.url == f"{entrance.address}signed-out"
    assert violations(page, script) == []
