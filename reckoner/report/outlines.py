"""Country outlines of Natural Earth (public domain, 1:110m), from the package that carries them.

geopandas 0.14 ships them as a shapefile, which pyshp reads; geopandas itself is not imported.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import shapefile

FILE = "datasets/naturalearth_lowres/naturalearth_lowres.shp"
DECIMALS = 2  # of a degree: about a kilometre, well below what the outlines resolve
CODES = {"Kosovo": "XKX"}  # as rules.countries has it
LEFT_OUT = {"ATA", "-99"}  # Antarctica, and what has no code


@cache
def outlines() -> tuple[dict[str, object], ...]:
    """A GeoJSON feature per country, with its ISO 3166-1 alpha-3 code and its name as properties.

    Countries smaller than the outlines resolve, such as Singapore, have none. Outer rings run
    clockwise and holes counter-clockwise, as Vega's projections want them.
    """
    package = find_spec("geopandas")
    folder = Path(next(iter(package.submodule_search_locations)))
    with shapefile.Reader(folder / FILE) as reader:
        features = []
        for one in reader.iterShapeRecords():
            code = CODES.get(one.record["name"], one.record["iso_a3"])
            if code in LEFT_OUT:
                continue
            shape = one.shape.__geo_interface__
            parts = shape["coordinates"]
            polygons = [rounded(p) for p in (parts if shape["type"] == "MultiPolygon" else [parts])]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"iso_code": code, "name": one.record["name"]},
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [rings for rings in polygons if has_area(rings[0])],
                    },
                }
            )
    return tuple(sorted(features, key=lambda feature: feature["properties"]["iso_code"]))


def rounded(coordinates: object) -> object:
    """Nested coordinates with ``DECIMALS`` decimals."""
    if isinstance(coordinates, float | int):
        return round(coordinates, DECIMALS)
    return [rounded(inner) for inner in coordinates]


def has_area(ring: list[list[float]]) -> bool:
    """Whether a ring is more than a line or a point, which some islets are when rounded."""
    return len({tuple(point) for point in ring}) > 2
