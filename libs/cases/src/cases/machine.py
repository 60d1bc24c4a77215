"""Cases and their coverage as JSON for machines."""

from typing import Any

from cases.coverage import Coverage
from cases.running import Result
from client.commands.running import message_json
from screening.wire.decisions import decision_to_wire


def result_json(result: Result, *, whole: bool) -> dict[str, Any]:
    """`whole`: with the decision and all its findings."""
    case, content = result.case, result.decision.content
    made: dict[str, Any] = {
        "file": case.file,
        "line": case.line,
        "case": {"zh": case.title.zh, "en": case.title.en},
        "passed": result.passed,
        "outcome": content.outcome.value,
        "disposition": content.disposition.value,
        "differences": [
            {"path": one.path, "expected": one.expected, "got_zh": one.got.zh, "got_en": one.got.en}
            for one in result.differences
        ],
    }
    if whole:
        made["decision"] = message_json(decision_to_wire(result.decision))
    return made


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    return {
        "province": coverage.province,
        "rules": {rule.rule: sorted(verdict.value for verdict in rule.covered) for rule in coverage.rules},
        "rules_lacking": {rule.rule: [one.value for one in rule.lacking] for rule in coverage.rules_lacking},
        "clauses": len(coverage.clauses),
        "clauses_not_covered": [
            {"document": clause.document, "article": clause.article} for clause in coverage.clauses_not_covered
        ],
    }
