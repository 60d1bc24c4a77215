"""Cases and their coverage for people: what passed, what differs, and what no case shows yet."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text as Styled

from cases.coverage import Coverage
from cases.model import Case
from cases.running import Result
from client.rendering.explain import explain
from client.rendering.findings import labelled
from client.rendering.words import Language, disposition_text, said
from kernel.text import Text
from screening.wire.decisions import decision_to_wire
from servicekit.wire import disposition_to_wire
from statute.finding import Disposition, Verdict

PASSED, FAILED = "✔", "✘"


def screened(result: Result, language: Language) -> Iterator[RenderableType]:
    """The case, its decision as a tree, and whether it is the one expected."""
    yield from _heading(result.case, language)
    yield from explain(decision_to_wire(result.decision), language)
    if result.case.expect is not None:
        yield ""
        yield from _verdict(result, language)


def _heading(case: Case, language: Language) -> Iterator[Styled]:
    yield labelled(Text("案例", "Case"), f"{said(case.title, language)} ({case.file}:{case.line})", language)
    if case.source:
        yield labelled(Text("来源", "Source"), case.source, language)


def _verdict(result: Result, language: Language) -> Iterator[Styled]:
    if result.passed:
        yield Styled(f"{PASSED} {said(Text('与预期一致', 'as expected'), language)}", style="bold green")
        return
    count = len(result.differences)
    words = Text("{count} 处与预期不符", "{count} differ from what is expected", count=count)
    yield Styled(f"{FAILED} {said(words, language)}", style="bold red")
    yield from _differences(result, language)


def _differences(result: Result, language: Language) -> Iterator[Styled]:
    for difference in result.differences:
        words = Text(
            "预期 {expected}, 实为 {got}", "expected {expected}, got {got}",
            expected=difference.expected, got=difference.got,
        )  # fmt: skip
        yield Styled(f"    {difference.path}: {said(words, language)}")


def one_line(result: Result, language: Language) -> Iterator[Styled]:
    """Whether the case passed, where it stands and how it was decided; below it what differs."""
    case = result.case
    mark, style = (PASSED, "green") if result.passed else (FAILED, "bold red")
    decided = said(_disposition(result.decision.content.disposition), language)
    line = f"{mark} {case.file}:{case.line} {said(case.title, language)} → {decided}"
    yield Styled(line, style=style)
    yield from _differences(result, language)


def _disposition(disposition: Disposition) -> Text:
    return disposition_text(disposition_to_wire(disposition))


def summary(results: Sequence[Result], language: Language) -> Styled:
    failed = sum(not result.passed for result in results)
    words = Text(
        "通过 {passed}, 不符 {failed}", "{passed} passed, {failed} failed", passed=len(results) - failed, failed=failed
    )
    return Styled(said(words, language), style="bold red" if failed else "bold green")


def coverage_lines(coverage: Coverage, language: Language) -> Iterator[Styled]:
    """Rules that lack a case, then clauses that no decision on any case cites."""
    place = {"province": coverage.province}
    rules = Text("规则 ({province})", "Rules ({province})", **place)
    yield _count(rules, len(coverage.rules), len(coverage.rules_lacking), language)
    for rule in coverage.rules_lacking:
        verdicts = ", ".join(said(_VERDICTS[verdict], language) for verdict in rule.lacking)
        lacks = said(Text("没有案例: {verdicts}", "no case that {verdicts}", verdicts=verdicts), language)
        yield Styled(f"    {rule.rule}: {lacks}")
    clauses = Text("条款 ({province})", "Clauses ({province})", **place)
    yield _count(clauses, len(coverage.clauses), len(coverage.clauses_not_covered), language)
    for clause in coverage.clauses_not_covered:
        article = f", {said(Text('条款', 'art.'), language)} {clause.article}" if clause.article else ""
        yield Styled(f"    {clause.document}{article}")


_VERDICTS = {
    Verdict.HOLDS: Text("成立", "holds"),
    Verdict.FAILS: Text("不成立", "fails"),
    Verdict.UNKNOWN: Text("不明", "is unknown"),
}


def _count(what: Text, of: int, lacking: int, language: Language) -> Styled:
    words = Text(
        "{what}: {covered}/{of} 已有案例", "{what}: {covered} of {of} have their cases",
        what=what, covered=of - lacking, of=of,
    )  # fmt: skip
    return Styled(said(words, language), style="bold")
