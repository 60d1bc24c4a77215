"""Generates libs/contracts/src from protos/: messages, services and their types. Run by `make protos`."""

import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROTOS = ROOT / "protos"
OUTPUT = ROOT / "libs" / "contracts" / "src"
GOOGLE = ROOT / "build" / "google-protos"
GOOGLE_FILES = ("google/api/field_behavior.proto", "google/type/date.proto", "google/type/decimal.proto")


def lay_google_protos() -> None:
    """buf reads modules inside the workspace only, so the three files we import are copied from their wheel."""
    wheel = distribution("googleapis-common-protos")
    for name in GOOGLE_FILES:
        target = GOOGLE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(wheel.locate_file(name)), target)


def newest(folder: Path, pattern: str) -> float:
    return max((path.stat().st_mtime for path in folder.rglob(pattern)), default=0)


def generate() -> None:
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    sources = sorted(str(path.relative_to(PROTOS)) for path in PROTOS.rglob("*.proto"))
    scripts = Path(sys.executable).parent
    command = [
        sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTOS}", f"-I{GOOGLE}",
        f"--plugin=protoc-gen-mypy={scripts / 'protoc-gen-mypy'}",
        f"--plugin=protoc-gen-mypy_grpc={scripts / 'protoc-gen-mypy_grpc'}",
        f"--python_out={OUTPUT}", f"--grpc_python_out={OUTPUT}",
        f"--mypy_out=quiet:{OUTPUT}", f"--mypy_grpc_out=quiet:{OUTPUT}", *sources,
    ]  # fmt: skip
    subprocess.run(command, check=True)
    for package in {path.parent for path in OUTPUT.rglob("*_pb2.py")}:
        (package / "py.typed").touch()


def main() -> None:
    lay_google_protos()
    made = newest(OUTPUT, "*_pb2.py")
    if made > max(newest(PROTOS, "*.proto"), Path(__file__).stat().st_mtime):
        return
    generate()
    print(f"generated {len(list(OUTPUT.rglob('*_pb2.py')))} modules into {OUTPUT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
