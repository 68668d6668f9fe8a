"""The OpenAPI document keeps its word: schemathesis makes requests from it and compares every answer with it."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, CheckContext, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app import accounts
from app.accounts import CurrentUser, Identity, User
from app.accounts.hashes import hash_password
from app.core import clock
from app.extensions import db
from app.features.api_keys import service as api_keys
from app.features.posts import service as posts
from app.passport.registry import strategies_of
from app.sessions.tokens import issue
from tests.client import PASSWORD
from tests.core.long_bounds import forget_long_bounds
from tests.databases import Database
from tests.people import come_in
from tests.upstream import is_ours
from tests.words import OF_FACTORS, is_beyond_schemas


def nothing_allowed_is_called_wrong(context: CheckContext, answer: Response, case: Case[Any]) -> bool | None:
    """Fields that fit the document are not ``validation_failed``. Other codes of 422 say what a schema cannot."""
    if answer.status_code == 422 and is_beyond_schemas(answer.json()):
        return None
    return positive_data_acceptance(context, answer, case)


CHECKS_OF_A_PROJECT = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,  # an error's code is among those that the operation lists
    response_headers_conformance,
    unsupported_method,
]
"""A project may add an operation for which no machine can guess a right body: a validator may ask more than OpenAPI
can say, such as a whole address of the web.
"""
CHECKS = [*CHECKS_OF_A_PROJECT, nothing_allowed_is_called_wrong]
Operation = APIOperation[Any, Any, Any, Any]
RANDOM = hypothesis_settings(
    max_examples=3,  # right and wrong ones each, for each operation and caller
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OTHER_REASONS = ["401", "403", "404", "409", "410", "429", "503"]
"""How a request of the right form may be refused: for who sends it, and for how things are."""
NOBODY, ADA, ROOT, EVE = "nobody", "ada@example.com", "root@example.com", "eve@example.com"
CALLERS = (NOBODY, ADA, ROOT)


class World:
    """A few people, and what they have. Made anew for each operation, since some delete it."""

    def __init__(self, database: Database, app: Flask) -> None:
        self._database, self._app = database, app
        with app.app_context():
            self._password_hash = hash_password(PASSWORD)
        self._turns = count()

    def begin(self, *, taken: bool) -> None:
        """``taken``: the address that the document's examples show has an account."""
        self._database.empty()
        now = clock.now()
        with self._app.app_context():
            for email in (ADA, EVE, ROOT)[not taken :]:
                user = User(email=email, email_normalized=email, role="admin" if email == ROOT else "user")
                user.password_hash, user.password_changed_at = self._password_hash, now
                db.session.add(user)
            db.session.commit()

    def credentials(self, caller: str) -> dict[str, Any]:
        """A new session: Ada's is a browser's, root's is a program's."""
        with self._app.app_context():
            user = accounts.find(caller)
            if user is None:
                return {}
            current = CurrentUser.of(user)
            tokens = issue(current, come_in(current).session)
        if caller == ROOT:
            return {"headers": {"Authorization": f"Bearer {tokens.access_token}"}}
        jar = {"access_token_cookie": tokens.access_token, "refresh_token_cookie": tokens.refresh_token}
        return {"headers": {"X-CSRF-TOKEN": tokens.csrf}, "cookies": jar}

    def point_at_something(self, case: Case[Any], caller: str) -> None:
        """Every second request is for what is there: no machine guesses an id."""
        if next(self._turns) % 2:
            return
        for name, value in case.path_parameters.items():
            if name == "provider" or (name in MADE and _is_id(value)):
                with self._app.app_context():
                    others = "user_id" in case.path_parameters
                    owner = accounts.find(EVE if others or caller == NOBODY else caller)
                    case.path_parameters[name] = value if owner is None else str(MADE[name](CurrentUser.of(owner)))


def new_identity(owner: CurrentUser) -> uuid.UUID:
    identity = Identity(user_id=owner.id, provider="github", subject=str(uuid.uuid4()))
    db.session.add(identity)
    db.session.commit()
    return identity.id


