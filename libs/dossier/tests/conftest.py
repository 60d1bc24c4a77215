"""The law as shipped, but asking for four invented facts."""

from dataclasses import replace

import pytest

from kernel.text import Text
from statute.law import FactDefinition
from statute.loader import PolicyBundle, load_bundle

WORDS = {"coal": Text("煤", "coal"), "gangue": Text("煤矸石", "coal gangue")}
FACTS = (
    FactDefinition("altitude_m", Text("海拔", "altitude"), "project", "number", "m", {}),
    FactDefinition("in_national_plan", Text("是否列入规划", "stands in the plan"), "project", "yes_no", "", {}),
    FactDefinition("fuel", Text("主要燃料", "main fuel"), "product", "word", "", WORDS),
    FactDefinition("water_absorption_pct", Text("吸水率", "water absorption"), "product", "number", "%", {}),
)


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return replace(load_bundle(), facts={fact.id: fact for fact in FACTS})
