"""`python -m filing serve | relay | migrate | all`."""

import sys

from filing.bootstrap import service
from servicekit.program import run

if __name__ == "__main__":
    sys.exit(run(service()))
