"""Settings of parts, and all that is wrong told at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask

from app import create_app
from app.core.config import Config
from app.core.parts import set_up
from app.core.settings import from_environment, is_setting, misspelt, of, read, renamed
from app.trpc.settings import Settings as TrpcSettings
from config import ROOT, ConfigError, Declared, Whole, declarations, setting, text
from tests.databases import SETTINGS
from tests.server import SERVED
from tests.variables import ACCESS, REFRESH, SECRETS, problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Of a part that is none of ours."""

    greeting: str = setting("TRIED_GREETING", text, "Hello")
    """What is said first."""
    times: int = setting("TRIED_TIMES", Whole(1, 3), "1")
    """How often."""


def test_a_part_reads_its_settings_where_the_app_has_its_own_from() -> None:
    app = create_app(SETTINGS)
    assert read(app, Settings) == of(app, Settings) == Settings(greeting="Hello", times=1)


def test_an_app_that_is_made_by_hand_is_given_the_variables_of_parts(make_app: Callable[..., Flask]) -> None:
    app = make_app(variables={"TRIED_GREETING": "Hi", "TRPC_BATCH_LIMIT": "5"})

    assert read(app, Settings).greeting == "Hi"
    assert of(app, TrpcSettings).batch_limit == 5


def test_a_bad_setting_of_a_part_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="TRPC_BATCH_LIMIT is '0'; it must be a whole number from 1 to 1000"):
        create_app(replace(SETTINGS, variables={"TRPC_BATCH_LIMIT": "0"}))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def put(**env: str) -> None:
        for name, value in {**SECRETS, **env}.items():
            monkeypatch.setenv(name, value)

    return put


def test_everything_that_is_wrong_is_told_at_once_whoever_it_is_for(environment: Callable[..., None]) -> None:
    environment(
        JWT_REFRESH_SECRET="short",
        LOG_LEVEL="LOUD",
        CORS_ORIGINS="*,https://app.example.com/,https://good.example.com",
        REFRESH_IDLE_DAYS="31",
        WEB_THREADS="none",
        TRPC_BATCH_LIMIT="many",
        TRIED_TIMES="4",
        SOCIAL_GITHUB_KEY="half",
        SOCIAL_GITLAB_SECRET="half",
        SOCIAL_NOBODY_KEY="x",
        EXTERNAL_JWT_SUBJECT="id",
        EXTERNAL_JWT_ISS="x",
    )
    with pytest.raises(ConfigError) as caught:
        from_environment()

    told = [problem.partition(" ")[0] for problem in caught.value.problems]
    assert sorted(told) == [
        "ACCESS_TOKEN_MINUTES,",
        "CORS_ORIGINS",
        "CORS_ORIGINS",
        "EXTERNAL_JWT_ALGORITHM",
        "EXTERNAL_JWT_AUDIENCE",
        "EXTERNAL_JWT_ISS",
        "EXTERNAL_JWT_ISSUER",
        "JWT_REFRESH_SECRET",
        "LOG_LEVEL",
        "None",  # of the variables that say where the key of the other issuer is
        "SOCIAL_NOBODY_KEY",
        "TRIED_TIMES",
        "TRPC_BATCH_LIMIT",
        "WEB_THREADS",
        "github",
        "gitlab",
    ]


def test_what_does_not_go_together_is_told_though_something_else_is_wrong(environment: Callable[..., None]) -> None:
    environment(
        APP_ENV="production",
        WEB_THREADS="none",
        COOKIES="false",
        SOCIAL_GITHUB_KEY="k",
        SOCIAL_GITHUB_SECRET="s",
        EXTERNAL_JWT_ALGORITHM="HS256",
        EXTERNAL_JWT_SECRET=REFRESH,
        EXTERNAL_JWT_SUBJECT="id",
    )
    with pytest.raises(ConfigError) as caught:
        from_environment()

    told = [problem.split()[0] for problem in caught.value.problems]
    assert sorted(told) == ["COOKIES=false:", "EXTERNAL_JWT_SECRET", "PUBLIC_URL", "WEB_THREADS"]


def test_a_rule_says_nothing_of_a_value_that_is_refused_by_itself() -> None:
    assert problems(APP_ENV="prod", PUBLIC_URL="http://a.example.com", COOKIE_MODE="cross-site") == [
        "APP_ENV is 'prod'; it must be one of: production, development."
    ]
    assert problems(ACCESS_TOKEN_MINUTES="0", SESSION_MAX_DAYS="1") == [
        "ACCESS_TOKEN_MINUTES is '0'; it must be a whole number from 1 to 60."
    ]
    assert [problem.partition(" ")[0] for problem in problems(JWT_SECRET="", JWT_REFRESH_SECRET="")] == [
        "JWT_SECRET",
        "JWT_REFRESH_SECRET",
    ]


