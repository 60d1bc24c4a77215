"""A dossier's energy account: its flows as the account reads them."""

from decimal import Decimal
from typing import Final

from dossier.model import Dossier, EnergyFlow, EnergyUse, FlowUse
from energy.account import NOTHING_TOLD, Balance, EnergyAccount, Project, Totals, balanced, completed, totals
from energy.flow import Flow, Use
from energy.indicators import Yearly
from energy.lines import NOTHING
from energy.processes import ProcessAmount
from kernel.quantities import Quantity, exact
from statute.inforce import Law

VALUE_ADDED: Final = "industrial_value_added_10k_cny"
VALUE_ADDED_UNIT: Final = "10k_CNY"
GREEN: Final = "green_certificate_kwh"

USES: Final = {use: Use(use.value) for use in FlowUse}

AMOUNT_MAX: Final = 1_000_000_000_000_000
"""What a dossier's amounts stay below; kgce of it still fit into 64 bits."""


def flow_of(stated: EnergyFlow) -> Flow:
    return Flow(stated.carrier, USES[stated.use], Quantity(stated.amount, stated.unit), stated.measured_ncv_kj)


def account_of(dossier: Dossier, balance: Balance | None, law: Law | None) -> EnergyAccount | None:
    """Of the dossier with its `balance`, after completion. None without one or without a law."""
    if law is None or balance is None:
        return None
    green = dossier.fact(GREEN)
    project = Project(
        region=dossier.region,
        processes=tuple(ProcessAmount(one.process, one.amount) for one in dossier.process_emissions),
        yearly=_yearly(dossier),
        green_kwh=None if green is None else exact(green),
    )
    return completed(balance, project, law)


def balance_of(energy: EnergyUse, law: Law | None) -> Balance | None:
    """None when no flows are stated, or no day."""
    if law is None or not energy.flows:
        return None
    return balanced([flow_of(flow) for flow in energy.flows], law)


def computed(balance: Balance | None, law: Law | None) -> Totals:
    """What the flows come to, as a dossier could state it; None where they do not tell, or the figure is too large.

    A net seller uses nothing: below zero is zero, as a dossier can state no less.
    """
    if balance is None or law is None:
        return NOTHING_TOLD
    return Totals._make([_statable(amount) for amount in totals(balance, law)])


def _statable(amount: Decimal | None) -> Decimal | None:
    if amount is None or amount >= AMOUNT_MAX:
        return None
    return amount if amount > 0 else NOTHING


def _yearly(dossier: Dossier) -> Yearly:
    """The capacity counts where there is one product: of several, no figure is the energy of one."""
    products, added = dossier.products, dossier.fact(VALUE_ADDED)
    capacity = products[0].capacity if len(products) == 1 else None
    return Yearly(
        capacity=None if capacity is None else Quantity(capacity.value, capacity.unit),
        value_added=None if added is None else Quantity(exact(added), VALUE_ADDED_UNIT),
    )
