"""Projects of one owner, at one place, of one product, added up."""

from datetime import date
from decimal import Decimal

import pytest

from review.domain.splitting import splitting_finding
from review.domain.subject import Sibling, Subject
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
DAY = date(2026, 3, 2)


def sibling(
    tce: str | None,
    *,
    filing: str = "other-1",
    region: str = "632801",
    product: str = "clinker",
    day: date | None = DAY,
) -> Sibling:
    return Sibling(filing, region, (product,), day, None if tce is None else Decimal(tce))


def found(policy: PolicyBundle, own: str | None, *siblings: Sibling) -> Finding:
    return splitting_finding(Subject(dossier(energy=energy(own)), policy, "this-one", siblings))


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        ("500", "499.999", HOLDS),
        ("500", "500", FAILS),
        ("5000", "4999.999", HOLDS),
        ("5000", "5000", FAILS),
        ("10000", "5000", HOLDS),
        ("300000", "200000", FAILS),
    ],
)
def test_a_line_reached_only_together_is_for_a_person(
    policy: PolicyBundle, own: str, other: str, verdict: Verdict
) -> None:
    finding = found(policy, own, sibling(other))

    assert finding.verdict is verdict
    assert finding.leads_to is (Disposition.MANUAL if verdict is FAILS else None)


@pytest.mark.parametrize(
    "other",
    [
        sibling("9999", region="632802"),
        sibling("9999", product="lime"),
        sibling("9999", filing="this-one"),
        sibling("9999", day=date(2024, 3, 1)),
    ],
)
def test_another_place_product_or_time_is_not_added(policy: PolicyBundle, other: Sibling) -> None:
    assert found(policy, "9000", other).verdict is HOLDS


@pytest.mark.parametrize("day", [date(2024, 3, 2), date(2028, 3, 1), None])
def test_the_window_holds_its_last_day_and_filings_without_a_day(policy: PolicyBundle, day: date | None) -> None:
    assert found(policy, "9000", sibling("9000", day=day)).verdict is FAILS


def test_a_sibling_that_states_no_energy_leaves_the_sum_open(policy: PolicyBundle) -> None:
    finding = found(policy, "9000", sibling(None))

    assert (finding.verdict, finding.leads_to) == (UNKNOWN, Disposition.MANUAL)


def test_without_its_own_energy_there_is_no_sum(policy: PolicyBundle) -> None:
    assert found(policy, None, sibling("9000")).missing == ("dossier.energy.annual_tce_calorific",)


def test_the_order_of_the_siblings_changes_nothing(policy: PolicyBundle) -> None:
    first, second = sibling("400", filing="a-1"), sibling("300", filing="b-1")

    assert found(policy, "500", first, second) == found(policy, "500", second, first)
    assert [part.because.en[:10] for part in found(policy, "500", second, first).parts] == ["filing a-1", "filing b-1"]
