"""Whether a national major project is listed separately (能耗单列), outside the region's budget."""

from typing import Final

from budget.domain.offsets.claims import Claim, MajorProject
from budget.domain.offsets.headings import Heading
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, not_stated, words
from kernel.text import Text
from statute.finding import Finding
from statute.inforce import Law
from statute.parameter import Version

RULE: Final = "budget.offset.major_project"
APPROVED: Final = "budget.major_project.approved"
FURTHER: Final = "budget.major_project.two_high"
COLUMN: Final = "budget.major_project.column"


def major_project_finding(claim: Claim, law: Law) -> Finding:
    """Approved by the state and in operation; listed by the NDRC, and two-high ones by the plan and at the benchmark.

    The further conditions are unverified: a project that meets them all stands on the confirmed ones; one that fails
    them is for a person.
    """
    rule, project = law.rule(RULE), claim.major_project
    if claim.heading is not Heading.NATIONAL_MAJOR_PROJECT:
        return holds(rule, Text("不是国家重大项目单列", "It is not claimed as a national major project."))
    if project is None:
        because = Text("未填写国家重大项目的情况", "Nothing is stated of the project.")
        return not_stated(rule, because, ("claim.major_project",))
    approved, further, column = law.on(APPROVED), law.on(FURTHER), law.on(COLUMN)
    if approved is None or further is None or column is None:
        because = Text("单列的条件未载明, 由人工判定", "What is listed separately is not on file: a person decides.")
        return not_on_file(rule, because, _inputs(project))
    return _judged(project, law, (approved, further, column))


def _judged(project: MajorProject, law: Law, on_file: tuple[Version, Version, Version]) -> Finding:
    rule, (approved, further, column) = law.rule(RULE), on_file
    answers = {**_first(project), **_more(project)}
    inputs = _inputs(project)
    if any(answer is False for answer in _first(project).values()):
        because = Text("未满足单列条件{words}", "It does not meet the condition{words}", words=words(approved))
        return fails(rule, because, inputs, cited(approved))
    missing = tuple(f"claim.major_project.{name}" for name, answer in answers.items() if answer is None)
    if missing:
        because = Text("未填写: {missing}", "Not stated: {missing}", missing=", ".join(missing))
        return not_stated(rule, because, missing, inputs, under=cited(approved))
    if not all(answers.values()):
        because = Text(
            "未满足的附加条件尚未核验, 由人工判定{words}",
            "It does not meet a further condition that is not verified: a person decides{words}",
            words=words(further),
        )
        return not_on_file(rule, because, inputs, cited(approved, further))
    because = Text("能耗单列, 不计入地区预算", "It stands in a column of its own and does not count in the budget.")
    return holds(rule, because, inputs, cited(approved, column))


def _inputs(project: MajorProject) -> Inputs:
    return (("claim.major_project.project_code", project.project_code),)


def _first(project: MajorProject) -> dict[str, bool | None]:
    return {"approved_by_state": project.approved_by_state, "in_operation": project.in_operation}


def _more(project: MajorProject) -> dict[str, bool | None]:
    """A project that is not two-high needs no plan and no benchmark."""
    listed: dict[str, bool | None] = {"listed_by_ndrc": project.listed_by_ndrc}
    if project.two_high is False:
        return listed
    if project.two_high is None:
        return {**listed, "two_high": None}
    return {
        **listed,
        "national_plan": project.national_plan,
        "benchmark_efficiency": project.benchmark_efficiency,
    }
