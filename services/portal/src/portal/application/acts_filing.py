"""A project filed by hand: what the form says and the rest as a file has it become one dossier, and back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from google.protobuf.json_format import MessageToDict

from client.documents import read_text
from client.entries import Entry, parse_entry
from client.errors import ClientError
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.text import Text
from portal.application.acts_values import unreadable

PRODUCTS: Final = 3
"""Rows of the form; further products stand in the rest."""
REST: Final = "rest"
UNTOLD: Final = Text("内容有误, 请核对", "it is wrong")


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the form, and where it stands in the dossier."""

    name: str
    path: tuple[str, ...]
    label: Text
    hint: Text | None = None
    is_decimal: bool = False


PLACE: Final = (
    Line("project_name", ("project_name",), Text("项目名称", "Name of the project")),
    Line(
        "project_code", ("project_code",), Text("项目代码", "Project code"),
        Text("24 位, 含连字符; 尚未赋码则留空", "24 characters with hyphens; empty when there is none yet"),
    ),
    Line("applicant", ("applicant", "name"), Text("申报单位", "Applicant")),
    Line("credit_code", ("applicant", "credit_code"), Text("统一社会信用代码", "Credit code")),
    Line("region_code", ("region_code",), Text("建设地点", "Place")),
    Line("kind", ("kind",), Text("建设性质", "Kind of project")),
    Line("application_date", ("application_date",), Text("申请日期", "Day of the application")),
    Line(
        "industry_codes", ("industry_codes",), Text("行业代码", "Industry codes"),
        Text("GB/T 4754 四位小类, 以空格分隔", "four digits of GB/T 4754, with spaces between"),
    ),
)  # fmt: skip
ENERGY: Final = (
    Line("tce", ("energy", "annual_tce_calorific"), Text("年综合能源消费量 (tce, 当量)", "Annual energy (tce, 当量)"),
         is_decimal=True),
    Line("tce_equivalent", ("energy", "annual_tce_equivalent"),
         Text("年综合能源消费量 (tce, 等价)", "Annual energy (tce, 等价)"), is_decimal=True),
    Line("kwh", ("energy", "annual_electricity_kwh"), Text("年电力消费量 (kWh)", "Annual electricity (kWh)"),
         is_decimal=True),
    Line("coal", ("energy", "annual_coal_t"), Text("年煤炭消费实物量 (t)", "Annual coal (t)"), is_decimal=True),
    Line("remark", ("remark",), Text("说明", "Remark")),
)  # fmt: skip
LINES: Final = PLACE + ENERGY
COLUMNS: Final = {
    "name": Text("产品名称", "Product"),
    "id": Text("目录编号", "Catalogue id"),
    "capacity": Text("产能", "Capacity"),
    "unit": Text("单位", "Unit"),
}
NAMES: Final = (
    "filing_id", *(line.name for line in LINES),
    *(f"product{row}_{column}" for row in range(PRODUCTS) for column in COLUMNS), REST,
)  # fmt: skip
KINDS: Final = {
    "PROJECT_KIND_NEW_BUILD": Text("新建", "new"),
    "PROJECT_KIND_REBUILD": Text("改建", "rebuilt"),
    "PROJECT_KIND_EXPANSION": Text("扩建", "expanded"),
    "PROJECT_KIND_TECHNICAL_RENOVATION": Text("技术改造", "renovated"),
}
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PRODUCT: Final = re.compile(r"products\[(\d+)\]\.?(\w*)", re.ASCII)


def request_of(values: Mapping[str, str]) -> tuple[pb.SubmitFilingRequest | None, dict[str, Text]]:
    """The request without its id, or what is wrong by the names of the form."""
    path = Path("form.yaml")
    try:
        rest = read_text(path, values.get(REST, "")) or {}
    except ClientError as error:
        return None, {REST: error.text}
    if isinstance(rest, list) and len(rest) == 1:
        (rest,) = rest
    if not isinstance(rest, dict):
        return None, {REST: Text("应为一个项目的内容", "must be of one project")}
    given = rest.get("dossier", rest)
    if not isinstance(given, dict):
        return None, {REST: Text("dossier 应为一组字段", "dossier must hold fields")}
    dossier = dict(given)
    content = {"filing_id": values.get("filing_id") or rest.get("filing_id") or "", "dossier": dossier}
    if problem := _put(dossier, values):
        return None, problem
    parsed = parse_entry(path, 1, content, pb.SubmitFilingRequest)
    if isinstance(parsed, Entry):
        parsed.request.request_id = ""
        problems = problems_of(unreadable(parsed.request))
        return (None if problems else parsed.request), problems
    return None, problems_of((one.misfit.field, one.misfit.text) for one in parsed)


