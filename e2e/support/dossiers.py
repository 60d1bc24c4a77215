"""Invented filings that pass every check of form, made by number: the same number gives the same filing."""

from uuid import UUID, uuid5

from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from dualcontrol.filing.v1 import filing_service_pb2 as pb

COUNTY, PREFECTURE, PROVINCE = "630121", "630100", "630000"
YEAR = 2026
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_NAMESPACE = UUID("5b1f2f0e-5d0c-4f43-9d2e-3f0d5a6c7b81")


def request_id(*words: object) -> str:
    """A UUID of version 4's form made from words, so that a rerun sends the same request."""
    made = uuid5(_NAMESPACE, "/".join(map(str, words)))
    return str(UUID(int=(made.int & ~(0xF << 76)) | (4 << 76)))


def project_code(number: int, region: str = COUNTY) -> str:
    """A project code of the new layout, with its check digit (ISO 7064 MOD 11,10)."""
    digits = f"2603{region}0401{number:05d}"
    p = 10
    for digit in digits:
        s = (p + int(digit)) % 10 or 10
        p = 2 * s % 11
    check = (11 - p) % 10
    return f"2603-{region}-04-01-{number:05d}{check}"


def credit_code(number: int) -> str:
    """A synthetic code with its check character (GB 32100); it belongs to nobody. Every number is another owner."""
    body = f"91632801X{number:08d}"
    total = sum(_CODE_CHARACTERS.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + _CODE_CHARACTERS[-total % 31]


def approvable(number: int, *, tce: str = "120.5", region: str = COUNTY) -> pb.Dossier:
    """A filing that nothing stands against but its region's budget: not two-high, complete, below no line of law."""
    return pb.Dossier(
        project_code=project_code(number, region),
        project_name=f"【虚构】再生铝项目 {number}",
        applicant=pb.Applicant(name="虚构示例企业", credit_code=credit_code(number)),
        region_code=region,
        kind=pb.PROJECT_KIND_NEW_BUILD,
        application_date=Date(year=YEAR, month=3, day=2),
        industry_codes=["3216"],
        products=[
            pb.Product(
                product_id="recycled_aluminium",
                name="再生铝",
                capacity=pb.Amount(value=Decimal(value="20000"), unit="t/a"),
            )
        ],
        energy=pb.EnergyUse(
            annual_tce_calorific=Decimal(value=tce),
            annual_electricity_kwh=Decimal(value="600000"),
            annual_coal_t=Decimal(value="0"),
        ),
        equipment=[pb.Equipment(name="熔炼炉", efficiency_grade=2)],
        nationally_planned=False,
        remark="虚构示例, 非真实项目",
    )


def submission(number: int, dossier: pb.Dossier | None = None, salt: str = "") -> pb.SubmitFilingRequest:
    return pb.SubmitFilingRequest(dossier=dossier or approvable(number), request_id=request_id("submit", number, salt))