MADE: dict[str, Callable[[CurrentUser], object]] = {
    "identity_id": new_identity,
    "key_id": lambda owner: api_keys.create(owner.id, "backup")[0].id,
    "post_id": lambda owner: posts.create(owner, "Hello", "World").id,
    "provider": lambda _owner: "github",
    "session_id": lambda owner: come_in(owner).session.id,
    "user_id": lambda owner: owner.id,
}
"""What can stand in a path: how somebody comes to have one. Without a line here, an operation only answers 404."""


def _is_id(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """With everything switched on that answers."""
    return make_app(
        sign_in_url="/sign-in",
        variables={"BASIC_AUTH": "true", "SOCIAL_GITHUB_KEY": "id", "SOCIAL_GITHUB_SECRET": "secret"},
    )


@pytest.fixture
def schema(app: Flask) -> BaseSchema:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=schemathesis.Config())
    forget_long_bounds(schema.raw_schema)
    schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]  # 413 is one way to be refused
    schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx", "3xx", *OTHER_REASONS]
    return schema


def operations_of(schema: BaseSchema) -> Iterator[Operation]:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def made_of(schema: BaseSchema, operation: Operation) -> Iterator[Case[Any]]:
    """Requests that go through the schema's bounds, right and wrong; then random ones, the same in each run."""
    modes = list(GenerationMode)
    generation = schema.config.generation_for(operation=operation)
    yield from schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=generation)
    drawn: list[Case[Any]] = []
    for mode in modes:

        @RANDOM
        @given(operation.as_strategy(generation_mode=mode))
        def draw(case: Case[Any]) -> None:
            drawn.append(case)

        with suppress(Unsatisfiable):  # without arguments there are no wrong ones
            draw()
    yield from drawn


def labels_of_ours(app: Flask) -> set[str]:
    """What Flaskport ships."""
    rules = [rule for rule in app.url_map.iter_rules() if is_ours(app, rule)]
    paths = [(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), rule.methods or set()) for rule in rules]
    return {f"{method} {path}" for path, methods in paths for method in methods}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # what is answered does not depend on it
def test_every_answer_is_in_the_document(database: Database, app: Flask, schema: BaseSchema) -> None:
    ours = labels_of_ours(app)
    operations = [operation for operation in operations_of(schema) if operation.label in ours]
    reachable = {each.label for each in operations if all(part.name in MADE for part in each.path_parameters)}
    reachable -= {each.label for each in operations if "410" in each.definition.raw["responses"]}  # what was mailed
    reachable -= {each.label for each in operations if each.path.startswith(OF_FACTORS)}
    reachable -= set() if "api_key" in strategies_of(app) else {"PATCH /auth/notices"}  # no mail to switch off
    assert reachable - asked(World(database, app), schema, operations, CHECKS) == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_answer_of_a_project_is_in_the_document(database: Database, app: Flask, schema: BaseSchema) -> None:
    ours = labels_of_ours(app)
    operations = [operation for operation in operations_of(schema) if operation.label not in ours]
    asked(World(database, app), schema, operations, CHECKS_OF_A_PROJECT)


def asked(
    world: World, schema: BaseSchema, operations: Sequence[Operation], checks_of_all: Sequence[CheckFunction]
) -> set[str]:
    """Make the requests. Returns which operations were answered with what they promise."""
    answers: Counter[tuple[str, int]] = Counter()
    problems: dict[tuple[str, int, str], str] = {}
    for operation in operations:
        cases = list(made_of(schema, operation))
        for caller in CALLERS:
            # In Ada's browser the cookies are always there, also where a request is made without.
            checks = [*checks_of_all, *([] if caller == ADA else [negative_data_rejection])]
            world.begin(taken=operation.label != "POST /auth/register")
            credentials = world.credentials(caller)
            for case in cases:
                world.point_at_something(case, caller)
                answer = case.call(**credentials)
                if case.method.upper() == operation.method.upper():
                    answers[operation.label, answer.status_code] += 1
                try:
                    case.validate_response(answer, checks, headers=credentials.get("headers"))
                except FailureGroup as failure:
                    kinds = ", ".join(sorted({type(problem).__name__ for problem in failure.exceptions}))
                    problems.setdefault((operation.label, answer.status_code, kinds), f"{caller}: {failure}")
                if answer.status_code < 400 and case.method != "GET":  # it may have ended the session, or the account
                    credentials = world.credentials(caller)
    assert not problems, "\n\n".join(problems.values())
    return {label for label, status in answers if status < 400}
