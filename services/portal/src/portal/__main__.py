"""`python -m portal serve | migrate`."""

import argparse
import asyncio
import logging
import sys

import uvicorn
import uvloop

from portal.bootstrap import MIGRATIONS, NAME, portal_app
from portal.settings import PortalSettings
from servicekit.storage.migrations import migrate
from servicekit.telemetry.logs import configure_logs

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10
HEADER_BYTES_MAX = 32 * 1024
CONNECTIONS_MAX = 1_000


def main() -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m portal", description=__doc__)
    parser.add_argument("mode", choices=("serve", "migrate"))
    mode = parser.parse_args().mode
    settings = PortalSettings.load()
    configure_logs(NAME, settings.log_level)
    if mode == "migrate":
        applied = asyncio.run(migrate(settings.postgres_dsn.get_secret_value(), MIGRATIONS))
        log.info("schema is up to date", extra={"applied": applied})
        return 0
    uvloop.run(_serve(settings))
    return 0


async def _serve(settings: PortalSettings) -> None:
    host, port = settings.http_address.rsplit(":", 1)
    async with portal_app(settings) as app:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=int(port),
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                proxy_headers=False,
                limit_concurrency=CONNECTIONS_MAX,
                h11_max_incomplete_event_size=HEADER_BYTES_MAX,
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        )
        log.info("ready", extra={"http": settings.http_address})
        await server.serve()


if __name__ == "__main__":
    sys.exit(main())
