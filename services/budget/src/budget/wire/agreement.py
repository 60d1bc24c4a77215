"""What the comparison of deductions with the ledger found, as messages."""

from budget.application.verify_deductions import Looked
from budget.domain.agreement import Disagreement
from budget.wire.deductions import deduction_name
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from servicekit.wire import text_to_wire


def looked_to_wire(looked: Looked) -> pb.VerifyDeductionsResponse:
    differences = [_difference(one) for one in looked.differences]
    return pb.VerifyDeductionsResponse(looked_at=looked.deductions, differences=differences, complete=looked.complete)


def _difference(found: Disagreement) -> pb.DeductionDifference:
    name = deduction_name(found.deduction) if found.deduction else ""
    return pb.DeductionDifference(name=name, filing=found.filing, difference=text_to_wire(found.text))