def _put(dossier: dict[str, Any], values: Mapping[str, str]) -> dict[str, Text]:
    """What the form says goes before what the rest says."""
    for line in LINES:
        if said := values.get(line.name, "").strip():
            inner = dossier
            for step in line.path[:-1]:
                given = inner.get(step) or {}
                if not isinstance(given, dict):
                    return {REST: UNTOLD}
                inner[step] = inner = dict(given)
            inner[line.path[-1]] = _wire(line, said)
    further = dossier.get("products") or []
    if products := [one for row in range(PRODUCTS) if (one := _product(values, row))]:
        dossier["products"] = [*products, *further] if isinstance(further, list) else further
    return {}


def _wire(line: Line, said: str) -> Any:
    if line.name == "industry_codes":
        return said.split()
    if line.name == "application_date" and (day := _DAY.fullmatch(said)):
        return {name: str(int(part)) for name, part in zip(("year", "month", "day"), day.groups(), strict=True)}
    return {"value": said} if line.is_decimal else said


def _product(values: Mapping[str, str], row: int) -> dict[str, Any]:
    said = {column: values.get(f"product{row}_{column}", "").strip() for column in COLUMNS}
    made: dict[str, Any] = {}
    if said["name"] or said["id"]:
        made = {"name": said["name"], "product_id": said["id"]}
    if said["capacity"] or said["unit"]:
        made["capacity"] = {"value": {"value": said["capacity"]}, "unit": said["unit"]}
    return made


def problems_of(found: Iterator[tuple[str, Text]]) -> dict[str, Text]:
    """What is wrong by the names of the form; what the form has no field for is said at the rest, with its path."""
    problems: dict[str, Text] = {}
    for field, text in found:
        name = field_of(field)
        said = Text("{field}: {text}", "{field}: {text}", field=field, text=text) if name == REST else text
        before = problems.get(name)
        problems[name] = said if before is None else Text("{a}; {b}", "{a}; {b}", a=before, b=said)
    return problems


def field_of(api: str) -> str:
    """The form's field for a path of the service."""
    path = api.removeprefix("dossier.")
    if path == "filing_id":
        return path
    if (product := _PRODUCT.match(path)) and int(product[1]) < PRODUCTS:
        column = {"product_id": "id", "capacity": "unit" if path.endswith("unit") else "capacity"}
        return f"product{product[1]}_{column.get(product[2], 'name')}"
    steps = tuple(part.partition("[")[0] for part in path.split("."))
    named = [line.name for line in LINES if steps[: len(line.path)] == line.path or line.path == (*steps, "name")]
    return named[0] if named else REST


def values_of(dossier: pb.Dossier) -> dict[str, str]:
    """The form of a dossier; what it has no field for is the rest, as YAML."""
    stated: dict[str, Any] = MessageToDict(dossier, preserving_proto_field_name=True)
    values: dict[str, str] = {}
    for line in LINES:
        inner: Any = stated
        for step in line.path[:-1]:
            inner = inner.get(step, {})
        if line.path[-1] in inner:
            values[line.name] = _shown(line, inner.pop(line.path[-1]))
    products = stated.get("products", [])
    if len(products) <= PRODUCTS and not any(one.keys() - {"name", "product_id", "capacity"} for one in products):
        for row, one in enumerate(stated.pop("products", [])):
            capacity = one.get("capacity", {})
            said = (
                one.get("name"),
                one.get("product_id"),
                capacity.get("value", {}).get("value"),
                capacity.get("unit"),
            )
            values |= {f"product{row}_{column}": word or "" for column, word in zip(COLUMNS, said, strict=True)}
    # What the form has taken all of is no longer the rest's.
    emptied = {line.path[0] for line in LINES}
    rest = {name: one for name, one in stated.items() if one or name not in emptied}
    values[REST] = yaml.safe_dump(rest, allow_unicode=True, sort_keys=False) if rest else ""
    return values


def _shown(line: Line, value: Any) -> str:
    if line.name == "industry_codes":
        return " ".join(value)
    if line.name == "application_date":
        return f"{value.get('year', 0):04d}-{value.get('month', 0):02d}-{value.get('day', 0):02d}"
    return str(value.get("value", "")) if line.is_decimal else str(value)
