"""Every built-in strategy, as this app sets it up, keeps what docs/writing-a-strategy.md promises, on both engines."""

from __future__ import annotations

import base64
import datetime as dt
import importlib
import pkgutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import jwt
import pytest
import time_machine
from flask import Flask, Request

from app import accounts, create_app, sessions
from app.accounts import CurrentUser, User, api_keys, passwords
from app.auth.refresh_strategy import RefreshStrategy
from app.core.database import transaction
from app.core.errors import AppError
from app.guards import passport
from app.passport import AuthenticationFailed, Profile, Redirect, Strategy, strategies
from app.passport.csrf import CSRF_HEADER
from app.passport.strategies.api_key import ApiKeyStrategy, token_of
from app.passport.strategies.basic import BasicStrategy
from app.passport.strategies.external_jwt import ExternalJwtStrategy
from app.passport.strategies.jwt import JwtStrategy
from app.passport.strategies.local import LocalStrategy
from app.passport.strategies.social import Attempts, Pending, sign_in_expired
from app.passport.strategies.social.configured import providers_from
from app.passport.strategies.social.strategy import ProviderStrategy
from app.sessions import cookies, tokens
from app.sessions.tokens import Tokens
from tests import databases
from tests.client import PASSWORD
from tests.databases import SETTINGS, Database
from tests.providers import hostile as provider
from tests.providers.hostile import KEY, SECRET, Hostile
from tests.providers.traveller import agree, query_of
from tests.strategy_kit import Example, StrategyCase, StrategyConformance

ISSUER, AUDIENCE = "https://id.example.com", "flaskport"
EXTERNAL_SECRET = "nV7tB2xQ9kM4wZ8rL1yH6cJ3sD5gF0pA"
OTHER_SECRET = "qX3mT8vK1nB6zR4wC9yL2hJ7sG5dF0pE"
OTHER_PASSWORD = "another horse altogether"
COOKIES = cookies.names(SETTINGS)
SLOW: dict[str, Any] = {"samples": 20, "threads": 4, "rounds": 1}
"""Where each request hashes a password."""
AT_REAL_COST = pytest.mark.usefixtures("real_hashes")
"""Where the time of a hash is compared with the time of doing without."""
OURS = (SETTINGS.jwt_secret, SETTINGS.jwt_refresh_secret, EXTERNAL_SECRET)


def test_every_built_in_strategy_is_tried_here() -> None:
    modules = {module.name for module in pkgutil.walk_packages(strategies.__path__, f"{strategies.__name__}.")}
    for module in modules:
        importlib.import_module(module)
    tried = {LocalStrategy, JwtStrategy, ApiKeyStrategy, BasicStrategy, ExternalJwtStrategy, ProviderStrategy}
    assert {strategy for strategy in below(Strategy) if strategy.__module__ in modules} == tried


def below(cls: type[Any]) -> set[type[Any]]:
    direct = set(cls.__subclasses__())
    return direct.union(*map(below, direct))


@pytest.fixture(scope="module")
def apps(shared_databases: Callable[[str], Database]) -> Iterator[Callable[[str], Flask]]:
    """The app on each engine, with every strategy switched on: for the kit alone, which adds its views."""
    made: dict[str, Flask] = {}

    def get(engine: str) -> Flask:
        if engine not in made:
            external = {
                "EXTERNAL_JWT_ALGORITHM": "HS256",
                "EXTERNAL_JWT_SECRET": EXTERNAL_SECRET,
                "EXTERNAL_JWT_ISSUER": ISSUER,
                "EXTERNAL_JWT_AUDIENCE": AUDIENCE,
                "EXTERNAL_JWT_SUBJECT": "id",
            }
            url = shared_databases(engine).url
            # The kit presents the same refresh token for as long as it takes.
            grace = dt.timedelta(hours=1)
            made[engine] = create_app(
                replace(SETTINGS, database_url=url, basic_auth=True, external_jwt=external, refresh_grace=grace)
            )
        return made[engine]

    yield get
    for app in made.values():
        databases.close(app)


@pytest.fixture
def app(database: Database, apps: Callable[[str], Flask]) -> Flask:
    return apps(database.engine)


@pytest.fixture
def new_user(context: Flask) -> Callable[..., User]:
    """``new_user("ada")``: an account, by default without a password."""

    def make(name: str, password: str | None = None) -> User:
        user = accounts.register(f"{name}@example.com", None)
        if password is not None:
            with transaction():
                user.password_hash = passwords.hash_password(password)
        return user

    return make


def out_of_order(*_anything: Any) -> NoReturn:
    raise RuntimeError("the database does not answer")


def email_of(user: CurrentUser) -> str:
    return user.email


