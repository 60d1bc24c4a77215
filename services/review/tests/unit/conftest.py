"""The law as shipped."""

import pytest

from statute.loader import PolicyBundle, load_bundle


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")
