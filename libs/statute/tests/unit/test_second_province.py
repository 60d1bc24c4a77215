"""A province is a folder: its own law stands before the nation's, the rest is inherited, and no code knows of it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kernel.regions import RegionCode
from statute.check import check
from statute.diff import diff
from statute.finding import Disposition
from statute.loader import SHIPPED_DATA, PolicyBundle, load_bundle

DATA = Path(__file__).parent.parent / "data"
DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def fictional() -> PolicyBundle:
    return load_bundle("fictional", DATA)


@pytest.fixture(scope="module")
def qinghai() -> PolicyBundle:
    return load_bundle("qinghai")


def test_the_folder_holds_nothing_but_the_province_s_own() -> None:
    assert sorted(path.name for path in (DATA / "fictional").iterdir()) == ["law.yaml", "regions.yaml"]
    assert [path.name for path in DATA.iterdir()] == ["fictional"]


def test_a_threshold_of_the_province_s_own_stands_in_the_place_of_the_nation_s(
    fictional: PolicyBundle, qinghai: PolicyBundle
) -> None:
    line = fictional.on("review.provincial.tce", DAY)
    nation = qinghai.on("review.provincial.tce", DAY)

    assert line is not None
    assert nation is not None
    assert (line.number, line.citation.document) == (Decimal(5000), "虚构省节能审查办法")
    assert nation.number == 10000
    assert fictional.on("review.provincial.tce", date(2025, 8, 31)) is None  # all editions are replaced, not some


def test_a_rule_leads_where_the_province_says(fictional: PolicyBundle, qinghai: PolicyBundle) -> None:
    assert fictional.rule("capacity.lots").on_fails is Disposition.MANUAL
    assert qinghai.rule("capacity.lots").on_fails is Disposition.RETURN


def test_a_duty_and_its_fact_are_data_alone(fictional: PolicyBundle, qinghai: PolicyBundle) -> None:
    (due,) = fictional.at(DAY).duties_for("fictional.lake", "new_build", None)

    assert (due.duty.id, due.version.number, due.duty.asks.unit) == ("lake_shore", Decimal(1000), "m")
    assert fictional.facts["lake_distance_m"].title.en == "distance from the lake shore"
    assert fictional.at(date(2025, 12, 31)).duties_for("fictional.lake", "new_build", None) == ()
    assert fictional.at(DAY).duties_for("fictional.lake", "rebuild", None) == ()
    assert "lake_distance_m" not in qinghai.facts


def test_the_regions_are_the_province_s_and_former_codes_are_known(
    fictional: PolicyBundle, qinghai: PolicyBundle
) -> None:
    found = fictional.region("990121")

    assert found is not None
    assert found.code == RegionCode("990102")
    assert fictional.region("630104") is None
    assert qinghai.region("990102") is None


def test_all_else_is_inherited_from_the_nation(fictional: PolicyBundle, qinghai: PolicyBundle) -> None:
    assert fictional.access_standards == qinghai.access_standards
    assert fictional.catalogues == qinghai.catalogues
    assert fictional.norms == qinghai.norms
    assert fictional.precedence == qinghai.precedence
    assert fictional.parameter("review.exempt.tce") == qinghai.parameter("review.exempt.tce")
    assert fictional.rule("review.two_high") == qinghai.rule("review.two_high")


def test_another_province_is_another_bundle(fictional: PolicyBundle, qinghai: PolicyBundle) -> None:
    assert fictional.province == "fictional"
    assert fictional.bundle_hash != qinghai.bundle_hash
    assert fictional.bundle_hash == load_bundle("fictional", DATA).bundle_hash


def test_what_sets_it_apart_can_be_read_in_words(fictional: PolicyBundle, qinghai: PolicyBundle) -> None:
    told = {change.text.en for change in diff(qinghai, fictional)}

    assert "capacity.lots · when it fails: return → manual" in told
    line = "review.provincial.tce from 2025-09-01: 10000 tce/a (当量) → 5000 tce/a (当量)"
    assert any(text.startswith(line) for text in told)
    assert "990102: added, Fictional District" in told


def test_it_passes_the_check_as_the_shipped_province_does() -> None:
    report = check("fictional", DATA)

    assert report.errors == ()
    assert report.data != SHIPPED_DATA


def test_a_province_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="atlantis"):
        load_bundle("atlantis", tmp_path)
