"""`dualcontrol utilisation`: how far a product's capacity is used in a region."""

from datetime import datetime
from typing import Annotated

import typer

from client import capacity
from client.commands.options import CapacityAddress, Files, Json, Lang, day_of
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import CAPACITY
from client.rendering import capacity as rendering
from client.rendering.words import Language
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb

FIGURES = Sheet(pb.RecordUtilisationRequest, "capacity", capacity.record_utilisation, rendering.recorded)

Product = Annotated[str, typer.Argument(metavar="PRODUCT", help="产品标识 / id of the product, e.g. clinker")]
Region = Annotated[str, typer.Argument(metavar="REGION", help="GB/T 2260 代码 / code of the region")]
On = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="依该日规定 / by the law of that day")]

RECORD = """
\b
例 / example: dualcontrol utilisation record figures.yaml

\b
条目 / an entry (RecordUtilisationRequest in capacity_service.proto):
  utilisation:
    product_id: clinker
    region_code: "630000"
    year: 2025
    capacity_t: {value: "18000000"}
    output_t: {value: "9100000"}
    document: 某统计公报
"""

app = typer.Typer(help="产能利用率 / utilisation of capacity", no_args_is_help=True)


@app.command(epilog=RECORD)
def record(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None
) -> None:
    """登记年度产能和产量; 再次登记同一年即更正。 / Record yearly capacity and output; a later record corrects."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(FIGURES, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol utilisation show clinker 630000")
def show(
    product: Product,
    region: Region,
    *,
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """逐年产能利用率、平均值和产能过剩预警。 / Year by year, the mean, and the overcapacity warning."""
    asked = pb.GetUtilisationRequest(product_id=product, region_code=region, date=day_of(on))
    manner = Manner(language, as_json, address)
    CAPACITY.show_message(lambda services: capacity.utilisation(services, asked), rendering.utilisation, manner)
