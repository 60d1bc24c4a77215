"""Free ports on the loopback address, kept from one start to the next."""

import socket
from collections.abc import Callable, Iterable, Mapping

LOOPBACK = "127.0.0.1"
PROBE_SECONDS = 0.5


def choose_port() -> int:
    """A port that nobody listens on."""
    # On Linux the kernel gives odd ones here and even ones to outgoing connections, so a client that
    # reconnects does not take a stopped server's port.
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without it a closed connection that lingers in TIME_WAIT would look like a listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), PROBE_SECONDS).close()
    except OSError:
        return False
    return True


def settle(
    kept: Mapping[str, int], needed: Iterable[str], free: Callable[[int], bool], choose: Callable[[], int]
) -> tuple[dict[str, int], list[str]]:
    """The ports by name, absent ones of `needed` chosen; and those of `needed` whose kept port is taken.

    No two names share a port.
    """
    ports, taken = dict(kept), []
    for name in needed:
        if name in ports:
            if not free(ports[name]):
                taken.append(name)
            continue
        port = choose()
        while port in ports.values():
            port = choose()
        ports[name] = port
    return ports, taken
