"""What the fields of a dossier, and the ids in it, are called: in the words of the contract and of the law."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from kernel.text import Text
from portal.domain.dossiers import NO, YES
from statute.loader import PolicyBundle, load_bundle

FIELDS: Final = {
    "project_code": Text("项目代码", "project code"),
    "project_name": Text("项目名称", "project name"),
    "applicant": Text("项目单位", "owner"),
    "applicant.name": Text("名称", "name"),
    "credit_code": Text("统一社会信用代码", "unified social credit code"),
    "region_code": Text("建设地点 (区划代码)", "place (GB/T 2260)"),
    "kind": Text("建设性质", "kind of construction"),
    "application_date": Text("申请日期", "application date"),
    "industry_codes": Text("行业代码 (GB/T 4754)", "industry codes (GB/T 4754)"),
    "products": Text("产品", "product"),
    "product_id": Text("目录内产品", "product of the catalogue"),
    "name": Text("名称", "name"),
    "capacity": Text("产能", "capacity"),
    "unit_energy": Text("单位产品能耗", "energy per unit of product"),
    "standard": Text("准入标准", "access standard"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "facts": Text("补充事实", "fact"),
    "fact": Text("事实", "fact"),
    "energy": Text("能源消费 (建成后)", "energy use after completion"),
    "energy_before": Text("能源消费 (项目实施前)", "energy use before the project"),
    "annual_tce_calorific": Text("年综合能源消费量 (tce, 当量)", "annual energy (tce, calorific)"),
    "annual_tce_equivalent": Text("年综合能源消费量 (tce, 等价)", "annual energy (tce, equivalent)"),
    "annual_electricity_kwh": Text("年用电量 (kWh)", "annual electricity (kWh)"),
    "annual_coal_t": Text("年用煤量 (实物 t)", "annual coal (physical t)"),
    "annual_co2_t": Text("年二氧化碳排放量 (tCO2)", "annual CO2 (tCO2)"),
    "flows": Text("能源品种", "energy flow"),
    "carrier": Text("品种", "carrier"),
    "use": Text("用途", "use"),
    "amount": Text("实物量", "physical amount"),
    "measured_ncv_kj": Text("实测低位发热量 (kJ/kg 或 kJ/m3)", "measured net calorific value (kJ/kg or kJ/m3)"),
    "process_emissions": Text("工业过程排放", "process emission"),
    "process": Text("过程", "process"),
    "amount_t": Text("活动量 (t)", "activity (t)"),
    "replacement": Text("产能置换方案", "replacement plan"),
    "publicity_date": Text("公示起始日", "first day of publicity"),
    "restricted_or_cross_province": Text("含跨省或限制类产能", "from another province, or restricted capacity"),
    "same_entity_same_site": Text("同一主体同一厂区", "same owner and site"),
    "lots": Text("指标", "lot"),
    "lot": Text("指标编号", "lot"),
    "quantity": Text("数量 (按产品产能单位)", "quantity (in the unit of the product's capacity)"),
    "nationally_planned": Text("国家规划布局的重大项目", "in a national plan"),
    "remark": Text("说明 (数据来源)", "remark (sources)"),
    "equipment": Text("主要用能设备", "main equipment"),
    "efficiency_grade": Text("能效等级 (1 级最优)", "efficiency grade (1 is best)"),
    "advanced_level": Text("达到能效先进水平", "reaches the advanced level"),
    "prior_opinion": Text("已有节能审查意见", "earlier opinion"),
    "document_number": Text("文号", "document number"),
    "issue_date": Text("印发日期", "issued"),
    "change_consent_date": Text("同意变更日期", "change agreed"),
    "construction_start_date": Text("开工日期", "construction started"),
    "approved_tce_calorific": Text("批准的年综合能源消费量 (tce, 当量)", "approved annual energy (tce, calorific)"),
}
"""By the name in the contract, behind its message where another message has the same name."""

EXPECTED: Final = (
    ("project_code",), ("applicant", "credit_code"), ("kind",), ("application_date",), ("industry_codes",),
    ("products",),
    ("energy", "annual_tce_calorific"), ("energy", "annual_tce_equivalent"), ("energy", "annual_electricity_kwh"),
    ("energy", "annual_coal_t"), ("energy", "flows"), ("annual_co2_t",), ("nationally_planned",),
)  # fmt: skip
"""What every decision looks at: where one was not stated that is said, and never taken for zero."""

_WORDS: Final = {
    YES: Text("是", "yes"),
    NO: Text("否", "no"),
    "PROJECT_KIND_NEW_BUILD": Text("新建", "new build"),
    "PROJECT_KIND_REBUILD": Text("改建", "rebuild"),
    "PROJECT_KIND_EXPANSION": Text("扩建", "expansion"),
    "PROJECT_KIND_TECHNICAL_RENOVATION": Text("技术改造", "technical renovation"),
    "FLOW_USE_UNSPECIFIED": Text("未报", "not stated"),
    "FLOW_USE_FUEL": Text("燃料动力", "fuel or power"),
    "FLOW_USE_FEEDSTOCK": Text("原料用能", "feedstock"),
    "FLOW_USE_OWN_RENEWABLE": Text("自发可再生", "own renewable"),
    "FLOW_USE_INTERNAL": Text("内部自产自用", "made and used inside"),
    "FLOW_USE_SOLD": Text("外供", "sold"),
}


@cache
def law() -> PolicyBundle:
    """The law that ids are named by; reading it takes about a second, once."""
    return load_bundle()


def region_text(code: str) -> Text:
    """The name behind the code; of one that is not in the table the code alone."""
    region = law().region(code)
    return Text("{name} {code}", "{name} {code}", name=region.name, code=code) if region else Text(code, code)


def industry_text(code: str) -> Text:
    known = law().industry_classes.get(code)
    return Text("{code} {name}", "{code} {name}", code=code, name=known.name) if known else Text(code, code)


def carrier_text(carrier: str) -> Text:
    parameter = law().parameters.get(f"energy.calorific.{carrier}")
    return parameter.title if parameter is not None else Text(carrier, carrier)


@cache
def _products() -> dict[str, Text]:
    listed = (one for catalogue in law().catalogues for industry in catalogue.industries for one in industry.products)
    return {one.id: one.name for one in listed}


def products() -> Sequence[str]:
    """The ids of every product in the catalogues, in their order."""
    return tuple(_products())


def product_text(product: str) -> Text:
    return _products().get(product) or Text(product, product)


def field_text(path: Sequence[str]) -> Text:
    """A path in words: 产品 1 · 产能."""
    words: list[Text] = []
    for place, step in enumerate(path):
        if step.isdecimal() and words:
            words[-1] = Text("{what} {number}", "{what} {number}", what=words[-1], number=step)
        else:
            within = f"{path[place - 1]}.{step}" if place else step
            words.append(FIELDS.get(within) or FIELDS.get(step) or Text(step, step))
    template = " · ".join(f"{{w{number}}}" for number in range(len(words)))
    return Text(template, template, **{f"w{number}": word for number, word in enumerate(words)})


def fact_text(fact: str) -> Text:
    known = law().facts.get(fact)
    if known is None:
        return Text(fact, fact)
    return (
        Text("{title} ({unit})", "{title} ({unit})", title=known.title, unit=known.unit) if known.unit else known.title
    )


def missing_text(path: str) -> Text:
    """A path as findings spell it, `dossier.products[0].facts[id]`, in words; places in it count from 0."""
    steps = [step for step in re.split(r"[.\[\]]+", path.removeprefix("dossier")) if step]
    named = [str(int(step) + 1) if step.isdecimal() else step for step in steps]
    if len(named) > 1 and named[-2] == "facts":
        above = named[:-2]
        fact = fact_text(named[-1])
        return Text("{above} · {fact}", "{above} · {fact}", above=field_text(above), fact=fact) if above else fact
    return field_text(named) if named else Text(path, path)


_NAMES: Final[Mapping[str, Callable[[str], Text]]] = {
    "region_code": region_text,
    "industry_codes": industry_text,
    "carrier": carrier_text,
    "product_id": product_text,
    "fact": fact_text,
}


def value_text(path: Sequence[str], value: str) -> Text:
    """A stated value in words where it is an id or a word of the contract; else as it was stated."""
    if value in _WORDS:
        return _WORDS[value]
    last = next((step for step in reversed(path) if not step.isdecimal()), "")
    return _NAMES[last](value) if last in _NAMES else Text(value, value)


def regions() -> Sequence[tuple[str, Text]]:
    """Every region of the province with its code, each prefecture before its counties."""
    return tuple((str(code), region.name) for code, region in sorted(law().regions.items()))
