"""The rules that no linter knows: sizes, purity of domains, module openings. Run by `make lint`."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("libs", "services", "tools", "e2e")
GENERATED = ROOT / "libs" / "contracts" / "src"

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
POSITIONAL_MAX = 4

PURE_PARTS = ("domain",)
PURE_LIBS = ("kernel", "statute", "energy", "ledger")
"""Libraries of exact rules: no binary floating point in them either."""
SYNCHRONOUS_FILES_EXEMPT = ("store.py",)
"""The one file of a pure library that speaks to the database."""


def python_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not path.is_relative_to(GENERATED):
                yield path


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.is_relative_to(ROOT / "e2e")


def is_pure(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    if is_test(path):
        return False
    return any(part in PURE_PARTS for part in parts) or (parts[0] == "libs" and parts[1] in PURE_LIBS)


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
        if asynchronous and path.name not in SYNCHRONOUS_FILES_EXEMPT:
            yield getattr(node, "lineno", 1), "pure code is synchronous"


def opening(tree: ast.Module, source: str) -> Iterator[tuple[int, str]]:
    if source.strip() and not ast.get_docstring(tree):
        yield 1, "a module begins with one line that says what it is for"


def problems() -> Iterator[str]:
    for path in python_files():
        source = path.read_text("utf-8")
        tree = ast.parse(source)
        found = [*sizes(path, tree, source.count("\n")), *(purity(path, tree) if is_pure(path) else ())]
        if not is_test(path):
            found += opening(tree, source)
        for line, what in found:
            yield f"{path.relative_to(ROOT)}:{line}: {what}"


def main() -> int:
    found = list(problems())
    print("\n".join(found) if found else "tidy: nothing to mend")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
