"""The Go programs that check the chart and run a cluster: which, at what version, and how each is built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
SMALL: Final = "-s -w"


@dataclass(frozen=True, slots=True)
class Program:
    """`package` is built as it is published, or within `folder` when that has a go.mod of ours."""

    name: str
    version: str
    package: str
    flags: str = SMALL
    folder: Path | None = None

    @property
    def file(self) -> str:
        """Its name in the cache."""
        return f"{self.name}-{self.version}"


@dataclass(frozen=True, slots=True)
class Definitions:
    """A Go module that holds definitions of Kubernetes kinds, and the sum that its content must have."""

    module: str
    version: str
    sum: str
    files: Sequence[str]
    """YAML files within it."""


CHART: Final = (
    Program(
        "helm4",
        "4.3.1",
        "helm.sh/helm/v4/cmd/helm",
        f"{SMALL} -X helm.sh/helm/v4/internal/version.version=v4.3.1",
    ),
    Program("helm3", "3.22.0", "helm.sh/helm/v3/cmd/helm"),
    # `go install` refuses what replaces a module; a go.mod of our own says the same.
    Program(
        "helm-unittest",
        "1.1.2",
        "github.com/helm-unittest/helm-unittest/cmd/helm-unittest",
        folder=HERE / "unittest",
    ),
    Program("kubeconform", "0.8.0", "github.com/yannh/kubeconform/cmd/kubeconform"),
    Program("helm-docs", "1.14.2", "github.com/norwoodj/helm-docs/cmd/helm-docs"),
)

KUBERNETES: Final = "1.36.3"
# kubectl refuses to start under the version that a build without these flags has.
STAMP: Final = (
    f"{SMALL} -X k8s.io/component-base/version.gitVersion=v{KUBERNETES}"
    " -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
)
SERVERS: Final = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl")
CLUSTER: Final = (
    *(
        Program(name, KUBERNETES, f"k8s.io/kubernetes/cmd/{name}", STAMP, HERE / "cluster" / "kubernetes")
        for name in SERVERS
    ),
    Program("coredns", "1.15.0", ".", folder=HERE / "cluster" / "coredns"),
)

PROGRAMS: Final[Mapping[str, Sequence[Program]]] = {"chart": CHART, "cluster": CLUSTER}

DEFINITIONS: Final = (
    Definitions(
        "github.com/prometheus-operator/prometheus-operator",
        "v0.85.0",
        "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
        (
            "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
            "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
        ),
    ),
    Definitions(
        "sigs.k8s.io/gateway-api",
        "v1.4.0",
        "h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=",
        (
            "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
            "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml",
        ),
    ),
    Definitions(
        "github.com/cert-manager/cert-manager",
        "v1.19.0",
        "h1:pPKtK06zPriliwq7B12xa7DGKbc4SvnfOjE0BXaAspk=",
        ("deploy/crds/cert-manager.io_certificates.yaml",),
    ),
    Definitions(
        "github.com/kedacore/keda/v2",
        "v2.18.0",
        "h1:ttR223fii/4QJ0YvtrhcWHaEoezByb/t5CeFopjl6EI=",
        ("config/crd/bases/keda.sh_scaledobjects.yaml", "config/crd/bases/keda.sh_triggerauthentications.yaml"),
    ),
)
"""Where the kinds come from that Kubernetes itself does not know."""
