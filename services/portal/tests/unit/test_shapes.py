"""An approved map: what is taken, what is refused by name, and that it is drawn as it is."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from dualcontrol.targets.v1 import targets_service_pb2 as targets
from portal.bootstrap import approved_map
from portal.domain import shapes
from portal.domain.shapes import BadMap, read_map
from portal.domain.tiles import TILES
from portal.entrypoints.app import create_app

if TYPE_CHECKING:
    from portal.entrypoints.parts import Portal

APPROVAL = "虚构审图号1号"
Change = Callable[[dict[str, Any]], object]


def a_feature(code: str, west: float, south: float) -> dict[str, Any]:
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def a_map() -> dict[str, Any]:
    """Squares in a grid, from the north-west on."""
    features = [a_feature(tile.code, 90.5 + tile.column, 38.25 - tile.row) for tile in TILES]
    return {"type": "FeatureCollection", "features": features}


def test_every_prefecture_is_drawn_once_within_the_map() -> None:
    drawn = read_map(json.dumps(a_map()).encode(), APPROVAL)

    assert [one.code for one in drawn.shapes] == [tile.code for tile in TILES]
    numbers = [int(word) for one in drawn.shapes for word in re.findall(r"-?\d+", one.path)]
    assert min(numbers) == 0
    assert max(numbers) <= max(drawn.width, drawn.height)
    haixi = drawn.shapes[0]
    assert haixi.path.startswith("M0 ")
    assert re.fullmatch(r"[MLZ0-9 ]+", haixi.path)


def test_a_prefecture_of_several_parts_has_its_name_in_the_largest() -> None:
    said = a_map()
    small = [[100, 30], [100.1, 30], [100.1, 30.1], [100, 30]]
    geometry = said["features"][0]["geometry"]
    said["features"][0]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[small], geometry["coordinates"]],
    }

    haixi = read_map(json.dumps(said).encode(), APPROVAL).shapes[0]

    assert haixi.path.count("M") == 2
    assert haixi.middle < shapes.WIDTH // 4


def geometry(**stated: Any) -> Change:
    return lambda said: said["features"][0].update(geometry=stated)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda said: said.update(type="Feature"), "FeatureCollection"),
        (lambda said: said.update(features={}), "FeatureCollection"),
        (lambda said: said["features"].pop(), "632300"),
        (lambda said: said["features"].append(said["features"][0]), "twice"),
        (lambda said: said["features"][0]["properties"].update(code="110000"), "110000"),
        (lambda said: said["features"][0].pop("properties"), "code"),
        (geometry(type="Point", coordinates=[1, 1]), "Polygon"),
        (geometry(type="Polygon", coordinates=[[[1, 1], [2, 2], [1, 1]]]), "points"),
        (geometry(type="Polygon", coordinates=[[["a", 1]] * 4]), "pair of numbers"),
        (geometry(type="Polygon", coordinates=[[[500, 1]] * 4]), "longitude"),
        (geometry(type="Polygon", coordinates=[[[100, 1]] * 50_001]), "50000"),
        (geometry(type="Polygon", coordinates=[]), "outline"),
        (lambda said: said.update(features=said["features"] * 9), "64"),
    ],
)
def test_what_is_wrong_with_a_map_is_named(change: Change, named: str) -> None:
    said = a_map()
    change(said)

    with pytest.raises(BadMap, match=named):
        read_map(json.dumps(said).encode(), APPROVAL)


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[1]", b"{", b"NaN", b"[" * 100_000, b" " * (4 * 1024 * 1024 + 1)])
def test_what_is_no_map_is_refused(raw: bytes) -> None:
    with pytest.raises(BadMap):
        read_map(raw, APPROVAL)


async def test_the_map_takes_the_place_of_the_tiles_with_its_approval(
    portal: "Portal", answers: dict[str, Any], browser: httpx.AsyncClient
) -> None:
    level = targets.RegionLevel(region_code="632800", scale=targets.SCALE_TOTAL, level=targets.WARNING_LEVEL_ONE)
    answers["/dualcontrol.targets.v1.TargetsService/ListRegionStatuses"] = targets.ListRegionStatusesResponse(
        statuses=[targets.RegionStatus(name="regions/632800/status", levels=[level])]
    )
    drawn = replace(portal, shapes=read_map(json.dumps(a_map()).encode(), APPROVAL))
    transport = httpx.ASGITransport(create_app(drawn))

    async with httpx.AsyncClient(transport=transport, base_url=drawn.address, cookies=browser.cookies) as other:
        page = (await other.get("/regions")).text

    found = re.search(r"<svg class=\"chart shape-map\".*?</svg>", page, re.DOTALL)
    assert found is not None
    own = next(one for one in ET.fromstring(found[0]).iter("a") if one.get("href") == "/regions/632800")
    assert "一级 (红)" in "".join(own.itertext())
    assert APPROVAL in page
    assert "tile-map" not in page


def test_a_map_that_cannot_be_taken_stops_the_start_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "map.json"
    file.write_text("{}")
    settings: Any = SimpleNamespace(portal_map_file=file, portal_map_approval=APPROVAL)

    with pytest.raises(SystemExit) as ended:
        approved_map(settings)

    assert ended.value.code == 78
    assert "DUALCONTROL_PORTAL_MAP_FILE" in capsys.readouterr().err
    assert approved_map(SimpleNamespace(portal_map_file=None)) is None  # type: ignore[arg-type]
