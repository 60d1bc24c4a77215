"""Which regions a promise counts in."""

import pytest

from kernel.regions import RegionCode, lineage
from targets.domain.promises import subtree


@pytest.mark.parametrize(
    ("region", "prefix"),
    [("630000", "63"), ("630100", "6301"), ("631000", "6310"), ("630121", "630121"), ("500000", "50")],
)
def test_the_codes_below_a_region_begin_alike(region: str, prefix: str) -> None:
    assert subtree(RegionCode(region)) == prefix


@pytest.mark.parametrize("region", ["630121", "630100", "630000", "659001"])
def test_a_region_is_in_the_subtree_of_every_region_above_it(region: str) -> None:
    assert all(region.startswith(subtree(above)) for above in lineage(RegionCode(region)))
