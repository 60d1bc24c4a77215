"""Proposals to take an opinion back: two persons, once."""

from datetime import UTC, datetime

import pytest

from review.domain.opinions.refusals import RevocationNotOpen, SamePerson
from review.domain.opinions.revocation import Revocation, RevocationState
from review.domain.review import FilingId

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)


def proposed() -> Revocation:
    return Revocation(FilingId("xining-line-2"), 1, 1, "材料不实", "乙/two", AT)


def test_another_person_signs_what_one_proposed() -> None:
    signed = proposed().signed("丙/three", AT)

    assert (signed.state, signed.signers) == (RevocationState.SIGNED, ("乙/two", "丙/three"))
    assert proposed().signers == ()
    assert signed.name == "filings/xining-line-2/revocations/1"


@pytest.mark.parametrize("by", ["乙/two", " 乙/TWO", "乙／two", ""])
def test_the_proposer_does_not_sign(by: str) -> None:
    with pytest.raises(SamePerson):
        proposed().signed(by, AT)


@pytest.mark.parametrize("settled", [proposed().signed("丙/three", AT), proposed().withdrawn("乙/two", AT, "有误")])
def test_what_is_settled_stays_so(settled: Revocation) -> None:
    with pytest.raises(RevocationNotOpen):
        settled.signed("丁/four", AT)
    with pytest.raises(RevocationNotOpen):
        settled.withdrawn("丁/four", AT, "有误")
