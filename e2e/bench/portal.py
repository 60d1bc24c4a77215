"""Every list and search page of the portal over HTTP, with a million projects stored, as two people read them.

The portal, the issuer and all services run as processes of their own; the pages are asked for two at a time by a client
on the same machine.
"""

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from e2e.bench import portal_store
from e2e.bench.report import Bar, Figure, publish
from e2e.demo.signing_in import entrance_of
from e2e.portal.surfing import Surfer

from testkit.postgres import owner_dsn
from testkit.services import PORTAL, SERVICES
from testkit.stack import Stack

PROJECTS: Final = 1_000_000
REQUESTS: Final = 200
AT_ONCE: Final = 2
WARM_UP: Final = 4
P95_MS_MAX: Final = 300.0
READERS: Final = {"viewer.qinghai": "63", "viewer.haixi": "6328"}
"""Of the province, and of one prefecture of it; what the codes of their regions begin with."""
OK: Final = 200
STORING: Final = ("screening", "review")


def pages(count: int) -> Mapping[str, str]:
    """By what is asked for; what is looked for by number is in the middle of what is stored."""
    middle = count // 2
    asked: Mapping[str, Mapping[str, str]] = {
        "all": {},
        "a word of every name": {"q": "项目"},
        "a word of many names": {"q": "电解铝"},
        "two words' length": {"q": "格尔木盐湖"},
        "one character": {"q": "铝"},
        "one project's number": {"q": f"第{middle}号"},
        "a word of no name": {"q": "龘龘"},
        "common pairs that no name has together": {"q": "青海项目有限责任公司"},
        "owners": {"q": "西宁铝业77"},
        "a credit code": {"q": portal_store.credit_of(middle)},
        "a code's beginning": {"q": "2222-632801"},
        "a number's beginning": {"q": "f-1234"},
        "a county": {"region": "632801"},
        "a small county": {"region": "632803"},
        "another prefecture": {"region": "630100"},
        "a word in a county": {"q": f"第{middle}号", "region": "632803"},
        "a rare disposition": {"disposition": "prohibit"},
        "a rare disposition in a county": {"disposition": "prohibit", "region": "632803"},
        "an outcome": {"outcome": "block"},
        "not decided": {"outcome": "undecided"},
        "a word and a disposition": {"q": "多晶硅", "disposition": "manual"},
        "by application date": {"order": "applied"},
        "one day": {"from": "2021-01-01", "to": "2021-01-01"},
        "everything at once": {"q": "硅铁", "region": "632801", "outcome": "defer", "from": "2022-01-01"},
    }
    return {
        **{f"projects: {what}": f"/projects?{urlencode(said)}" for what, said in asked.items()},
        "projects: the hundredth page": "",
        "projects: CSV of a page": "/projects.csv",
        "workbench": "/",
        "queue: the province": "/queue?region=630000",
        "queue: a prefecture": "/queue?region=632800",
        "queue: a small prefecture": "/queue?region=632600",
        "queue: the hundredth page": "",
        "opinions": "/opinions",
        "opinions: drafts": "/opinions?state=draft",
        "opinions: the tenth page": "",
        "manual cases": "/rulings",
        "overrides": "/overrides",
        "regions": "/regions",
        "a region": "/regions/632800",
        "budgets": "/budgets?region=632800",
        "lots": "/lots",
    }


FOLLOWED: Final = {
    "projects: the hundredth page": ("/projects", 100),
    "queue: the hundredth page": ("/queue?region=632800", 100),
    "opinions: the tenth page": ("/opinions", 10),
}
"""Pages that only the links of the pages before lead to."""
NEXT: Final = re.compile(r'rel="next" href="([^"]+)"')


REGION: Final = re.compile(r"region=(\d{6})")


