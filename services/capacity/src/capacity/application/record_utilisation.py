"""Records a year's capacity and output of a sector; a later record of the year corrects it."""

from capacity.application.ports import Work
from capacity.domain.utilisation import UtilisationRecorded, YearFigure


async def record_utilisation(figure: YearFigure, work: Work) -> YearFigure:
    await work.acting_on(figure.sector.region)
    added = await work.utilisations.add(figure)
    await work.announce(UtilisationRecorded(added))
    return added
