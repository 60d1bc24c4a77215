"""Two signatures are those of two persons, however a name is typed."""

import pytest

from kernel.persons import are_two, key_of


@pytest.mark.parametrize("spelling", ["Wang Fang", "wang fang", " WANG  FANG", "Ｗａｎｇ　Ｆａｎｇ", "wangfang"])
def test_case_width_and_blanks_make_no_other_person(spelling: str) -> None:
    assert key_of(spelling) == key_of("Wang Fang")


@pytest.mark.parametrize(
    ("signers", "two"),
    [
        (("王芳", "李强"), True),
        (("王芳", "王 芳"), False),
        (("王芳",), False),
        ((), False),
        (("王芳", "李强", "赵敏"), False),
        (("王芳", " "), False),
    ],
)
def test_two_are_two_names_that_are_not_one(signers: tuple[str, ...], two: bool) -> None:
    assert are_two(signers) is two
