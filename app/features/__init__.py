"""What stands on the app and can be taken away: each package here is one word in ``FEATURES``."""

from app.core.parts import Part
from app.features import check, posts

FEATURES: tuple[Part, ...] = (check, posts)
