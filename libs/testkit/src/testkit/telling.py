"""What a test has to tell beside that it passed: a line of figures at the end of the run, wherever the test ran."""

from collections.abc import Callable
from typing import Final, TypeAlias

import pytest

TOLD: Final = "told"

Tell: TypeAlias = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Of one line of text."""
    return lambda line: record_property(TOLD, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The lines of the tests that passed."""
    reports = terminalreporter.stats.get("passed", ())
    for line in [value for report in reports for name, value in report.user_properties if name == TOLD]:
        terminalreporter.line(line)
