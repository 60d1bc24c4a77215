"""A real process that answers the standard gRPC health service, as every service does; and its migration."""

import asyncio
import os
import signal
import subprocess
import sys

import asyncpg
import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


async def serve(*, with_child: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if with_child:
        # Detached, so that only its environment tells whose it is.
        subprocess.Popen(  # noqa: ASYNC220 -- it is to be left behind
            [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
        )
    connection = await asyncpg.connect(os.environ["DUALCONTROL_POSTGRES_DSN"])
    await connection.execute("INSERT INTO starts DEFAULT VALUES")
    await connection.close()
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()  # type: ignore[attr-defined]  # the stubs lack it
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(os.environ["DUALCONTROL_GRPC_ADDRESS"])
    await server.start()
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    await stop.wait()
    await server.stop(1)


async def migrate() -> None:
    connection = await asyncpg.connect(os.environ["DUALCONTROL_POSTGRES_DSN"])
    await connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz NOT NULL DEFAULT now())")
    await connection.execute("GRANT SELECT, INSERT ON starts TO PUBLIC")
    await connection.close()


if __name__ == "__main__":
    match sys.argv[1]:
        case "migrate":
            asyncio.run(migrate())
        case "fail":
            sys.exit("the schema is newer than this program")
        case mode:
            asyncio.run(serve(with_child=mode == "with-child"))
