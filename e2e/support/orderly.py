"""Dossiers right in form and arbitrary in content, made from the contract: every field of it is filled at times."""

import random
from collections.abc import Sequence
from typing import Any, Final

from e2e.support.dossiers import approvable, credit_code
from google.api import field_behavior_pb2 as behavior
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from statute.law import FactDefinition
from statute.loader import PolicyBundle

PACKAGE: Final = f"{pb.DESCRIPTOR.package}."
IDENTITY: Final = frozenset({"Dossier.project_code", "Dossier.project_name", "Dossier.applicant"})
OWNERS: Final = 5
"""Few, so that owners meet their own other filings."""
SHARE: Final = 0.6
FACTS_MAX: Final = 12

NUMBERS: Final = ("0", "0.001", "1", "2", "2.5", "58", "98", "120.5", "2500", "33000", "75950", "100000000")
WORDS: Final = {
    "Applicant.credit_code": tuple(credit_code(number) for number in range(OWNERS)),
    "Dossier.region_code": ("630121", "632801", "632224", "440800", "630000"),
    "Dossier.industry_codes": ("3011", "3110", "3120", "3140", "3216", "2613", "4411", "3041", "9999"),
    "Product.product_id": (
        "", "clinker", "ironmaking", "steelmaking", "ferroalloy", "electrolytic_aluminium", "lithium_salts", "coal_chp",
        "flat_glass", "polysilicon", "no_such_product",
    ),
    "Amount.unit": ("t/a", "10kt/a", "t/d", "MW"),
    "UnitEnergy.standard": ("clinker", "ferrosilicon", "aluminium_liquid", "blast_furnace", "no_such_standard"),
    "UnitEnergy.unit": ("kgce/t", "kWh/t", "kgce/kg"),
    "EnergyFlow.carrier": ("electricity", "raw_coal", "natural_gas", "coke_oven_gas", "heat", "no_such_carrier"),
    "EnergyFlow.unit": ("t", "kg", "m3", "10k_m3", "kWh", "MWh", "GJ", "MJ"),
    "ProcessEmission.process": ("clinker_calcination", "no_such_process"),
    "LotUse.lot": ("lots/no-such-lot", "lots/no-such-lot-either"),
}  # fmt: skip
WHOLE: Final = {
    "google.type.Date.year": range(2018, 2026),
    "google.type.Date.month": range(1, 13),
    "google.type.Date.day": range(1, 29),
    "Equipment.efficiency_grade": range(1, 6),
}


class Orderly:
    """The same dossiers for the same chance and law."""

    def __init__(self, chance: random.Random, policy: PolicyBundle) -> None:
        self._chance = chance
        self._facts = {
            kind: [known for known in policy.facts.values() if known.of == of]
            for kind, of in (("Dossier", "project"), ("Product", "product"))
        }

    def dossier(self, number: int) -> pb.Dossier:
        """Of the project with this number; what `approvable` says stands where nothing else was drawn."""
        made = approvable(number)
        for field in made.DESCRIPTOR.fields:
            if _short(field) not in IDENTITY and self._chance.random() < SHARE:
                _clear(made, field)
                self._fill(made, field)
        made.applicant.credit_code = self._chance.choice(WORDS["Applicant.credit_code"])
        return made

    def _message(self, descriptor: Descriptor) -> Message:
        made: Message = GetMessageClass(descriptor)()
        whole = descriptor.full_name.startswith("google.")
        for field in descriptor.fields:
            if whole or _required(field) or self._chance.random() < SHARE:
                self._fill(made, field)
        return made

    def _fill(self, made: Message, field: FieldDescriptor) -> None:
        if field.name == "facts":
            getattr(made, field.name).extend(self._stated(made.DESCRIPTOR.name))
        elif field.is_repeated:
            getattr(made, field.name).extend(self._value(field) for _ in range(self._chance.randrange(1, 4)))
        elif field.message_type is not None:
            getattr(made, field.name).CopyFrom(self._value(field))
        else:
            setattr(made, field.name, self._value(field))

    def _stated(self, place: str) -> list[pb.Fact]:
        asked = self._chance.sample(self._facts[place], k=self._chance.randrange(FACTS_MAX))
        return [pb.Fact(fact=one.id, value=self._chance.choice(_answers(one))) for one in asked]

    def _value(self, field: FieldDescriptor) -> Any:
        if field.message_type is not None:
            return self._message(field.message_type)
        if field.enum_type is not None:
            return self._chance.choice([value.number for value in field.enum_type.values if value.number > 0])
        if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
            return self._chance.random() < 0.5
        name = _short(field)
        if field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
            return self._chance.choice(WHOLE[name])
        if name == "google.type.Decimal.value":
            return self._chance.choice(NUMBERS)
        return self._chance.choice(WORDS.get(name, ("虚构示例",)))


def fields_of(message: Message) -> set[str]:
    """The full names of all fields that are stated in it, at any depth."""
    found: set[str] = set()
    for field, value in message.ListFields():
        found.add(_short(field))
        inner = value if field.is_repeated else [value]
        if field.message_type is not None:
            found = found.union(*map(fields_of, inner))
    return found


def fields_that_can_be(descriptor: Descriptor) -> set[str]:
    """The full names of all fields that a message of this type can state, at any depth."""
    found: set[str] = set()
    for field in descriptor.fields:
        found.add(_short(field))
        if field.message_type is not None:
            found |= fields_that_can_be(field.message_type)
    return found


def _short(field: FieldDescriptor) -> str:
    return str(field.full_name.removeprefix(PACKAGE))


def _clear(made: Message, field: FieldDescriptor) -> None:
    made.ClearField(field.name)


def _required(field: FieldDescriptor) -> bool:
    return behavior.REQUIRED in field.GetOptions().Extensions[behavior.field_behavior]


def _answers(asked: FactDefinition) -> Sequence[str]:
    if asked.holds == "number":
        return NUMBERS
    return ("yes", "no") if asked.holds == "yes_no" else tuple(asked.words)
