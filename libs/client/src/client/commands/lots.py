"""`dualcontrol lot`: registers lots, adds evidence, lists and shows them, verifies their ledger."""

from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Group

from client import capacity, operations
from client.commands.options import CapacityAddress, Files, Json, Lang, On, Person, Reason, Region, day_of
from client.commands.running import run
from client.commands.second_book import show_reopened, show_verified
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import CAPACITY
from client.rendering import capacity as rendering
from client.rendering import results
from client.rendering.words import Language
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb

LOTS = Sheet(pb.RegisterLotRequest, "capacity", operations.register_lot, results.lots)
EVIDENCE = Sheet(pb.RecordLotEvidenceRequest, "capacity", capacity.record_evidence, rendering.evidence)

Lot = Annotated[str, typer.Argument(metavar="LOT", help="指标编号 / id of the lot")]
Product = Annotated[str, typer.Option("--product", help="产品标识 / only of this product")]
Available = Annotated[bool, typer.Option("--available", help="只列尚有余量的 / only those of which something is left")]
Recipient = Annotated[str, typer.Option("--recipient", help="只列该备案所用的 / only those that this filing draws on")]

REGISTER = """
\b
例 / example: dualcontrol lot register e2e/data/real/lots.yaml

\b
条目 / an entry (RegisterLotRequest in capacity_service.proto):
  lot:
    name: lots/some-kiln
    product_id: clinker
    owner: 某公司
    region_code: "630121"
    quantity: {value: "2500"}
    unit: t/d
    equipment: [{kind: rotary_kiln, size: {value: "4"}, size_unit: m, count: 1}]
    facts: [{fact: below_baseline, value: "no"}]   # dualcontrol statute facts
    evidence: [{kind: LOT_EVIDENCE_KIND_CLOSED, effective_date: {year: 2026, month: 3, day: 1}, document: 某文件}]
"""

app = typer.Typer(help="产能置换指标 / lots of retired capacity", no_args_is_help=True)


@app.command(epilog=REGISTER)
def register(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None
) -> None:
    """登记退出产能指标 (RegisterLotRequest)。 / Register lots; running it again registers nothing twice."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(LOTS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol lot evidence evidence.yaml")
def evidence(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None
) -> None:
    """补充指标证明 (RecordLotEvidenceRequest)。 / Add evidence: closed, dismantled, announced, eliminated, facts.

    只增不改; 更正时再补一条。 / Nothing is overwritten: a further record corrects.
    """
    manner = Manner(language, as_json, address)
    run(lambda: send_files(EVIDENCE, files, manner), language=language, as_json=as_json)


@app.command("list", epilog="例 / example: dualcontrol lot list --product clinker --region 630000 --available")
def list_lots(  # noqa: PLR0913  # options of a command
    *,
    product: Product = "",
    region: Region = "",
    available: Available = False,
    recipient: Recipient = "",
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """列出指标及其余量。 / Lots with what is left of each."""
    asked = pb.ListLotsRequest(
        product_id=product,
        region_code=region,
        available=available,
        recipient=f"filings/{recipient}" if recipient else "",
        as_of=_as_of(on),
    )
    manner = Manner(language, as_json, address)
    CAPACITY.show_all("lots", lambda services: capacity.lots(services, asked), rendering.lots, manner)


@app.command(epilog="例 / example: dualcontrol lot show some-kiln --on 2026-03-01")
def show(
    lot: Lot,
    *,
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """一项指标: 余量、证明、登记时的认定。 / One lot: what is left, its evidence, what was found at registration."""
    asked = pb.GetLotRequest(name=f"lots/{lot.removeprefix('lots/')}", as_of=_as_of(on))
    manner = Manner(language, as_json, address)
    CAPACITY.show_message(lambda services: capacity.lot(services, asked), _lot_and_findings, manner)


@app.command(epilog="例 / example: dualcontrol lot verify")
def verify(*, as_json: Json = False, language: Lang = Language.ZH, address: CapacityAddress = None) -> None:
    """由日志重算各指标账户; 不一致时退出码为 1。 / Recompute every lot from the log; exit code 1 when one differs."""
    show_verified(CAPACITY, capacity.verify, Manner(language, as_json, address))


@app.command(epilog="例 / example: dualcontrol lot reopen --person 甲 --reason 已查明并更正")
def reopen(
    *,
    person: Person,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: CapacityAddress = None,
) -> None:
    """差异消除后重新开启被关闭的指标账户。 / Reopen the accounts of lots that a difference closed, when it is gone."""
    # Accounts may be closed and reopened by the same person again: every run is a request of its own.
    request = pb.ReopenLotsRequest(person=person, reason=reason, request_id=str(uuid4()))
    manner = Manner(language, as_json, address)
    show_reopened(CAPACITY, lambda s: capacity.reopen(s, request), lambda shown: shown.lots, manner)


def _as_of(on: On) -> pb.AsOf | None:
    return None if on is None else pb.AsOf(effective_date=day_of(on))


def _lot_and_findings(lot: pb.Lot, language: Language) -> Group:
    return Group(rendering.lots([lot], language), rendering.findings(lot.findings, language))
