"""The yearly energy a dossier states."""

from decimal import Decimal

import pytest

from dossier.model import EnergyUse
from review.domain.energy import annual_kgce, energy_finding
from review.domain.subject import Subject
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy


@pytest.mark.parametrize(
    ("tce", "kgce"),
    [("0", 0), ("0.001", 1), ("4820.49", 4_820_490), ("123456.789", 123_456_789), ("999999999999999.999", 10**18 - 1)],
)
def test_energy_in_kgce_is_exact(tce: str, kgce: int) -> None:
    assert annual_kgce(EnergyUse(tce_calorific=Decimal(tce))) == kgce


def test_energy_that_is_not_stated_is_not_zero(policy: PolicyBundle) -> None:
    only_equivalent = EnergyUse(tce_equivalent=Decimal(5))
    assert annual_kgce(only_equivalent) is None
    finding = energy_finding(Subject(dossier(energy=only_equivalent), policy))
    assert (finding.verdict, finding.leads_to) == (Verdict.UNKNOWN, Disposition.RETURN)
    assert finding.missing == ("dossier.energy.annual_tce_calorific",)


def test_stated_energy_holds_and_zero_is_a_statement(policy: PolicyBundle) -> None:
    finding = energy_finding(Subject(dossier(energy=energy("0")), policy))
    assert (finding.verdict, finding.leads_to) == (Verdict.HOLDS, None)
