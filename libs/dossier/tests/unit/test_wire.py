"""A dossier and its message say the same, in every field that the contract has."""

from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as ProtoDecimal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dossier.model import Applicant, Dossier, FlowUse, ProjectKind
from dossier.wire import dossier_from_wire, dossier_to_wire, kind_from_wire, kind_to_wire
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.quantities import plain
from kernel.regions import RegionCode
from servicekit.wire import date_to_wire

PACKAGE = "dualcontrol.filing.v1"
ITEMS_MAX = 2
ALWAYS_SENT = {
    f"{PACKAGE}.{name}"
    for name in (
        "Dossier.applicant",
        "Dossier.energy",
        "Amount.value",
        "UnitEnergy.value",
        "EnergyFlow.amount",
        "ProcessEmission.amount_t",
        "LotUse.quantity",
    )
}
NUMBERS = st.decimals(min_value=-(10**15), max_value=10**15, places=3).map(lambda n: ProtoDecimal(value=plain(n)))
LOT_NAMES = st.from_regex(r"lots/[a-z][a-z0-9-]{2,20}", fullmatch=True)
SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.TYPE_STRING: st.text(st.characters(codec="utf-8"), max_size=8),
    FieldDescriptor.TYPE_BOOL: st.booleans(),
    FieldDescriptor.TYPE_INT32: st.integers(-(2**31), 2**31 - 1),
}


def messages(descriptor: Descriptor, *, full: bool) -> st.SearchStrategy[Message]:
    """Any message of the kind, made from its descriptor alone, so that a field added to the contract is in it."""
    made: Any = getattr(pb, descriptor.name)
    return st.fixed_dictionaries({f.name: stated(f, full=full) for f in descriptor.fields}).map(lambda s: made(**s))


def stated(field: FieldDescriptor, *, full: bool) -> st.SearchStrategy[Any]:
    """With `full` nothing is left out."""
    value = one_value(field, full=full)
    if field.is_repeated:
        once = (lambda use: use.lot) if field.message_type is pb.LotUse.DESCRIPTOR else None
        return st.lists(value, min_size=int(full), max_size=ITEMS_MAX, unique_by=once)
    may_be_left_out = field.has_presence and field.full_name not in ALWAYS_SENT and not full
    return st.none() | value if may_be_left_out else value


def one_value(field: FieldDescriptor, *, full: bool) -> st.SearchStrategy[Any]:
    if field.full_name == f"{PACKAGE}.LotUse.lot":
        return LOT_NAMES
    if field.enum_type is not None:
        return st.sampled_from([value.number for value in field.enum_type.values if value.number])
    if field.message_type is ProtoDecimal.DESCRIPTOR:
        return NUMBERS
    if field.message_type is Date.DESCRIPTOR:
        return st.dates().map(date_to_wire)
    return SCALARS[field.type] if field.message_type is None else messages(field.message_type, full=full)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(messages(pb.Dossier.DESCRIPTOR, full=True))
def test_no_field_of_a_message_that_states_everything_is_lost(message: pb.Dossier) -> None:
    dossier = dossier_from_wire(message)

    assert dossier_to_wire(dossier) == message
    assert dossier_from_wire(dossier_to_wire(dossier)) == dossier


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(messages(pb.Dossier.DESCRIPTOR, full=False))
def test_what_is_left_out_stays_left_out(message: pb.Dossier) -> None:
    assert dossier_to_wire(dossier_from_wire(message)) == message


def test_nothing_stated_but_the_head_comes_back_as_nothing_stated() -> None:
    bare = Dossier(project_name="某项目", applicant=Applicant("某企业"), region=RegionCode("630121"))

    assert dossier_from_wire(dossier_to_wire(bare)) == bare
    assert dossier_from_wire(pb.Dossier()) == Dossier(project_name="", applicant=Applicant(""), region=RegionCode(""))


@pytest.mark.parametrize("kind", [None, *ProjectKind])
def test_a_kind_comes_back_as_it_was(kind: ProjectKind | None) -> None:
    assert kind_from_wire(kind_to_wire(kind)) is kind


def test_the_contract_has_no_kind_and_no_use_that_the_model_has_not() -> None:
    assert {name.removeprefix("PROJECT_KIND_") for name in pb.ProjectKind.keys()} == {  # noqa: SIM118  # no mapping
        "UNSPECIFIED",
        *ProjectKind.__members__,
    }
    assert {name.removeprefix("FLOW_USE_") for name in pb.FlowUse.keys()} == {  # noqa: SIM118  # no mapping
        "UNSPECIFIED",
        *FlowUse.__members__,
    }


@pytest.mark.parametrize(
    "message",
    [
        pb.Dossier(kind=99),  # type: ignore[arg-type]  # a value that no contract has
        pb.Dossier(annual_co2_t=ProtoDecimal(value="1 t")),
        pb.Dossier(application_date=Date(year=2026, month=2, day=30)),
        pb.Dossier(energy=pb.EnergyUse(flows=[pb.EnergyFlow(amount=ProtoDecimal(value="1"))])),
    ],
)
def test_a_message_that_was_not_checked_raises_a_value_error(message: pb.Dossier) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        dossier_from_wire(message)
