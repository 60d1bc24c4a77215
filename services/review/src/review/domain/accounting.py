"""A dossier's energy account: its flows as the account reads them."""

from decimal import Decimal
from typing import Final

from dossier.model import Dossier, EnergyFlow
from energy.account import NOTHING_TOLD, EnergyAccount, Project, Totals, account, totals
from energy.flow import Flow, Use
from energy.indicators import Yearly
from energy.processes import ProcessAmount
from kernel.quantities import Quantity, exact
from statute.inforce import Law

VALUE_ADDED: Final = "industrial_value_added_10k_cny"
VALUE_ADDED_UNIT: Final = "10k_CNY"
GREEN: Final = "green_certificate_kwh"

AMOUNT_MAX: Final = 1_000_000_000_000_000
"""What a dossier's amounts stay below; kgce of it still fit into 64 bits."""


def flow_of(stated: EnergyFlow) -> Flow:
    return Flow(stated.carrier, Use(stated.use.value), Quantity(stated.amount, stated.unit), stated.measured_ncv_kj)


def account_of(dossier: Dossier, law: Law | None) -> EnergyAccount | None:
    """After completion. None without flows or without a law to convert them by."""
    if law is None or not dossier.energy.flows:
        return None
    green = dossier.fact(GREEN)
    project = Project(
        region=dossier.region,
        processes=tuple(ProcessAmount(one.process, one.amount) for one in dossier.process_emissions),
        yearly=_yearly(dossier),
        green_kwh=None if green is None else exact(green),
    )
    return account(tuple(map(flow_of, dossier.energy.flows)), project, law)


def account_before(dossier: Dossier, law: Law | None) -> EnergyAccount | None:
    """Of the year before the project. None when its flows are not stated."""
    energy = dossier.energy_before
    if law is None or energy is None or not energy.flows:
        return None
    return account(tuple(map(flow_of, energy.flows)), Project(region=dossier.region), law)


def computed(account: EnergyAccount | None, law: Law | None) -> Totals:
    """What the flows come to, as a dossier could state it; None where they do not tell, or the figure is too large.

    A net seller uses nothing: below zero is zero, as a dossier can state no less.
    """
    if account is None or law is None:
        return NOTHING_TOLD
    made = totals(account, law)
    return Totals(
        tce_calorific=_statable(made.tce_calorific),
        tce_equivalent=_statable(made.tce_equivalent),
        coal_t=_statable(made.coal_t),
        electricity_kwh=_statable(made.electricity_kwh),
    )


def _statable(amount: Decimal | None) -> Decimal | None:
    if amount is None or amount >= AMOUNT_MAX:
        return None
    return max(amount, Decimal(0))


def _yearly(dossier: Dossier) -> Yearly:
    """The capacity counts where there is one product: of several, no figure is the energy of one."""
    products, added = dossier.products, dossier.fact(VALUE_ADDED)
    capacity = products[0].capacity if len(products) == 1 else None
    return Yearly(
        capacity=None if capacity is None else Quantity(capacity.value, capacity.unit),
        value_added=None if added is None else Quantity(exact(added), VALUE_ADDED_UNIT),
    )
