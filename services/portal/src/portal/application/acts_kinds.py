"""Every act that a person does on a decision, an opinion or an override."""

from collections.abc import Mapping, Sequence
from typing import Final

from access.acts import Act
from client import opinions, persons
from client.rendering.opinions import RESULTS
from client.rendering.words import disposition_text
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as opinion_pb
from dualcontrol.screening.v1 import persons_service_pb2 as persons_pb
from kernel.text import Text
from portal.application.acts import Deed, Field, Kind, Option, Values, lines_of, wire_day
from portal.application.projects_file import ProjectFile

RULED: Final = (
    common.DISPOSITION_APPROVE, common.DISPOSITION_CONDITIONAL, common.DISPOSITION_NOT_PASS,
    common.DISPOSITION_PROHIBIT, common.DISPOSITION_RETURN, common.DISPOSITION_DEFER,
)  # fmt: skip
"""What a person may decide (PersonsService.RecordRuling)."""

BEARS: Final = {
    common.OUTCOME_APPROVE: opinion_pb.OPINION_RESULT_PASS,
    common.OUTCOME_BLOCK: opinion_pb.OPINION_RESULT_NOT_PASS,
}
"""What an opinion on a decision can say; one that waits bears none."""

REASON: Final = Text("理由", "Reason")


def _results(file: ProjectFile) -> Mapping[str, Sequence[Option]]:
    """What the current decision bears; where it bears none the service will say so of either."""
    outcome = file.current.value.decision.outcome if file.current.value is not None else common.OUTCOME_UNSPECIFIED
    borne = [BEARS[outcome]] if outcome in BEARS else list(RESULTS)
    return {"result": [(opinion_pb.OpinionResult.Name(one), RESULTS[one]) for one in borne]}


def _draft(values: Values, on: str, request_id: str) -> opinion_pb.DraftOpinionRequest:
    return opinion_pb.DraftOpinionRequest(
        decision=on,
        result=opinion_pb.OpinionResult.Value(values["result"]),
        text=values["text"],
        conditions=lines_of(values["conditions"]),
        request_id=request_id,
    )


DRAFT: Final = Deed(
    Act.DRAFT_OPINION,
    Text("拟写节能审查意见", "Draft the opinion"),
    Text(
        "意见成为待签发的拟稿, 由另一人签发或退回; 占用的预算和产能不变。",
        "The draft waits until another person signs it or sends it back; what is held for the project stays held.",
    ),
    (
        Field("result", Text("结论", "Result"), Kind.CHOICE, hint=Text("由现行决定确定", "the decision bears it")),
        Field("text", Text("意见正文", "Text of the opinion"), Kind.AREA, 20_000),
        Field(
            "conditions", Text("条件", "Conditions"), Kind.AREA, 50_000,
            Text("每行一条, 至多 50 条", "one on each line, at most 50"), is_optional=True,
        ),
    ),
    _draft,
    opinions.draft,
    _results,
)  # fmt: skip

RETURN: Final = Deed(
    Act.RETURN_OPINION,
    Text("退回拟稿", "Send the draft back"),
    Text("拟稿退回拟稿人, 重新拟写时编下一号。", "It goes back to its drafter; drafted anew it gets the next number."),
    (Field("reason", REASON, Kind.AREA),),
    lambda values, on, key: opinion_pb.ReturnOpinionRequest(name=on, reason=values["reason"], request_id=key),
    opinions.send_back,
    on_decision=False,
)

ISSUE: Final = Deed(
    Act.ISSUE_OPINION,
    Text("签发意见", "Sign the opinion"),
    Text(
        "意见生效; 为本项目占用的能耗、碳排放和产能转为已使用, 不再自动释放。",
        "The opinion is in force; the energy, carbon and capacity held for the project are used for good.",
    ),
    (Field("document", Text("文号", "Number of the document"), most=200),),
    lambda values, on, key: opinion_pb.IssueOpinionRequest(name=on, document=values["document"], request_id=key),
    opinions.issue,
    on_decision=False,
)


