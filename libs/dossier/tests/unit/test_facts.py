"""A fact is one that the law asks for, in its place, once, and answered in its own form."""

from collections.abc import Sequence

import pytest

from dossier.checks import checked_dossier
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.errors import InvalidRequest, Violation
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


def wrong(policy: PolicyBundle, *facts: tuple[str, str], of: str = "project") -> Sequence[Violation]:
    given = [pb.Fact(fact=fact, value=value) for fact, value in facts]
    dossier = pb.Dossier(facts=given) if of == "project" else pb.Dossier(products=[pb.Product(name="甲", facts=given)])
    violations = Violations()
    checked = checked_dossier(dossier, violations, policy)
    try:
        violations.done()
    except InvalidRequest as refused:
        return refused.violations
    assert checked is not None
    place = checked if of == "project" else checked.products[0]
    assert [place.fact(fact) for fact, _ in facts] == [value for _, value in facts]
    return ()


@pytest.mark.parametrize("value", ["0", "-154.31", "+5", "8848.86", "007", "999999999999999"])
def test_a_number_is_plain(value: str, policy: PolicyBundle) -> None:
    assert wrong(policy, ("altitude_m", value)) == ()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "REQUIRED"),
        ("2 m", "NOT_A_NUMBER"),
        ("1e3", "NOT_A_NUMBER"),
        ("1,000", "NOT_A_NUMBER"),
        ("NaN", "NOT_A_NUMBER"),
        ("一千", "NOT_A_NUMBER"),
        ("１", "NOT_A_NUMBER"),
        ("0.1234567891", "TOO_PRECISE"),
        ("1000000000000000", "TOO_LARGE"),
    ],
)
def test_what_is_no_plain_number_is_refused(value: str, reason: str, policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, ("altitude_m", value))

    assert (violation.field, violation.reason) == ("dossier.facts[0].value", reason)


@pytest.mark.parametrize("value", ["yes", "no"])
def test_a_question_is_answered_by_yes_or_no(value: str, policy: PolicyBundle) -> None:
    assert wrong(policy, ("in_national_plan", value)) == ()


@pytest.mark.parametrize("value", ["Yes", "true", "是", "1", "unknown"])
def test_another_answer_is_told_the_two(value: str, policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, ("in_national_plan", value))

    assert (violation.field, violation.reason) == ("dossier.facts[0].value", "UNKNOWN_VALUE")
    assert violation.text.zh == "应为其一: yes (是), no (否)"
    assert violation.text.en == "must be one of: yes, no"


def test_a_word_is_one_of_the_facts_own_and_they_are_told(policy: PolicyBundle) -> None:
    assert wrong(policy, ("fuel", "gangue"), of="product") == ()

    (violation,) = wrong(policy, ("fuel", "oil"), of="product")

    assert (violation.field, violation.reason) == ("dossier.products[0].facts[0].value", "UNKNOWN_VALUE")
    assert violation.text.zh == "应为其一: coal (煤), gangue (煤矸石)"
    assert violation.text.en == "must be one of: coal, gangue (coal gangue)"


def test_an_unknown_fact_is_told_the_nearest_that_may_stand_there(policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, ("water_absorbtion_pct", "0.5"), of="product")

    assert (violation.field, violation.reason) == ("dossier.products[0].facts[0].fact", "UNKNOWN_FACT")
    assert "water_absorption_pct (吸水率)" in violation.text.zh
    assert "water_absorption_pct (water absorption)" in violation.text.en
    (elsewhere,) = wrong(policy, ("water_absorbtion_pct", "0.5"))
    assert "water_absorption_pct" not in elsewhere.text.en


def test_an_unknown_fact_like_no_other_is_told_that_it_is_unknown(policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, ("zzz", "yes"))

    assert violation.reason == "UNKNOWN_FACT"
    assert violation.text.zh == "法规数据中没有事实 zzz"
    assert violation.text.en == "is no fact of the law on file: zzz"


def test_of_many_unknown_facts_the_first_few_are_told_the_nearest(policy: PolicyBundle) -> None:
    found = wrong(policy, *((f"altitude_{number}", "1") for number in range(8)))

    assert [v.reason for v in found] == ["UNKNOWN_FACT"] * 8
    assert ["altitude_m" in v.text.en for v in found] == [True] * 5 + [False] * 3


@pytest.mark.parametrize(("fact", "of"), [("fuel", "project"), ("altitude_m", "product")])
def test_a_fact_in_the_other_place_is_told_where_it_belongs(fact: str, of: str, policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, (fact, "coal"), of=of)

    assert violation.reason == "MISPLACED_FACT"
    assert ("dossier.facts" in violation.text.zh) is (of == "product")


@pytest.mark.parametrize("fact", ["Fuel", "x" * 64, "燃料", "a b"])
def test_what_cannot_be_an_id_is_malformed(fact: str, policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, (fact, "coal"), of="product")

    assert (violation.field, violation.reason) == ("dossier.products[0].facts[0].fact", "MALFORMED")


def test_a_fact_without_an_id_is_asked_for_it(policy: PolicyBundle) -> None:
    assert [v.reason for v in wrong(policy, ("", "yes"), ("", "yes"))] == ["REQUIRED", "REQUIRED"]


def test_no_fact_is_stated_twice_in_one_place(policy: PolicyBundle) -> None:
    (violation,) = wrong(policy, ("altitude_m", "1"), ("in_national_plan", "no"), ("altitude_m", "1"))

    assert (violation.field, violation.reason) == ("dossier.facts[2].fact", "DUPLICATE")


def test_two_products_may_state_the_same_fact(policy: PolicyBundle) -> None:
    fuel = [pb.Fact(fact="fuel", value="coal")]
    dossier = pb.Dossier(products=[pb.Product(name=name, facts=fuel) for name in ("甲", "乙")])
    violations = Violations()

    checked = checked_dossier(dossier, violations, policy)

    assert checked is not None
    assert [product.fact("fuel") for product in checked.products] == ["coal", "coal"]


def test_two_hundred_facts_are_read_and_no_more(policy: PolicyBundle) -> None:
    many = [(f"unknown_{number}", "yes") for number in range(201)]

    found = wrong(policy, *many)

    assert len(found) == 201
    assert (found[0].field, found[0].reason) == ("dossier.facts", "TOO_MANY")
