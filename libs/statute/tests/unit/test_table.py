"""Decision tables: the first row that is met decides, and what is missing is never guessed."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import Text
from statute.conditions import Condition, OneOf, Stated, Stretch, equals, one_of, period, written
from statute.table import Case, Column, DecisionTable, Holds, Matched, Unmatched, Unreachable, UnreachableRows

FUEL = Column("fuel", Text("燃料", "fuel"), Holds.WORD)
KIND = Column("kind", Text("建设性质", "kind"), Holds.WORD)
TONNES = Column("tonnes", Text("产量", "tonnes"), Holds.NUMBER)
DAY = Column("day", Text("申请日", "day"), Holds.DAY)
COLUMNS = (FUEL, KIND, TONNES, DAY)

FIRST_DAY = date(2024, 2, 27)
DAYS = [FIRST_DAY + timedelta(days=n) for n in range(5)]
WORDS = ["a", "b", "c"]
ENDS = [Decimal(n) for n in range(4)]
# All that can be told apart: every end, what lies between two, and what lies outside them all.
VALUES: Mapping[str, list[Stated]] = {
    "fuel": [*WORDS, "unheard_of"],
    "kind": [*WORDS, "unheard_of"],
    "tonnes": [Decimal(halves).scaleb(-1) for halves in range(-5, 40, 5)],
    "day": [FIRST_DAY - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=1)],
}


def takes_in(condition: Condition | None, stated: Stated) -> bool:
    """One condition, as slowly and plainly as it can be said."""
    if condition is None:
        return True
    if isinstance(condition, OneOf):
        return stated in condition.words
    ends = [
        condition.at_least is None or stated >= condition.at_least,  # type: ignore[operator]
        condition.above is None or stated > condition.above,  # type: ignore[operator]
        condition.at_most is None or stated <= condition.at_most,  # type: ignore[operator]
        condition.below is None or stated < condition.below,  # type: ignore[operator]
    ]
    return all(ends)


def scanned(cases: list[Case[str]], inputs: Mapping[str, Stated | None]) -> tuple[str, int] | tuple[str, ...]:
    """Row by row: the row with its number, or the names of the inputs that rows before it lack."""
    missing: set[str] = set()
    for number, case in enumerate(cases, 1):
        stated = {name: inputs.get(name) for name in case.when}
        if any(v is not None and not takes_in(case.when[name], v) for name, v in stated.items()):
            continue
        lacking = {name for name, value in stated.items() if value is None}
        if not lacking:
            return (case.then, number) if not missing else _in_order(missing)
        missing |= lacking
    return _in_order(missing)


def _in_order(names: set[str]) -> tuple[str, ...]:
    return tuple(column.id for column in COLUMNS if column.id in names)


def found(table: DecisionTable[str], inputs: Mapping[str, Stated | None]) -> tuple[str, int] | tuple[str, ...]:
    answer = table.look_up(inputs)
    return (answer.row, answer.number) if isinstance(answer, Matched) else answer.missing


def _stretch(ends: tuple[Decimal, Decimal], low: str, high: str) -> Stretch:
    first, last = sorted(ends)
    if first == last:
        return Stretch(at_least=first, at_most=last)
    return Stretch(**{name: end for name, end in ((low, first), (high, last)) if name})


words = st.lists(st.sampled_from(WORDS), min_size=1, unique=True).map(lambda some: one_of(*some))
numbers = st.builds(
    _stretch,
    st.tuples(st.sampled_from(ENDS), st.sampled_from(ENDS)),
    st.sampled_from(["at_least", "above"]),
    st.sampled_from(["at_most", "below", ""]),
)
days = st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True).map(lambda two: period(*sorted(two)))
asked: dict[str, st.SearchStrategy[Condition]] = {"fuel": words, "kind": words, "tonnes": numbers, "day": days}
whens = st.fixed_dictionaries({}, optional=asked)
tables = st.lists(whens, max_size=8).map(lambda some: [Case(when, f"row {n}") for n, when in enumerate(some)])
stated_in_full = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
stated_in_part = st.fixed_dictionaries({}, optional={n: st.none() | st.sampled_from(v) for n, v in VALUES.items()})


@given(cases=tables, inputs=stated_in_full | stated_in_part)
def test_the_table_answers_as_a_scan_row_by_row_does(
    cases: list[Case[str]], inputs: Mapping[str, Stated | None]
) -> None:
    assert found(DecisionTable(COLUMNS, cases), inputs) == scanned(cases, inputs)


@given(cases=tables, inputs=stated_in_part, rest=stated_in_full)
def test_an_answer_stays_the_same_whatever_was_not_stated(
    cases: list[Case[str]], inputs: Mapping[str, Stated | None], rest: Mapping[str, Stated]
) -> None:
    table = DecisionTable(COLUMNS, cases)
    whole = {name: rest[name] if inputs.get(name) is None else inputs[name] for name in rest}

    first = table.look_up(inputs)

    if isinstance(first, Matched) or not first.missing:
        assert found(table, whole) == found(table, inputs)


@given(cases=tables)
def test_what_is_refused_as_unreachable_is_exactly_what_one_earlier_row_takes_in(cases: list[Case[str]]) -> None:
    def covers(earlier: Case[str], later: Case[str]) -> bool:
        return all(
            takes_in(earlier.when.get(name), value)
            for name, values in VALUES.items()
            for value in values
            if takes_in(later.when.get(name), value)
        )

    expected = []
    for number, case in enumerate(cases):
        by = next((n for n in range(number) if covers(cases[n], case)), None)
        if by is not None:
            expected.append(Unreachable(number + 1, by + 1))

    assert unreachable(cases) == expected


def unreachable(cases: list[Case[str]]) -> list[Unreachable]:
    try:
        DecisionTable.compile(COLUMNS, cases)
    except UnreachableRows as refusal:
        return list(refusal.rows)
    return []


@given(cases=tables, inputs=stated_in_full)
def test_an_explanation_names_every_condition_of_the_row(cases: list[Case[str]], inputs: Mapping[str, Stated]) -> None:
    answer = DecisionTable(COLUMNS, cases).look_up(inputs)

    if isinstance(answer, Matched):
        when = cases[answer.number - 1].when
        assert [name for name, _ in answer.conditions] == [c.id for c in COLUMNS if c.id in when]
        assert all(
            written(inputs[name]) in text.zh and written(inputs[name]) in text.en for name, text in answer.conditions
        )
        assert all(text.zh in answer.because.zh and text.en in answer.because.en for _, text in answer.conditions)
        assert answer.because.zh
        assert answer.because.en


EDGES = DecisionTable.compile(
    (TONNES, DAY),
    [
        Case({"tonnes": Stretch(above=Decimal(10), at_most=Decimal(20))}, "above"),
        Case({"tonnes": Stretch(at_least=Decimal(10), below=Decimal(20))}, "exactly ten"),
        Case({"day": period(date(2024, 1, 1), date(2025, 1, 1))}, "in 2024"),
    ],
)


@pytest.mark.parametrize(
    ("tonnes", "day", "row"),
    [
        ("9.999", date(2023, 12, 31), None),
        ("9.999", date(2024, 1, 1), "in 2024"),
        ("9.999", date(2024, 12, 31), "in 2024"),
        ("9.999", date(2025, 1, 1), None),
        ("10", date(2024, 1, 1), "exactly ten"),
        ("10.000", date(2024, 1, 1), "exactly ten"),
        ("10.001", date(2024, 1, 1), "above"),
        ("20", date(2024, 1, 1), "above"),
        ("20.001", date(2024, 1, 1), "in 2024"),
    ],
)
def test_each_end_is_inside_or_outside_as_it_says(tonnes: str, day: date, row: str | None) -> None:
    answer = EDGES.look_up({"tonnes": Decimal(tonnes), "day": day})

    assert (answer.row if isinstance(answer, Matched) else None) == row


def test_a_missing_input_that_could_decide_is_asked_for_and_one_that_could_not_is_no_matter() -> None:
    table = DecisionTable.compile(
        (FUEL, TONNES, DAY),
        [
            Case({"fuel": equals("coal"), "tonnes": Stretch(at_least=Decimal(100))}, "large coal"),
            Case({"fuel": equals("coal")}, "coal"),
            Case({"day": period(date(2024, 1, 1))}, "late"),
        ],
    )

    assert table.look_up({"fuel": "coal"}) == Unmatched(("tonnes",))
    assert table.look_up({"fuel": None, "tonnes": Decimal(99)}) == Unmatched(("fuel", "day"))
    assert found(table, {"fuel": "gas", "day": date(2024, 1, 1)}) == ("late", 3)
    assert found(table, {"fuel": "coal", "tonnes": Decimal(99)}) == ("coal", 2)
    assert table.look_up({"fuel": "gas", "day": date(2023, 12, 31)}) == Unmatched()


def test_an_explanation_reads_in_both_languages() -> None:
    table = DecisionTable.compile(
        COLUMNS,
        [
            Case(
                {
                    "fuel": equals("coal"),
                    "kind": one_of("new_build", "expansion"),
                    "tonnes": Stretch(at_least=Decimal("0.5"), below=Decimal(20)),
                    "day": period(date(2024, 1, 1), date(2025, 1, 1)),
                },
                1,
            ),
            Case({"tonnes": Stretch(above=Decimal(3), at_most=Decimal(9))}, 2),
            Case({}, 3),
        ],
    )
    first: dict[str, Stated] = {"fuel": "coal", "kind": "expansion", "tonnes": Decimal("3.50"), "day": date(2024, 6, 1)}

    said = [reason(table, inputs) for inputs in (first, {**first, "fuel": "gas"}, {**first, "tonnes": Decimal(21)})]

    assert said == [
        Text(
            "燃料 为 coal; 建设性质 expansion (须为 new_build、expansion 之一); "
            "产量 3.5 (须不低于 0.5、低于 20); 申请日 2024-06-01 (须不早于 2024-01-01、早于 2025-01-01)",
            "fuel is coal; kind expansion (must be one of new_build, expansion); "
            "tonnes 3.5 (must be at least 0.5 and below 20); "
            "day 2024-06-01 (must be on or after 2024-01-01 and before 2025-01-01)",
        ),
        Text("产量 3.5 (须高于 3、不高于 9)", "tonnes 3.5 (must be above 3 and at most 9)"),
        Text("其他情形", "in every other case"),
    ]


def test_an_explanation_names_words_as_people_do_and_writes_the_unit_behind_a_number() -> None:
    names = {"coal": Text("煤", "hard coal"), "gas": Text("天然气", "natural gas")}
    fuel = Column("fuel", Text("燃料", "fuel"), Holds.WORD, names=names)
    share = Column("share", Text("占比", "share"), Holds.NUMBER, unit="%")
    table = DecisionTable.compile(
        (fuel, share),
        [
            Case({"fuel": equals("coal"), "share": Stretch(above=Decimal("0.2"))}, 1),
            Case({"fuel": one_of("coal", "gas", "peat")}, 2),
        ],
    )

    said = [
        reason(table, {"fuel": word, "share": Decimal(written)})
        for word, written in (("coal", "0.30"), ("gas", "1"), ("peat", "1"))
    ]

    assert said == [
        Text("燃料 为 煤; 占比 0.3 % (须高于 0.2)", "fuel is hard coal; share 0.3 % (must be above 0.2)"),
        Text(
            "燃料 天然气 (须为 煤、天然气、peat 之一)", "fuel natural gas (must be one of hard coal, natural gas, peat)"
        ),
        Text("燃料 peat (须为 煤、天然气、peat 之一)", "fuel peat (must be one of hard coal, natural gas, peat)"),
    ]


def reason(table: DecisionTable[int], inputs: Mapping[str, Stated]) -> Text:
    answer = table.look_up(inputs)
    assert isinstance(answer, Matched)
    return answer.because


def test_a_row_that_can_never_be_reached_is_named_with_the_row_that_hides_it() -> None:
    cases = [
        Case({"fuel": one_of("coal", "coke")}, 1),
        Case({"tonnes": Stretch(below=Decimal(5))}, 2),
        Case({"fuel": equals("coal"), "tonnes": Stretch(below=Decimal(9))}, 3),
    ]

    with pytest.raises(UnreachableRows) as refused:
        DecisionTable.compile((FUEL, TONNES), cases)

    assert refused.value.rows == (Unreachable(3, by=1),)
    assert str(refused.value) == "row 3 never decides: row 1 takes in all that it does; remove it or put it first"


@pytest.mark.parametrize(
    ("column", "condition"),
    [
        (FUEL, Stretch(below=Decimal(1))),
        (TONNES, equals("coal")),
        (TONNES, period(date(2024, 1, 1))),
        (DAY, Stretch(below=Decimal(1))),
    ],
)
def test_a_column_refuses_a_condition_of_another_kind(column: Column, condition: Condition) -> None:
    with pytest.raises(ValueError, match=f"row 1: the table has no column {column.id} that could ask"):
        DecisionTable.compile((column,), [Case({column.id: condition}, 1)])


def test_a_table_refuses_a_column_that_it_does_not_have_and_two_of_one_name() -> None:
    with pytest.raises(ValueError, match="row 1: the table has no column kind"):
        DecisionTable.compile((FUEL,), [Case({"kind": equals("new_build")}, 1)])
    with pytest.raises(ValueError, match="two columns have one name"):
        DecisionTable.compile((FUEL, FUEL), [])


@pytest.mark.parametrize(
    "ends",
    [
        {},
        {"at_least": Decimal(1), "above": Decimal(0)},
        {"at_most": Decimal(1), "below": Decimal(2)},
        {"at_least": Decimal(2), "at_most": Decimal(1)},
        {"at_least": Decimal(1), "below": Decimal(1)},
        {"above": Decimal(1), "at_most": Decimal(1)},
        {"at_least": date(2024, 1, 1), "at_most": date(2024, 1, 1)},
        {"at_least": date(2024, 1, 1), "below": date(2024, 1, 1)},
    ],
)
def test_a_stretch_has_its_ends_in_order_and_something_between_them(ends: dict[str, Decimal | date]) -> None:
    with pytest.raises(ValueError, match="stretch"):
        Stretch(**ends)


@pytest.mark.parametrize(("fuel", "tonnes"), [(Decimal(1), Decimal(1)), ("coal", "1"), ("coal", date(2024, 1, 1))])
def test_an_input_of_another_kind_is_an_error_and_no_answer(fuel: Stated, tonnes: Stated) -> None:
    table = DecisionTable.compile(
        (FUEL, TONNES), [Case({"fuel": equals("coal"), "tonnes": Stretch(below=Decimal(5))}, 1)]
    )

    with pytest.raises(TypeError):
        table.look_up({"fuel": fuel, "tonnes": tonnes})
