"""A caller learns from the contract every reason for which this service refuses."""

import review
from dualcontrol.review.v1.error_reason_pb2 import ErrorReason
from servicekit.simulation import SimulationRunning
from servicekit.storage.requests import RequestIdReused
from statute.archive import BadLawArchive
from statute.reading import BadLawData
from testkit.reasons import check_reasons


def test_the_contract_lists_every_reason_for_which_a_call_is_refused() -> None:
    of_libraries = (RequestIdReused, BadLawArchive, BadLawData, SimulationRunning)

    check_reasons(review, ErrorReason.keys(), from_libraries=of_libraries)
