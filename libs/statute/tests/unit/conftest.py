"""A small law to change and to break, so that a test says all that it rests on."""

from collections.abc import Callable
from pathlib import Path

import pytest

UNITS = """\
units:
  - {id: word, holds: word}
  - {id: words, holds: words}
  - {id: disposition, holds: disposition}
  - {id: tce/a, holds: number}
  - {id: kgce/t, holds: number}
  - {id: t/d, holds: number}
sources:
  - {id: ord44, kind: news, what: a text}
  - {id: ord2, kind: news, what: a text}
  - {id: ord31, kind: news, what: a text}
  - {id: x, kind: news, what: a text}
"""
ORDER = (
    "prohibit", "not_pass", "restrict", "return", "manual", "refer_up", "defer", "conditional", "exempt", "approve",
)  # fmt: skip
PRECEDENCE = "precedence:\n" + "".join(
    f"  - {{id: {word}, rank: {rank}, outcome: defer}}\n" for rank, word in enumerate(ORDER, start=1)
)
SMALL = """\
parameters:
  - id: review.line
    title_zh: 门槛
    title_en: line
    unit: tce/a
    basis: 当量
    values:
      - {from: 2017-01-01, until: 2023-06-01, value: "5000", document: 令2016年第44号, verification: policy_default}
      - {from: 2023-06-01, value: "10000", document: 令2023年第2号, article: "8", verification: confirmed, source: ord2}
rules:
  - id: review.whole
    title_zh: 规则
    title_en: a rule
    on_fails: return
    on_unknown_input: return
    on_unknown_figure: manual
    clauses:
      - {from: 2017-01-01, document: 令2016年第44号, verification: confirmed, source: ord44}
two_high_catalogues:
  - id: platform
    title_zh: 目录
    title_en: catalogue
    from: 2021-05-30
    document: 目录
    verification: policy_default
    industries:
      - id: building
        zh: 建材
        en: building materials
        classes: ["3011"]
        products:
          - {id: clinker, zh: 熟料, en: clinker, classes: ["3011"]}
          - {id: lime, zh: 石灰, en: lime, classes: ["3011"]}
        not_products: []
        open_products:
          - {id: gypsum, zh: 石膏, en: gypsum}
        verification: policy_default
capacity_replacement:
  - id: clinker
    title_zh: 熟料
    title_en: clinker
    unit: t/d
    plan:
      - {from: 2018-01-01, value: required, document: 办法, verification: confirmed, source: x}
    regimes:
      - id: cement
        from: 2018-01-01
        document: 办法
        cases:
          - {when: key_area, ratio: "2.0", verification: confirmed, source: x}
          - {when: other, ratio: "1.5", verification: unverified, confidence: low, source: x}
facts:
  - {id: fuel_is_coal, of: product, holds: yes_no, title_zh: 是否燃煤, title_en: burns coal}
"""

WriteLaw = Callable[..., Path]


@pytest.fixture
def small_law(tmp_path: Path) -> WriteLaw:
    """Writes a folder with national/ and qinghai/; `before` in its one file of law becomes `after`."""

    def write(*changes: tuple[str, str], name: str = "law") -> Path:
        folder = tmp_path / name
        for province in ("national", "qinghai"):
            (folder / province).mkdir(parents=True)
        text = SMALL
        for before, after in changes:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        (folder / "units.yaml").write_text(UNITS, "utf-8")
        (folder / "national" / "precedence.yaml").write_text(PRECEDENCE, "utf-8")
        (folder / "national" / "law.yaml").write_text(text, "utf-8")
        return folder

    return write
