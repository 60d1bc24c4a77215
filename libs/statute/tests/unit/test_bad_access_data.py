from decimal import Decimal
from pathlib import Path

import pytest

from statute.loader import BadLawData, load_bundle

OTHERS = """\
facts:
  - {id: absorption_pct, of: product, holds: number, unit: kgce/t, title_zh: 吸水率, title_en: absorption}
  - {id: wetness, of: product, holds: number, unit: kgce/t, title_zh: 湿度, title_en: wetness}
  - {id: wet, of: product, holds: yes_no, title_zh: 湿法, title_en: wet}
  - id: route
    of: product
    holds: word
    title_zh: 工艺
    title_en: route
    words:
      - {id: old, zh: 旧, en: old}
rules:
  - id: access.baseline
    title_zh: 基准
    title_en: baseline
    on_fails: not_pass
    on_unknown_input: return
    on_unknown_figure: manual
    clauses:
      - {from: 2022-01-01, document: 令, kind: method, verification: policy_default, source: own}
"""
UNITS = """\
units:
  - {id: word, holds: word}
  - {id: words, holds: words}
  - {id: disposition, holds: disposition}
  - {id: day, holds: word}
  - {id: kgce/t, holds: number}
  - {id: kWh/t, holds: number}
sources:
  - {id: own, kind: own_knowledge, what: a text}
"""
ACCESS = """\
norms:
  - id: gb_1
    document: GB 1-2020
    title_zh: 限额
    title_en: quota
    published: 2019-12-01
    from: 2020-01-01
    kind: method
    verification: policy_default
    corrections:
      - {id: c1, kind: add, zh: 修, en: mended, items: [low], fact: wetness, base: "1", side: both, per: {tier2: "3"}}
      - {id: c2, kind: open, zh: 修正, en: corrected, items: [low], when: [{fact: wet, equals: "yes"}], tiers: [tier2]}
    items:
      - {key: low, zh: 低, en: low, unit: kgce/t, tier1: "1", tier2: "2", tier3: "3"}
      - {key: high, zh: 高, en: high, unit: kgce/t, tier2: "4"}
      - {key: power, zh: 电, en: power, unit: kWh/t, tier2: "5", products: [tile]}
access_standards:
  - id: tile
    title_zh: 砖
    title_en: tile
    products: [tile]
    industry_code: "3071"
    metric_zh: 能耗
    metric_en: energy
    unit: kgce/t
    listed_from: ""
    benchmark:
      - {from: 2022-01-01, value: "6", document: 表, kind: method, verification: policy_default}
    existing_until:
      - {from: 2022-01-01, value: "2026-01-01", document: 表, kind: method, verification: policy_default}
    norms:
      - {norms: [gb_1], key: low, when: [{fact: absorption_pct, at_most: "0.5"}]}
      - {norms: [gb_1], key: high, when: [{fact: absorption_pct, above: "0.5"}]}
access_rules:
  - id: r1
    title_zh: 基准
    title_en: baseline
    finding: access.baseline
    requires: baseline
    kinds: [new_build]
    standards: [tile]
    on_fails: not_pass
    periods:
      - {from: 2022-01-01, document: 表, kind: method, verification: policy_default}
"""


def _law(folder: Path, access: str) -> Path:
    for name in ("national", "qinghai"):
        (folder / name).mkdir()
    (folder / "units.yaml").write_text(UNITS, "utf-8")
    shipped = Path(__file__).parents[2] / "src" / "statute" / "data" / "national" / "precedence.yaml"
    (folder / "national" / "precedence.yaml").write_text(shipped.read_text("utf-8"), "utf-8")
    (folder / "national" / "others.yaml").write_text(OTHERS, "utf-8")
    (folder / "national" / "access.yaml").write_text(access, "utf-8")
    return folder


def test_the_law_that_the_bad_ones_are_made_from_is_good(tmp_path: Path) -> None:
    law = load_bundle(data=_law(tmp_path, ACCESS))

    first, second = law.access_standards["tile"].choices
    assert (first.key, second.key) == ("low", "high")
    assert first.conditions[0].text.en == "absorption at most 0.5 kgce/t"
    assert law.access_standards["power"].rows is None
    assert law.access_standards["power"].by_filing_only
    assert law.parameter("norm.gb_1.low.tier2").versions[0].value == Decimal(2)
    assert "tier1" not in law.norms["gb_1"].items["high"].tiers


