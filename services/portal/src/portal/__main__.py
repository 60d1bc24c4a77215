"""`python -m portal serve | migrate | end-sessions SUBJECT`."""

import argparse
import asyncio
import logging
import sys

import uvicorn
import uvloop

from portal.bootstrap import MIGRATIONS, NAME, portal_app, portal_sessions
from portal.settings import PortalSettings
from servicekit.settings import load
from servicekit.storage.migrations import migrate
from servicekit.telemetry.logs import configure_logs

log = logging.getLogger(__name__)

DRAIN_SECONDS = 10
HEADER_BYTES_MAX = 32 * 1024
CONNECTIONS_MAX = 1_000


def main() -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m portal", description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    modes.add_parser("serve", help="serve the pages")
    modes.add_parser("migrate", help="bring the schema up to date")
    ending = modes.add_parser("end-sessions", help="sign a person out everywhere, at once")
    ending.add_argument("subject", help="the person, as the provider names him")
    arguments = parser.parse_args()
    settings = load(PortalSettings)
    configure_logs(NAME, settings.log_level)
    if arguments.mode == "end-sessions":
        return asyncio.run(_end_sessions(settings, arguments.subject))
    if arguments.mode == "migrate":
        applied = asyncio.run(migrate(settings.postgres_dsn.get_secret_value(), MIGRATIONS))
        log.info("schema is up to date", extra={"applied": applied})
        return 0
    uvloop.run(_serve(settings))
    return 0


async def _end_sessions(settings: PortalSettings, subject: str) -> int:
    async with portal_sessions(settings) as sessions:
        ended = await sessions.end_all(subject)
    log.info("sessions were ended", extra={"subject": subject, "count": ended})
    return 0


async def _serve(settings: PortalSettings) -> None:
    host, port = settings.http_address.rsplit(":", 1)
    async with portal_app(settings) as app:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=host,
                port=int(port),
                # The stricter of the two parsers, and the one whose headers can be bounded.
                http="h11",
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