def _rulings(_file: ProjectFile) -> Mapping[str, Sequence[Option]]:
    return {"disposition": [(common.Disposition.Name(one), disposition_text(one)) for one in RULED]}


RULE: Final = Deed(
    Act.RULE,
    Text("人工核定", "Decide the case"),
    Text(
        "所有待人工核定的规则一并核定, 取代同一版本此前的核定; 平台随即重新作出决定。",
        "It decides all rules that wait for a person, in place of an earlier ruling on the revision; then the case is "
        "decided anew.",
    ),
    (
        Field("disposition", Text("核定结果", "What it comes to"), Kind.CHOICE),
        Field("clause", Text("依据的条款", "Clause that it rests on")),
        Field("reason", REASON, Kind.AREA, 2_000),
    ),
    lambda values, on, key: persons_pb.RecordRulingRequest(
        decision=on,
        disposition=common.Disposition.Value(values["disposition"]),
        clause=values["clause"],
        reason=values["reason"],
        request_id=key,
    ),
    persons.record_ruling,
    _rulings,
)


FAVOURABLE: Final = frozenset(
    {
        common.DISPOSITION_UNSPECIFIED, common.DISPOSITION_APPROVE, common.DISPOSITION_CONDITIONAL,
        common.DISPOSITION_EXEMPT,
    }
)  # fmt: skip


def is_against(finding: common.Finding) -> bool:
    """Whether it stands against the project."""
    return finding.leads_to not in FAVOURABLE


def _rules(file: ProjectFile) -> Mapping[str, Sequence[Option]]:
    """The rules whose findings stand against the project and count."""
    decision = file.current.value.decision if file.current.value is not None else None
    against = [one for one in decision.findings if is_against(one)] if decision is not None else []
    aside = set(decision.set_aside) if decision is not None else set()
    return {"rules": [(one.rule, Text(one.title.zh, one.title.en)) for one in against if one.rule not in aside]}


PROPOSE: Final = Deed(
    Act.PROPOSE_OVERRIDE,
    Text("提出签署不计", "Propose an override"),
    Text(
        "提出后须由另一人签署; 签署以前决定不变。",
        "Another person has to sign it; until then nothing changes.",
    ),
    (
        Field("rules", Text("不计的规则", "Rules to be set aside"), Kind.MANY, 5_000, api="rules"),
        Field("reason", REASON, Kind.AREA, 2_000),
        Field("evidence", Text("依据的文件", "Document that it rests on")),
        Field("end_date", Text("重新计入之日", "First day on which they count again"), Kind.DAY),
    ),
    lambda values, on, key: persons_pb.ProposeOverrideRequest(
        decision=on,
        rules=lines_of(values["rules"]),
        reason=values["reason"],
        evidence=values["evidence"],
        end_date=wire_day(values["end_date"]),
        request_id=key,
    ),
    persons.propose,
    _rules,
)

SIGN: Final = Deed(
    Act.SIGN_OVERRIDE,
    Text("签署不计", "Sign the override"),
    Text(
        "自签署起所列规则不计入结论, 至所定之日自动恢复; 平台随即重新作出决定。",
        "The rules no longer count for the decision, until the day stated; the case is decided anew.",
    ),
    (),
    lambda _values, on, key: persons_pb.SignOverrideRequest(name=on, request_id=key),
    persons.sign,
    on_decision=False,
)

END: Final = Deed(
    Act.END_OVERRIDE,
    Text("终止签署不计", "End the override"),
    Text("所列规则即刻重新计入; 平台随即重新作出决定。", "The rules count again at once; the case is decided anew."),
    (Field("reason", REASON, Kind.AREA, 2_000),),
    lambda values, on, key: persons_pb.EndOverrideRequest(name=on, reason=values["reason"], request_id=key),
    persons.end,
    on_decision=False,
)
