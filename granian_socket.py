"""Where granian listens: one socket for all workers, at the address that gunicorn would understand by BIND."""

from __future__ import annotations

import errno
import socket
from pathlib import Path
from stat import S_ISSOCK

import serving

BACKLOG = 2048
"""As gunicorn has it: what may wait outside."""
GIVEN = "fd://"
"""How BIND begins where the socket is somebody else's."""
PROBE_SECONDS = 1


def is_unix(listening: socket.socket) -> bool:
    return listening.family == socket.AF_UNIX


def listen(bind: str) -> socket.socket:
    """The socket that BIND names, as gunicorn understands it. Raises OSError, ValueError."""
    if (handed := serving.handed.get("listening")) is not None:
        found = socket.socket(fileno=handed)
    elif bind.startswith(GIVEN):
        found = socket.socket(fileno=int(bind.removeprefix(GIVEN)))
    elif bind.startswith("unix:"):
        found = _listen_at(Path(bind.removeprefix("unix:").replace("//", "/")))
    else:
        host, _, port = bind.rpartition(":")
        host = host.strip("[]") or "0.0.0.0"  # noqa: S104 (what ":8000" means)
        family = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][0]
        found = socket.create_server((host, int(port)), family=family, backlog=BACKLOG)
    if not is_unix(found):
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found.listen(BACKLOG)
    found.set_inheritable(True)
    return found


def _listen_at(path: Path) -> socket.socket:
    """What a server left behind that was killed is removed."""
    if path.exists() and S_ISSOCK(path.stat().st_mode):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_SECONDS)
            if probe.connect_ex(str(path)) in {0, errno.EAGAIN}:  # EAGAIN: so many wait there that it takes nobody
                raise OSError("another program listens there")
        path.unlink()
    found = socket.socket(socket.AF_UNIX)
    try:
        found.bind(str(path))
    except OSError:
        found.close()
        raise
    path.chmod(0o666)  # as gunicorn leaves it: who may come is said by the folder's mode
    return found
