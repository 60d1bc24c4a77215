"""What a case may leave out of its dossier because it only identifies: names and codes that no rule weighs.

A key that is left out is filled; a key written with nothing behind it, `project_code: ~`, is not stated.
"""

from collections.abc import Mapping
from typing import Any, Final

from client.documents import Value
from kernel.text import Text
from statute.loader import PolicyBundle

INVENTED: Final = "【虚构】"
PROJECT_CODE: Final = "2601-630000-04-01-900008"
"""Of the new layout, with a right check digit; it belongs to nobody."""
APPLICANT: Final[Mapping[str, str]] = {"name": "虚构示例企业", "credit_code": "91632801MA7T0X1K6P"}
"""The code has a right check character; it belongs to nobody."""


def filled(dossier: Value, title: Text, policy: PolicyBundle) -> Value:
    """The dossier, as JSON of the API, with project name and code, applicant, and the products' names."""
    if not isinstance(dossier, dict):
        return dossier
    identity: dict[str, Any] = {
        "project_name": f"{INVENTED}{title.zh}",
        "project_code": PROJECT_CODE,
        "applicant": dict(APPLICANT),
    }
    made = {**identity, **dossier}
    if isinstance(made.get("products"), list):
        made["products"] = [_named(product, policy) for product in made["products"]]
    return made


def _named(product: Value, policy: PolicyBundle) -> Value:
    if not isinstance(product, dict) or "name" in product or not isinstance(product.get("product_id"), str):
        return product
    return {**product, "name": _catalogue_name(product["product_id"], policy)}


def _catalogue_name(product_id: str, policy: PolicyBundle) -> str:
    """Of the newest edition that has the product; its id when none has."""
    editions = reversed(policy.catalogues)
    known = (product for edition in editions if (product := edition.product(product_id)) is not None)
    return next((product.name.zh for product in known), product_id)
