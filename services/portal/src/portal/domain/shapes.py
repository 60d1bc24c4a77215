"""An approved map of the prefectures: GeoJSON (RFC 7946) checked, and drawn as paths on a grid of whole numbers."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from kernel.text import Text
from portal.domain.tiles import TILES

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
FEATURES_MAX: Final = 64
POINTS_MAX: Final = 50_000
RING_POINTS_MIN: Final = 4
"""A ring comes back to where it began."""
WIDTH: Final = 8_000
HEIGHT_MAX: Final = 2 * WIDTH
NARROWER: Final = Decimal("0.809")
"""How much shorter a degree of longitude is than one of latitude in the middle of Qinghai: cos 36°."""
LONGITUDE_MAX: Final = 180
LATITUDE_MAX: Final = 90

Point = tuple[Decimal, Decimal]
Ring = Sequence[Point]


class BadMap(ValueError):
    """The text names what is wrong."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One prefecture: its outline as an SVG path, and where its name stands."""

    code: str
    name: Text
    path: str
    middle: int
    line: int


@dataclass(frozen=True, slots=True)
class ShapeMap:
    """`approval` is the number under which the map was approved (审图号)."""

    shapes: Sequence[Shape]
    height: int
    approval: str
    width: int = WIDTH


def read_map(raw: bytes, approval: str) -> ShapeMap:
    """Every prefecture once, by `properties.code`. Raises BadMap."""
    outlines = dict(_outlines(raw))
    missing = [tile.code for tile in TILES if tile.code not in outlines]
    if missing:
        raise BadMap(f"no feature has the code {', '.join(missing)}")
    return _drawn(outlines, approval)


def _outlines(raw: bytes) -> Iterator[tuple[str, Sequence[Ring]]]:
    codes, points, seen = {tile.code for tile in TILES}, 0, set()
    for feature in _features(raw):
        properties, geometry = feature.get("properties"), feature.get("geometry")
        code = str(properties.get("code", "")) if isinstance(properties, dict) else ""
        if code not in codes:
            raise BadMap(f"a feature has the code {code[:20]!r}, which is none of the eight prefectures")
        if code in seen:
            raise BadMap(f"the code {code} stands twice")
        seen.add(code)
        rings = [_ring(one, code) for one in _rings(geometry, code)]
        points += sum(len(ring) for ring in rings)
        if not rings or points > POINTS_MAX:
            raise BadMap(f"{code} has no outline" if not rings else f"there are more than {POINTS_MAX} points")
        yield code, rings


def _features(raw: bytes) -> Sequence[Mapping[str, Any]]:
    if len(raw) > FILE_BYTES_MAX:
        raise BadMap(f"it is larger than {FILE_BYTES_MAX} bytes")
    try:
        read = json.loads(raw, parse_float=Decimal, parse_int=Decimal, parse_constant=_constant)
    except (ValueError, RecursionError, ArithmeticError) as problem:
        raise BadMap(f"it is no JSON: {str(problem)[:100]}") from None
    features = read.get("features") if isinstance(read, dict) and read.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise BadMap("it is no FeatureCollection")
    if len(features) > FEATURES_MAX:
        raise BadMap(f"it has more than {FEATURES_MAX} features")
    return features


def _constant(word: str) -> Decimal:
    raise BadMap(f"{word} is no number")


def _rings(geometry: object, code: str) -> Iterator[object]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    inside = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(inside, list):
        raise BadMap(f"{code} is neither a Polygon nor a MultiPolygon")
    for polygon in [inside] if kind == "Polygon" else inside:
        if not isinstance(polygon, list):
            raise BadMap(f"{code} has a polygon that is no list of rings")
        yield from polygon


def _ring(said: object, code: str) -> Ring:
    if not isinstance(said, list) or len(said) < RING_POINTS_MIN:
        raise BadMap(f"{code} has a ring of fewer than {RING_POINTS_MIN} points")
    return [_point(one, code) for one in said]


def _point(said: object, code: str) -> Point:
    if not isinstance(said, list) or len(said) < 2 or not all(isinstance(one, Decimal) for one in said[:2]):
        raise BadMap(f"{code} has a point that is no pair of numbers")
    longitude, latitude = said[:2]
    if abs(longitude) > LONGITUDE_MAX or abs(latitude) > LATITUDE_MAX:
        raise BadMap(f"{code} has a point outside of the earth; coordinates are longitude and latitude in degrees")
    return longitude, latitude


def _drawn(outlines: Mapping[str, Sequence[Ring]], approval: str) -> ShapeMap:
    every = [point for rings in outlines.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    across = (east - west) * NARROWER
    if not across or north == south:
        raise BadMap("it has no extent")
    scale = WIDTH / across
    height = int((north - south) * scale)
    if not 0 < height <= HEIGHT_MAX:
        raise BadMap("it is much taller than wide, or the other way round")

    def placed(point: Point) -> tuple[int, int]:
        return int((point[0] - west) * NARROWER * scale), int((north - point[1]) * scale)

    shapes = [_shape(tile.code, tile.name, [[placed(p) for p in r] for r in outlines[tile.code]]) for tile in TILES]
    return ShapeMap(shapes, height, approval)


def _shape(code: str, name: Text, rings: Sequence[Sequence[tuple[int, int]]]) -> Shape:
    path = " ".join(_path(ring) for ring in rings)
    # The name stands in the middle of the largest part.
    widest = max(rings, key=lambda ring: max(x for x, _ in ring) - min(x for x, _ in ring))
    across, down = [x for x, _ in widest], [y for _, y in widest]
    return Shape(code, name, path, (min(across) + max(across)) // 2, (min(down) + max(down)) // 2)


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """Points that fall together on the grid are drawn once."""
    kept = [ring[0], *(point for before, point in pairwise(ring) if point != before)]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
