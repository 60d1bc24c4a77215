"""Every word that a contract may say has its words in both languages; a word of a newer service is not known."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.timestamp_pb2 import Timestamp

from client.rendering import acts, assessment, history, levels, targets, verification, words
from client.rendering.words import Language
from client.verifying.checked import State
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import assessment_service_pb2 as assessments
from dualcontrol.targets.v1 import targets_service_pb2 as pb


@pytest.mark.parametrize(
    ("known", "contract"),
    [
        (words.SCALES, pb.Scale),
        (words.LEVELS, pb.WarningLevel),
        (words.LEVEL_BASES, pb.LevelBasis),
        (levels.STATUSES, pb.ReportStatus),
        (targets.KINDS, pb.IndicatorKind),
        (targets.AIMS, pb.IndicatorAim),
        (targets.PACES, pb.TargetPace),
        (targets.COMPARISONS, pb.ReportComparison),
        (assessment.METHODS, assessments.AssessmentMethod),
        (acts.STATES, persons.OverrideState),
        (history.DIFFERENCES, screening.DecisionDifferenceKind),
    ],
)
def test_every_value_of_the_contract_has_its_words(known: Mapping[Any, Any], contract: EnumTypeWrapper) -> None:
    assert set(known) == set(contract.values()) - {0}


def test_every_state_of_a_check_has_its_words() -> None:
    assert set(verification.STATES) == set(State)


@pytest.mark.parametrize(
    ("fact", "zh"),
    [
        ("withdrawal", "撤回"),
        ("region/630100", "地区预警 630100"),
        ("saving/h-1", "能耗替代 h-1"),
        ("override/2", "签署不计 2"),
        ("saving", "saving"),
        ("of/newer", "of/newer"),
    ],
)
def test_a_fact_is_named_as_people_know_it(fact: str, zh: str) -> None:
    assert words.fact_text(fact).zh == zh


@pytest.mark.parametrize(("kind", "en"), [("policy", "another policy bundle (ab)"), ("newer", "newer (ab)")])
def test_a_cause_says_what_changed(kind: str, en: str) -> None:
    assert words.cause_text(kind, "ab").en == en


def test_a_time_is_told_as_it_is_in_china() -> None:
    assert words.time_of(Timestamp(seconds=1_772_467_199)) == "2026-03-02 23:59:59"


@pytest.mark.parametrize(
    ("basis", "evidence", "shown"),
    [
        (pb.LEVEL_BASIS_DERIVED, "降幅不足 | it fell too little", ["降幅不足", "it fell too little"]),
        (pb.LEVEL_BASIS_PUBLISHED, "甲 | 乙", ["甲 | 乙", "甲 | 乙"]),
        (pb.LEVEL_BASIS_DERIVED, "某文件", ["某文件", "某文件"]),
    ],
)
def test_what_the_service_worded_is_shown_in_one_language_and_a_document_as_it_is(
    basis: pb.LevelBasis.ValueType, evidence: str, shown: Iterable[str]
) -> None:
    level = pb.RegionLevel(basis=basis, evidence=evidence)

    assert [words.evidence_of(level, language) for language in Language] == shown
