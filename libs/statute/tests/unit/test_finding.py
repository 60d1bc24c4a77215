from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from statute.finding import Citation, Disposition, Finding, Grounds, Verdict, headline, judged, weighed
from statute.loader import load_bundle

PRECEDENCE = load_bundle().precedence
CONFIRMED = Citation(
    parameter="access.clinker.benchmark",
    document="发改产业〔2023〕723号",
    article="",
    value="100",
    unit="kgce/t",
    in_force_from=date(2023, 7, 4),
    until=None,
    verification="confirmed",
    kind="figure",
    source="bm2023_clinker",
)
UNVERIFIED_FIGURE = replace(CONFIRMED, verification="unverified")
UNVERIFIED_METHOD = replace(CONFIRMED, verification="unverified", kind="method")
OWN_PARAMETER = replace(CONFIRMED, verification="policy_default")


def finding(
    leads_to: Disposition | None, *under: Citation, verdict: Verdict = Verdict.FAILS, rule: str = "access.benchmark"
) -> Finding:
    return Finding(
        rule=rule,
        title=Text("题", "title"),
        verdict=verdict,
        because=Text("因", "cause"),
        under=under,
        leads_to=leads_to,
    )


def test_nothing_against_a_project_approves_it() -> None:
    assert headline([], PRECEDENCE) is Disposition.APPROVE
    assert headline([finding(None, CONFIRMED, verdict=Verdict.HOLDS)], PRECEDENCE) is Disposition.APPROVE


def test_the_headline_is_the_first_by_precedence() -> None:
    asked = [finding(Disposition.DEFER), finding(Disposition.RETURN), finding(Disposition.MANUAL)]

    assert headline(asked, PRECEDENCE) is Disposition.RETURN


def test_the_order_of_precedence_is_the_design_s() -> None:
    assert [d.value for d in PRECEDENCE] == [
        *("prohibit", "not_pass", "restrict", "return", "manual"),
        *("refer_up", "defer", "conditional", "exempt", "approve"),
    ]


@pytest.mark.parametrize("block", [Disposition.PROHIBIT, Disposition.NOT_PASS])
def test_a_block_on_an_unverified_figure_goes_to_a_person(block: Disposition) -> None:
    assert weighed(finding(block, CONFIRMED)) is block
    assert weighed(finding(block, CONFIRMED, UNVERIFIED_FIGURE)) is Disposition.MANUAL


@pytest.mark.parametrize("approval", [None, Disposition.APPROVE, Disposition.CONDITIONAL, Disposition.EXEMPT])
@pytest.mark.parametrize("verdict", Verdict)
def test_nothing_is_approved_on_an_unverified_figure_without_a_person(
    approval: Disposition | None, verdict: Verdict
) -> None:
    assert weighed(finding(approval, UNVERIFIED_FIGURE, verdict=verdict)) is Disposition.MANUAL
    assert weighed(finding(approval, CONFIRMED, verdict=verdict)) is approval


@pytest.mark.parametrize("wait", [Disposition.RETURN, Disposition.DEFER, Disposition.RESTRICT, Disposition.REFER_UP])
def test_what_waits_goes_on_waiting_on_an_unverified_figure(wait: Disposition) -> None:
    assert weighed(finding(wait, UNVERIFIED_FIGURE)) is wait


@pytest.mark.parametrize("under", [UNVERIFIED_METHOD, OWN_PARAMETER, CONFIRMED])
def test_an_unverified_method_decides_and_so_does_our_own_parameter(under: Citation) -> None:
    assert weighed(finding(Disposition.PROHIBIT, under)) is Disposition.PROHIBIT
    assert weighed(finding(None, under, verdict=Verdict.HOLDS)) is None


@pytest.mark.parametrize(
    ("under", "flagged", "figure"),
    [
        (CONFIRMED, False, False),
        (OWN_PARAMETER, False, False),
        (UNVERIFIED_METHOD, True, False),
        (UNVERIFIED_FIGURE, True, True),
        (replace(CONFIRMED, verification="not_found"), True, True),
    ],
)
def test_whatever_is_not_verified_is_flagged(under: Citation, flagged: bool, figure: bool) -> None:
    found = finding(None, CONFIRMED, under)

    assert found.basis_unverified is flagged
    assert found.rests_on_unverified_figure is figure


def test_inputs_are_kept_by_name_however_they_come() -> None:
    there = replace(finding(None), inputs=(("b", "2"), ("a", "1")))
    back = replace(finding(None), inputs=(("a", "1"), ("b", "2")))

    assert there == back
    assert there.inputs == (("a", "1"), ("b", "2"))


def test_a_judged_finding_is_the_finding_that_was_made_whole_and_is_explained_once() -> None:
    whole = Finding(
        "a.rule", Text("题", "title"), Verdict.FAILS, Text("因", "why"), (("a", "1"), ("b", "2")), (CONFIRMED,)
    )
    asked: list[str] = []

    def explain(why: Text) -> Grounds:
        asked.append(why.en)
        return Grounds(Text("题", "title"), why, (("a", "1"), ("b", "2")), (CONFIRMED,))

    found = judged("a.rule", Verdict.FAILS, None, (), found_by=(explain, Text("因", "why")))

    assert (found.rule, found.verdict, found.leads_to, found.missing, asked) == ("a.rule", Verdict.FAILS, None, (), [])
    assert found == whole
    assert repr(found) == repr(whole)
    assert asked == ["why"]
    with pytest.raises(FrozenInstanceError):
        found.rule = "another"  # type: ignore[misc]  # it is closed
    with pytest.raises(AttributeError, match="no_field"):
        _ = found.no_field  # type: ignore[attr-defined]  # there is none


FINDINGS = st.lists(
    st.builds(
        finding,
        st.sampled_from([None, *Disposition]),
        st.sampled_from([CONFIRMED, UNVERIFIED_FIGURE, UNVERIFIED_METHOD, OWN_PARAMETER]),
        verdict=st.sampled_from(Verdict),
    ),
    max_size=8,
)


@given(findings=FINDINGS, data=st.data())
def test_the_order_of_findings_changes_no_headline(findings: list[Finding], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(findings))

    assert headline(shuffled, PRECEDENCE) is headline(findings, PRECEDENCE)


@given(findings=FINDINGS, more=st.sampled_from(Disposition))
def test_one_more_finding_never_lowers_the_headline(findings: list[Finding], more: Disposition) -> None:
    before = headline(findings, PRECEDENCE)
    after = headline([*findings, finding(more, CONFIRMED)], PRECEDENCE)

    assert PRECEDENCE.index(after) <= PRECEDENCE.index(before)


@given(findings=FINDINGS)
def test_no_headline_approves_while_a_finding_rests_on_an_unverified_figure(findings: list[Finding]) -> None:
    if any(found.rests_on_unverified_figure for found in findings):
        assert headline(findings, PRECEDENCE) not in {
            Disposition.APPROVE,
            Disposition.CONDITIONAL,
            Disposition.EXEMPT,
        }
