"""What accounts announce to whoever is above: blinker signals, sent after the commit.

What must always happen is a call, not a signal. A receiver gets the keyword arguments named here.
"""

from __future__ import annotations

from blinker import Namespace

_namespace = Namespace()

registered = _namespace.signal("registered")
"""``user``: a new account exists."""
signed_in = _namespace.signal("signed_in")
"""``user``, ``session`` (NewSession), ``strategy``: somebody came through the door."""
credentials_changed = _namespace.signal("credentials_changed")
"""``user``: the password is another one."""
closed = _namespace.signal("closed")
"""``user_id``: an account is gone."""
