"""The forms of what calls and events name."""

import re
from typing import Final

from kernel.text import Text

FILING: Final = r"[a-z0-9][a-z0-9-]{2,62}"

FILING_ID: Final = re.compile(FILING, re.ASCII)
FILING_ID_FORM: Final = Text(zh="备案编号", en="the id of a filing")

REVIEW_NAME: Final = re.compile(rf"filings/{FILING}/review", re.ASCII)
REVIEW_NAME_FORM: Final = Text(zh=" filings/{备案编号}/review", en="filings/{filing}/review")
