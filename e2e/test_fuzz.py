"""Random and hostile requests to every method of every service: a typed answer, never INTERNAL or UNKNOWN."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from e2e.support.dossiers import approvable, project_code, request_id, submission
from e2e.support.orderly import Orderly, fields_of, fields_that_can_be
from e2e.support.platform import SERVICES as ALL_SERVICES
from e2e.support.platform import Platform
from e2e.test_poison import headers
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from dualcontrol.budget.v1 import budget_commands_pb2 as budget_commands
from dualcontrol.budget.v1 import budget_events_pb2 as budget_events
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets_events
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets
from dualcontrol.budget.v1 import periods_events_pb2 as periods_events
from dualcontrol.budget.v1 import periods_service_pb2 as periods
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity_events
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing_events
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing_rpc
from dualcontrol.review.v1 import opinion_events_pb2 as opinion_events
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import review_events_pb2 as review_events
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_events_pb2 as screening_events
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import assessment_service_pb2 as assessment
from dualcontrol.targets.v1 import publishing_service_pb2 as publishing
from dualcontrol.targets.v1 import readings_events_pb2 as readings_events
from dualcontrol.targets.v1 import readings_service_pb2 as readings
from dualcontrol.targets.v1 import targets_events_pb2 as targets_events
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from servicekit.eventing import topics
from servicekit.eventing.outbox import type_on
from statute.loader import load_bundle

pytestmark = pytest.mark.e2e

REQUESTS_EACH = 120
SEED = 4754
DEPTH_MAX = 4

STRINGS = (
    "", "null", "NaN", "{{7*7}}", "<svg onload>", "';--", "%0d%0a", "../", "CON", "a\0b", "\u202e", "\u200b", "e\u0301",
    "１２３", "　空　", "𠀀", "\ue000", "😀", "x" * 3_000, "1,000", "-0", "Infinity", "1e308", "9" * 40,
    "0.30000000000000004", str(2**63), str(2**53 + 1), "-1", "0", "1.0001", "1" * 28 + "." + "1" * 28,
    "630121", "632857", "999999", "clinker", "t/d", "吨", "3216", "91632801MA7T0X1K6P", "kgce/t",
    "state_secret", "furnace_kva", "kiln", "yes", "no", "new_dry", "electricity", "kWh", "clinker_calcination",
    "filings/a-b", "lots/a-b", "regions/630121", "regions/630121/accounts/2026", "regions/630121/status",
    "deductions/a-1", "filings/a-b/decisions/current", "filings/a-b/review", "filings/a-b/replacement",
    "filings/a-b/case", "WyJcdWQ4MDAiXQ==", "WyJhIl0=",
)  # fmt: skip
INTEGERS = (0, 1, -1, 2, 12, 31, 366, 2026, 9999, 2**31 - 1, -(2**31))
LONG_INTEGERS = (*INTEGERS, 2**63 - 1, -(2**63), 120_500)
TYPED = frozenset(
    {
        grpc.StatusCode.OK, grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.ABORTED, grpc.StatusCode.FAILED_PRECONDITION,
        # Of a region that belongs to no province: nobody may act there.
        grpc.StatusCode.PERMISSION_DENIED,
    }
)  # fmt: skip
SERVICES = (
    filing.DESCRIPTOR, review.DESCRIPTOR, opinions.DESCRIPTOR, capacity.DESCRIPTOR, budget.DESCRIPTOR,
    offsets.DESCRIPTOR, periods.DESCRIPTOR, targets.DESCRIPTOR, readings.DESCRIPTOR, assessment.DESCRIPTOR,
    publishing.DESCRIPTOR, screening.DESCRIPTOR, persons.DESCRIPTOR,
)  # fmt: skip


def methods() -> Iterator[MethodDescriptor]:
    for file in SERVICES:
        for service in file.services_by_name.values():
            yield from (method for method in service.methods if not method.server_streaming)


class Maker:
    """Makes messages of any type, from values that people and networks do send."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def message(self, descriptor: Descriptor, depth: int = 0) -> Message:
        made: Message = GetMessageClass(descriptor)()
        share = 0.7
        if descriptor.name == "Dossier" and self._chance.random() < 0.5:
            made.CopyFrom(approvable(self._chance.randrange(40_000, 41_000)))
            share = 0.08  # nearly right, so that what is wrong is met deeper inside
        for field in descriptor.fields:
            if self._chance.random() < share:
                self._fill(made, field, depth)
        return made

    def _fill(self, made: Message, field: FieldDescriptor, depth: int) -> None:
        if field.message_type is not None and depth >= DEPTH_MAX:
            return
        if field.is_repeated:
            getattr(made, field.name).extend(self._value(field, depth) for _ in range(self._chance.randrange(4)))
        elif field.message_type is not None:
            getattr(made, field.name).CopyFrom(self._value(field, depth))
        else:
            setattr(made, field.name, self._value(field, depth))

    def _value(self, field: FieldDescriptor, depth: int) -> Any:
        if field.message_type is not None:
            return self.message(field.message_type, depth + 1)
        if field.enum_type is not None:
            return self._chance.choice((0, 1, 2, 77, -5))
        if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
            return self._chance.random() < 0.5
        if field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
            return self._chance.choice(LONG_INTEGERS)
        if field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
            return self._chance.choice(INTEGERS)
        return self._string(field.name)

    def _string(self, name: str) -> str:
        if name == "request_id" and self._chance.random() < 0.9:
            return request_id("fuzz", self._chance.random())
        if name == "project_code" and self._chance.random() < 0.7:
            return project_code(self._chance.randrange(42_000, 43_000))
        return self._chance.choice(STRINGS)


