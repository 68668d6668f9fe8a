"""Your own features: a folder here for each, and its name in this list, which Flaskport ships empty and leaves alone.

docs/adding-a-feature.md goes through one. A release of Flaskport changes nothing below this folder.
"""

from app.core.parts import named

FEATURES = named(
    __name__,
)
