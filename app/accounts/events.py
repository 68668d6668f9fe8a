"""What accounts announce to whoever is above: blinker signals, sent after the commit.

What must always happen is a call, not a signal. A receiver gets the keyword arguments named here.
"""

from __future__ import annotations

from typing import Any

from blinker import NamedSignal, Namespace
from flask import current_app

_namespace = Namespace()

registered = _namespace.signal("registered")
"""``user``: a new account exists."""
signed_in = _namespace.signal("signed_in")
"""``user``, ``session`` (NewSession), ``strategy``: somebody came through the door."""
credentials_changed = _namespace.signal("credentials_changed")
"""``user``: the password is another one."""
closed = _namespace.signal("closed")
"""``user_id``: an account is gone."""


def announce(signal: NamedSignal, **facts: Any) -> None:
    """Send a signal, with the running app as its sender."""
    signal.send(current_app._get_current_object(), **facts)  # type: ignore[attr-defined]
