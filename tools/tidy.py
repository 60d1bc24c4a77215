"""The rules that no linter knows: sizes, purity, module openings, no number of law in code. Run by `make lint`."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("libs", "services", "tools", "e2e")
GENERATED = Path("libs/contracts/src")
LAW = Path("libs/statute/src/statute/data")

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
POSITIONAL_MAX = 4

PURE_PARTS = ("domain",)
PURE_LIBS = ("kernel", "access", "statute", "energy", "ledger", "dossier")
"""Libraries of exact rules: no binary floating point in them either."""
SYNCHRONOUS_FILES_EXEMPT = ("ledger/store.py", "ledger/group.py", "ledger/verification.py", "ledger/audit.py")
"""The files of a pure library that speak to the database."""


NOT_AMOUNTS = {"id", "former_codes", "article", "industry_code", "classes", "inside", "outside", "document", "number"}
"""Keys of law data whose values name something, in digits or not."""
EVERYDAY = {Decimal(n) for n in (*range(11), 12, 24, 60, 100, 1000)}
"""Numbers of law that are also how any code counts, indexes and converts: a hit on one says nothing."""
MACHINERY = {Decimal(n) for n in (11, 14, 16, 20, 25, 30, 50, 64, 80, 90, 200, 250, 300, 500, 600, 3600)}
"""Outside rule code also bytes, pages, ports, retries and waits."""
LIMIT = re.compile(r"[A-Z0-9_]+_(MAX|BYTES|CHARACTERS|DIGITS|SECONDS|MS|EVENTS|ENTRIES|ROWS|WORKERS|COLUMNS)", re.ASCII)
"""How the house names a limit of the platform. Outside rule code such a constant is no figure of law."""
NO_LAW: Mapping[tuple[str, int], str] = {
    ("libs/client/src/client/commands/running.py", 130): "a shell's exit code after an interrupt",
    ("libs/client/src/client/connections.py", 2000): "milliseconds of gRPC's backoff",
    ("libs/energy/src/energy/units.py", 120): "digits of a calculation",
    ("libs/energy/src/energy/units.py", 10000): "万",
    ("libs/servicekit/src/servicekit/eventing/streams.py", 70): "EX_SOFTWARE of sysexits.h",
    ("libs/servicekit/src/servicekit/eventing/topic_creation.py", 365): "days that a dead letter is kept",
    ("libs/servicekit/src/servicekit/rpc/checks.py", 2200): "the last year that a day may be of",
    ("libs/servicekit/src/servicekit/settings.py", 120): "the longest session of a consumer, in seconds",
    ("libs/statute/src/statute/bundle.py", 16): "bundles kept in memory",
    ("services/budget/src/budget/domain/deductions.py", 21): "years in which one project may start a stage",
    ("services/budget/src/budget/entrypoints/reads.py", 10000): "basis points",
    ("services/capacity/src/capacity/domain/tonnage.py", 10000): "万",
    ("services/filing/src/filing/domain/identifiers.py", 11): "the modulus of a check digit (ISO 7064)",
}
"""What equals a number of law by chance: path and number, and what it is. What is gone from its file goes from here."""
NUMBER = re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)


def python_files(root: Path) -> Iterator[Path]:
    """Relative to `root`."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            relative = path.relative_to(root)
            if not relative.is_relative_to(GENERATED):
                yield relative


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.parts[0] == "e2e"


def is_pure(path: Path) -> bool:
    if is_test(path):
        return False
    return any(part in PURE_PARTS for part in path.parts) or (path.parts[0] == "libs" and path.parts[1] in PURE_LIBS)


def is_rule_code(path: Path) -> bool:
    """Where figures of law are compared and counted with."""
    return is_pure(path) and ("domain" in path.parts or path.parts[1] in ("statute", "energy"))


def may_hold_law(path: Path) -> bool:
    """Code that decides or helps to: the testkit runs in tests and demos, and the portal shows what others found."""
    return path.parts[0] in ("libs", "services") and path.parts[1] not in ("testkit", "portal") and not is_test(path)