def case_of(app: Flask, name: str, **fields: Any) -> StrategyCase:
    """A strategy as the app has it."""
    strategy = passport.strategies(app)[name]
    return StrategyCase(strategy, app=app, who=email_of, **{"secrets": OURS, **fields})


def bearer(name: str, token: str, user: str | None = None) -> Example:
    email = user and f"{user}@example.com"
    return Example(name, {"headers": {"Authorization": f"Bearer {token}"}}, user=email, secrets=(token,))


def cookie(name: str, cookie: str, token: str, user: str | None = None, csrf: str | None = None) -> Example:
    """A request with a cookie; with a CSRF token it changes something."""
    request: dict[str, Any] = {"headers": {"Cookie": f"theme=dark; {cookie}={token}"}}
    if csrf is not None:
        request = {"method": "POST", "headers": {**request["headers"], CSRF_HEADER: csrf}}
    return Example(name, request, user=user and f"{user}@example.com", secrets=(token,))


def expired(user: User) -> Tokens:
    with time_machine.travel(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1), tick=False):
        return accounts.generate_tokens(user)


def ended_and_disabled(new_user: Callable[..., User]) -> tuple[Tokens, Tokens]:
    """Tokens that were good: of a session that ended, and of an account that was disabled."""
    carl, eve = new_user("carl"), new_user("eve")
    ended, disabled = accounts.generate_tokens(carl), accounts.generate_tokens(eve)
    sessions.revoke_all(carl.id, "signed_out")
    accounts.set_active(eve, False)
    return ended, disabled


def signed_by_another(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, OTHER_SECRET, "HS256")


def external(subject: str, *, secret: str = EXTERNAL_SECRET, **changes: Any) -> str:
    """A token of the other issuer."""
    now = int(time.time())
    claims = {"sub": subject, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 900, **changes}
    return jwt.encode(claims, secret, "HS256")


