"""One revision against its lots: enough or not, to the tonne, and what is held from then on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.evaluation import Decided
from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId, LotHold, holds_of, release, withdrawn
from capacity.domain.tonnage import Tonnage, Unit
from dossier.model import LotUse
from ledger.book import Book
from ledger.operations import Hold, Void
from statute.finding import Disposition, Finding, Verdict

DAY = date(2026, 3, 1)
PER_DAY = Unit.TONNES_PER_DAY


def finding(decided: Decided, rule: str) -> Finding:
    return next(f for f in decided.evaluation.findings if f.rule == rule)


def left(book: Book) -> dict[str, int]:
    return {account.owner: balances.available for account, balances in book.accounts.items()}


def uses(**quantities: str) -> tuple[LotUse, ...]:
    return tuple(LotUse(name.replace("_", "-"), Decimal(quantity)) for name, quantity in quantities.items())


@pytest.mark.parametrize(
    ("capacity", "quantity", "verdict", "missing_tonnes"),
    [
        ("4000", "5999", Verdict.FAILS, "1"),
        ("4000", "6000", Verdict.HOLDS, None),
        ("4000", "6001", Verdict.HOLDS, None),
        ("4001", "6001", Verdict.FAILS, "0.5"),
        ("4001", "6002", Verdict.HOLDS, None),
    ],
)
def test_a_tonne_below_is_too_little_and_a_tonne_is_enough(
    capacity: str, quantity: str, verdict: Verdict, missing_tonnes: str | None, invented: Any
) -> None:
    made = invented.decide(
        invented.dossier(products=(invented.product(capacity),), replacement=invented.plan(quantity))
    )

    ratio = finding(made, "capacity.ratio")
    assert ratio.verdict is verdict
    assert ratio.leads_to is (None if verdict is Verdict.HOLDS else Disposition.RETURN)
    assert bool(made.evaluation.holds) is (verdict is Verdict.HOLDS)
    if missing_tonnes is not None:
        assert f"缺 {missing_tonnes} t/d" in ratio.because.zh
        assert f"{missing_tonnes} t/d are missing" in ratio.because.en


def test_what_is_owed_is_exact_and_cited(invented: Any) -> None:
    made = invented.decide(invented.dossier(products=(invented.product("4001"),)))

    assert made.evaluation.owed is not None
    assert (made.evaluation.owed.tonnes, made.evaluation.owed.unit) == (Decimal("6001.5"), PER_DAY)
    citation = finding(made, "capacity.ratio").under[-1]
    assert (citation.value, citation.in_force_from) == ("1.5", date(2024, 11, 1))


def test_a_plan_in_ten_thousand_tonnes_is_counted_in_tonnes(invented: Any) -> None:
    here = invented.register(
        invented.lot("lot-a", 400_000, product="electrolytic_aluminium", unit=Unit.TONNES_PER_YEAR),
        invented.lot("lot-b", 99_999, product="electrolytic_aluminium", unit=Unit.TONNES_PER_YEAR),
    )
    aluminium = {
        "industry_codes": ("3216",),
        "products": (invented.product("49.9999", "10kt/a", "electrolytic_aluminium"),),
    }

    made = invented.decide(
        invented.dossier(**aluminium, replacement=invented.plan(lots=uses(lot_a="40", lot_b="9.9999"))), here
    )
    short = invented.decide(
        invented.dossier(**aluminium, replacement=invented.plan(lots=uses(lot_a="40", lot_b="9.9998"))), here
    )

    assert made.evaluation.holds == (
        LotHold(LotId("lot-a"), Tonnage(400_000, Unit.TONNES_PER_YEAR)),
        LotHold(LotId("lot-b"), Tonnage(99_999, Unit.TONNES_PER_YEAR)),
    )
    assert "缺 1 t/a" in finding(short, "capacity.ratio").because.zh


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ({"capacity": None}, "dossier.products[0].capacity"),
        ({"capacity": "4000.5"}, "dossier.products[0].capacity"),
        ({"capacity": "0"}, "dossier.products[0].capacity"),
        ({"capacity": "124", "unit": "10kt/a"}, "dossier.products[0].capacity"),
        ({"capacity": "4000", "unit": "MW"}, "dossier.products[0].capacity"),
    ],
)
def test_a_capacity_that_cannot_be_counted_is_asked_for(stated: dict[str, Any], field: str, invented: Any) -> None:
    made = invented.decide(invented.dossier(products=(invented.product(**stated),)))

    ratio = finding(made, "capacity.ratio")
    assert (ratio.verdict, ratio.leads_to, ratio.missing) == (Verdict.UNKNOWN, Disposition.RETURN, (field,))
    assert made.evaluation.owed is None
    assert made.evaluation.holds == ()


def test_all_that_is_missing_is_asked_for_at_once(invented: Any) -> None:
    empty = invented.plan(publicity_date=None, restricted_or_cross_province=None, same_entity_same_site=None, lots=())

    made = invented.decide(invented.dossier(products=(invented.product(None),), replacement=empty))

    assert finding(made, "capacity.ratio").missing == (
        "dossier.products[0].capacity",
        "dossier.replacement.lots",
        "dossier.replacement.publicity_date",
    )
    assert finding(made, "capacity.lots").missing == ("dossier.replacement.lots",)


@pytest.mark.parametrize("quantity", ["0", "0.5", "6000.1"])
def test_a_fraction_of_a_tonne_of_a_lot_is_refused_by_name(quantity: str, invented: Any) -> None:
    made = invented.decide(invented.dossier(replacement=invented.plan(quantity)))

    field = ("dossier.replacement.lots[0].quantity",)
    assert (finding(made, "capacity.lots").verdict, finding(made, "capacity.lots").missing) == (Verdict.UNKNOWN, field)
    assert finding(made, "capacity.ratio").missing == field


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (
            {"tonnes": 5_999},
            ("申请使用 6000 t/d, 仅余 5999 t/d", "6000 t/d of the lot lot-a are asked for, 5999 t/d are"),
        ),
        ({"product": "flat_glass"}, ("flat_glass", "is of flat_glass")),
        ({"unit": Unit.TONNES_PER_YEAR}, ("t/a", "counts in t/a")),
        ({"id_": "lot-b"}, ("未登记", "lot-a is not registered")),
    ],
    ids=["short", "other product", "other unit", "not registered"],
)
def test_a_lot_that_does_not_serve_is_named_with_the_reason(
    other: dict[str, Any], words: tuple[str, str], invented: Any
) -> None:
    here = invented.register(invented.lot(**other))

    made = invented.decide(invented.dossier(), here)

    lots = finding(made, "capacity.lots")
    assert (lots.verdict, lots.leads_to) == (Verdict.FAILS, Disposition.RETURN)
    assert "lot-a" in lots.because.zh
    assert words[0] in lots.because.zh
    assert words[1] in lots.because.en
    assert finding(made, "capacity.ratio").verdict is Verdict.HOLDS
    assert made.evaluation.holds == ()
    assert made.operations == ()


def test_one_lot_that_is_short_keeps_all_others_free(invented: Any) -> None:
    here = invented.register(invented.lot("lot-a", 5_000), invented.lot("lot-b", 999))

    made = invented.take(invented.dossier(replacement=invented.plan(lots=uses(lot_a="5000", lot_b="1000"))), here)

    assert finding(made, "capacity.lots").verdict is Verdict.FAILS
    assert left(here.book) == {"lot-a": 5_000, "lot-b": 999}


def test_two_lines_of_one_product_owe_together(invented: Any) -> None:
    lines = (invented.product("2000"), invented.product("2000"))

    assert invented.decide(invented.dossier(products=lines, replacement=invented.plan("6000"))).evaluation.holds
    assert not invented.decide(invented.dossier(products=lines, replacement=invented.plan("5999"))).evaluation.holds


def test_one_product_stated_in_two_units_is_asked_for_in_one(invented: Any) -> None:
    aluminium = (
        invented.product("4", "10kt/a", "electrolytic_aluminium"),
        invented.product("40000", "t/a", "electrolytic_aluminium"),
    )

    made = invented.decide(invented.dossier(industry_codes=("3216",), products=aluminium))

    assert finding(made, "capacity.ratio").missing == ("dossier.products[1].capacity",)


def test_each_product_of_one_plan_owes_for_itself_and_each_lot_serves_its_own(invented: Any) -> None:
    here = invented.register(invented.lot("lot-a"), invented.lot("lot-g", 600, product="flat_glass"))
    both = (invented.product(), invented.product("600", "t/d", "flat_glass"))

    made = invented.decide(
        invented.dossier(products=both, replacement=invented.plan(lots=uses(lot_a="6000", lot_g="600"))), here
    )
    short = invented.decide(
        invented.dossier(products=both, replacement=invented.plan(lots=uses(lot_a="6001", lot_g="599"))), here
    )

    assert made.evaluation.owed is not None
    assert made.evaluation.owed.tonnes == 6600
    assert [hold.quantity.tonnes for hold in made.evaluation.holds] == [6000, 600]
    ratios = [f for f in short.evaluation.findings if f.rule == "capacity.ratio"]
    assert [f.verdict for f in ratios] == [Verdict.HOLDS, Verdict.FAILS]
    assert "平板玻璃" in ratios[1].title.zh
    assert short.evaluation.holds == ()


def test_one_plan_for_products_that_count_in_different_units_is_for_a_person(invented: Any) -> None:
    both = (invented.product(), invented.product("50", "10kt/a", "electrolytic_aluminium"))

    made = invented.decide(invented.dossier(products=both, industry_codes=("3011", "3216")))

    ratio = finding(made, "capacity.ratio")
    assert (ratio.verdict, ratio.leads_to) == (Verdict.UNKNOWN, Disposition.MANUAL)
    assert made.evaluation.holds == ()


@pytest.mark.parametrize(
    ("capacity", "quantity", "needed", "more"),
    [("4000", "5999", "6000 t/d", "1"), ("4001", "6001", "6002 t/d", "1"), ("4001", "1", "6002 t/d", "6001")],
)
def test_too_little_is_remedied_by_the_whole_tonnes_that_are_missing(
    capacity: str, quantity: str, needed: str, more: str, invented: Any
) -> None:
    def ratio(brought: str) -> Finding:
        stated = invented.dossier(products=(invented.product(capacity),), replacement=invented.plan(brought))
        return finding(invented.decide(stated), "capacity.ratio")

    (remedy,) = ratio(quantity).remedies

    tonnes = int(remedy.needed.removesuffix(" t/d"))
    assert (remedy.field, remedy.stated, remedy.needed) == ("dossier.replacement.lots", f"{quantity} t/d", needed)
    assert f" {more} t/d" in remedy.text.en
    assert (ratio(str(tonnes)).verdict, ratio(str(tonnes - 1)).verdict) == (Verdict.HOLDS, Verdict.FAILS)
    assert ratio(str(tonnes)).remedies == ()


def test_a_newer_revision_gives_back_what_the_older_one_held(invented: Any) -> None:
    here = invented.register(invented.lot())
    first = invented.take(invented.dossier(replacement=invented.plan("9000")), here)
    assert left(here.book) == {"lot-a": 1_000}

    held_again = invented.take(
        invented.dossier(replacement=invented.plan("8000")), here, revision=2, known=first.replacement
    )

    assert left(here.book) == {"lot-a": 2_000}
    assert holds_of(held_again.replacement) == ("f-1/2",)
    assert [type(operation) for operation in held_again.operations] == [Void, Hold]


def test_a_newer_revision_that_falls_short_holds_nothing(invented: Any) -> None:
    here = invented.register(invented.lot())
    first = invented.take(invented.dossier(), here)

    short = invented.take(
        invented.dossier(replacement=invented.plan("5999")), here, revision=2, known=first.replacement
    )

    assert left(here.book) == {"lot-a": 10_000}
    assert holds_of(short.replacement) == ()


def test_a_withdrawal_frees_the_lots_and_keeps_what_was_found(invented: Any) -> None:
    here = invented.register(invented.lot())
    first = invented.take(invented.dossier(), here)

    here.book.apply_linked(release(first.replacement, on=DAY))
    gone = withdrawn(FilingId("f-1"), 2, first.replacement)

    assert left(here.book) == {"lot-a": 10_000}
    assert holds_of(gone) == ()
    assert gone.evaluation is not None
    assert gone.evaluation.findings == first.evaluation.findings