def pages_of(user: str, count: int) -> Mapping[str, str]:
    """Without those of regions that are not his: they are refused."""
    asked = {name: REGION.search(path) for name, path in pages(count).items()}
    own = {name for name, found in asked.items() if not found or found[1].startswith(READERS[user])}
    return {name: path for name, path in pages(count).items() if name in own}


@dataclass(frozen=True)
class Options:
    projects: int
    requests: int


@contextmanager
def portal_stack() -> Iterator[Stack]:
    folder = Path(tempfile.mkdtemp(prefix="dualcontrol-bench-"))
    folder.chmod(0o711)
    # What is measured is the page, not the limit of pages that one person may ask for.
    free = {"DUALCONTROL_PORTAL_PAGES_PER_SECOND_MAX": "10000"}
    stack = Stack(folder, [replace(spec, env=free) if spec.name == PORTAL else spec for spec in SERVICES])
    try:
        yield stack
    finally:
        stack.reset()
        shutil.rmtree(folder, ignore_errors=True)


def followed(reader: Surfer, path: str, times: int) -> str:
    """The page so many links further on, or the last."""
    for _ in range(times - 1):
        link = NEXT.search(reader.get(path).text)
        if link is None:
            break
        path = link[1].replace("&amp;", "&")
    return path


def timed(reader: Surfer, path: str, requests: int) -> list[float]:
    """Milliseconds of each, two at a time. Ends the process when a page is refused."""

    def ask(_: int) -> float:
        began = time.perf_counter()
        answer = reader.client.get(path)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code != OK:
            sys.exit(f"{path} answers {reader.user} with {answer.status_code}: {answer.text[:1000]}")
        return took

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(ask, range(WARM_UP)))
        return list(pool.map(ask, range(requests)))


def percentile(found: Sequence[float], share: float) -> float:
    ordered = sorted(found)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(stack: Stack, options: Options) -> tuple[list[Figure], list[Bar]]:
    entrance = entrance_of(stack.folder)
    assert entrance is not None
    figures: list[Figure] = []
    bars: list[Bar] = []
    for user in READERS:
        reader = Surfer(entrance).sign_in(user)
        links = {**pages_of(user, options.projects), **{name: followed(reader, *way) for name, way in FOLLOWED.items()}}
        p95s = {}
        for name, path in links.items():
            found = timed(reader, path, options.requests)
            p50, p95s[name] = percentile(found, 0.5), percentile(found, 0.95)
            figures += [Figure(f"{user}: {name}, p50", "ms", [p50]), Figure(f"{user}: {name}, p95", "ms", [p95s[name]])]
            sys.stderr.write(f"  {user}: {name}: p50 {p50:.0f} ms, p95 {p95s[name]:.0f} ms\n")
        reader.close()
        slowest = max(p95s, key=p95s.__getitem__)
        bars.append(Bar(f"p95 of the slowest page, {user} ({slowest})", p95s[slowest], at_most=P95_MS_MAX))
    return figures, bars


def run(stack: Stack, options: Options) -> None:
    stack.up()
    began = time.perf_counter()
    screening, review = (owner_dsn(stack.dsn(name)) for name in STORING)
    asyncio.run(portal_store.fill(screening, review, options.projects))
    sys.stderr.write(f"{options.projects:,} projects stored in {time.perf_counter() - began:.0f} s\n")
    load = f"load average at the start {os.getloadavg()[0]:.2f}"
    figures, bars = measure(stack, options)
    asked = f"{options.projects:,} projects; {options.requests} requests of each page, {AT_ONCE} at a time"
    publish("portal", figures, bars, [asked, load])


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m e2e.bench.portal", description=__doc__)
    parser.add_argument("--projects", type=int, default=PROJECTS, help=f"projects stored (default {PROJECTS:,})")
    parser.add_argument("--requests", type=int, default=REQUESTS, help=f"requests of each page (default {REQUESTS})")
    asked = parser.parse_args(arguments)
    with portal_stack() as stack:
        run(stack, Options(asked.projects, asked.requests))


if __name__ == "__main__":
    main()
