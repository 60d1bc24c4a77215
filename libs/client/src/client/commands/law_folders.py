"""Where the law that a command reads stands, and what a person is told when it cannot be read."""

from pathlib import Path
from typing import Annotated, Final

import typer

from client.errors import ClientError
from kernel.text import Text
from statute.loader import SHIPPED_DATA, BadLawData, PolicyBundle, load_bundle

QINGHAI: Final = "qinghai"

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="数据目录, 内有省的目录; 缺 national/ 或 units.yaml 时取自带的 / folder of law; default: the shipped one",
    ),
]
Province = Annotated[str, typer.Option("--province", help="省的目录名 / the province's folder")]


def loaded(province: str, data: Path | None) -> PolicyBundle:
    """Raises ClientError."""
    try:
        return load_bundle(province, data)
    except BadLawData as error:
        raise ClientError(error.text()) from error
    except FileNotFoundError as error:
        raise no_folder(province, data) from error


def no_folder(province: str, data: Path | None) -> ClientError:
    folder = (data or SHIPPED_DATA) / province
    return ClientError(Text(f"没有法规目录 {folder}", f"There is no folder of law {folder}"))
