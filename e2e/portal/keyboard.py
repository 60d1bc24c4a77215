"""The portal by keyboard alone: each press of Tab leads to something that is seen, and in the order of the page."""

from typing import Any, Final

from playwright.sync_api import Locator, Page

STEPS_MAX: Final = 400
LINE_PIXELS_MIN: Final = 2
STOPS: Final = (
    "[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]"
    ".filter(one => one.checkVisibility() && one.type !== 'hidden' && one.tabIndex >= 0).length"
)
WHERE: Final = """([back, selector]) => {
  const here = document.activeElement, before = window.stood, style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  window.stood = here;
  const after = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  return {
    tag: here.tagName, html: here.outerHTML.slice(0, 120), reached: !!selector && here.matches(selector),
    line: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
    ordered: !before?.isConnected || before === document.body || before === here
      || !!(before.compareDocumentPosition(here) & after),
  };
}"""


def step(page: Page, selector: str = "", *, back: bool = False) -> dict[str, Any]:
    """One press of Tab; where it led is seen and comes next on the page. `reached`: the selector names it."""
    page.keyboard.press("Shift+Tab" if back else "Tab")
    where: dict[str, Any] = page.evaluate(WHERE, [back, selector])
    assert where["tag"] != "BODY", "the keyboard has left the page"
    assert where["line"] >= LINE_PIXELS_MIN, where
    assert where["seen"], where
    assert where["ordered"], where
    return where


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(STEPS_MAX):
        if step(page, selector, back=back)["reached"]:
            return
    raise AssertionError(f"{STEPS_MAX} steps lead to no {selector}")


def enter(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_load_state()


class Keyboard:
    """Does what a hand with a mouse does, by keys alone."""

    def follow(self, page: Page, selector: str) -> None:
        """To the link or button that the selector names, and through it."""
        _marked(page, selector)
        tab_to(page, "[data-wanted]")
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def write(self, page: Page, selector: str, words: str) -> None:
        """In place of what stands there; in a list of choices, down to the one that is meant."""
        field = _marked(page, selector)
        tab_to(page, "[data-wanted]")
        if field.evaluate("one => one.tagName") == "SELECT":
            page.keyboard.press("Home")
            for _ in range(STEPS_MAX):
                if field.input_value() == words:
                    break
                page.keyboard.press("ArrowDown")
            assert field.input_value() == words
        elif field.get_attribute("type") == "date":
            # Debian's Chromium has English controls: month, day, year, and each digit leads on to the next of them.
            year, month, day = words.split("-")
            page.keyboard.type(month + day + year)
            assert field.input_value() == words
        else:
            page.keyboard.press("Control+A")
            page.keyboard.insert_text(words)
        field.evaluate("one => one.removeAttribute('data-wanted')")


class Mouse:
    """As most people do it."""

    def follow(self, page: Page, selector: str) -> None:
        with page.expect_navigation():
            page.click(selector)

    def write(self, page: Page, selector: str, words: str) -> None:
        field = page.locator(selector)
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(words)
        else:
            field.fill(words)


def _marked(page: Page, selector: str) -> Locator:
    """The element by a mark that the page itself can look for: it knows nothing of selectors by text."""
    found = page.locator(selector).first
    found.evaluate("one => one.setAttribute('data-wanted', '')")
    return found
