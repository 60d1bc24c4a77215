"""`python -m targets serve | consume | relay | migrate | replay-dlt | all`."""

import sys

from servicekit.program import run
from targets.bootstrap import service

if __name__ == "__main__":
    sys.exit(run(service()))
