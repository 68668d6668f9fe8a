"""The app is closed by default: what it refuses to start with, and what the refusal says."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from flask import Flask, Response

from app.guards import login_required, optional_auth, permission_required, role_required
from app.passport import Guard, Passport, guard_of, public
from app.passport.passport import require_guards
from tests.passport.bare import HeaderStrategy, Only, bare_app

View = Callable[..., str | Response]


@pytest.fixture
def passport() -> Passport[str]:
    return Passport()


@pytest.fixture
def app(passport: Passport[str]) -> Flask:
    return bare_app(passport, {"key": HeaderStrategy()})


def hello() -> str:
    return "hello"


@pytest.fixture(autouse=True)
def unseen() -> None:
    """In each test no guard has seen the view before."""
    hello.__dict__.clear()


def arguments(view: View) -> View:
    """Like flask-smorest's ``@arguments``: a wrapper that copies the attributes of what it wraps."""

    @functools.wraps(view)
    def wrapper() -> str | Response:
        return view()

    return wrapper


def problems(app: Flask) -> str:
    with pytest.raises(RuntimeError) as refusal:
        require_guards(app)
    return str(refusal.value)


def test_an_app_of_guarded_and_public_views_starts(app: Flask, passport: Passport[str]) -> None:
    app.add_url_rule("/open", "open", public(hello))
    app.add_url_rule("/mine", "mine", passport.authenticate("key")(hello))
    require_guards(app)
    assert app.test_client().get("/open").text == "hello"
    assert app.test_client().get("/mine").status_code == 401


def test_a_view_with_neither_guard_nor_public_is_named_with_its_paths(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", hello)
    app.add_url_rule("/forgotten/<name>", "forgotten", hello)
    told = problems(app)
    assert told.endswith(": no guard. Add one, or @public to open it to anyone.")
    assert told.startswith("forgotten (/forgotten")
    assert "/forgotten/<name>" in told


def test_every_problem_is_told_at_once(app: Flask, passport: Passport[str]) -> None:
    app.add_url_rule("/one", "one", hello)
    app.add_url_rule("/two", "two", passport.authenticate("cookie")(hello))
    assert len(problems(app).splitlines()) == 2


def test_a_guard_above_the_route_is_found(app: Flask, passport: Passport[str]) -> None:
    @passport.authenticate("key")
    @app.get("/exposed")
    def exposed() -> str:
        return "secret"

    assert problems(app) == (
        "exposed (/exposed): the guard stands above the route, where it guards nothing. Move it below."
    )
    with pytest.raises(RuntimeError, match="stands above the route"):
        app.test_client().get("/exposed")


def test_a_guard_above_the_route_is_found_also_where_another_stands_below(app: Flask, passport: Passport[str]) -> None:
    @passport.authenticate("key")
    @app.get("/half")
    @passport.authenticate("cookie")
    def half() -> str:
        return "secret"

    assert problems(app) == "half (/half): the guard stands above the route, where it guards nothing. Move it below."


def test_a_view_may_be_there_twice_once_behind_one_guard_more(app: Flask, passport: Passport[str]) -> None:
    known = passport.authenticate("key")(hello)
    app.add_url_rule("/known", "known", known)
    app.add_url_rule("/twice", "twice", passport.authenticate("key")(known))
    require_guards(app)


def test_a_guard_below_arguments_is_found(app: Flask, passport: Passport[str]) -> None:
    @app.post("/late")
    @arguments
    @passport.authenticate("key")
    def late() -> str:
        return "secret"

    assert problems(app) == "late (/late): the guard must stand directly under the route, above the rest."


def test_public_below_arguments_is_found_too(app: Flask) -> None:
    app.add_url_rule("/late", "late", arguments(public(hello)))
    assert "directly under the route" in problems(app)


def test_a_guard_above_arguments_is_fine(app: Flask, passport: Passport[str]) -> None:
    app.add_url_rule("/early", "early", passport.authenticate("key")(arguments(hello)))
    require_guards(app)
    assert app.test_client().get("/early").status_code == 401


def test_an_unknown_strategy_is_refused_with_the_name_that_was_meant(app: Flask, passport: Passport[str]) -> None:
    app.add_url_rule("/", "home", passport.authenticate("kye")(hello))
    assert problems(app) == 'home: Unknown authentication strategy "kye". Registered: key. Did you mean "key"?'


def test_a_strategy_that_resembles_nothing_is_refused_without_a_guess(app: Flask, passport: Passport[str]) -> None:
    app.add_url_rule("/", "home", passport.authenticate("saml")(hello))
    assert problems(app) == 'home: Unknown authentication strategy "saml". Registered: key.'


@pytest.mark.parametrize(
    ("kind", "wrong", "meant"), [("role", "admn", "admin"), ("permission", "user:write", "users:write")]
)
def test_an_unknown_role_or_permission_is_refused_with_the_name_that_was_meant(
    app: Flask, passport: Passport[str], kind: str, wrong: str, meant: str
) -> None:
    requirement = Only("ada", kind=kind, names=(meant, wrong))
    app.add_url_rule("/", "home", passport.authenticate("key", requirement=requirement)(hello))
    told = problems(app)
    assert told.startswith(f'home: Unknown {kind} "{wrong}".')
    assert told.endswith(f'Did you mean "{meant}"?')


def test_an_unknown_name_in_a_guard_that_stands_below_another_is_found(app: Flask, passport: Passport[str]) -> None:
    inner = passport.authenticate("key", requirement=Only("ada", names=("admn",)))
    app.add_url_rule("/", "home", passport.authenticate("key")(inner(hello)))
    assert '"admn"' in problems(app)


@pytest.mark.parametrize(
    ("guard", "example"),
    [
        (role_required, '@role_required("admin")'),
        (permission_required, '@permission_required("users:read")'),
        (Passport().authenticate, '@passport.authenticate("jwt")'),
    ],
)
def test_a_guard_written_without_its_parentheses_names_the_view(guard: Callable[..., View], example: str) -> None:
    with pytest.raises(TypeError) as refusal:
        guard(hello)
    assert str(refusal.value) == f"hello: this guard takes names, as in {example}."


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: login_required("jwt"),  # type: ignore[call-overload]
        lambda: optional_auth("jwt"),  # type: ignore[call-overload]
        lambda: login_required(via="jwt"),
        lambda: role_required("admin", via="jwt"),
    ],
)
def test_one_strategy_in_the_place_of_several_is_refused(misuse: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=r'via=\("jwt",\)'):
        misuse()


