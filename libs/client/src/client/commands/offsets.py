"""`dualcontrol offset`: what lowers a region's counted consumption, and the savings that replace new consumption."""

from enum import Enum
from typing import Annotated

import typer

from client import offsets as operations
from client.commands.options import (
    BudgetAddress,
    Files,
    Json,
    Lang,
    On,
    OneRegion,
    Reason,
    Region,
    Signers,
    day_of,
    parent_of,
)
from client.commands.running import run
from client.commands.sheets import Manner, Sheet, send_files
from client.commands.showing import BUDGET, alone
from client.rendering import offsets as rendering
from client.rendering.words import Language
from client.request_ids import identified
from dualcontrol.budget.v1 import offsets_service_pb2 as pb

CLAIMS = Sheet(pb.RecordDeductibleRequest, "budget", operations.record, rendering.recorded)
CANCELLATIONS = Sheet(pb.CancelCertificatesRequest, "budget", operations.cancel, rendering.cancelled)
SAVINGS = Sheet(pb.RegisterSavingRequest, "budget", operations.register_saving, rendering.registered)
RESERVATIONS = Sheet(pb.ReserveSavingRequest, "budget", operations.reserve_saving, rendering.reserved)


class Basis(Enum):
    CALORIFIC = "calorific"
    EQUIVALENT = "equivalent"


class Heading(Enum):
    RENEWABLE_INCREMENT = "renewable_increment"
    FEEDSTOCK = "feedstock"
    NON_FOSSIL_ALL = "non_fossil_all"
    NATIONAL_MAJOR_PROJECT = "national_major_project"


Name = Annotated[str, typer.Argument(metavar="NAME", help="offsets/{编号} 或 savingHolds/{编号} / as it was answered")]
Year = Annotated[int, typer.Option("--year", help="消费年度 / year of consumption")]

app = typer.Typer(help="能耗扣减与能耗替代 / deductions and savings", no_args_is_help=True)
saving_app = typer.Typer(help="能耗替代量 / savings that replace new consumption", no_args_is_help=True)
app.add_typer(saving_app, name="saving")


@app.command(epilog="例 / example: dualcontrol offset record claims.yaml")
def record(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """申报扣减量 (RecordDeductibleRequest)。 / Record deductible quantities; running it again records nothing twice."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(CLAIMS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol offset revoke offsets/… --signer 甲 --signer 乙 --reason 计量有误")
def revoke(
    name: Name,
    *,
    signer: Signers,
    reason: Reason,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """撤销一笔扣减, 凭证不得再用。 / Take a deduction back; its evidence stays used."""
    request = identified(pb.RevokeDeductibleRequest(name=name, signers=signer, reason=reason))
    manner = Manner(language, as_json, address)
    BUDGET.show_one("offsets", lambda s: operations.revoke(s, request), alone(rendering.offsets), manner)


@app.command(epilog="例 / example: dualcontrol offset cancel used-elsewhere.yaml")
def cancel(files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """核销绿证 (CancelCertificatesRequest)。 / Withdraw certificates from use."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(CANCELLATIONS, files, manner), language=language, as_json=as_json)


@app.command(epilog="例 / example: dualcontrol offset show --region 630000 --year 2024")
def show(  # noqa: PLR0913  # options of a command
    *,
    region: OneRegion,
    year: Year,
    basis: Annotated[Basis, typer.Option("--basis", help="当量或等价 / basis")] = Basis.CALORIFIC,
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """一个地区一年的扣减合计。 / What is booked for a region and year, by heading."""
    request = pb.GetOffsetsRequest(
        parent=parent_of(region),
        year=year,
        basis=pb.OffsetBasis.Value(f"OFFSET_BASIS_{basis.name}"),
        as_of=_as_of(on),
    )
    manner = Manner(language, as_json, address)
    BUDGET.show_one("offsets", lambda services: operations.totals(services, request), rendering.totals, manner)


@app.command("list", epilog="例 / example: dualcontrol offset list --region 630100 --year 2024")
def list_offsets(  # noqa: PLR0913  # options of a command
    *,
    region: Region = "",
    year: Year = 0,
    heading: Annotated[Heading | None, typer.Option("--heading", help="科目 / heading")] = None,
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """各笔扣减, 含未予扣减的。 / Deductions, the refused ones with their reasons."""
    asked = pb.ListOffsetsRequest(parent=parent_of(region), year=year, as_of=_as_of(on))
    if heading is not None:
        asked.heading = pb.OffsetHeading.Value(f"OFFSET_HEADING_{heading.name}")
    manner = Manner(language, as_json, address)
    BUDGET.show_all("offsets", lambda services: operations.offsets(services, asked), rendering.offsets, manner)


@app.command(epilog="例 / example: dualcontrol offset certificates --series GEC-W")
def certificates(
    *,
    series: Annotated[str, typer.Option("--series", help="编号系列 / series")] = "",
    used_by: Annotated[str, typer.Option("--used-by", help="使用者 / offsets/…, savings/…, cancellations/…")] = "",
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """已使用的绿证。 / Certificates that were used."""
    asked = pb.ListCertificatesRequest(series=series, used_by=used_by)
    manner = Manner(language, as_json, address)
    BUDGET.show_all("uses", lambda services: operations.certificates(services, asked), rendering.certificates, manner)


@saving_app.command(epilog="例 / example: dualcontrol offset saving register savings.yaml")
def register(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """登记替代量 (RegisterSavingRequest)。 / Register savings; running it again registers nothing twice."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(SAVINGS, files, manner), language=language, as_json=as_json)


@saving_app.command(epilog="例 / example: dualcontrol offset saving reserve reservations.yaml")
def reserve(
    files: Files, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None
) -> None:
    """为项目占用替代量 (ReserveSavingRequest)。 / Hold savings for filings, all or none."""
    manner = Manner(language, as_json, address)
    run(lambda: send_files(RESERVATIONS, files, manner), language=language, as_json=as_json)


@saving_app.command()
def post(name: Name, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """占用转为使用。 / Make a hold final."""
    manner = Manner(language, as_json, address)
    BUDGET.show_one("holds", lambda s: operations.post_saving(s, name), alone(rendering.holds), manner)


@saving_app.command()
def void(name: Name, *, as_json: Json = False, language: Lang = Language.ZH, address: BudgetAddress = None) -> None:
    """释放占用。 / Give a hold back."""
    manner = Manner(language, as_json, address)
    BUDGET.show_one("holds", lambda s: operations.void_saving(s, name), alone(rendering.holds), manner)


@saving_app.command("list", epilog="例 / example: dualcontrol offset saving list --region 630100")
def list_savings(
    *,
    region: Region = "",
    on: On = None,
    as_json: Json = False,
    language: Lang = Language.ZH,
    address: BudgetAddress = None,
) -> None:
    """替代量及其余额。 / Savings with what is left of them."""
    asked = pb.ListSavingsRequest(parent=parent_of(region), as_of=_as_of(on))
    manner = Manner(language, as_json, address)
    BUDGET.show_all("savings", lambda services: operations.savings(services, asked), rendering.savings, manner)


def _as_of(on: On) -> pb.OffsetsAsOf | None:
    return None if on is None else pb.OffsetsAsOf(effective_on=day_of(on))
