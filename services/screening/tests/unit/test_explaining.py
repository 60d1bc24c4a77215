"""What an explanation shows of the difference between two decisions."""

from collections.abc import Callable
from dataclasses import replace

from kernel.text import Text
from screening.domain.explaining import changes
from screening.domain.told import told
from statute.finding import Disposition, Finding

MakeFinding = Callable[..., Finding]


def test_a_finding_that_says_the_same_in_other_words_is_no_change(finding: MakeFinding) -> None:
    before = finding(Disposition.RETURN)
    after = replace(before, because=Text("另行说明", "other words"), inputs=(("a", "1"),))

    assert changes(told([before]), told([after])) == ()


def test_what_came_what_went_and_what_turned_is_shown_by_rule(finding: MakeFinding) -> None:
    turned, turned_now = finding(Disposition.RETURN, "a.turned"), finding(None, "a.turned")
    went, came = finding(Disposition.DEFER, "b.went"), finding(Disposition.MANUAL, "c.came")

    found = changes(told([turned, went]), told([came, turned_now]))

    assert [(one.rule, one.before and one.before.whole, one.after and one.after.whole) for one in found] == [
        ("c.came", None, came),
        ("a.turned", turned, turned_now),
        ("b.went", went, None),
    ]


def test_of_several_findings_of_one_rule_only_those_that_changed_are_shown(finding: MakeFinding) -> None:
    stays, failed, passed = finding(None), finding(Disposition.RETURN), finding(None)

    found = changes(told([stays, failed]), told([stays, passed]))

    assert [(one.before and one.before.whole, one.after and one.after.whole) for one in found] == [(failed, passed)]
