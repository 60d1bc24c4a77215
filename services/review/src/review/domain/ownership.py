"""What is kept of a filing so that its owner's later ones can be held beside it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dossier.model import Applicant, Dossier
from review.domain.review import FilingId


@dataclass(frozen=True, slots=True)
class OwnersFiling:
    """`owner` is the credit code, or the name where no code was stated; empty where neither was."""

    filing: FilingId
    revision: int
    owner: str
    region: str
    product_ids: tuple[str, ...]
    application_date: date | None
    tce_calorific: Decimal | None


def owner_of(applicant: Applicant) -> str:
    return applicant.credit_code or applicant.name


def owners_filing(filing: FilingId, revision: int, dossier: Dossier, annual_kgce: int | None) -> OwnersFiling:
    """`annual_kgce` is what the review found: stated, or computed from the flows."""
    return OwnersFiling(
        filing=filing,
        revision=revision,
        owner=owner_of(dossier.applicant),
        region=dossier.region,
        product_ids=tuple(sorted({product.product_id for product in dossier.products if product.product_id})),
        application_date=dossier.application_date,
        tce_calorific=None if annual_kgce is None else Decimal(annual_kgce).scaleb(-3),
    )
