"""A caller learns from the contract every reason for which this service refuses."""

import capacity
from dualcontrol.capacity.v1.error_reason_pb2 import ErrorReason
from ledger.refusals import AccountClosed
from servicekit.storage.requests import RequestIdReused
from testkit.reasons import check_reasons


def test_the_contract_lists_every_reason_for_which_a_call_is_refused() -> None:
    check_reasons(capacity, ErrorReason.keys(), from_libraries=(AccountClosed, RequestIdReused))
