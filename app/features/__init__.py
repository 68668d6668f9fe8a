"""What stands on the app and can be taken away: each package here is one word in ``FEATURES``."""

from app.core.parts import Part
from app.features import basic, check, external_tokens, posts

FEATURES: tuple[Part, ...] = (
    check,
    posts,
    external_tokens,
    basic,
)
