"""What decides of an evaluation: told without reading its grounds, and the same as when they are read."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from services.review.tests.unit.fingerprint import spread

from dossier.model import Dossier
from review.domain.again import Asked, answered, reviewed
from review.domain.evaluation import evaluate
from review.domain.review import Evaluation, FilingId, Review
from review.domain.signature import FIGURE_UNVERIFIED, rests_on, signature
from review.domain.subject import Sibling
from review.kept_wire import asked_from_wire, asked_to_wire
from statute.finding import Finding, Verdict, weigh_knowing, weighed
from statute.loader import PolicyBundle
from testkit.dossiers import dossier as a_dossier


@pytest.fixture(scope="module")
def dossiers(policy: PolicyBundle) -> list[Dossier]:
    return list(spread(policy))


def made_whole(finding: Finding, **changes: Any) -> Finding:
    """The same, with nothing left to be found later."""
    names = ("rule", "title", "verdict", "because", "inputs", "under", "leads_to", "missing", "parts", "remedies")
    return Finding(**{name: getattr(finding, name) for name in names} | changes)


def test_what_a_finding_rests_on_is_told_without_its_grounds(policy: PolicyBundle, dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        for finding in evaluate(dossier, policy).findings:
            quick = rests_on(finding)

            assert (quick == FIGURE_UNVERIFIED) == finding.rests_on_unverified_figure, finding.rule
            assert bool(quick) == any(not citation.verified for citation in finding.under)
            asks = weigh_knowing(finding.leads_to, unverified_figure=quick == FIGURE_UNVERIFIED)
            assert asks is weighed(finding)


def test_an_evaluation_has_one_signature_read_or_unread(policy: PolicyBundle, dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        unread, read = evaluate(dossier, policy), evaluate(dossier, policy)
        whole = replace(read, findings=tuple(made_whole(finding) for finding in read.findings))

        assert signature(1, unread) == signature(1, read) == signature(1, whole)


def test_words_and_bundles_are_no_part_of_it_and_whatever_decides_is(policy: PolicyBundle) -> None:
    evaluation = evaluate(a_dossier(), policy)
    first = made_whole(evaluation.findings[0])
    others = evaluation.findings[1:]

    def signed(evaluation: Evaluation, revision: int = 1) -> bytes:
        return signature(revision, evaluation)

    def with_first(finding: Finding) -> Evaluation:
        return replace(evaluation, findings=(finding, *others))

    worded = made_whole(first, because=first.title, title=first.because, inputs=(("x", "y"),))
    assert signed(evaluation) == signed(replace(evaluation, bundle_hash="other")) == signed(with_first(worded))
    changed = [
        signed(evaluation, 2),
        signed(replace(evaluation, two_high=next(v for v in Verdict if v is not evaluation.two_high))),
        signed(replace(evaluation, annual_kgce=1)),
        signed(replace(evaluation, counted_kgce=1)),
        signed(replace(evaluation, findings=others)),
        signed(with_first(made_whole(first, missing=("dossier.kind",)))),
        signed(with_first(made_whole(first, rule="another"))),
        signed(with_first(made_whole(first, verdict=next(v for v in Verdict if v is not first.verdict)))),
    ]
    assert len({signed(evaluation), *changed}) == len(changed) + 1


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=12))
@settings(deadline=None, max_examples=50)
def test_versions_only_grow_and_are_revisions_while_each_is_evaluated_once(steps: list[tuple[int, bool]]) -> None:
    evaluation = Evaluation(Verdict.FAILS, None, None, None, (), "bundle")
    standing: Review | None = None
    revision, once = 0, True
    for by, again in steps:
        before = standing
        revision = revision if again and standing is not None else revision + by
        once = once and not (again and before is not None)
        standing = reviewed(FilingId("f-1"), revision, evaluation, standing)

        assert before is None or standing.version > before.version
        assert standing.version >= revision
        assert standing.version == revision or not once


def test_what_was_asked_is_kept_to_the_byte_and_answered_alike(policy: PolicyBundle, dossiers: list[Dossier]) -> None:
    for dossier in dossiers:
        beside = Sibling("other", dossier.region, ("clinker",), dossier.application_date, dossier.energy.coal_t)
        asked = Asked(dossier, (beside, replace(beside, application_date=None, tce_calorific=None)))

        again = asked_from_wire(asked_to_wire(asked))

        assert again == asked
        assert asked_to_wire(again) == asked_to_wire(asked)
        filing = FilingId("some-filing")
        assert signature(1, answered(filing, again, policy)) == signature(1, answered(filing, asked, policy))
