"""The demo says shortly what decided: what fails first, like reasons once, and the parts that failed."""

from e2e.demo.reasons import NOT_VERIFIED, reasons

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb

FAILS, HOLDS, UNKNOWN = common.VERDICT_FAILS, common.VERDICT_HOLDS, common.VERDICT_UNKNOWN
PROHIBIT, RETURN, MANUAL = common.DISPOSITION_PROHIBIT, common.DISPOSITION_RETURN, common.DISPOSITION_MANUAL


def text(words: str) -> common.Text:
    return common.Text(zh=words, en=words)


def finding(rule: str, verdict: common.Verdict.ValueType, because: str, **more: object) -> common.Finding:
    return common.Finding(rule=rule, title=text(rule), verdict=verdict, because=text(because), **more)  # type: ignore[arg-type]


def decided(disposition: common.Disposition.ValueType, *findings: common.Finding) -> pb.Decision:
    return pb.Decision(disposition=disposition, findings=findings)


def figure(value: str, verification: str = "confirmed") -> common.Citation:
    return common.Citation(document="令", value=value, verification=verification, kind="figure")


def test_findings_that_say_the_same_are_one_reason_and_what_fails_comes_first() -> None:
    asks = [finding(rule, UNKNOWN, "no day", leads_to=RETURN, missing=["day"]) for rule in ("a", "b")]
    slip = finding("c", FAILS, "105 kgce/t and 100", leads_to=RETURN)

    found = reasons(decided(RETURN, *asks, slip))

    assert [[one.rule for one in reason.findings] for reason in found] == [["c"], ["a", "b"]]


def test_of_a_finding_made_of_others_the_parts_are_told_that_lead_to_the_same() -> None:
    rule = common.Citation(document="令", verification="confirmed", kind="method")
    parts = [
        finding("baseline", HOLDS, "105, within 117", under=[rule, figure("117")]),
        finding("open", FAILS, "105, above 100", leads_to=MANUAL, under=[rule, figure("100")]),
        finding("benchmark", FAILS, "105, above 100", leads_to=PROHIBIT, under=[rule, figure("100")]),
    ]
    whole = finding("access", FAILS, "all of it", leads_to=PROHIBIT, parts=parts, under=[rule])

    [reason] = reasons(decided(PROHIBIT, whole))

    assert [point.title.zh for point in reason.points] == ["benchmark"]
    assert [citation.value for citation in reason.points[0].clauses] == ["", "100"]


def test_what_holds_on_a_figure_not_verified_says_so_and_names_the_figure() -> None:
    under = [figure("1"), figure("2000", "unverified")]
    restricted = finding("restricted", HOLDS, "2500, at least 2000", under=under, basis_unverified=True)

    [reason] = reasons(decided(MANUAL, restricted))

    assert reason.points[0].because is NOT_VERIFIED
    assert [citation.value for citation in reason.points[0].clauses] == ["2000"]


def test_what_only_asks_for_fields_is_told_without_clauses() -> None:
    part = finding("grade", UNKNOWN, "no grade", leads_to=RETURN, missing=["dossier.equipment"])
    asks = finding("equipment", UNKNOWN, "no grade", leads_to=RETURN, missing=["dossier.equipment"], parts=[part])

    [reason] = reasons(decided(RETURN, asks))

    assert [(point.title.zh, point.clauses) for point in reason.points] == [("equipment", ())]
