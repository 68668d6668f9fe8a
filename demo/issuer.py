"""Identity providers that the demo starts itself: OpenID Connect, for people who need no password to be somebody.

What an application is told is what a real issuer tells it: discovery, a code that is good once and bound by PKCE, an ID
token signed with a key that it publishes, userinfo. What is missing is any doubt about who somebody is: its page asks,
and believes. So it listens on this machine alone, and sends people back to the demo only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from urllib.parse import unquote_plus, urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask, Response, abort, jsonify, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from jwt.algorithms import ECAlgorithm
from werkzeug.serving import WSGIRequestHandler, make_server

CODE_SECONDS = 60
LONGEST = 300
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ name }}</title>
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui; max-width: 26rem; margin: 8vh auto; padding: 0 1rem }
button { font: inherit; width: 100%; padding: .7rem 1rem; margin: .25rem 0; text-align: start; cursor: pointer }
small { display: block; opacity: .8 }</style>
<h1>{{ name }}</h1><p>This provider is a part of the demo, and believes everybody. Who are you?</p>
<form method="post">{% for field, value in asked.items() %}<input type="hidden" name="{{ field }}" value="{{ value }}">
{% endfor %}{% for who in people %}
<button name="who" value="{{ who.email }}">{{ who.name }}<small>{{ who.email }}</small></button>
{% endfor %}</form></html>"""


@dataclass(frozen=True, slots=True)
class Claimant:
    name: str
    email: str


@dataclass
class Issuer:
    """``name`` is what its page is headed with, ``people`` are who may be chosen there."""

    name: str
    people: Sequence[Claimant]
    callback: str = ""
    """Where people are sent back to; nowhere else."""
    client_secret: str = ""
    url: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, Claimant] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        places = ("authorization_endpoint", "authorize"), ("token_endpoint", "token"), ("jwks_uri", "keys")
        return {
            "issuer": self.url,
            **{named: f"{self.url}/{path}" for named, path in (*places, ("userinfo_endpoint", "userinfo"))},
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, object]:
        return {"keys": [{**json.loads(ECAlgorithm.to_jwk(self.key.public_key())), "kid": "demo", "use": "sig"}]}

    def subject(self, who: Claimant) -> str:
        """As the story knows it: ``oidc-acme|amara@example.com``."""
        return f"oidc-{self.name.lower()}|{who.email}"

    def claims(self, who: Claimant) -> dict[str, object]:
        return {"sub": self.subject(who), "email": who.email, "email_verified": True, "name": who.name}

    def code_for(self, who: Claimant, asked: Mapping[str, str]) -> str:
        code = secrets.token_urlsafe(24)
        kept = {name: asked.get(name, "")[:LONGEST] for name in ("nonce", "code_challenge")}
        self.codes[code] = {**kept, "who": who.email, "until": str(time.time() + CODE_SECONDS)}
        return code

    def exchange(self, sent: Mapping[str, str]) -> dict[str, object] | None:
        """Tokens for a code, once. None: it is not good, or not theirs who bring it."""
        kept = self.codes.pop(sent.get("code", ""), None)
        if kept is None or float(kept["until"]) < time.time() or not _fits(kept["code_challenge"], sent):
            return None
        who, now = self.find(kept["who"]), int(time.time())
        access = secrets.token_urlsafe(24)
        self.tokens[access] = who
        claims = {**self.claims(who), "iss": self.url, "aud": "flaskport", "iat": now, "exp": now + CODE_SECONDS}
        claims |= {"nonce": kept["nonce"]} if kept["nonce"] else {}
        signed = jwt.encode(claims, self.key, algorithm="ES256", headers={"kid": "demo"})
        return {"access_token": access, "token_type": "Bearer", "expires_in": CODE_SECONDS, "id_token": signed}

    def find(self, email: str) -> Claimant:
        return next((who for who in self.people if who.email == email), self.people[0])


def _fits(challenge: str, sent: Mapping[str, str]) -> bool:
    """RFC 7636 section 4.6."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    return not challenge or compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def make_app(issuers: Mapping[str, Issuer]) -> Flask:
    """Each issuer under a path of its own: ``/acme``."""
    app = Flask(__name__)

    def of(path: str) -> Issuer:
        return issuers.get(path) or abort(404)

    @app.get("/<path>/.well-known/openid-configuration")
    def discovery(path: str) -> ResponseReturnValue:
        return of(path).document()

    @app.get("/<path>/keys")
    def keys(path: str) -> ResponseReturnValue:
        return of(path).keys()

    @app.route("/<path>/authorize", methods=["GET", "POST"])
    def authorize(path: str) -> ResponseReturnValue:
        issuer, asked = of(path), request.values
        if asked.get("redirect_uri") != issuer.callback or asked.get("client_id") != "flaskport":
            abort(400, "This is not the demo's own address to come back to.")
        if request.method == "GET":
            return render_template_string(PAGE, name=issuer.name, people=issuer.people, asked=request.args)
        code = issuer.code_for(issuer.find(asked.get("who", "")), asked)
        answer = {"code": code, "state": asked.get("state", ""), "iss": issuer.url}
        return redirect(f"{issuer.callback}?{urlencode(answer)}", 303)

    @app.post("/<path>/token")
    def token(path: str) -> ResponseReturnValue:
        issuer = of(path)
        tokens = issuer.exchange(request.form) if _is_client(issuer) else None
        return tokens or (jsonify(error="invalid_grant"), 400)

    @app.get("/<path>/userinfo")
    def userinfo(path: str) -> ResponseReturnValue:
        issuer = of(path)
        who = issuer.tokens.get(request.authorization.token or "" if request.authorization else "")
        return Response(status=401) if who is None else issuer.claims(who)

    return app


def _is_client(issuer: Issuer) -> bool:
    basic = request.authorization
    given = (
        unquote_plus(basic.password or "") if basic and basic.type == "basic" else request.form.get("client_secret", "")
    )
    return compare_digest(given.encode(), issuer.client_secret.encode())


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: what the demo prints is for people."""


@contextmanager
def running(issuers: Mapping[str, Issuer]) -> Iterator[None]:
    """Served on a free port of this machine until the end; each is told its address."""
    server = make_server("127.0.0.1", 0, make_app(issuers), threaded=True, request_handler=Quiet)
    for path, issuer in issuers.items():
        issuer.url = f"http://127.0.0.1:{server.server_port}/{path}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
