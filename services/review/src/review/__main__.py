"""`python -m review serve | consume | relay | migrate | replay-dlt | all`."""

import sys

from review.bootstrap import service
from servicekit.program import run

if __name__ == "__main__":
    sys.exit(run(service()))
