"""A caller learns from the contract every reason for which this service refuses."""

import budget
from dualcontrol.budget.v1.error_reason_pb2 import ErrorReason
from ledger.refusals import AccountClosed, AlreadyPosted, GrantTooLarge, HoldExceeded, LedgerBusy, SignaturesMissing
from servicekit.storage.requests import RequestIdReused
from testkit.reasons import check_reasons, refusals_of

FROM_THE_LEDGER = (AlreadyPosted, GrantTooLarge, HoldExceeded, LedgerBusy, SignaturesMissing)


def test_the_contract_lists_every_reason_for_which_a_call_is_refused() -> None:
    check_reasons(budget, ErrorReason.keys(), from_libraries=(*FROM_THE_LEDGER, RequestIdReused))


def test_a_closed_account_has_one_reason_whether_it_refuses_a_reservation_or_a_grant() -> None:
    assert AccountClosed.reason in {refusal.reason for refusal in refusals_of(budget)}