# What is written, what is written in its place, the words of the refusal. The changed line is the one refused.
BAD = [
    pytest.param("{fact: absorption_pct, at_most", "{fact: colour, at_most", "no fact colour", id="unknown fact"),
    pytest.param(
        'fact: wet, equals: "yes"', "fact: wet, equals: perhaps", "no word of the fact wet", id="no such word"
    ),
    pytest.param("fact: absorption_pct, above", "fact: route, above", "route is no number", id="bound on a word"),
    pytest.param('above: "0.5"', "equals: old", "no word of the fact absorption_pct", id="word for a number"),
    pytest.param('at_most: "0.5"', 'at_most: "0.5", below: "1"', "one lower bound", id="two upper bounds"),
    pytest.param('above: "0.5"', 'at_least: "0.5"', "overlap", id="a value in two rows"),
    pytest.param('above: "0.5"', 'above: "0.6"', "leave a gap", id="a value in no row"),
    pytest.param(', when: [{fact: absorption_pct, above: "0.5"}]', "", "overlap", id="a row without a condition"),
    pytest.param('above: "0.5"', 'below: "0.4"', "row 2 never decides: row 1 takes in all", id="an unreachable row"),
    pytest.param(
        'above: "0.5"}', 'above: "0.5"}, {fact: absorption_pct, below: "9"}', "is asked twice", id="a fact twice"
    ),
    pytest.param('above: "0.5"', 'above: "0.5", below: "0.5"', "no number meets", id="an empty stretch"),
    pytest.param("norms: [gb_1], key: low", "norms: [gb_2], key: low", "no norm gb_2", id="unknown norm"),
    pytest.param("norms: [gb_1], key: high", "norms: [gb_1], key: top", "no row top", id="unknown row"),
    pytest.param("norms: [gb_1], key: high", "norms: [gb_1], key: power", "is not that of the row", id="another unit"),
    pytest.param("key: high, zh", "key: low, zh", "stands twice", id="a row twice"),
    pytest.param(", products: [tile]}", "}", "no standard names the row power", id="a row for nobody"),
    pytest.param("key: power, zh", "key: tile, zh", "standard tile already", id="a row with a standard's id"),
    pytest.param('tier1: "1"', 'tier1: "1O"', "not a decimal", id="no number"),
    pytest.param("id: c2", "id: c1", "the correction c1 stands twice", id="a correction twice"),
    pytest.param("items: [low], fact", "items: [lowest], fact", "no row lowest", id="a correction of no row"),
    pytest.param("fact: wetness, base", "fact: route, base", "route is no number", id="points of a word"),
    pytest.param(', base: "1"', "", "belong to its kind", id="points without a base"),
    pytest.param("kind: open", "kind: set", "belong to its kind", id="a setting without figures"),
    pytest.param('value: "2026-01-01"', 'value: "2026-02-30"', "no day YYYY-MM-DD", id="no day"),
    pytest.param("unit: kgce/t\n    listed", "unit: null\n    listed", "needs its unit", id="a figure without a unit"),
    pytest.param("standards: [tile]", "standards: [bread]", "no bread", id="unknown standard"),
    pytest.param("standards: [tile]", "industries: [bakery]", "no bakery", id="unknown industry"),
    pytest.param("standards: [tile]", "products: [bread]", "no bread", id="unknown product"),
    pytest.param("finding: access.baseline", "finding: access.other", "no access.other", id="unknown rule"),
    pytest.param("requires: baseline", "requires: tier4", "no known word", id="unknown level"),
]


@pytest.mark.parametrize(("good", "bad", "words"), BAD)
def test_bad_access_data_is_refused_with_file_and_line(tmp_path: Path, good: str, bad: str, words: str) -> None:
    assert ACCESS.count(good) == 1
    before, after = ACCESS.split(good)
    line = before.count("\n") + 1

    with pytest.raises(BadLawData) as refused:
        load_bundle(data=_law(tmp_path, before + bad + after))

    assert (refused.value.file, refused.value.line) == ("national/access.yaml", line), str(refused.value)
    assert words in refused.value.en
