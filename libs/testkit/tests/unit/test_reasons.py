"""A reason that the contract leaves out, or lists in vain, is found."""

import pytest

import kernel
from testkit.reasons import check_reasons

UNSPECIFIED, INVALID, NOT_FOUND = (
    "ERROR_REASON_UNSPECIFIED",
    "ERROR_REASON_INVALID_REQUEST",
    "ERROR_REASON_NOT_FOUND",
)


def test_a_contract_that_lists_all_reasons_passes() -> None:
    check_reasons(kernel, [UNSPECIFIED, INVALID, NOT_FOUND])


def test_a_reason_that_the_contract_leaves_out_is_named() -> None:
    with pytest.raises(AssertionError, match=r"not listed: \{'NOT_FOUND'\}"):
        check_reasons(kernel, [UNSPECIFIED, INVALID])


def test_a_reason_that_is_never_given_is_named() -> None:
    with pytest.raises(AssertionError, match=r"never given: \{'TOO_LATE'\}"):
        check_reasons(kernel, [UNSPECIFIED, INVALID, NOT_FOUND, "ERROR_REASON_TOO_LATE"])