class Failing:
    """A part that is told something impossible."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error

    def init_app(self, app: Flask, /) -> None:
        app.extensions["last"] = self
        if self.error:
            raise self.error


def test_the_problems_of_all_parts_are_told_at_once() -> None:
    parts = [Failing(ConfigError("A is wrong.")), Failing(KeyError("a")), Failing(ConfigError("B is.", "C is."))]
    with pytest.raises(ConfigError) as caught:
        set_up(Flask(__name__), parts)

    assert caught.value.problems == ("A is wrong.", "B is.", "C is.")


def test_an_error_that_is_no_problem_of_settings_is_what_it_is() -> None:
    app, bad = Flask(__name__), Failing(KeyError("a"))
    with pytest.raises(KeyError):
        set_up(app, [bad, Failing(None)])
    assert app.extensions["last"] is bad


@pytest.mark.parametrize("quote", ['"', "'"])
def test_quotes_as_docker_leaves_them_are_no_part_of_any_value(quote: str) -> None:
    written = {
        "JWT_SECRET": ACCESS,
        "JWT_REFRESH_SECRET": REFRESH,
        "APP_ENV": "development",
        "CORS_ORIGINS": "http://localhost:5173",
        "ACCESS_TOKEN_MINUTES": "5",
        "COOKIES": "true",
        "LOG_LEVEL": "debug",
        "DATABASE_URL": "postgresql://db/app",
        "SOCIAL_GITHUB_KEY": "key",
        "BRAND_NAME": " Acme ",
        "JWT_ISSUER": "",
        "TRPC_BATCH_LIMIT": "7",
    }
    quoted = {name: f"{quote}{value}{quote}" for name, value in written.items()}

    assert Config.from_env(quoted) == Config.from_env(written)
    assert TrpcSettings.read(quoted).batch_limit == 7


@pytest.mark.parametrize("value", ['"', "'x\"", 'x"', '"x'])
def test_one_quote_alone_is_a_part_of_the_value(value: str) -> None:
    assert Settings.read({"TRIED_GREETING": value}).greeting == value


def test_a_name_that_is_nearly_one_of_a_part_is_none_either() -> None:
    assert list(misspelt(["TRPC_BATCH_LIMITS", "JWT_SECERT", "PORTS", "SOCIAL_X", "HOME"])) == [
        "JWT_SECERT is no setting. Did you mean JWT_SECRET?",
        "TRPC_BATCH_LIMITS is no setting. Did you mean TRPC_BATCH_LIMIT?",
    ]
    assert is_setting("SOCIAL_ANYTHING")
    assert not is_setting("PGSSLMODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed(Declared):
    """What has got other names, and what has gone."""

    greeting: str = setting("TRIED_WELCOME", text, "Hello", was=("TRIED_HAIL", "TRIED_HELLO"))
    """What is said first."""
    password: str = setting("TRIED_PASSWORD", text, "", private=True, was=("TRIED_PASS",))
    """Who says it."""
    gone: ClassVar = {"TRIED_LOUDNESS": "Set TRIED_WELCOME in capitals."}
    prefix: ClassVar = "TRIED_W"


def test_a_setting_is_read_by_the_names_that_it_had(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    env = {"TRIED_HELLO": " 'Hi' ", "TRIED_PASS_FILE": str(tmp_path / "password")}
    assert Renamed.read(env) == Renamed(greeting="Hi", password="secret")
    assert Renamed.read({"TRIED_WELCOME": "Hi", "TRIED_HAIL": ""}).greeting == "Hi"
    assert renamed(env) == {"TRIED_HELLO": "TRIED_WELCOME", "TRIED_PASS_FILE": "TRIED_PASSWORD_FILE"}
    assert all(map(is_setting, ("TRIED_HAIL", "TRIED_PASS_FILE", "TRIED_LOUDNESS")))


@pytest.mark.parametrize(
    ("env", "told"),
    [
        (
            {"TRIED_WELCOME": "Hi", "TRIED_HAIL": "Hi"},
            "TRIED_HAIL is called TRIED_WELCOME now, and both are set: take TRIED_HAIL out.",
        ),
        ({"TRIED_LOUDNESS": "1"}, "TRIED_LOUDNESS is no setting any more. Set TRIED_WELCOME in capitals."),
    ],
)
def test_what_is_set_twice_or_has_gone_stops_the_start(env: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Renamed.read(env)
    assert caught.value.problems == (told,)


OURS = [kind for kind in Declared.kinds.values() if not kind.__module__.startswith("tests.")]
SOURCES = [
    *ROOT.glob("app/**/*.py"),
    *(ROOT / name for name in SERVED),
]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__module__)
def test_every_setting_is_asked_for_by_somebody(kind: type[Declared]) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)

    assert [name for name, _ in declarations(kind) if f".{name}" not in code] == []


def test_whoever_forgets_to_read_settings_is_told_so(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(RuntimeError, match=r"test_settings\.Settings was not read\. Call read\(app, Settings\)"):
        of(make_app(), Settings)
