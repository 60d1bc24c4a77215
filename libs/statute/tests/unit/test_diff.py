"""Whoever changes the law reads every change in words before it is applied."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from statute.bundle import PolicyBundle
from statute.diff import NOT_COMPARED, diff
from statute.differences import written
from statute.loader import load_bundle

WriteLaw = Callable[..., Path]

LINE = 'value: "10000", document: 令2023年第2号, article: "8", verification: confirmed, source: ord2}'


@cache
def shipped() -> PolicyBundle:
    return load_bundle()


def told(small_law: WriteLaw, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    before, after = load_bundle(data=small_law()), load_bundle(data=small_law(*changes, name="after"))
    assert diff(before, before) == []
    return [(change.section, change.text.en) for change in diff(before, after)]


EDITION = "review.line from 2023-06-01"
ITS_LAW = "(令2023年第2号, art. 8)"
BUILDING = "platform · industries · building · products"
OF_2018 = "(办法, from 2018-01-01, confirmed)"
RATIO = f"clinker · regimes · cement · cases · key_area · ratio: 2 t/t {OF_2018} → 2.5 t/t {OF_2018}"
LIME = '          - {id: lime, zh: 石灰, en: lime, classes: ["3011"]}\n        not_products: []\n'
GYPSUM = "          - {id: gypsum, zh: 石膏, en: gypsum}\n"

CHANGES = {
    "a value": (
        (LINE, LINE.replace("10000", "8000")),
        ("parameters", f"{EDITION}: 10000 tce/a (当量) → 8000 tce/a (当量) {ITS_LAW}"),
    ),
    "a document": (
        (LINE, LINE.replace("2023年第2号", "2025年第31号")),
        ("parameters", f"{EDITION}: document 令2023年第2号, art. 8 → 令2025年第31号, art. 8"),
    ),
    "a verification": (
        (LINE, LINE.replace("confirmed", "unverified, confidence: low")),
        ("parameters", f"{EDITION}: confidence — → low; verification confirmed → unverified {ITS_LAW}"),
    ),
    "a source and a kind": (
        (LINE, LINE.replace("source: ord2", "source: [ord2, ord31], kind: method")),
        ("parameters", f"{EDITION}: kind figure → method; source ord2 → ord2, ord31 {ITS_LAW}"),
    ),
    "a last day": (
        ("until: 2023-06-01", "until: 2023-05-01"),
        ("parameters", "review.line from 2017-01-01: first day out 2023-06-01 → 2023-05-01 (令2016年第44号)"),
    ),
    "a title": (("title_en: line", "title_en: limit"), ("parameters", "review.line · title: line → limit")),
    "a basis": (("basis: 当量", "basis: 等价"), ("parameters", "review.line · basis: 当量 → 等价")),
    "a rule": (
        ("on_fails: return", "on_fails: not_pass"),
        ("rules", "review.whole · when it fails: return → not_pass"),
    ),
    "a clause": (
        ("from: 2017-01-01, document: 令2016年第44号", "from: 2018-01-01, document: 令2016年第44号"),
        ("rules", "review.whole · clauses: added, 令2016年第44号, from 2018-01-01, confirmed"),
    ),
    "a product out of the catalogue": (
        (LIME, "        not_products:\n          - {id: lime, zh: 石灰, en: lime}\n"),
        ("catalogues", f"{BUILDING} · lime · standing: listed → outside"),
    ),
    "a product into the catalogue": (
        (GYPSUM, GYPSUM + "          - {id: glass, zh: 玻璃, en: glass}\n"),
        ("catalogues", f"{BUILDING} · glass: added, glass"),
    ),
    "the classes of an industry": (
        ('classes: ["3011"]\n', 'classes: ["3012", "3011"]\n'),
        ("catalogues", "platform · industries · building · classes: with 3012"),
    ),
    "a ratio": (('ratio: "2.0"', 'ratio: "2.5"'), ("replacements", RATIO)),
    "a fact": (
        ("holds: yes_no", "holds: number, unit: tce/a"),
        ("facts", "fuel_is_coal · holds: yes_no → number"),
    ),
    "a fact's id": (("{id: fuel_is_coal", "{id: burns"), ("facts", "fuel_is_coal: removed, burns coal")),
}


@pytest.mark.parametrize(("written", "change"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_the_law_is_told_in_words(
    small_law: WriteLaw, written: tuple[str, str], change: tuple[str, str]
) -> None:
    assert change in told(small_law, written)


def test_one_change_is_told_once_and_in_chinese_too(small_law: WriteLaw) -> None:
    before = load_bundle(data=small_law())
    after = load_bundle(data=small_law((LINE, LINE.replace("10000", "8000")), name="after"))

    (change,) = diff(before, after)

    assert (change.section, change.id) == ("parameters", "review.line")
    assert change.text.zh == (
        "review.line, 自 2023-06-01 起: 10000 tce/a (当量) → 8000 tce/a (当量) (令2023年第2号, 条款 8)"
    )


def test_an_edition_that_comes_and_one_that_goes(small_law: WriteLaw) -> None:
    moved = told(small_law, ("from: 2023-06-01, value", "from: 2023-07-01, value"))

    old = "review.line from 2023-06-01: removed, 10000 tce/a (当量) (令2023年第2号, art. 8, from 2023-06-01, confirmed)"
    new = "review.line from 2023-07-01: added, 10000 tce/a (当量) (令2023年第2号, art. 8, from 2023-07-01, confirmed)"
    assert moved == [("parameters", old), ("parameters", new)]


def test_the_other_way_round_what_was_added_is_removed(small_law: WriteLaw) -> None:
    less = load_bundle(data=small_law())
    more = load_bundle(
        data=small_law(("{id: gypsum", "{id: glass, zh: 玻璃, en: glass}\n          - {id: gypsum"), name="b")
    )

    assert [change.text.en.rpartition(": ")[2] for change in diff(less, more)] == ["added, glass"]
    assert [change.text.en.rpartition(": ")[2] for change in diff(more, less)] == ["removed, glass"]


def test_a_note_is_no_change_of_the_law(small_law: WriteLaw) -> None:
    assert told(small_law, (LINE, LINE.replace("}", ", note: read again}"))) == []


LISTS = [
    field.name
    for field in fields(PolicyBundle)
    if field.name not in NOT_COMPARED and isinstance(getattr(shipped(), field.name), Mapping | tuple)
]


@pytest.mark.parametrize("section", LISTS)
def test_what_any_section_loses_or_gains_is_told(section: str) -> None:
    held: Any = getattr(shipped(), section)
    first, *rest = held.values() if isinstance(held, Mapping) else held
    others: Any = dict(list(held.items())[1:]) if isinstance(held, Mapping) else tuple(rest)
    less = replace(shipped(), **{section: others})

    lost, gained = diff(shipped(), less), diff(less, shipped())

    assert {change.section for change in (*lost, *gained)} == {section}
    assert written(first).en in lost[0].text.en
    assert lost != gained


def test_a_day_off_more_is_told() -> None:
    calendar = replace(shipped().calendar, off_days=shipped().calendar.off_days | {date(2030, 5, 2)})

    (change,) = diff(shipped(), replace(shipped(), calendar=calendar))

    assert change.text.en == "calendar · off_days: with 2030-05-02"


def test_another_order_of_cases_or_of_precedence_is_told(small_law: WriteLaw) -> None:
    bundle = load_bundle(data=small_law())
    (regime,) = bundle.replacements["clinker"].regimes
    turned = replace(bundle.replacements["clinker"], regimes=(replace(regime, cases=regime.cases[::-1]),))

    swapped = replace(bundle, replacements={"clinker": turned}, precedence=bundle.precedence[::-1])

    assert [change.text.en.partition(": ")[0] for change in diff(bundle, swapped)] == [
        "precedence",
        "clinker · regimes · cement · cases · order",
    ]
