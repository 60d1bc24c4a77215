"""What people read of periods and trades: exact amounts, and what is not known said to be so."""

from io import StringIO

import pytest
from google.type.date_pb2 import Date
from rich.console import Console, RenderableType
from typer.testing import CliRunner

from client.cli import app
from client.rendering import periods as rendering
from client.rendering.words import Language
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from dualcontrol.common.v1 import finding_pb2 as common


def shown(what: RenderableType) -> str:
    out = StringIO()
    Console(file=out, width=300, markup=False).print(what)
    return out.getvalue()


def proposal(amount: int) -> pb.EnvelopeProposal:
    finding = common.Finding(
        rule="budget.period.envelope",
        title=common.Text(zh="年度预算", en="the envelope"),
        verdict=common.VERDICT_UNKNOWN,
        missing=["630000/energy_kgce/当量/2020"],
    )
    return pb.EnvelopeProposal(
        name="envelopeProposals/p1", region_code="630000", year=2022, amount=amount, findings=[finding]
    )


@pytest.mark.parametrize(("amount", "written"), [(41_800_000_001, "41,800,000.001"), (0, "未知")])
def test_a_proposal_shows_its_amount_in_tonnes_or_that_it_is_not_known(amount: int, written: str) -> None:
    assert written in shown(rendering.proposals([proposal(amount)], Language.ZH))


def test_a_proposal_explains_what_has_to_be_added() -> None:
    assert "630000/energy_kgce/当量/2020" in shown(rendering.proposal_tree(proposal(0), Language.EN))


def test_a_forecast_without_bounds_says_that_they_are_not_known() -> None:
    made = pb.Forecast(account=pb.PeriodAccount(region_code="630000", year=2026), expected_remainder=-1_500)

    assert "-1.5 (not known … not known)" in shown(rendering.forecast_tree(made, Language.EN))


def test_a_closed_account_is_marked() -> None:
    account = pb.PeriodAccount(region_code="630000", year=2022, instrument=pb.BUDGET_INSTRUMENT_CARBON, closed=True)

    assert "已结账" in shown(rendering.accounts([account], Language.ZH))


def test_a_figure_is_shown_with_its_basis_or_its_prices() -> None:
    energy = pb.Statistic(
        kind=pb.STATISTIC_KIND_ENERGY_KGCE,
        basis=pb.STATISTIC_BASIS_EQUIVALENT,
        period=pb.StatisticPeriod(year=2025, month=3),
        value=1_234,
    )
    gdp = pb.Statistic(kind=pb.STATISTIC_KIND_GDP_CNY, price_year=2020, period=pb.StatisticPeriod(year=2025, quarter=1))

    written = shown(rendering.statistics([energy, gdp], Language.ZH))

    assert "等价" in written
    assert "2025-03" in written
    assert "1,234" in written
    assert "2025Q1" in written


def test_a_trade_shows_both_sides_and_its_end() -> None:
    trade = pb.Trade(
        name="trades/t1",
        seller_region_code="630121",
        buyer_region_code="630202",
        amount_kgce_calorific=400,
        state=pb.TRADE_STATE_EXPIRED,
        expire_date=Date(year=2026, month=4, day=1),
    )

    written = shown(rendering.trades([trade], Language.EN))

    assert all(word in written for word in ("630121", "630202", "0.4", "expired", "2026-04-01"))


@pytest.mark.parametrize("group", ["period", "trade"])
def test_the_commands_are_listed(group: str) -> None:
    assert CliRunner().invoke(app, [group, "--help"]).exit_code == 0
