"""`python -m tools.kubernetes.cluster up | down | status | load FILE... | exec COMMAND...`: a node of one's own."""

import subprocess
import sys
from pathlib import Path

from tools.kubernetes.cluster.node import Node, entering_arguments
from tools.kubernetes.cluster.places import Places
from tools.kubernetes.cluster.space import NodeError


def main() -> int:
    mode, *rest = sys.argv[1:] or ["help"]
    node = Node(Places.from_environment(), lambda line: print(f"node: {line}", flush=True))
    try:
        return _run(node, mode, rest)
    except NodeError as problem:
        sys.stderr.write(f"node: {problem}\n")
    except subprocess.CalledProcessError as problem:
        sys.stderr.write(f"node: {problem}\n{problem.stderr or ''}")
    return 1


def _run(node: Node, mode: str, rest: list[str]) -> int:
    match mode:
        case "up":
            node.up()
        case "down":
            if left := node.down():
                raise NodeError(f"still there: {', '.join(left)}")
        case "status":
            print(node.kubectl("get", "nodes,pods", "--all-namespaces", "--output=wide"))
        case "load":
            for name in rest:
                node.load(Path(name))
        case "exec":
            return entering_arguments(node, rest)
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
