"""The words of deductions as a person reads them, in both languages."""

from collections.abc import Mapping
from typing import Final

from budget.domain.offsets.claims import Measure
from budget.domain.offsets.headings import CertificateKind, EnergyKind, Heading
from kernel.quantities import Basis
from kernel.text import Text

BASES: Final[Mapping[Basis, Text]] = {
    Basis.CALORIFIC: Text("当量值", "calorific basis"),
    Basis.EQUIVALENT: Text("等价值", "equivalent basis"),
}
MEASURES: Final[Mapping[Measure, Text]] = {
    Measure.TCE: Text("tce", "tce"),
    Measure.KWH: Text("kWh", "kWh"),
    Measure.CERTIFICATES: Text("个绿证", "certificates"),
}
HEADINGS: Final[Mapping[Heading, Text]] = {
    Heading.NATIONAL_MAJOR_PROJECT: Text("国家重大项目能耗单列", "national major projects"),
    Heading.FEEDSTOCK: Text("原料用能", "feedstock"),
    Heading.RENEWABLE_INCREMENT: Text("新增可再生能源", "renewable increment"),
    Heading.NON_FOSSIL_ALL: Text("非化石能源", "all non-fossil energy"),
}
ENERGIES: Final[Mapping[EnergyKind, Text]] = {
    EnergyKind.WIND_POWER: Text("风电", "wind power"),
    EnergyKind.SOLAR_POWER: Text("太阳能发电", "solar power"),
    EnergyKind.HYDROPOWER: Text("水电", "hydropower"),
    EnergyKind.BIOMASS_POWER: Text("生物质发电", "biomass power"),
    EnergyKind.GEOTHERMAL_POWER: Text("地热能发电", "geothermal power"),
    EnergyKind.OCEAN_POWER: Text("海洋能发电", "ocean power"),
    EnergyKind.NUCLEAR_POWER: Text("核电", "nuclear power"),
    EnergyKind.RENEWABLE_HEAT: Text("可再生能源热力", "renewable heat"),
    EnergyKind.BIOFUEL: Text("生物燃料", "biofuel"),
    EnergyKind.COAL: Text("煤炭", "coal"),
    EnergyKind.COKE: Text("焦炭", "coke"),
    EnergyKind.OIL: Text("石油", "oil"),
    EnergyKind.NATURAL_GAS: Text("天然气", "natural gas"),
}
CERTIFICATES: Final[Mapping[CertificateKind, Text]] = {
    CertificateKind.WIND_POWER: Text("风电", "wind power"),
    CertificateKind.SOLAR_POWER: Text("太阳能发电", "solar power"),
    CertificateKind.BIOMASS_POWER: Text("生物质发电", "biomass power"),
    CertificateKind.GEOTHERMAL_POWER: Text("地热能发电", "geothermal power"),
    CertificateKind.OCEAN_POWER: Text("海洋能发电", "ocean power"),
    CertificateKind.NEW_MARKET_HYDROPOWER: Text("完全市场化常规水电", "market-based hydropower"),
    CertificateKind.SELF_CONSUMED: Text("自发自用电量", "self-consumed power"),
    CertificateKind.OLDER_HYDROPOWER: Text("存量常规水电", "older hydropower"),
    CertificateKind.STAND_ALONE_STORAGE: Text("独立储能", "stand-alone storage"),
}
EVIDENCE: Final[Mapping[str, Text]] = {
    "certificate": Text("绿证", "certificate"),
    "metering_record": Text("计量记录", "metering record"),
    "project_year": Text("国家重大项目年度", "year of a major project"),
    "acceptance": Text("验收或交易凭证", "acceptance or trade record"),
    "lot": Text("产能指标", "lot"),
}
