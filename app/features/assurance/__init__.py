"""Two factors: whoever has set up a second one shows it at each sign-in; by setting they have to have one."""

from flask import Flask

from app import trpc
from app.accounts import SECOND_FACTOR, add_check, add_export, factor_labels
from app.browser import steps
from app.core import client, languages, openapi, pages, typescript
from app.core.settings import read, settings_of
from app.features.assurance import models, of_users, page, policy, procedures, routes, step
from app.features.assurance.schemas import SecondFactorDutySchema
from app.features.assurance.settings import Settings


def init_app(app: Flask) -> None:
    add_export(app, "second_factor_graces", models.EXPORT)
    settings = read(app, Settings)
    add_check(app, step.check, step=SECOND_FACTOR)
    policy.init_app(app, settings)
    openapi.add(app, routes.assurance)
    openapi.add(app, of_users.of_users)
    trpc.add(app, procedures.rpc)
    client.add(app, "assurance")
    typescript.add(app, SecondFactorDuty=SecondFactorDutySchema)
    pages.add(app, "account", "assurance/duty.html", "assurance/duty.js", 5)
    app.add_template_global(_labels, "second_factor_labels")
    pages.add(app, "person", "assurance/person.html", "assurance/person.js", 25)
    if settings_of(app).hosted_pages:
        app.register_blueprint(page.pages)
        steps.add_page(app, SECOND_FACTOR, "/second-factor")


def _labels() -> dict[str, str]:
    """For the page of a person, in its reader's language."""
    return {name: languages.sentence(label) for name, label in factor_labels().items()}