def sizes(path: Path, tree: ast.Module, lines: int) -> Iterator[tuple[int, str]]:
    if lines > FILE_LINES_MAX:
        yield 1, f"{lines} lines; at most {FILE_LINES_MAX}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > FUNCTION_LINES_MAX:
            yield node.lineno, f"{node.name} has {length} lines; at most {FUNCTION_LINES_MAX}"
        positional = [a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
        if len(positional) > POSITIONAL_MAX and not is_test(path):
            yield node.lineno, f"{node.name} has {len(positional)} positional parameters; at most {POSITIONAL_MAX}"


def purity(path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float is not exact; use Decimal or int"
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"the literal {node.value} is a float; write Decimal in quotes"
        asynchronous = isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
        if asynchronous and not path.as_posix().endswith(SYNCHRONOUS_FILES_EXEMPT):
            yield getattr(node, "lineno", 1), "pure code is synchronous"


def opening(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    if source.strip() and not ast.get_docstring(tree):
        yield 1, "a module begins with one line that says what it is for"


def law_numbers(data: Path) -> frozenset[Decimal]:
    """Every amount that the law data holds, without its sign."""
    units = yaml.load((data / "units.yaml").read_text("utf-8"), yaml.CSafeLoader)["units"]
    wordy = frozenset(unit["id"] for unit in units if unit["holds"] != "number")
    files = (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) for path in sorted(data.rglob("*/*.yaml")))
    return frozenset({abs(number) for content in files for number in _amounts(content, wordy)})


def _amounts(content: object, wordy: frozenset[str]) -> Iterator[Decimal]:
    if isinstance(content, dict):
        if content.get("unit") not in wordy:
            for key, value in content.items():
                if key not in NOT_AMOUNTS:
                    yield from _amounts(value, wordy)
    elif isinstance(content, list):
        for value in content:
            yield from _amounts(value, wordy)
    elif isinstance(content, str) and NUMBER.fullmatch(content):
        yield Decimal(content)


def law_in_code(path: Path, tree: ast.Module, numbers: frozenset[Decimal]) -> Iterator[tuple[int, Decimal]]:
    """The lines of literals that are numbers of law: `10000`, `"10000"`, `Decimal("10000")`."""
    limits, harmless = set(_limits(tree)), EVERYDAY | MACHINERY
    if is_rule_code(path):
        limits, harmless = set(), EVERYDAY
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node not in limits:
            number = _number(node.value)
            if number is not None and number in numbers - harmless:
                yield node.lineno, number


def _number(value: object) -> Decimal | None:
    if isinstance(value, str):
        return abs(Decimal(value)) if NUMBER.fullmatch(value) else None
    return Decimal(abs(value)) if isinstance(value, int) and not isinstance(value, bool) else None


def _limits(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and LIMIT.fullmatch(target.id) for target in targets):
            yield from (part for part in ast.walk(node) if isinstance(part, ast.Constant))


def problems(root: Path = ROOT, excuses: Mapping[tuple[str, int], str] = NO_LAW) -> Iterator[str]:
    numbers = law_numbers(root / LAW)
    no_law = {(name, Decimal(number)) for name, number in excuses}
    excused: set[tuple[str, Decimal]] = set()
    for path in python_files(root):
        source = (root / path).read_text("utf-8")
        tree = ast.parse(source)
        found = [*sizes(path, tree, source.count("\n")), *(purity(path, tree) if is_pure(path) else ())]
        if not is_test(path):
            found += opening(tree, source)
        for line, number in law_in_code(path, tree, numbers) if may_hold_law(path) else ():
            if (path.as_posix(), number) in no_law:
                excused.add((path.as_posix(), number))
            else:
                found.append((line, f"{number:f} is a number set by law: it is data; read it from the policy bundle"))
        for line, what in found:
            yield f"{path}:{line}: {what}"
    for name, number in sorted(no_law - excused):
        yield f"{name}:1: NO_LAW of tools/tidy.py excuses {number}, which is no number of law here"


def main() -> int:
    found = list(problems())
    print("\n".join(found) if found else "tidy: nothing to mend")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
