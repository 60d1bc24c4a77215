"""What people read of opinions: until when they hold, and what is not known said to be so."""

from io import StringIO

import pytest
from google.type.date_pb2 import Date
from rich.console import Console, RenderableType

from client.rendering import opinions as rendering
from client.rendering.words import Language
from dualcontrol.review.v1 import opinion_service_pb2 as pb

DAY = Date(year=2026, month=3, day=2)
LATER = Date(year=2028, month=3, day=2)


def shown(what: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=300, markup=False).print(what)
    return out.getvalue()


def test_every_state_and_result_of_the_contract_has_its_words() -> None:
    assert set(rendering.STATES) == set(pb.OpinionState.values()) - {pb.OPINION_STATE_UNSPECIFIED}
    assert set(rendering.RESULTS) == set(pb.OpinionResult.values()) - {pb.OPINION_RESULT_UNSPECIFIED}


@pytest.mark.parametrize(
    ("opinion", "said"),
    [
        (pb.Opinion(result=pb.OPINION_RESULT_PASS, issue_date=DAY, lapse_date=LATER), "失效日: 2028-03-02"),
        (pb.Opinion(result=pb.OPINION_RESULT_PASS, issue_date=DAY), "失效日: 未知"),
        (
            pb.Opinion(
                result=pb.OPINION_RESULT_PASS,
                issue_date=DAY,
                lapse_date=LATER,
                construction_start_date=DAY,
                construction_evidence="开工报告",
            ),
            "已开工, 不再失效",
        ),
        (pb.Opinion(state=pb.OPINION_STATE_REVOKED, revokers=["甲", "乙"], reason="数据有误"), "撤销签署: 甲, 乙"),
    ],
)
def test_an_opinion_says_until_when_it_holds_and_who_took_it_back(opinion: pb.Opinion, said: str) -> None:
    assert said in shown(rendering.opinion_tree(opinion, Language.ZH))


@pytest.mark.parametrize(
    "opinion",
    [pb.Opinion(result=pb.OPINION_RESULT_PASS), pb.Opinion(result=pb.OPINION_RESULT_NOT_PASS, issue_date=DAY)],
)
def test_what_never_lapses_has_no_such_day(opinion: pb.Opinion) -> None:
    assert "失效日" not in shown(rendering.opinion_tree(opinion, Language.ZH))


def test_a_value_of_a_newer_service_is_not_known() -> None:
    newer = pb.Opinion(name="filings/a-b/opinions/2", result=9, state=99)  # type: ignore[arg-type]  # no contract has them

    assert shown(rendering.opinions([newer], Language.EN)).count("not known") == 2
