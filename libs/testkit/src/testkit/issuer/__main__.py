"""`python -m testkit.issuer`: serves the issuer of the stack in DUALCONTROL_STACK_FOLDER until it is stopped."""

import os
import sys
from pathlib import Path

import uvicorn

from testkit.issuer.app import make_app
from testkit.issuer.identities import Identities

DRAIN_SECONDS = 2


def main() -> int:
    folder, address = Path(os.environ["DUALCONTROL_STACK_FOLDER"]), os.environ["DUALCONTROL_HTTP_ADDRESS"]
    host, _, port = address.rpartition(":")
    app = make_app(Identities(folder, f"http://{address}"))
    server = uvicorn.Config(app, host, int(port), log_level="warning", server_header=False)
    server.timeout_graceful_shutdown = DRAIN_SECONDS
    uvicorn.Server(server).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
