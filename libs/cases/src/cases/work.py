"""What `dualcontrol screen` and `dualcontrol cases run` do; commands.py says what they are asked."""

from datetime import date
from pathlib import Path

from cases.coverage import Coverage, coverage_of
from cases.machine import coverage_json, result_json
from cases.model import Case
from cases.playing import applied_on
from cases.reading import policy_of, provinces, read_files, read_folder
from cases.rendering import coverage_lines, one_line, screened, summary
from cases.running import Result, run_case, run_cases
from client.commands.running import Exit, console, print_json
from client.errors import ClientError
from client.rendering.words import Language
from kernel.text import Text


async def screen(files: list[Path], on: date | None, *, language: Language, as_json: bool) -> Exit:
    """Raises CasesWrong, FileUnreadable."""
    cases = read_files(files)
    if on is not None:
        cases = [applied_on(case, on) for case in cases]
    results = [run_case(case) for case in cases]
    for result in results:
        _show(result, language=language, as_json=as_json)
    return _exit(all(result.passed for result in results))


async def run_folder(folder: Path, province: str | None, *, strict: bool, language: Language, as_json: bool) -> Exit:
    """Raises CasesWrong, FileUnreadable, ClientError for a province without law."""
    cases = _of_province(read_folder(folder), province)
    results = run_cases(cases)
    coverages = [_coverage(results, name) for name in sorted({case.province for case in cases})]
    _report(results, coverages, language=language, as_json=as_json)
    complete = not any(coverage.rules_lacking for coverage in coverages)
    return _exit(all(result.passed for result in results) and (complete or not strict))


def _of_province(cases: list[Case], province: str | None) -> list[Case]:
    if province is not None and province not in provinces():
        known = ", ".join(provinces())
        raise ClientError(
            Text(f"没有 {province} 的法规数据; 可用: {known}", f"no law of {province} is held; known: {known}")
        )
    return [case for case in cases if province in (None, case.province)]


def _coverage(results: tuple[Result, ...], province: str) -> Coverage:
    return coverage_of([result for result in results if result.case.province == province], policy_of(province))


def _show(result: Result, *, language: Language, as_json: bool) -> None:
    if as_json:
        print_json(result_json(result, whole=True))
        return
    out = console()
    for part in screened(result, language):
        out.print(part)


def _report(results: tuple[Result, ...], coverages: list[Coverage], *, language: Language, as_json: bool) -> None:
    if as_json:
        cases = [result_json(result, whole=False) for result in results]
        print_json({"cases": cases, "coverage": [coverage_json(coverage) for coverage in coverages]})
        return
    out = console()
    for result in results:
        for line in one_line(result, language):
            out.print(line)
    out.print(summary(results, language))
    for coverage in coverages:
        for line in coverage_lines(coverage, language):
            out.print(line)


def _exit(fine: bool) -> Exit:
    return Exit.DONE if fine else Exit.REFUSED
