"""Password quality: what is common, leaked, about its owner or easy to guess is no new password; and a meter."""

from flask import Flask

from app import accounts
from app.core import client, openapi, pages, typescript
from app.core.settings import read
from app.features.password_quality import judge, routes
from app.features.password_quality.schemas import StrengthSchema
from app.features.password_quality.settings import Settings


def init_app(app: Flask) -> None:
    settings = read(app, Settings)
    accounts.add_password_judge(app, judge.judge)
    if settings.hibp:
        from app.features.password_quality import leaks  # noqa: PLC0415 (its HTTP client, where it is on)

        accounts.add_password_judge(app, leaks.judge, slow=True)
    openapi.add(app, routes.strength)
    pages.add(app, "new-password", "password_quality/meter.html", "password_quality/meter.js")
    client.add(app, "password_quality")
    typescript.add(app, PasswordStrength=StrengthSchema)
