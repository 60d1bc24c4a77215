"""Requests about deductions and savings for tests: a county of nobody, with what a test changes of it."""

from typing import Any, Final
from uuid import uuid4

from google.protobuf.json_format import ParseDict
from google.type.decimal_pb2 import Decimal as ProtoDecimal

from dualcontrol.budget.v1 import offsets_service_pb2 as pb

COUNTY: Final = "630121"
SISTER: Final = "630123"
"""Another county of the same prefecture."""
PREFECTURE: Final = "630100"
PROVINCE: Final = "630000"
ELSEWHERE: Final = "632801"
"""A county of another prefecture."""


def held(first: int, last: int, **changes: Any) -> dict[str, Any]:
    """Certificates that count nothing yet, of wind power of the region's own."""
    return {
        "range": {"series": "GEC-W", "first_number": first, "last_number": last},
        "kind": "CERTIFICATE_KIND_WIND_POWER",
        "origin": "CERTIFICATE_ORIGIN_OWN",
        "generated_in": "2024-05",
        "counted_physically": False,
        **changes,
    }


def consumption(region: str, county: str = "1000000") -> list[dict[str, Any]]:
    """Of the region and all above it, in tce; plenty unless `county` says how much the region has."""
    levels = {region: county, region[:4] + "00": "10000000", PROVINCE: "100000000"}
    return [
        {"region_code": level, "tce": {"value": tce}, "document": "统计年鉴 (虚构)"} for level, tce in levels.items()
    ]


def claim(region: str = COUNTY, first: int = 1, last: int = 10, **changes: Any) -> pb.RecordDeductibleRequest:
    """Certificates as the quantity, unless the changes say otherwise."""
    content = {
        "region_code": region,
        "year": 2024,
        "assessed_on": {"year": 2025, "month": 6, "day": 30},
        "heading": "OFFSET_HEADING_NON_FOSSIL_ALL",
        "basis": "OFFSET_BASIS_CALORIFIC",
        "energy": "OFFSET_ENERGY_WIND_POWER",
        "by_certificates": True,
        "certificates": [held(first, last)],
        "documents": ["试验文件"],
        "consumption": consumption(region),
        **changes,
    }
    return ParseDict({"claim": content, "request_id": str(uuid4())}, pb.RecordDeductibleRequest())


def feedstock(tce: str, record: str, **changes: Any) -> pb.RecordDeductibleRequest:
    """Coal that became olefins, measured by one record."""
    request = claim(
        heading="OFFSET_HEADING_FEEDSTOCK",
        energy="OFFSET_ENERGY_COAL",
        certificates=[],
        by_certificates=False,
        metering_records=[record],
        feedstock={"use": "USE_RAW_MATERIAL", "product": "PRODUCT_OLEFINS"},
        **changes,
    )
    request.claim.tce.CopyFrom(ProtoDecimal(value=tce))
    return request


def revocation(offset: pb.Offset, *signers: str) -> pb.RevokeDeductibleRequest:
    """Signed by two, who may be named."""
    return pb.RevokeDeductibleRequest(
        name=offset.name, signers=signers or ("甲", "乙"), reason="计量有误", request_id=str(uuid4())
    )


def saving(name: str = "retrofit-1", **changes: Any) -> pb.RegisterSavingRequest:
    """A retrofit of 1,000 kgce, accepted in 2024."""
    content = {
        "name": f"savings/{name}",
        "source": "SAVING_SOURCE_RETROFIT",
        "region_code": COUNTY,
        "made_on": {"year": 2024, "month": 6, "day": 30},
        "plan_year": 2025,
        "basis": "OFFSET_BASIS_CALORIFIC",
        "amount_kgce": 1_000,
        "acceptance": f"acceptance-{name}",
        **changes,
    }
    return ParseDict({"saving": content, "request_id": str(uuid4())}, pb.RegisterSavingRequest())


def reservation(filing: str = "f-1", energy: int = 600, **shares: int) -> pb.ReserveSavingRequest:
    """Of savings by their ids, with `_` for `-`; 600 kgce are to be replaced at an equal ratio."""
    return pb.ReserveSavingRequest(
        filing=filing,
        region_code=SISTER,
        year=2025,
        basis=pb.OFFSET_BASIS_CALORIFIC,
        energy_kgce=energy,
        mode=pb.REPLACEMENT_MODE_EQUAL,
        shares=[
            pb.SavingShare(saving=f"savings/{name.replace('_', '-')}", amount_kgce=amount)
            for name, amount in shares.items()
        ],
        request_id=str(uuid4()),
    )
