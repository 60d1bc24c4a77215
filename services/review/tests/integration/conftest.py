"""A migrated database, the policy, and a dossier that says everything."""

from collections.abc import AsyncIterator, Callable
from importlib.resources import files

import pytest
from google.protobuf import text_format

from dualcontrol.filing.v1 import filing_service_pb2 as filing
from review.adapters.postgres import ReviewWork
from review.bootstrap import service
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import migrate
from statute.loader import PolicyBundle, load_bundle
from testkit.postgres import owner_dsn

CLINKER_LINE = """
    kind: PROJECT_KIND_NEW_BUILD
    application_date { year: 2026 month: 3 day: 2 }
    industry_codes: "3011"
    products {
        product_id: "clinker" name: "水泥熟料"
        unit_energy { standard: "clinker" value { value: "99.5" } unit: "kgce/t" }
    }
    energy {
        annual_tce_calorific { value: "123456.789" }
        annual_tce_equivalent { value: "130000" }
        annual_electricity_kwh { value: "81000000" }
        annual_coal_t { value: "150000" }
    }
"""


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")


@pytest.fixture
def clinker_line() -> filing.Dossier:
    return text_format.Parse(CLINKER_LINE, filing.Dossier())


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Database]:
    await migrate(owner_dsn(database), [("servicekit", files("servicekit") / "migrations"), *service().migrations])
    opened = await open_database(database, connections_max=5)
    yield opened
    await opened.close()


@pytest.fixture
def begin(pool: Database) -> Callable[[], ReviewWork]:
    return lambda: ReviewWork(pool, "review")
