"""What people do in the story. Each deed is a command of the domain, as a view would call it, in somebody's request."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from contextlib import suppress

from app import accounts, sessions
from app.accounts import Attempt, Prepared, SignedIn, identities
from app.core import clock
from app.features.api_keys import service as api_keys
from app.features.invitations import accepting
from app.features.invitations import service as invitations
from app.features.password_reset import service as password_reset
from app.features.posts import service as posts
from app.features.trusted_devices import service as trusted_devices
from app.passport import AuthenticationFailed, Profile, Success
from app.passport.strategies.api_key import parts_of
from app.sessions import Client
from demo.devices import Device
from demo.stage import EARLIER, PASSWORD, Stage

WRONG = "not-the-password"


def _stored(stage: Stage, email: str, name: str, role: str, *, earlier: bool = False) -> uuid.UUID:
    """With a hash that was made before: two hundred of them would be most of the time that the story takes."""
    prepared: Prepared = accounts.prepare(email, None, name, role=role)
    prepared.user.password_hash = stage.earlier_hash if earlier else stage.password_hash
    prepared.user.password_changed_at = prepared.user.created_at
    return prepared.store().id


def make_first_admin(stage: Stage, email: str, name: str) -> None:
    """By the operator: on the command line, in no request."""
    with stage.app.app_context():
        stage.ids[email] = _stored(stage, email, name, "admin")
        accounts.mark_verified(stage.ids[email])


def sign_up(stage: Stage, email: str, name: str, device: Device, *, earlier: bool = False) -> None:
    """``earlier``: with a password that they change later."""
    with stage.request("/auth/register", device):
        stage.ids[email] = _stored(stage, email, name, "user", earlier=earlier)


def prove_address(stage: Stage, email: str, device: Device) -> None:
    """By the link that was mailed."""
    with stage.request("/auth/verify-email", device, email):
        accounts.mark_verified(stage.ids[email])


def come_from(stage: Stage, provider: str, email: str, name: str, device: Device) -> None:
    """By an identity provider that vouches for the address: the first time it makes the account, or joins it."""
    with stage.request(f"/auth/oauth/{provider}/callback", device):
        profile = Profile(provider, f"{provider}|{email}", email, email_verified=True, name=name)
        stage.ids[email] = identities.user_of(profile).id


def connect(stage: Stage, provider: str, email: str, name: str, device: Device) -> None:
    """Another account at a provider opens theirs, too."""
    with stage.request(f"/auth/oauth/{provider}/callback", device, email):
        profile = Profile(provider, f"{provider}|{email}", email, email_verified=True, name=name)
        identities.connect(stage.ids[email], profile)


def sign_in(stage: Stage, email: str, device: Device, strategy: str = "local") -> None:
    """With the second factor that they are asked for, if they have one."""
    with stage.request("/auth/login", device):
        user = accounts.load(stage.ids[email])
        if user is None:
            return  # kept out by now
        last = (*accounts.second_factors(user.id), strategy)[0]
        client = Client(device.agent, device.address)
        before = stage.open.get((email, device))
        replacing = None if before is None else before.session.id
        attempt = Attempt(Success(user, last), client, remember=True, done=frozenset({strategy}))
        outcome = accounts.sign_in(attempt, replacing=replacing)
        if not isinstance(outcome, SignedIn):
            raise LookupError(f"{email} was asked for {outcome.step.name}")
        stage.open[email, device] = outcome


def come_back(stage: Stage, email: str, device: Device) -> None:
    """Where they are signed in already, if they still are: the page refreshes the session."""
    signed_in = stage.open.get((email, device))
    if signed_in is None:
        return
    with stage.request("/auth/refresh", device), suppress(AuthenticationFailed):
        session = signed_in.session
        claims = {"sid": session.id, "sub": signed_in.user.id, "jti": session.refresh_id}
        accounts.refresh({name: str(value) for name, value in claims.items()})


def sign_out(stage: Stage, email: str, device: Device) -> None:
    signed_in = stage.open.pop((email, device), None)
    if signed_in is not None:
        with stage.request("/auth/logout", device):
            sessions.revoke(signed_in.session.id, "signed_out", by=signed_in.user.id)


def mistype(stage: Stage, email: str, device: Device) -> None:
    with stage.request("/auth/login", device):
        accounts.authenticate(email, WRONG)


def change_password(stage: Stage, email: str, device: Device) -> None:
    """From an earlier one to the one that is printed."""
    with stage.request("/auth/change-password", device, email):
        keep = stage.open[email, device].session.id
        accounts.change_password(stage.ids[email], EARLIER, PASSWORD, keep=keep)


def choose_language(stage: Stage, email: str, device: Device, language: str) -> None:
    with stage.request("/api/profile", device, email):
        accounts.choose_language(stage.ids[email], language)


def ask_for_reset(stage: Stage, email: str, device: Device) -> None:
    with stage.request("/auth/forgot-password", device):
        password_reset.request(email, None)


def make_key(stage: Stage, email: str, device: Device, key: str, days: int | None, scopes: Sequence[str] = ()) -> None:
    with stage.request("/api/keys", device, email):
        made = api_keys.create(stage.ids[email], key, scopes=scopes, expires_in_days=days)
        stage.keys[email, key] = made[1]


def use_key(stage: Stage, email: str, key: str, program: Device) -> None:
    with stage.request("/api/posts", program):
        parts = parts_of(stage.keys[email, key])
        if parts is not None:
            api_keys.verify(*parts)


def revoke_key(stage: Stage, email: str, key: str, device: Device) -> None:
    with stage.request("/api/keys", device, email):
        parts = parts_of(stage.keys[email, key])
        if parts is not None:
            api_keys.revoke(stage.ids[email], parts[0])


def trust_device(stage: Stage, email: str, device: Device) -> None:
    with stage.request("/auth/trusted-devices", device, email):
        trusted_devices.trust(stage.caller(email, device), ())


def post(stage: Stage, email: str, device: Device, title: str, body: str) -> None:
    with stage.request("/api/posts", device, email):
        posts.create(stage.caller(email, device), title, body, is_draft=title.startswith("Draft"))


def invite(stage: Stage, by: str, device: Device, email: str, role: str) -> None:
    with stage.request("/api/invitations", device, by):
        stage.invitations[email] = invitations.invite(email, role, by=stage.caller(by, device)).id


def accept(stage: Stage, email: str, name: str, device: Device) -> None:
    """With a link like that of the mail, whose secret is made anew here: nobody reads what was mailed."""
    with stage.request("/auth/accept-invitation", device):
        found = accepting.new_secret(stage.invitations[email])
        if found is not None:
            stage.ids[email] = accepting.accept(found[1], PASSWORD, name).id


def take_back(stage: Stage, by: str, device: Device, email: str) -> None:
    with stage.request("/api/invitations", device, by):
        invitations.revoke(stage.invitations[email], by=stage.caller(by, device))


def give_role(stage: Stage, by: str, device: Device, email: str, role: str) -> None:
    with stage.request("/api/users", device, by):
        accounts.manage(stage.ids[email], role=role, by=stage.caller(by, device))


def disable(stage: Stage, by: str, device: Device, email: str) -> None:
    with stage.request("/api/users", device, by):
        accounts.manage(stage.ids[email], is_active=False, by=stage.caller(by, device))


def ban(stage: Stage, by: str, device: Device, email: str, reason: str, days: int | None) -> None:
    with stage.request("/api/users", device, by):
        until = None if days is None else clock.now() + dt.timedelta(days=days)
        accounts.ban(stage.ids[email], reason, until, by=stage.caller(by, device))
