"""A gRPC server that answers what a test says, by the method's name, and remembers what it was asked."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.status_pb2 import Status
from typer.testing import CliRunner, Result

from client.cli import app

SERVICES = ("filing", "review", "capacity", "budget", "targets", "screening")


Answer = Message | Sequence[Message]
"""A google.rpc.Status refuses. A stream gives all of them; of another method the first call gets the first one."""

CODES = {code.value[0]: code for code in grpc.StatusCode}
UNIMPLEMENTED = Status(code=grpc.StatusCode.UNIMPLEMENTED.value[0])


@dataclass
class Served(grpc.GenericRpcHandler):  # type: ignore[type-arg]  # of any messages; at run time it takes none
    """All services at one address."""

    folder: Path
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Message] = field(default_factory=list)

    def service(self, details: Any) -> Any:
        full = details.method.lstrip("/")
        service, _, name = full.partition("/")
        method = Default().FindServiceByName(service).methods_by_name[name]
        streams = method.server_streaming
        make = grpc.unary_stream_rpc_method_handler if streams else grpc.unary_unary_rpc_method_handler
        return make(
            self._stream(name) if streams else self._once(name),
            request_deserializer=GetMessageClass(method.input_type).FromString,
            response_serializer=lambda message: message.SerializeToString(),
        )

    def _once(self, name: str) -> Callable[[Message, Any], Message]:
        def handle(request: Message, context: Any) -> Message:
            before = sum(type(one) is type(request) for one in self.asked)
            self.asked.append(request)
            answer = self.answers.get(name, UNIMPLEMENTED)
            if isinstance(answer, Sequence):
                answer = answer[min(before, len(answer) - 1)]
            if isinstance(answer, Status):
                refuse(answer, context)
            assert isinstance(answer, Message)
            return answer

        return handle

    def _stream(self, name: str) -> Callable[[Message, Any], Iterator[Message]]:
        def handle(request: Message, context: Any) -> Iterator[Message]:
            self.asked.append(request)
            answer = self.answers.get(name, UNIMPLEMENTED)
            for one in answer if isinstance(answer, Sequence) else [answer]:
                if isinstance(one, Status):
                    refuse(one, context)
                yield one

        return handle

    def run(self, *arguments: str, language: str = "zh", env: Mapping[str, str] | None = None) -> Result:
        stack = {"DUALCONTROL_STACK": str(self.folder), "DUALCONTROL_LANG": language}
        return CliRunner().invoke(app, list(arguments), env=stack | dict(env or {}))


def refuse(status: Status, context: Any) -> None:
    """Ends the call."""
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(CODES[status.code], "no")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    server = grpc.server(ThreadPoolExecutor(8), handlers=[made])
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    (tmp_path / "addresses.json").write_text(json.dumps(dict.fromkeys(SERVICES, address)), "utf-8")
    server.start()
    yield made
    server.stop(None).wait()
