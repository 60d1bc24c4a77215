"""The table of methods against the contracts: every rpc once, every field there."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor, MethodDescriptor

import dualcontrol.filing.v1.filing_service_pb2 as filing
from access.acts import Act
from access.methods import METHODS

_CONTRACTS = Path(filing.__file__).parents[2]
_ELSEWHERE = {Act.MANAGE_USERS, Act.READ_AUDIT}
"""Acts of the portal alone: no method of a service manages users or reads the audit trail."""


def _rpcs() -> Iterator[tuple[str, MethodDescriptor]]:
    for path in sorted(_CONTRACTS.glob("*/v1/*_service_pb2.py")):
        module = importlib.import_module(f"dualcontrol.{path.parts[-3]}.v1.{path.stem}")
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in service.methods:
                yield f"/{service.full_name}/{method.name}", method


RPCS = dict(_rpcs())


def _has(message: Descriptor, path: str) -> bool:
    head, _, rest = path.partition(".")
    field = message.fields_by_name.get(head)
    return field is not None and (not rest or (field.message_type is not None and _has(field.message_type, rest)))


def test_every_method_of_the_contracts_has_one_rule() -> None:
    assert len(RPCS) > 100

    assert METHODS.keys() == RPCS.keys()


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_field_of_a_rule_is_in_the_request(method: str) -> None:
    rule = METHODS[method]
    paths = [*rule.regions, *rule.persons, *([rule.signers] if rule.signers else [])]

    missing = [path for path in paths if not _has(RPCS[method].input_type, path)]

    assert not missing


@pytest.mark.parametrize("method", sorted(METHODS))
def test_a_region_or_person_in_a_request_is_never_overlooked(method: str) -> None:
    rule = METHODS[method]
    fields = {field.name for field in RPCS[method].input_type.fields}

    overlooked = fields & {"region_code", "person", "proposer", "adopter", "drafter", "reviewer", "signer", "signers"}

    assert overlooked <= {*rule.regions, *rule.persons, rule.signers}


def test_every_act_is_that_of_some_method_or_of_the_portal() -> None:
    used = {rule.act for rule in METHODS.values()}

    assert set(Act) - used == _ELSEWHERE
