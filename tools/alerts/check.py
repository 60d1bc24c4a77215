"""Checks the PromQL of the chart's alerts and dashboards with promtool, then runs the tests beside this file."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RULES = ROOT / "charts" / "dualcontrol" / "files" / "rules"
DASHBOARDS = RULES.parent / "dashboards"
TESTS = Path(__file__).resolve().parent / "tests"
CACHE = Path(os.environ.get("DUALCONTROL_CACHE") or Path.home() / ".cache" / "dualcontrol") / "promtool"
PACKAGE = "prometheus"
SECONDS_MAX = 300
MISSING = "缺少 promtool, 请先安装 prometheus | promtool is missing. Install Debian's package prometheus first.\n"


def main() -> int:
    promtool = found() or fetched()
    if promtool is None:
        sys.stderr.write(MISSING)
        return 1
    checked = _ran([promtool, "check", "rules", *map(str, sorted(RULES.glob("*.yaml")))])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dashboards.yaml"
        file.write_text(as_rules(), "utf-8")
        checked = checked and _ran([promtool, "check", "rules", str(file)])
    return 0 if checked and _ran([promtool, "test", "rules", *map(str, sorted(TESTS.glob("*.yaml")))]) else 1


def as_rules() -> str:
    """The dashboards' expressions as recording rules, which promtool reads; JSON is YAML."""
    rules = []
    for file in sorted(DASHBOARDS.glob("*.json")):
        for panel in json.loads(file.read_text("utf-8"))["panels"]:
            for target in panel["targets"]:
                name = f"dashboard:{file.stem}_{panel['id']}_{target['refId']}"
                rules.append({"record": name, "expr": target["expr"].replace("$namespace", "n").replace("$job", "j")})
    return json.dumps({"groups": [{"name": "dashboards", "rules": rules}]})


def found() -> str | None:
    """On the PATH, else what was unpacked before."""
    kept = CACHE / "usr" / "bin" / "promtool"
    return shutil.which("promtool") or (str(kept) if kept.is_file() else None)


def fetched() -> str | None:
    """Debian's package, unpacked into the cache: nothing is installed. None where there is no apt."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return None
    fresh = CACHE.with_name("promtool.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    download = ["apt-get", "download", "-q", PACKAGE]
    # The lists of packages may be old, or none may have been fetched yet.
    if not _ran(download, fresh) and not (_ran(["apt-get", "update", "-q"]) and _ran(download, fresh)):
        return None
    packages = list(fresh.glob(f"{PACKAGE}_*.deb"))
    if not packages or not _ran(["dpkg", "-x", str(packages[0]), str(fresh)]):
        return None
    packages[0].unlink()
    shutil.rmtree(CACHE, ignore_errors=True)
    fresh.rename(CACHE)
    return found()


def _ran(command: list[str], folder: Path = ROOT) -> bool:
    return subprocess.run(command, cwd=folder, timeout=SECONDS_MAX, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
