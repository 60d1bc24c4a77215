"""Between statistics, derived envelopes, closings and forecasts and their messages."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from budget.domain.periods.closing import Act, ActKind, CarriedHold
from budget.domain.periods.derivation import Asked, Derivation, Derived, Figure, StatedGdp
from budget.domain.periods.forecast import Forecast
from budget.domain.periods.instruments import Instrument, Measure, account_of, instrument_of
from budget.domain.periods.proposals import Proposal, ProposalState
from budget.domain.periods.statistics import Kind, Period, Series, Stage, Statistic
from budget.domain.periods.targets import PlanPeriod, StatedTarget
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.pace import Pace
from kernel.quantities import Basis
from kernel.regions import RegionCode
from ledger.accounts import AccountId, Balances
from ledger.entries import TransferId
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    decimal_to_wire,
    finding_from_wire,
    finding_to_wire,
    findings_from_wire,
    findings_to_wire,
    instant_from_wire,
    instant_to_wire,
)

KINDS: Final[Mapping[Kind, pb.StatisticKind.ValueType]] = {
    Kind.ENERGY: pb.STATISTIC_KIND_ENERGY_KGCE,
    Kind.CARBON: pb.STATISTIC_KIND_CARBON_KGCO2,
    Kind.GDP: pb.STATISTIC_KIND_GDP_CNY,
}
KINDS_FROM_WIRE: Final = {number: kind for kind, number in KINDS.items()}


def stage_to_wire(stage: Stage | None) -> pb.StatisticStage.ValueType:
    return pb.StatisticStage.Value(f"STATISTIC_STAGE_{stage.name}") if stage else pb.STATISTIC_STAGE_UNSPECIFIED


def stage_from_wire(value: pb.StatisticStage.ValueType) -> Stage:
    return Stage[pb.StatisticStage.Name(value).removeprefix("STATISTIC_STAGE_")]


def basis_from_wire(value: pb.StatisticBasis.ValueType) -> Basis | None:
    if value == pb.STATISTIC_BASIS_UNSPECIFIED:
        return None
    return Basis[pb.StatisticBasis.Name(value).removeprefix("STATISTIC_BASIS_")]


def basis_to_wire(basis: Basis | None) -> pb.StatisticBasis.ValueType:
    return pb.StatisticBasis.Value(f"STATISTIC_BASIS_{basis.name}") if basis else pb.STATISTIC_BASIS_UNSPECIFIED


def instrument_to_wire(instrument: Instrument) -> pb.BudgetInstrument.ValueType:
    return pb.BudgetInstrument.Value(f"BUDGET_INSTRUMENT_{instrument.name}")


def instrument_from_wire(value: pb.BudgetInstrument.ValueType) -> Instrument:
    return Instrument[pb.BudgetInstrument.Name(value).removeprefix("BUDGET_INSTRUMENT_")]


def measure_to_wire(measure: Measure) -> pb.EnvelopeMeasure.ValueType:
    return pb.EnvelopeMeasure.Value(f"ENVELOPE_MEASURE_{measure.name}")


def measure_from_wire(value: pb.EnvelopeMeasure.ValueType) -> Measure:
    return Measure[pb.EnvelopeMeasure.Name(value).removeprefix("ENVELOPE_MEASURE_")]


def pace_to_wire(pace: Pace | None) -> pb.TargetPace.ValueType:
    return pb.TargetPace.Value(f"TARGET_PACE_{pace.name}") if pace else pb.TARGET_PACE_UNSPECIFIED


def pace_from_wire(value: pb.TargetPace.ValueType) -> Pace | None:
    if value == pb.TARGET_PACE_UNSPECIFIED:
        return None
    return Pace[pb.TargetPace.Name(value).removeprefix("TARGET_PACE_")]


def statistic_to_wire(statistic: Statistic) -> pb.Statistic:
    period = statistic.period
    return pb.Statistic(
        region_code=statistic.series.region,
        kind=KINDS[statistic.series.kind],
        period=pb.StatisticPeriod(year=period.year, quarter=period.quarter, month=period.month),
        stage=stage_to_wire(statistic.stage),
        value=statistic.value,
        basis=basis_to_wire(statistic.series.basis),
        price_year=statistic.series.price_year or 0,
        document=statistic.document,
        version=statistic.version,
        known_time=instant_to_wire(statistic.known_at),
    )


def series_from_wire(message: pb.Statistic | pb.GetStatisticRequest) -> Series:
    return Series(
        RegionCode(message.region_code),
        KINDS_FROM_WIRE[message.kind],
        basis_from_wire(message.basis),
        message.price_year or None,
    )


def period_from_wire(message: pb.StatisticPeriod) -> Period:
    return Period(message.year, message.quarter, message.month)


def asked_to_wire(asked: Asked) -> pb.DeriveEnvelopeRequest:
    message = pb.DeriveEnvelopeRequest(
        region_code=asked.region,
        year=asked.year,
        instrument=instrument_to_wire(asked.instrument),
        measure=measure_to_wire(asked.measure),
        pace=pace_to_wire(asked.pace),
    )
    if asked.gdp is not None:
        message.expected_gdp_cny = asked.gdp.cny
        message.price_year = asked.gdp.price_year
        message.gdp_document = asked.gdp.document
    if asked.target is not None:
        message.stated_target.CopyFrom(decimal_to_wire(asked.target.pct))
        message.target_document = asked.target.document
    return message


def asked_from_wire(message: pb.DeriveEnvelopeRequest) -> Asked:
    """Of a request that was checked, or that was written here."""
    gdp = StatedGdp(message.expected_gdp_cny, message.price_year, message.gdp_document)
    target = None
    if message.HasField("stated_target"):
        target = StatedTarget(Decimal(message.stated_target.value), message.target_document)
    return Asked(
        RegionCode(message.region_code),
        message.year,
        instrument_from_wire(message.instrument),
        measure_from_wire(message.measure),
        gdp if message.expected_gdp_cny else None,
        target,
        pace_from_wire(message.pace),
    )


def _figure_to_wire(figure: Figure | None) -> pb.DerivationFigure | None:
    if figure is None:
        return None
    return pb.DerivationFigure(
        source=figure.source, value=figure.value, stage=stage_to_wire(figure.stage), document=figure.document
    )


def _figure_from_wire(message: pb.DerivationFigure) -> Figure | None:
    if not message.source:
        return None
    stage = stage_from_wire(message.stage) if message.stage else None
    return Figure(message.source, message.value, message.document, stage)


def _derivation_to_wire(made: Derivation) -> pb.Derivation:
    plan = made.plan
    return pb.Derivation(
        base_year=plan.base_year if plan else 0,
        plan_years=plan.years if plan else 0,
        plan_year=plan.year if plan else 0,
        pace=pace_to_wire(made.pace),
        target_pct=decimal_to_wire(made.target_pct) if made.target_pct is not None else None,
        factor=decimal_to_wire(made.factor) if made.factor is not None else None,
        base_consumption=_figure_to_wire(made.base_consumption),
        base_gdp=_figure_to_wire(made.base_gdp),
        expected_gdp=_figure_to_wire(made.expected_gdp),
        previous_consumption=_figure_to_wire(made.previous_consumption),
        allowed_total=made.allowed_total,
        increment=made.increment,
    )


def _derivation_from_wire(message: pb.Derivation) -> Derivation:
    pace = pace_from_wire(message.pace)
    assert pace is not None
    plan = PlanPeriod(message.base_year, message.plan_years, message.plan_year) if message.plan_years else None
    return Derivation(
        plan,
        pace,
        Decimal(message.target_pct.value) if message.HasField("target_pct") else None,
        Decimal(message.factor.value) if message.HasField("factor") else None,
        _figure_from_wire(message.base_consumption),
        _figure_from_wire(message.base_gdp),
        _figure_from_wire(message.expected_gdp),
        _figure_from_wire(message.previous_consumption),
        message.allowed_total if message.HasField("allowed_total") else None,
        message.increment if message.HasField("increment") else None,
    )


def proposal_to_wire(proposal: Proposal) -> pb.EnvelopeProposal:
    asked = proposal.asked
    return pb.EnvelopeProposal(
        name=f"envelopeProposals/{proposal.id}",
        region_code=asked.region,
        year=asked.year,
        instrument=instrument_to_wire(asked.instrument),
        measure=measure_to_wire(asked.measure),
        state=pb.ProposalState.Value(f"PROPOSAL_STATE_{proposal.state.name}"),
        derivation=_derivation_to_wire(proposal.derived.derivation),
        amount=proposal.amount,
        findings=findings_to_wire(proposal.derived.findings),
        bundle_hash=proposal.bundle_hash,
        proposer=proposal.proposer,
        propose_time=instant_to_wire(proposal.proposed_at),
        adopters=proposal.adopters,
        adopt_time=_instant(proposal.adopted_at),
        replaces=f"envelopeProposals/{proposal.replaces}" if proposal.replaces else "",
        reason=proposal.reason,
        replace_time=_instant(proposal.replaced_at),
        request=asked_to_wire(asked),
    )


def proposal_from_wire(message: pb.EnvelopeProposal) -> Proposal:
    """Reads what was written here."""
    return Proposal(
        id=message.name.removeprefix("envelopeProposals/"),
        asked=asked_from_wire(message.request),
        derived=Derived(_derivation_from_wire(message.derivation), findings_from_wire(message.findings)),
        bundle_hash=message.bundle_hash,
        proposer=message.proposer,
        proposed_at=instant_from_wire(message.propose_time),
        state=ProposalState[pb.ProposalState.Name(message.state).removeprefix("PROPOSAL_STATE_")],
        adopters=tuple(message.adopters),
        adopted_at=instant_from_wire(message.adopt_time) if message.HasField("adopt_time") else None,
        replaces=message.replaces.removeprefix("envelopeProposals/"),
        reason=message.reason,
        replaced_at=instant_from_wire(message.replace_time) if message.HasField("replace_time") else None,
    )


def _instant(instant: datetime | None) -> Timestamp | None:
    return instant_to_wire(instant) if instant is not None else None


def period_account_to_wire(account: AccountId, balances: Balances) -> pb.PeriodAccount:
    instrument = instrument_of(account)
    assert instrument is not None
    return pb.PeriodAccount(
        region_code=account.owner,
        year=int(account.period),
        instrument=instrument_to_wire(instrument),
        granted=balances.granted,
        held=balances.held,
        posted=balances.posted,
        available=balances.available,
        closed=balances.closed,
    )


def accounts_to_wire(accounts: Mapping[AccountId, Balances]) -> list[pb.PeriodAccount]:
    return [period_account_to_wire(one, accounts[one]) for one in sorted(accounts, key=str)]


def act_to_wire(act: Act) -> pb.PeriodAct:
    return pb.PeriodAct(
        name=f"periodActs/{act.id}",
        kind=pb.PeriodActKind.Value(f"PERIOD_ACT_KIND_{act.kind.name}"),
        region_code=act.region,
        year=act.year,
        signers=act.signers,
        reason=act.reason,
        effective_date=date_to_wire(act.on),
        known_time=instant_to_wire(act.at),
        accounts=accounts_to_wire(act.accounts),
        carried_holds=[pb.CarriedHold(from_hold=one.old, to_hold=one.new) for one in act.holds],
        carried_remainders=[_remainder(one, amount) for one, amount in act.remainders.items()],
        carry_over_finding=finding_to_wire(act.finding) if act.finding is not None else None,
    )


def _remainder(account: AccountId, amount: int) -> pb.CarriedRemainder:
    instrument = instrument_of(account)
    assert instrument is not None
    return pb.CarriedRemainder(region_code=account.owner, instrument=instrument_to_wire(instrument), amount=amount)


def act_from_wire(message: pb.PeriodAct) -> Act:
    """Reads what was written here."""
    first, second = message.signers
    return Act(
        id=message.name.removeprefix("periodActs/"),
        kind=ActKind[pb.PeriodActKind.Name(message.kind).removeprefix("PERIOD_ACT_KIND_")],
        region=RegionCode(message.region_code),
        year=message.year,
        signers=(first, second),
        reason=message.reason,
        on=date_from_wire(message.effective_date),
        at=instant_from_wire(message.known_time),
        accounts={
            _account(one.region_code, one.instrument, one.year): Balances(
                one.granted, one.held, one.posted, max(0, -one.available), one.closed
            )
            for one in message.accounts
        },
        holds=tuple(CarriedHold(TransferId(o.from_hold), TransferId(o.to_hold)) for o in message.carried_holds),
        remainders={
            _account(one.region_code, one.instrument, message.year): one.amount for one in message.carried_remainders
        },
        finding=finding_from_wire(message.carry_over_finding) if message.HasField("carry_over_finding") else None,
    )


def _account(region: str, instrument: pb.BudgetInstrument.ValueType, year: int) -> AccountId:
    return account_of(instrument_from_wire(instrument), RegionCode(region), year)


def forecast_to_wire(made: Forecast) -> pb.Forecast:
    outlook, taken = made.outlook, made.outlook.taken
    account = account_of(outlook.instrument, outlook.region, outlook.year)
    overdrawn = max(0, taken.held + taken.posted - taken.granted)
    return pb.Forecast(
        account=period_account_to_wire(account, Balances(taken.granted, taken.held, taken.posted, overdrawn)),
        measure=measure_to_wire(outlook.measure),
        effective_date=date_to_wire(outlook.on),
        known_time=instant_to_wire(outlook.known_at),
        phased=taken.phased,
        months=[
            pb.ForecastMonth(
                month=one.month,
                value=one.value,
                stage=stage_to_wire(one.statistic.stage if one.statistic else None),
                source=one.statistic.name if one.statistic else "",
            )
            for one in made.months
        ],
        expected_consumption=made.expected_consumption,
        previous_consumption=outlook.previous.value if outlook.previous is not None else None,
        consumption_charge=made.charge,
        expected_remainder=made.remainder,
        lower_remainder=made.lower,
        upper_remainder=made.upper,
        missing_months=made.missing_months,
        finding=finding_to_wire(made.finding),
    )
