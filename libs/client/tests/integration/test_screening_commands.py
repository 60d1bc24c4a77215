"""`explain`, `history`, `replay`, `queue`, `stuck`, `ruling` and `override` against a server of this test."""

import json
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from google.type.date_pb2 import Date

from client.commands.running import Exit
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_service_pb2 as pb

if TYPE_CHECKING:
    from libs.client.tests.integration.conftest import Served

pytestmark = pytest.mark.integration

DAY = Date(year=2026, month=3, day=2)
NOON = Timestamp(seconds=1_772_424_000)
"""2026-03-02 12:00 in China."""


def finding(rule: str, verdict: common.Verdict.ValueType, leads_to: common.Disposition.ValueType) -> common.Finding:
    title = common.Text(zh=f"{rule} 的要求", en=f"what {rule} asks")
    return common.Finding(rule=rule, title=title, verdict=verdict, leads_to=leads_to)


SHORT = finding("budget.available", common.VERDICT_FAILS, common.DISPOSITION_DEFER)
RED = finding("region.intensity_level", common.VERDICT_FAILS, common.DISPOSITION_RESTRICT)
GREEN = finding("region.intensity_level", common.VERDICT_HOLDS, common.DISPOSITION_UNSPECIFIED)
OPEN = finding("capacity.plan", common.VERDICT_UNKNOWN, common.DISPOSITION_MANUAL)


def decision(number: int, *findings: common.Finding, **more: Any) -> pb.Decision:
    return pb.Decision(
        name=f"filings/a-project/decisions/{number}",
        outcome=common.OUTCOME_DEFER,
        disposition=findings[0].leads_to,
        findings=findings,
        project_name="某项目",
        region_code="630104",
        decide_date=DAY,
        decide_time=NOON,
        filing_revision=1,
        **more,
    )


NEWEST = decision(2, SHORT, GREEN, causes=[pb.Cause(kind="region", subject=f"region/630100@{n}") for n in (7, 8, 9)])
FIRST = decision(1, RED, causes=[pb.Cause(kind="fact", subject="review@1")])
EXPLAINED = pb.ExplainDecisionResponse(
    decision=NEWEST,
    previous=FIRST.name,
    changes=[
        pb.FindingChange(rule=RED.rule, before=RED, after=GREEN),
        pb.FindingChange(rule=SHORT.rule, after=SHORT),
    ],
    queue_position=4,
)
ORDER = common.Citation(value="application_date, filing", document="平台默认参数", verification="policy_default")
QUEUE = pb.ListQueueResponse(
    entries=[
        pb.QueueEntry(
            position=1, filing="a-project", project_name="某项目", region_code="630104", application_date=DAY,
            disposition=common.DISPOSITION_DEFER, reasons=[SHORT], waits_on=["630100", "630000"], refusals=3,
            bars_others=True, decision=NEWEST.name,
        ),
        pb.QueueEntry(position=2, filing="another", region_code="630104", disposition=common.DISPOSITION_RESTRICT),
    ],
    order=ORDER,
    next_page_token="next",
)  # fmt: skip
STUCK = pb.ListStuckCasesResponse(
    cases=[
        pb.StuckCase(
            name="filings/a-project/case",
            waiting_for=["deduction", "review"],
            waiting_since=NOON,
            facts=[pb.FactVersion(fact="filing", version=1), pb.FactVersion(fact="override/1", version=2)],
        )
    ],
    total=7,
    normal=common.Citation(value="15", unit="min", document="平台默认参数", verification="policy_default"),
)
OVERRIDE = persons.Override(
    name="filings/a-project/overrides/1",
    revision=1,
    rules=["access.benchmark"],
    reason="复核中",
    evidence="某文件",
    end_date=Date(year=2026, month=12, day=31),
    state=persons.OVERRIDE_STATE_STANDING,
    proposer="甲",
    signer="乙",
    propose_time=NOON,
    sign_time=NOON,
)
RULING = persons.Ruling(
    name="filings/a-project/rulings/1",
    revision=1,
    decision=NEWEST.name,
    disposition=common.DISPOSITION_CONDITIONAL,
    rules=["capacity.plan"],
    person="甲",
    clause="第八条",
    reason="已核实",
    record_time=NOON,
)


def refused(code: grpc.StatusCode, reason: str) -> Status:
    status = Status(code=code.value[0])
    status.details.add().Pack(ErrorInfo(reason=reason))
    return status


@pytest.fixture
def screening(served: "Served") -> "Served":
    served.answers = {
        "ExplainDecision": EXPLAINED,
        "ListDecisionHistory": [
            pb.ListDecisionHistoryResponse(decisions=[NEWEST], next_page_token="next"),
            pb.ListDecisionHistoryResponse(decisions=[FIRST]),
        ],
        "ReplayDecision": pb.ReplayDecisionResponse(identical=True, kept_sha256="0af1", kept=NEWEST),
        "ListQueue": [QUEUE, pb.ListQueueResponse(order=ORDER)],
        "ListStuckCases": STUCK,
        "RecordRuling": persons.RecordRulingResponse(ruling=RULING),
        "ListRulings": persons.ListRulingsResponse(rulings=[RULING]),
        "ProposeOverride": persons.ProposeOverrideResponse(override=OVERRIDE),
        "SignOverride": persons.SignOverrideResponse(override=OVERRIDE),
        "EndOverride": persons.EndOverrideResponse(override=OVERRIDE),
        "ListOverrides": persons.ListOverridesResponse(overrides=[OVERRIDE]),
    }
    return served


