"""Asks every service for its health over gRPC, the portal for its first page: `health.py NAME=HOST:PORT ...`."""
# ruff: noqa: T201

import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

SECONDS_MAX = 30


def serves(address: str) -> bool:
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(
            health_pb2.HealthCheckRequest(service=""), timeout=SECONDS_MAX, wait_for_ready=True
        )
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def opens(address: str, public: str) -> bool:
    """The first page is asked for as a browser would: by the name that the public knows."""
    connection = HTTPConnection(address, timeout=SECONDS_MAX)
    try:
        connection.request("GET", "/", headers={"Host": urlsplit(public).netloc})
        return connection.getresponse().status < 400
    finally:
        connection.close()


def main() -> int:
    wrong = 0
    for argument in sys.argv[1:]:
        name, address = argument.split("=", 1)
        try:
            good = opens(*address.split(",", 1)) if name == "portal" else serves(address)
        except (OSError, grpc.RpcError) as problem:
            print(f"{name}: {type(problem).__name__}: {problem}")
            good = False
        print(f"{name}: {'serves' if good else 'does not serve'}")
        wrong += not good
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