def test_a_list_in_the_place_of_names_is_refused() -> None:
    with pytest.raises(TypeError, match=r"and not \['admin'\]"):
        role_required(["admin"])  # type: ignore[arg-type]


def test_guarded_views_without_init_app_are_refused(passport: Passport[str]) -> None:
    app = Flask(__name__)
    app.add_url_rule("/", "home", passport.authenticate("key")(hello))
    assert problems(app) == "views are guarded, but passport.init_app(app) was not called: ['home']"


def test_without_init_app_each_use_says_so(passport: Passport[str]) -> None:
    app = Flask("somebodys")
    app.testing = True
    app.add_url_rule("/", "home", passport.authenticate("key")(hello))
    for use in (lambda: passport.use(app, HeaderStrategy()), lambda: app.test_client().get("/")):
        with pytest.raises(RuntimeError, match=r"somebodys: passport\.init_app\(app\) was not called"):
            use()


def test_a_view_added_after_the_start_is_refused_at_every_request(app: Flask) -> None:
    require_guards(app)
    app.add_url_rule("/late", "late", hello)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no guard"):
            app.test_client().get("/late")


def test_a_guarded_view_added_after_the_start_is_served(app: Flask, passport: Passport[str]) -> None:
    require_guards(app)
    app.add_url_rule("/late", "late", passport.authenticate("key")(hello))
    assert app.test_client().get("/late", headers={"X-Key": "good-ada"}).text == "hello"


def test_a_view_that_stopped_the_start_is_not_served_by_an_app_that_goes_on_regardless(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", hello)
    problems(app)
    with pytest.raises(RuntimeError, match="no guard"):
        app.test_client().get("/forgotten")


def test_a_view_of_our_own_that_is_called_static_needs_a_guard_like_any_other(passport: Passport[str]) -> None:
    app = Flask(__name__, static_folder=None)
    passport.init_app(app)
    app.add_url_rule("/secrets", "static", hello)
    assert "no guard" in problems(app)


def test_a_path_that_does_not_exist_is_404(app: Flask) -> None:
    require_guards(app)
    assert app.test_client().get("/nowhere").status_code == 404


def test_the_mark_says_what_stands_before_a_view_and_a_copy_of_it_says_nothing(passport: Passport[str]) -> None:
    guarded = passport.authenticate("key", "jwt", optional=True)(hello)
    assert guard_of(guarded) == Guard(("key", "jwt"), optional=True)
    assert guard_of(arguments(public(hello))) is None


def test_an_async_view_does_not_start(app: Flask) -> None:
    async def later() -> str:
        return "never awaited"

    app.add_url_rule("/later", "later", public(later))  # type: ignore[type-var]
    assert "async view" in problems(app)