RULE = ("ruling", "record", "a-project", "--decision", "2", "--disposition", "conditional", "--clause", "第八条",
        "--reason", "已核实", "--person", "甲")  # fmt: skip
PROPOSE = ("override", "propose", "a-project", "--decision", "2", "--rule", "a.b", "--rule", "c.d", "--reason",
           "复核中", "--evidence", "某文件", "--until", "2026-12-31", "--person", "甲")  # fmt: skip
SIGN = ("override", "sign", OVERRIDE.name, "--person", "乙")
END = ("override", "end", OVERRIDE.name, "--person", "丙", "--reason", "已复核")
REASONS = ("budget.available 的要求", "630100, 630000", "后来者须等它")


@pytest.mark.parametrize(
    ("arguments", "language", "shown"),
    [
        (
            ("explain", "a-project"),
            "zh",
            ("与第 1 号决定相比 (2)", "所在市州的等候位次: 第 4 位", "预警等级变化", "(+1)"),
        ),
        (("decision", "explain", "a-project"), "en", ("Since decision 1 (2)", "before: none", "queue: number 4")),
        (("history", "a-project"), "zh", ("2026-03-02 12:00:00", "新事实 (review@1)", "限批")),
        (("history", "a-project"), "en", ("a newer fact (review@1)", "defer · restrict", "(+1)")),
        (("replay", "a-project"), "zh", ("重放一致", "0af1")),
        (("replay", "a-project"), "en", ("a-project #2 · made again it is the same",)),
        (("queue", "630100"), "zh", ("2026-03-02", *REASONS, "次序: 申请日, 项目代码")),
        (("queue", "630100"), "en", ("those behind wait for it", "restrict", "Order: application date, code")),
        (
            ("stuck",),
            "zh",
            ("能耗预算, 节能审查", "2026-03-02 12:00:00", "签署不计 1 2", "共 7 个, 列出 1 个", "15 min"),
        ),
        (("stuck",), "en", ("deduction, review", "7 in all, 1 shown")),
        (("ruling", "list", "a-project"), "zh", ("a-project #1", "附条件同意", "第八条", "已核实")),
        (RULE, "en", ("conditional", "capacity.plan")),
        (("override", "list"), "zh", (OVERRIDE.name, "有效", "2026-12-31")),
        (PROPOSE, "zh", ("不计的规则: access.benchmark", "证明材料: 某文件")),
        (SIGN, "en", ("standing", "signed by: 乙 · 2026-03-02 12:00:00")),
        (END, "zh", ("失效日: 2026-12-31",)),
    ],
)
def test_a_command_shows_what_the_service_answers(
    arguments: tuple[str, ...], language: str, shown: tuple[str, ...], screening: "Served"
) -> None:
    result = screening.run(*arguments, language=language)

    assert result.exit_code == Exit.DONE, result.output
    assert [words for words in shown if words not in result.output] == []


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("explain", "a-project"), pb.ExplainDecisionRequest(name="filings/a-project/decisions/current")),
        (("explain", "a-project", "--decision", "1"), pb.ExplainDecisionRequest(name=FIRST.name)),
        (("replay", "a-project", "--number", "1"), pb.ReplayDecisionRequest(name=FIRST.name)),
        (("queue", "630100"), pb.ListQueueRequest(parent="regions/630100", page_size=100)),
        (
            RULE,
            persons.RecordRulingRequest(
                decision=NEWEST.name,
                disposition=common.DISPOSITION_CONDITIONAL,
                person="甲",
                clause="第八条",
                reason="已核实",
            ),
        ),
        (
            PROPOSE,
            persons.ProposeOverrideRequest(
                decision=NEWEST.name,
                rules=["a.b", "c.d"],
                reason="复核中",
                evidence="某文件",
                end_date=Date(year=2026, month=12, day=31),
                proposer="甲",
            ),
        ),
        (SIGN, persons.SignOverrideRequest(name=OVERRIDE.name, signer="乙")),
        (END, persons.EndOverrideRequest(name=OVERRIDE.name, person="丙", reason="已复核")),
        (("override", "list"), persons.ListOverridesRequest(parent="filings/-", page_size=100)),
        (("ruling", "list", "a"), persons.ListRulingsRequest(parent="filings/a", page_size=100)),
    ],
)
def test_a_command_asks_for_what_was_said_and_again_under_the_same_id(
    arguments: tuple[str, ...], asked: Any, screening: "Served"
) -> None:
    firsts: list[Message] = []
    for _ in range(2):
        screening.asked.clear()
        screening.run(*arguments)
        firsts.append(screening.asked[0])

    first, second = firsts
    assert first == second
    if "request_id" in asked.DESCRIPTOR.fields_by_name:
        asked.request_id = first.request_id  # type: ignore[attr-defined]
        assert len(asked.request_id) == 36
    assert first == asked