class TestLocal(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        new_user("ada", PASSWORD)
        new_user("bob", OTHER_PASSWORD)
        new_user("program")
        accounts.set_active(new_user("eve", PASSWORD), False)

        def sent(name: str, who: str, password: str) -> Example:
            email = f"{who}@example.com"
            return Example(name, {"method": "POST", "json": {"email": email, "password": password}}, user=email)

        unknown, wrong = sent("an unknown address", "nobody", PASSWORD), sent("a wrong password", "ada", OTHER_PASSWORD)
        disabled, none = sent("a disabled account", "eve", PASSWORD), sent("no password", "program", PASSWORD)
        adas = replace(sent("ada's password", "ada", PASSWORD), secrets=(PASSWORD,))
        return case_of(
            app,
            "local",
            good=[adas, sent("bob's password", "bob", OTHER_PASSWORD)],
            bad=[unknown, wrong, disabled, none],
            absent=[Example("an empty body", {"method": "POST"}), Example("no body")],
            alike=[[unknown, wrong, disabled]],
            # It stands alone on /auth/login: what is no address and password is refused there, in words of its own.
            otherwise="refusal",
            refusals=(AuthenticationFailed, AppError),
            broken=LocalStrategy(lambda request: request.get_json(), out_of_order),
            secrets=(*OURS, OTHER_PASSWORD),
            **SLOW,
        )

    @AT_REAL_COST
    def test_failure_times_do_not_tell(self, case: StrategyCase) -> None:
        super().test_failure_times_do_not_tell(case)


class TestJwtInTheHeader(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        bad = [
            bearer("an expired token", expired(new_user("carol")).access_token),
            bearer("a refresh token", bob.refresh_token),
            bearer("a token signed by another", signed_by_another(ada.access_token)),
            bearer("no token", "null-null-null"),
        ]
        over = [bearer("a session that ended", ended.access_token), bearer("a disabled user", disabled.access_token)]
        return case_of(
            app,
            "jwt",
            good=[bearer("ada's token", ada.access_token, "ada"), bearer("bob's token", bob.access_token, "bob")],
            bad=[*bad, *over],
            alien=[bearer("an API key", token_of(uuid.uuid4(), "ab" * 32)), bearer("another issuer's", external("1"))],
            alike=[over],
            broken=JwtStrategy(
                tokens.decode_access, out_of_order, cookie=COOKIES.access, csrf_cookie=COOKIES.csrf_access
            ),
        )


class TestJwtInTheCookie(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        over = [
            cookie("a session that ended", COOKIES.access, ended.access_token),
            cookie("a disabled user", COOKIES.access, disabled.access_token),
        ]
        beside = cookie("a bad header beside a good cookie", COOKIES.access, ada.access_token)
        return case_of(
            app,
            "jwt",
            good=[
                cookie("ada's cookie", COOKIES.access, ada.access_token, "ada"),
                cookie("bob's cookie, to change something", COOKIES.access, bob.access_token, "bob", bob.csrf),
            ],
            bad=[
                *over,
                cookie("a token signed by another", COOKIES.access, signed_by_another(ada.access_token)),
                cookie("an expired token", COOKIES.access, expired(new_user("carol")).access_token),
                cookie("a refresh token", COOKIES.access, ada.refresh_token),
                cookie("another's CSRF token", COOKIES.access, ada.access_token, csrf=bob.csrf),
                replace(beside, request={"headers": {**beside.request["headers"], "Authorization": "Bearer a.b.c"}}),
            ],
            alien=[cookie("the refresh cookie", COOKIES.refresh, ada.refresh_token)],
            alike=[over],
            broken=JwtStrategy(
                tokens.decode_access, out_of_order, cookie=COOKIES.access, csrf_cookie=COOKIES.csrf_access
            ),
        )


class TestRefresh(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob = (accounts.generate_tokens(new_user(name)) for name in ("ada", "bob"))
        ended, disabled = ended_and_disabled(new_user)
        over = [
            cookie("a session that ended", COOKIES.refresh, ended.refresh_token, csrf=ended.csrf),
            cookie("a disabled user", COOKIES.refresh, disabled.refresh_token, csrf=disabled.csrf),
        ]
        return case_of(
            app,
            "refresh",
            good=[
                cookie("ada's cookie", COOKIES.refresh, ada.refresh_token, "ada", ada.csrf),
                cookie("bob's cookie", COOKIES.refresh, bob.refresh_token, "bob", bob.csrf),
            ],
            bad=[
                *over,
                cookie("no CSRF token", COOKIES.refresh, ada.refresh_token, csrf=""),
                cookie("an access token", COOKIES.refresh, ada.access_token, csrf=ada.csrf),
                cookie("a token signed by another", COOKIES.refresh, signed_by_another(bob.refresh_token)),
            ],
            alien=[
                bearer("the refresh token in the header", ada.refresh_token),
                cookie("the access cookie", COOKIES.access, ada.access_token),
            ],
            alike=[over],
            broken=RefreshStrategy(COOKIES, out_of_order),
        )


class TestApiKey(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob, eve = (new_user(name) for name in ("ada", "bob", "eve"))
        adas, bobs = (api_keys.create(user.id, "a key")[1] for user in (ada, bob))
        revoked_row, revoked = api_keys.create(ada.id, "revoked")
        api_keys.revoke(ada.id, revoked_row.id)
        _, disabled = api_keys.create(eve.id, "of somebody disabled")
        accounts.set_active(eve, False)
        known = api_keys.list_keys(ada.id)[0]
        no_good = [
            bearer("an unknown key", token_of(uuid.uuid4(), "ab" * 32)),
            bearer("a wrong secret", token_of(known.id, "ab" * 32)),
            bearer("a revoked key", revoked),
            bearer("a key of somebody disabled", disabled),
        ]
        session = accounts.generate_tokens(ada)
        return case_of(
            app,
            "api_key",
            good=[bearer("ada's key", adas, "ada"), bearer("bob's key", bobs, "bob")],
            bad=[*no_good, bearer("the beginning of a key", "fp_0123456789")],
            alien=[bearer("an access token", session.access_token), bearer("another issuer's", external("1"))],
            alike=[no_good],
            broken=ApiKeyStrategy(out_of_order),
        )


class TestBasic(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, engine: str, new_user: Callable[..., User]) -> StrategyCase:
        new_user("ada", PASSWORD)
        new_user("bob", OTHER_PASSWORD)

        def sent(name: str, who: str, password: str, **others: str) -> Example:
            email = f"{who}@example.com"
            return Example(name, {"headers": {"Authorization": basic(email, password), **others}}, user=email)

        unknown, wrong = sent("an unknown address", "nobody", PASSWORD), sent("a wrong password", "ada", OTHER_PASSWORD)
        adas = sent("ada's password", "ada", PASSWORD)
        coded = basic("ada@example.com", PASSWORD).removeprefix("Basic ")
        return case_of(
            app,
            "basic",
            good=[replace(adas, secrets=(coded,)), sent("bob's password", "bob", OTHER_PASSWORD)],
            bad=[wrong, sent("a browser", "ada", PASSWORD, **{"Sec-Fetch-Site": "same-origin"})],
            # Both engines are covered by local, which asks the same of accounts.
            alike=[[unknown, wrong]] if engine == "sqlite" else [],
            secrets=(*OURS, PASSWORD, OTHER_PASSWORD),
            broken=BasicStrategy(out_of_order),
            **SLOW,
        )

    @AT_REAL_COST
    def test_failure_times_do_not_tell(self, case: StrategyCase) -> None:
        super().test_failure_times_do_not_tell(case)


def basic(email: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{email}:{password}".encode()).decode()


class TestExternalJwt(StrategyConformance):
    @pytest.fixture
    def case(self, app: Flask, new_user: Callable[..., User]) -> StrategyCase:
        ada, bob, eve = (new_user(name) for name in ("ada", "bob", "eve"))
        accounts.set_active(eve, False)
        nobody = bearer("nobody here", external(str(uuid.uuid4())))
        disabled = bearer("a disabled account", external(str(eve.id)))
        return case_of(
            app,
            "external_jwt",
            good=[
                bearer("ada's token", external(str(ada.id)), "ada"),
                bearer("bob's token", external(str(bob.id)), "bob"),
            ],
            bad=[
                nobody,
                disabled,
                bearer("an expired token", external(str(ada.id), exp=int(time.time()) - 60)),
                bearer("a token for others", external(str(ada.id), aud="others")),
                bearer("a token signed by another", external(str(ada.id), secret=OTHER_SECRET)),
            ],
            alien=[
                bearer("a token of ours", accounts.generate_tokens(ada).access_token),
                bearer("a third one's token", external(str(ada.id), iss="https://third.example.com")),
                bearer("an API key", token_of(uuid.uuid4(), "ab" * 32)),
            ],
            alike=[[nobody, disabled]],
            broken=ExternalJwtStrategy(
                lambda _kid: EXTERNAL_SECRET, out_of_order, algorithm="HS256", issuer=ISSUER, audience=AUDIENCE
            ),
        )


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Hostile]:
    with provider.running() as server:
        yield server


@dataclass
class InMemory(Attempts):
    """Sign-ins under way, for one browser."""

    under_way: dict[str, Pending] = field(default_factory=dict)

    def wishes(self, request: Request) -> Mapping[str, Any]:
        return {"next": request.args.get("next", "/")}

    def keep(self, provider: str, state: str, pending: Pending) -> None:  # noqa: ARG002 (there is one)
        self.under_way[state] = pending

    def take(self, provider: str, state: str) -> Pending:  # noqa: ARG002
        try:
            return self.under_way.pop(state)
        except KeyError:
            raise sign_in_expired() from None


class TestIdentityProvider(StrategyConformance):
    """Its credential is the answer that a browser brings back, over HTTP from a provider, good for one use."""

    @pytest.fixture
    def case(self, one_provider: Hostile) -> StrategyCase:
        one_provider.forget()
        variables = {"ISSUER": one_provider.url, "KEY": KEY, "SECRET": SECRET, "TRUST_EMAIL": "true"}
        [acme] = providers_from({f"SOCIAL_OIDC_ACME_{name}": value for name, value in variables.items()}).values()

        def made(verify: Callable[[Profile, Mapping[str, Any]], str], attempts: Attempts) -> ProviderStrategy[str]:
            return ProviderStrategy(
                acme, lambda: "https://app.example.com/auth/oauth/oidc-acme/callback", attempts, verify
            )

        attempts = InMemory()
        strategy = made(lambda profile, _wishes: profile.email or "nobody", attempts)

        def good() -> Example:
            outcome = strategy.begin({"next": "/"})
            assert isinstance(outcome, Redirect)
            return came_back("what the provider answered", query_of(agree(outcome.location)), "ada@example.com")

        def cancelled() -> Example:
            state = query_of(strategy.begin({"next": "/"}).location)["state"]
            return came_back("cancelled", {"error": "access_denied", "state": state})

        def used() -> Example:
            answer = query_of(agree(strategy.begin({"next": "/"}).location))
            attempts.take(acme.name, answer["state"])
            return came_back("an answer that was used", answer)

        forged = came_back("an answer to nobody's question", {"code": "a" * 22, "state": "b" * 32})
        return StrategyCase(
            strategy,
            good=[good],
            bad=[cancelled, used, forged],
            absent=[
                Example("somebody who wants to sign in"),
                Example("and then go on", {"query_string": "next=/posts"}),
            ],
            alien=[Example("an access token", {"headers": {"Authorization": "Bearer a.b.c"}})],
            alike=[[used, forged]],
            otherwise="redirect",
            broken=made(out_of_order, attempts),
            secrets=one_provider.secrets,
            samples=20,
            rounds=2,
        )


def came_back(name: str, answer: Mapping[str, str], user: str | None = None) -> Example:
    secrets = tuple(answer[one] for one in ("code", "state") if one in answer)
    return Example(name, {"query_string": dict(answer)}, user=user, secrets=secrets)
