"""Where granian listens: one socket for all workers, at the address that gunicorn would understand by BIND."""

from __future__ import annotations

import errno
import logging
import os
import socket
import tempfile
from pathlib import Path
from stat import S_ISSOCK

import serving

BACKLOG = 2048
"""As gunicorn has it: what may wait outside."""
GIVEN = "fd://"
"""How BIND begins where the socket is somebody else's."""
PROBE_SECONDS = 1

log = logging.getLogger("flaskport")


def is_unix(listening: socket.socket) -> bool:
    return listening.family == socket.AF_UNIX


def listen(bind: str) -> socket.socket:
    """The socket that BIND names, as gunicorn understands it. Raises OSError, ValueError, OverflowError."""
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


def let_in_nobody(listening: socket.socket) -> None:
    """In this process alone, from now on: whoever comes is another's.

    Who was let in before has time to ask. Told to end, granian lets go of connections on which nothing has been said,
    and a proxy may have opened one in that moment. It knows the socket by the number of its descriptor: there is
    another one then, to which no path leads. Where that cannot be made, everything goes on.
    """
    try:
        _take_away(listening)
    except OSError as error:
        log.warning("whoever comes is let in until this worker ends: %s", error)


def _take_away(listening: socket.socket) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as nobodys:
        nobodys.bind(f"{folder}/a")
        nobodys.listen()
        nobodys.setblocking(False)
        os.dup2(nobodys.fileno(), listening.fileno(), inheritable=False)


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
