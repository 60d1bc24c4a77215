"""Between what a revision was evaluated on and its message."""

from decimal import Decimal

from dossier.wire import dossier_from_wire, dossier_to_wire
from dualcontrol.review.v1 import review_kept_pb2 as pb
from review.domain.again import Asked
from review.domain.subject import Sibling
from servicekit.wire import date_from_wire, date_to_wire, decimal_to_wire


def asked_to_wire(asked: Asked) -> bytes:
    """The same for the same."""
    siblings = [_sibling_to_wire(one) for one in asked.siblings]
    message = pb.AskedKept(dossier=dossier_to_wire(asked.dossier), siblings=siblings)
    return message.SerializeToString(deterministic=True)


def asked_from_wire(stored: bytes) -> Asked:
    """Reads what this service wrote itself."""
    message = pb.AskedKept.FromString(stored)
    return Asked(dossier_from_wire(message.dossier), tuple(_sibling_from_wire(one) for one in message.siblings))


def _sibling_to_wire(one: Sibling) -> pb.SiblingKept:
    return pb.SiblingKept(
        filing=one.filing,
        region_code=one.region,
        product_ids=one.product_ids,
        application_date=None if one.application_date is None else date_to_wire(one.application_date),
        annual_tce_calorific=None if one.tce_calorific is None else decimal_to_wire(one.tce_calorific),
    )


def _sibling_from_wire(message: pb.SiblingKept) -> Sibling:
    stated = message.HasField("annual_tce_calorific")
    return Sibling(
        filing=message.filing,
        region=message.region_code,
        product_ids=tuple(message.product_ids),
        application_date=date_from_wire(message.application_date) if message.HasField("application_date") else None,
        tce_calorific=Decimal(message.annual_tce_calorific.value) if stated else None,
    )
