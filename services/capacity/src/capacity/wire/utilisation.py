"""Between a sector's utilisation and its messages."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from capacity.domain.utilisation import OvercapacityLevel, Sector, Utilisation, YearFigure, places_on, rounded
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode
from servicekit.wire import citation_to_wire, decimal_to_wire, instant_from_wire, instant_to_wire, text_to_wire
from statute.loader import PolicyBundle


def figure_to_wire(figure: YearFigure) -> pb.Utilisation:
    """Without its rate, which the policy rounds."""
    return pb.Utilisation(
        product_id=figure.sector.product_id,
        region_code=figure.sector.region,
        year=figure.year,
        capacity_t=decimal_to_wire(figure.capacity),
        output_t=decimal_to_wire(figure.output),
        document=figure.document,
        version=figure.version,
        known_time=instant_to_wire(figure.known_at),
    )


def rated_to_wire(figure: YearFigure, day: date, policy: PolicyBundle) -> pb.Utilisation:
    message = figure_to_wire(figure)
    message.rate.CopyFrom(decimal_to_wire(rounded(figure.rate, places_on(day, policy))))
    return message


def figure_from_wire(message: pb.Utilisation) -> YearFigure:
    """Reads a figure that was checked before; `known_time` has been set."""
    return YearFigure(
        sector=Sector(message.product_id, RegionCode(message.region_code)),
        year=message.year,
        capacity=int(Decimal(message.capacity_t.value)),
        output=int(Decimal(message.output_t.value)),
        document=message.document,
        known_at=instant_from_wire(message.known_time),
    )


def utilisation_to_wire(found: Utilisation, day: date, policy: PolicyBundle) -> pb.GetUtilisationResponse:
    mean = found.mean
    return pb.GetUtilisationResponse(
        years=[rated_to_wire(figure, day, policy) for figure in found.figures],
        mean=None if mean.rate is None else _exact(mean.rate, places_on(day, policy)),
        mean_years=mean.years,
        missing_years=mean.missing,
        warning=_level(found.level),
        because=text_to_wire(found.because),
        under=[citation_to_wire(citation) for citation in found.under],
    )


def _level(level: OvercapacityLevel) -> pb.OvercapacityLevel.ValueType:
    return pb.OvercapacityLevel.Value(f"OVERCAPACITY_LEVEL_{level.name}")


def _exact(rate: Fraction, places: int) -> pb.ExactRate:
    return pb.ExactRate(
        numerator=str(rate.numerator),
        denominator=str(rate.denominator),
        rounded=decimal_to_wire(rounded(rate, places)),
    )