@pytest.mark.parametrize("command", ["explain", "history", "replay", "queue", "stuck"])
def test_machines_get_the_message(command: str, screening: "Served") -> None:
    result = screening.run(command, *([] if command == "stuck" else ["630100"]), "--json")

    keys = {
        "explain": "queue_position",
        "history": "decisions",
        "replay": "identical",
        "queue": "order",
        "stuck": "total",
    }
    assert keys[command] in json.loads(result.stdout)


def test_of_a_long_queue_only_the_first_are_asked_for(screening: "Served") -> None:
    result = screening.run("queue", "630100", "--limit", "1", "--json")

    assert [one["filing"] for one in json.loads(result.stdout)["entries"]] == ["a-project"]
    assert len(screening.asked) == 1


@pytest.mark.parametrize(("command", "says"), [("queue", "无人等候"), ("stuck", "没有滞留案件")])
def test_that_nobody_waits_is_said(command: str, says: str, screening: "Served") -> None:
    screening.answers |= {"ListQueue": pb.ListQueueResponse(), "ListStuckCases": pb.ListStuckCasesResponse()}

    assert says in screening.run(command, *([] if command == "stuck" else ["630100"])).output


def test_what_there_is_no_decision_of_says_what_it_waits_for(screening: "Served") -> None:
    screening.answers["ExplainDecision"] = refused(grpc.StatusCode.NOT_FOUND, "NO_DECISION_YET")
    screening.answers["GetCase"] = pb.GetCaseResponse(case=pb.Case(waiting_for=["ruling"]))

    result = screening.run("explain", "a-project")

    assert result.exit_code == Exit.NOT_FOUND
    assert "尚在等待: 人工核定" in result.stderr


def test_what_persons_set_aside_stands_apart_and_decides_nothing(screening: "Served") -> None:
    ruled = finding("screening.ruling", common.VERDICT_HOLDS, common.DISPOSITION_MANUAL)
    screening.answers["ExplainDecision"] = pb.ExplainDecisionResponse(
        decision=decision(3, OPEN, ruled, set_aside=["capacity.plan"])
    )

    shown = screening.run("explain", "a-project").output

    decisive, _, aside = shown.partition("经签署不计或已核定 (1)")
    assert "screening.ruling" in decisive
    assert "capacity.plan" in aside


@pytest.mark.parametrize(
    ("replayed", "says"),
    [
        (
            decision(2, RED),
            ("重放不一致", "disposition", "findings[region.intensity_level]", "findings[budget.available]"),
        ),
        (None, ("得不出决定",)),
    ],
)
def test_what_is_another_when_made_again_is_shown_beside_it(
    replayed: pb.Decision | None, says: tuple[str, ...], screening: "Served"
) -> None:
    screening.answers["ReplayDecision"] = pb.ReplayDecisionResponse(
        kept=NEWEST, kept_sha256="0af1", replayed=replayed, replayed_sha256="7be2"
    )

    result = screening.run("replay", "a-project")

    assert result.exit_code == Exit.REFUSED
    assert [words for words in says if words not in result.output] == []


GAP = pb.DecisionDifference(
    name=NEWEST.name, kind=pb.DECISION_DIFFERENCE_KIND_GAP, text=common.Text(zh="序号应为 1", en="number 1 is missing")
)


@pytest.mark.parametrize(
    ("answers", "code", "says"),
    [
        ([pb.VerifyDecisionsResponse(looked_at=3, complete=True)], Exit.DONE, "看过 3 个决定, 0 处问题"),
        ([pb.VerifyDecisionsResponse(looked_at=3)], Exit.AWAY, "未看完"),
        (
            [
                pb.VerifyDecisionsResponse(looked_at=2, differences=[GAP]),
                pb.VerifyDecisionsResponse(looked_at=3, complete=True),
            ],
            Exit.REFUSED,
            "序号不连续",
        ),
        ([refused(grpc.StatusCode.UNAVAILABLE, "")], Exit.AWAY, "错误"),
    ],
)
def test_all_decisions_are_made_again_and_what_is_wrong_is_listed(
    answers: list[Any], code: Exit, says: str, screening: "Served"
) -> None:
    screening.answers["VerifyDecisions"] = answers

    result = screening.run("replay", "--all")

    assert result.exit_code == code
    assert says in result.output


@pytest.mark.parametrize("arguments", [(), ("a-project", "--all")])
def test_a_replay_is_of_one_filing_or_of_all(arguments: tuple[str, ...], screening: "Served") -> None:
    result = screening.run("replay", *arguments)

    assert result.exit_code == Exit.USAGE
    assert screening.asked == []
