"""What stands on the app and can be taken away: each package here is one word in ``FEATURES``."""

from app.core.parts import Part

FEATURES: tuple[Part, ...] = ()