@pytest.mark.parametrize("method", list(methods()), ids=lambda method: method.full_name.removeprefix("dualcontrol."))
def test_whatever_is_sent_the_answer_is_typed(platform: Platform, method: MethodDescriptor) -> None:
    maker = Maker(random.Random(f"{SEED} {method.full_name}"))
    service = method.containing_service.full_name
    with platform.blocking_channel(
        service.split(".")[1], token=platform.token_for(f"/{service}/{method.name}")
    ) as channel:
        send = channel.unary_unary(f"/{service}/{method.name}", request_serializer=bytes, response_deserializer=bytes)
        for _ in range(REQUESTS_EACH):
            request = maker.message(method.input_type)
            code = grpc.StatusCode.OK
            try:
                send(request.SerializeToString(), timeout=20)
            except grpc.RpcError as error:
                code = error.code()
            assert code in TYPED, f"{code} for {request}"


ORDERLY = 150
AT_ONCE = 8


async def test_whatever_is_accepted_is_decided_and_no_field_of_a_dossier_is_left_out(platform: Platform) -> None:
    maker = Orderly(random.Random(SEED), load_bundle())
    dossiers = {number: maker.dossier(number) for number in range(46_000, 46_000 + ORDERLY)}
    accepted: dict[str, filing.Dossier] = {}
    places = asyncio.Semaphore(AT_ONCE)

    async def submit(stub: "filing_rpc.FilingServiceAsyncStub", number: int, dossier: filing.Dossier) -> None:
        async with places:
            try:
                answer = await stub.SubmitFiling(submission(number, dossier), timeout=30)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.INVALID_ARGUMENT:
                    raise
            else:
                accepted[answer.filing.name.removeprefix("filings/")] = answer.filing.dossier
                assert answer.filing.dossier == dossier

    async with platform.channel("filing") as channel:
        stub: filing_rpc.FilingServiceAsyncStub = filing_rpc.FilingServiceStub(channel)
        await asyncio.gather(*(submit(stub, number, dossier) for number, dossier in dossiers.items()))
    decisions = await asyncio.gather(*(platform.decision(name) for name in accepted))

    assert len(accepted) > ORDERLY / 2
    assert set().union(*map(fields_of, accepted.values())) == fields_that_can_be(filing.Dossier.DESCRIPTOR)
    assert all(decision.findings for decision in decisions)


PARTS_OF_EVENTS = ("Freed", "Shortage")
EVENTS: tuple[tuple[str, Descriptor], ...] = (
    (topics.FILING_EVENTS, filing_events.FilingAccepted.DESCRIPTOR),
    (topics.FILING_EVENTS, filing_events.FilingWithdrawn.DESCRIPTOR),
    (topics.REVIEW_EVENTS, review_events.ReviewEvaluated.DESCRIPTOR),
    *((topics.REVIEW_EVENTS, message) for message in opinion_events.DESCRIPTOR.message_types_by_name.values()),
    (topics.CAPACITY_EVENTS, capacity_events.ReplacementEvaluated.DESCRIPTOR),
    (topics.CAPACITY_EVENTS, capacity_events.LotsDiffered.DESCRIPTOR),
    (topics.CAPACITY_EVENTS, capacity_events.LotsReopened.DESCRIPTOR),
    (topics.BUDGET_COMMANDS, budget_commands.ReserveDeduction.DESCRIPTOR),
    (topics.BUDGET_COMMANDS, budget_commands.VoidDeduction.DESCRIPTOR),
    (topics.BUDGET_COMMANDS, budget_commands.PostDeduction.DESCRIPTOR),
    (topics.BUDGET_COMMANDS, budget_commands.ReverseDeduction.DESCRIPTOR),
    *(
        (topics.BUDGET_EVENTS, message)
        for file in (budget_events, offsets_events, periods_events)
        for message in file.DESCRIPTOR.message_types_by_name.values()
        if message.name not in PARTS_OF_EVENTS
    ),
    (topics.TARGETS_EVENTS, targets_events.RegionLevelChanged.DESCRIPTOR),
    (topics.TARGETS_READINGS, readings_events.EnergyReadingReported.DESCRIPTOR),
    (topics.SCREENING_EVENTS, screening_events.ProjectScreened.DESCRIPTOR),
)
EVENTS_EACH = 4
"""Few enough that they stay below the ceiling of dead letters: above it a process ends on purpose."""


async def test_whatever_is_published_filings_go_on(platform: Platform) -> None:
    maker = Maker(random.Random(SEED))
    for topic, descriptor in EVENTS:
        kind = type_on(topic, GetMessageClass(descriptor))
        records = [
            (maker.message(descriptor).SerializeToString(), headers(kind, number, f"fuzz-{descriptor.name}"))
            for number in range(EVENTS_EACH)
        ]
        await platform.publish(topic, b"fuzz", records)

    async with platform.channel("filing") as channel:
        stub: filing_rpc.FilingServiceAsyncStub = filing_rpc.FilingServiceStub(channel)
        answer = await stub.SubmitFiling(submission(45_001), timeout=20)

    await platform.decision(answer.filing.name.removeprefix("filings/"))
    assert platform.running() >= set(ALL_SERVICES)
