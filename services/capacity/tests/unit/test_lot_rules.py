"""What the law says of the lots of a plan, a day and a word to either side of each boundary."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from capacity.domain.evidence import EvidenceKind
from capacity.domain.lots import Equipment, LotId
from capacity.domain.replacement import FilingId
from capacity.domain.splitting import Recipient
from capacity.domain.tonnage import Unit
from dossier.model import Applicant, Fact, LotUse, Product, ProjectKind
from statute.finding import Disposition, Finding, Verdict

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
LAST_OF_2021, FIRST_OF_2024 = date(2024, 10, 31), date(2024, 11, 1)


def finding(made: Any, rule: str) -> Finding:
    found: Finding
    (found,) = [f for f in made.evaluation.findings if f.rule == rule]
    return found


def steel(invented: Any, publicity: date, **other: Any) -> Any:
    product = Product(
        "钢", "steelmaking", invented.product("100", "10kt/a").capacity, facts=(Fact("steel_case", "none"),)
    )
    return invented.dossier(
        industry_codes=("3120",),
        application_date=max(publicity, date(2025, 3, 3)),
        products=(product,),
        facts=(Fact("merger_completed", "no"), Fact("replacement_plan_announced", "yes")),
        replacement=invented.plan(publicity_date=publicity, lots=(LotUse("lot-a", Decimal(200)),)),
        **other,
    )


def steel_lot(invented: Any, facts: tuple[Fact, ...] | None = None, **other: Any) -> Any:
    stated = invented.clean("steel") if facts is None else facts
    return invented.lot(tonnes=5_000_000, product="steelmaking", unit=Unit.TONNES_PER_YEAR, facts=stated, **other)


@pytest.mark.parametrize("word", ["inefficiently_run", "below_baseline", "past_elimination_date", "subsidised_exit"])
def test_clinker_capacity_that_a_word_of_the_law_bars_is_refused_and_not_held(word: str, invented: Any) -> None:
    here = invented.register(invented.lot(facts=invented.clean(**{word: "yes"})))

    made = invented.decide(invented.dossier(), here)

    eligibility = finding(made, "capacity.eligibility")
    assert (eligibility.verdict, eligibility.leads_to) == (FAILS, Disposition.RETURN)
    assert "lot-a" in eligibility.because.zh
    assert made.evaluation.holds == ()


@pytest.mark.parametrize("word", ["inefficiently_run", "below_baseline", "past_elimination_date", "subsidised_exit"])
def test_what_is_not_stated_of_a_lot_is_asked_for_and_the_lot_is_held_meanwhile(word: str, invented: Any) -> None:
    here = invented.register(invented.lot(facts=invented.clean(**{word: ""})))

    made = invented.decide(invented.dossier(), here)

    eligibility = finding(made, "capacity.eligibility")
    assert (eligibility.verdict, eligibility.leads_to) == (UNKNOWN, Disposition.RETURN)
    assert eligibility.missing == (f"lots/lot-a.facts[{word}]",)
    assert made.evaluation.holds


@pytest.mark.parametrize(
    ("publicity", "verdict", "leads_to"),
    [(LAST_OF_2021, UNKNOWN, Disposition.MANUAL), (FIRST_OF_2024, HOLDS, None)],
)
def test_the_clinker_measures_of_the_publicity_day_say_what_may_be_used(
    publicity: date, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    gypsum = replace(invented.product(), facts=(Fact("industrial_gypsum", "no"),))

    made = invented.decide(invented.dossier(products=(gypsum,), replacement=invented.plan(publicity_date=publicity)))

    eligibility = finding(made, "capacity.eligibility")
    assert (eligibility.verdict, eligibility.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize(("due", "verdict"), [(date(2025, 1, 5), FAILS), (date(2025, 1, 6), HOLDS)])
def test_capacity_may_be_used_to_the_last_day_before_its_elimination(
    due: date, verdict: Verdict, invented: Any
) -> None:
    lot = invented.lot(facts=invented.clean(past_elimination_date=""))
    order = invented.evidence(EvidenceKind.ELIMINATION_DUE, due)
    here = replace(invented.register(lot), evidence={lot.id: (order,)})

    made = invented.decide(invented.dossier(), here)

    assert finding(made, "capacity.eligibility").verdict is verdict


def test_a_later_statement_corrects_what_was_stated_at_registration(invented: Any) -> None:
    lot = invented.lot(facts=invented.clean(below_baseline="yes"))
    stated = invented.evidence(EvidenceKind.FACTS_STATED, date(2025, 1, 2), Fact("below_baseline", "no"))
    here = replace(invented.register(lot), evidence={lot.id: (stated,)})

    assert finding(invented.decide(invented.dossier(), here), "capacity.eligibility").verdict is HOLDS


@pytest.mark.parametrize(("publicity", "verdict"), [(date(2024, 8, 22), HOLDS), (date(2026, 4, 29), FAILS)])
def test_idle_steel_capacity_is_barred_from_the_measures_of_2026_on(
    publicity: date, verdict: Verdict, invented: Any
) -> None:
    here = invented.register(steel_lot(invented, invented.clean("steel", idle="yes")))

    made = invented.decide(steel(invented, publicity), here)

    assert finding(made, "capacity.eligibility").verdict is verdict


@pytest.mark.parametrize(
    ("origin", "verdict"),
    [("list_of_2016", HOLDS), ("legally_built_since_2016", HOLDS), ("other_origin", FAILS), ("", UNKNOWN)],
)
def test_steel_capacity_comes_from_the_list_of_2016_or_was_legally_built_since(
    origin: str, verdict: Verdict, invented: Any
) -> None:
    here = invented.register(steel_lot(invented, invented.clean("steel", steel_capacity_origin=origin)))

    made = invented.decide(steel(invented, date(2026, 4, 29)), here)

    assert finding(made, "capacity.eligibility").verdict is verdict


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"prebaked_current_ka": "99.9"}, FAILS),
        ({"prebaked_current_ka": "100"}, HOLDS),
        ({"prebaked_current_ka": ""}, UNKNOWN),
        ({"self_baking": "yes"}, FAILS),
        ({"list_of_2017": "no"}, FAILS),
        ({"list_of_2017": ""}, UNKNOWN),
        ({"closed_2011_to_2017_not_replaced": "yes"}, FAILS),
    ],
)
def test_aluminium_cells_are_judged_by_kind_current_and_list(
    facts: dict[str, str], verdict: Verdict, invented: Any
) -> None:
    stated = {"list_of_2017": "yes", "self_baking": "no", "prebaked_current_ka": "240",
              "closed_2011_to_2017_not_replaced": "no", **facts}  # fmt: skip
    lot = invented.lot(
        tonnes=500_000, product="electrolytic_aluminium", unit=Unit.TONNES_PER_YEAR,
        facts=tuple(Fact(name, value) for name, value in stated.items() if value),
    )  # fmt: skip
    dossier = invented.dossier(
        industry_codes=("3216",),
        products=(invented.product("500000", "t/a", "electrolytic_aluminium"),),
        replacement=invented.plan("500000"),
    )

    made = invented.decide(dossier, invented.register(lot))

    assert finding(made, "capacity.eligibility").verdict is verdict


def test_which_glass_capacity_may_be_used_is_not_on_file(invented: Any) -> None:
    lot = invented.lot(tonnes=600, product="flat_glass", facts=())
    dossier = invented.dossier(
        products=(invented.product("600", "t/d", "flat_glass"),), replacement=invented.plan("600")
    )

    eligibility = finding(invented.decide(dossier, invented.register(lot)), "capacity.eligibility")

    assert (eligibility.verdict, eligibility.leads_to, eligibility.missing) == (UNKNOWN, Disposition.MANUAL, ())


@pytest.mark.parametrize(("publicity", "verdict"), [(LAST_OF_2021, UNKNOWN), (FIRST_OF_2024, HOLDS)])
def test_clinker_counts_by_the_kiln_table_and_from_2024_on_by_the_filed_capacity(
    publicity: date, verdict: Verdict, invented: Any
) -> None:
    gypsum = replace(invented.product(), facts=(Fact("industrial_gypsum", "no"),))

    made = invented.decide(invented.dossier(products=(gypsum,), replacement=invented.plan(publicity_date=publicity)))

    assert finding(made, "capacity.conversion").verdict is verdict


def test_steel_of_the_list_counts_by_the_list_and_what_was_built_since_waits_for_the_table(invented: Any) -> None:
    furnace = Equipment("converter", Decimal(120), "t", 2)
    listed = invented.register(steel_lot(invented, equipment=(furnace,)))
    built = invented.register(
        steel_lot(
            invented, invented.clean("steel", steel_capacity_origin="legally_built_since_2016"), equipment=(furnace,)
        )
    )
    dossier = steel(invented, date(2026, 4, 29))

    by_list = finding(invented.decide(dossier, listed), "capacity.conversion")
    by_table = finding(invented.decide(dossier, built), "capacity.conversion")

    assert by_list.verdict is HOLDS
    assert (by_table.verdict, by_table.leads_to) == (UNKNOWN, Disposition.MANUAL)
    assert "converter_120t" in by_table.because.zh  # a point seen: told to compare with, and not decided by
    assert "not_found" in {citation.verification for citation in by_table.under}


@pytest.mark.parametrize(("others", "verdict"), [(1, HOLDS), (2, UNKNOWN), (3, UNKNOWN), (4, FAILS)])
def test_of_a_lot_of_two_furnaces_a_person_checks_which_goes_where(
    others: int, verdict: Verdict, invented: Any
) -> None:
    lot = steel_lot(invented, equipment=(Equipment("converter", Decimal(120), "t", 2),))
    here = replace(invented.register(lot), recipients=recipients(*(f"f-{n}" for n in range(2, 2 + others))))

    split = finding(invented.decide(steel(invented, date(2026, 4, 29)), here), "capacity.split")

    assert split.verdict is verdict


@pytest.mark.parametrize(
    ("publicity", "merger", "verdict", "leads_to"),
    [
        (date(2028, 5, 17), "no", HOLDS, None),
        (date(2028, 5, 18), "no", UNKNOWN, Disposition.MANUAL),
        (date(2028, 5, 19), "no", FAILS, Disposition.RETURN),
        (date(2028, 5, 19), "yes", HOLDS, None),
    ],
)
def test_steel_capacity_of_others_is_traded_to_2028_and_moves_by_merger_since(
    publicity: date, merger: str, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    dossier = steel(invented, publicity)
    bought = replace(dossier, applicant=Applicant("虚构钢铁有限公司"), facts=(Fact("merger_completed", merger),))
    here = invented.register(steel_lot(invented))

    trade = finding(invented.decide(bought, here), "capacity.trading")
    own = finding(invented.decide(dossier, here), "capacity.trading")

    assert (trade.verdict, trade.leads_to) == (verdict, leads_to)
    assert own.verdict is HOLDS


def recipients(*filings: str, own_site: bool | None = False) -> tuple[Recipient, ...]:
    return tuple(Recipient(FilingId(filing), LotId("lot-a"), own_site) for filing in filings)


@pytest.mark.parametrize(
    ("others", "publicity", "verdict", "leads_to"),
    [
        ((), date(2026, 4, 29), HOLDS, None),
        (("f-2",), date(2026, 4, 29), HOLDS, None),
        (("f-2", "f-3"), date(2026, 4, 29), FAILS, Disposition.RETURN),
        (("f-2",), date(2024, 8, 22), UNKNOWN, Disposition.MANUAL),
    ],
)
def test_a_furnace_goes_to_two_projects_at_most(
    others: tuple[str, ...], publicity: date, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    here = replace(invented.register(steel_lot(invented)), recipients=recipients(*others))

    split = finding(invented.decide(steel(invented, publicity), here), "capacity.split")

    assert (split.verdict, split.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize(
    ("own", "others", "verdict", "leads_to"),
    [
        (False, (), HOLDS, None),
        (False, recipients("f-2"), FAILS, Disposition.RETURN),
        (None, recipients("f-2"), UNKNOWN, Disposition.RETURN),
        (True, recipients("f-2"), UNKNOWN, Disposition.MANUAL),
        (False, recipients("f-2", own_site=True), UNKNOWN, Disposition.MANUAL),
    ],
    ids=["alone", "two new projects", "site not stated", "own surplus sold on", "surplus of another"],
)
def test_a_clinker_line_is_not_split_for_new_projects_and_its_surplus_is_for_a_person(
    own: bool | None,
    others: tuple[Recipient, ...],
    verdict: Verdict,
    leads_to: Disposition | None,
    invented: Any,
) -> None:
    here = replace(invented.register(invented.lot()), recipients=others)

    made = invented.decide(invented.dossier(replacement=invented.plan(same_entity_same_site=own)), here)

    split = finding(made, "capacity.split")
    assert (split.verdict, split.leads_to) == (verdict, leads_to)
    assert bool(made.evaluation.holds) is (verdict is not FAILS and finding(made, "capacity.ratio").verdict is HOLDS)


@pytest.mark.parametrize(
    ("known", "kind", "verdict", "leads_to"),
    [
        ((5_000, 5_000, 4_999), ProjectKind.NEW_BUILD, FAILS, Disposition.RETURN),
        ((5_000, 5_000, 5_000), ProjectKind.NEW_BUILD, HOLDS, None),
        ((5_000, 5_000, 4_999), ProjectKind.REBUILD, UNKNOWN, Disposition.MANUAL),
        ((5_000, 5_000), ProjectKind.NEW_BUILD, UNKNOWN, Disposition.RETURN),
    ],
    ids=["below half", "half", "a rebuilt line", "a year missing"],
)
def test_a_province_that_uses_less_than_half_of_its_kilns_brings_none_in(
    known: tuple[int, ...], kind: ProjectKind, verdict: Verdict, leads_to: Disposition | None, invented: Any
) -> None:
    here = replace(invented.register(invented.lot(region="620500")), figures=invented.figures(*known))

    made = invented.decide(invented.dossier(kind=kind, replacement=invented.plan("8000")), here)

    limit = finding(made, "capacity.import_limit")
    assert (limit.verdict, limit.leads_to) == (verdict, leads_to)
    if len(known) < 3:
        assert limit.missing == ("utilisation/clinker/630000/2024",)


def test_capacity_of_the_own_province_needs_no_figures(invented: Any) -> None:
    assert finding(invented.decide(invented.dossier()), "capacity.import_limit").verdict is HOLDS


def test_before_the_measures_of_2024_there_is_no_import_limit(invented: Any) -> None:
    gypsum = replace(invented.product(), facts=(Fact("industrial_gypsum", "no"),))
    plan = invented.plan("8000", publicity_date=LAST_OF_2021)

    made = invented.decide(
        invented.dossier(products=(gypsum,), replacement=plan), invented.register(invented.lot(region="620500"))
    )

    assert [f for f in made.evaluation.findings if f.rule == "capacity.import_limit"] == []


def test_until_it_is_dismantled_the_exit_equipment_is_a_condition(invented: Any) -> None:
    lot = invented.lot()
    gone = invented.evidence(EvidenceKind.DISMANTLED, date(2025, 2, 1))

    before = finding(invented.decide(invented.dossier(), invented.register(lot)), "capacity.dismantled_first")
    after = finding(
        invented.decide(invented.dossier(), replace(invented.register(lot), evidence={lot.id: (gone,)})),
        "capacity.dismantled_first",
    )

    assert (before.verdict, before.leads_to) == (FAILS, Disposition.CONDITIONAL)
    assert (after.verdict, after.leads_to) == (HOLDS, None)


def test_a_lot_that_is_not_registered_leaves_every_rule_of_lots_unknown(invented: Any) -> None:
    made = invented.decide(invented.dossier(), invented.register())

    for rule in ("conversion", "eligibility", "split", "dismantled_first"):
        assert finding(made, f"capacity.{rule}").verdict is UNKNOWN
        assert finding(made, f"capacity.{rule}").missing == ("lots/lot-a",)
    assert made.evaluation.holds == ()
