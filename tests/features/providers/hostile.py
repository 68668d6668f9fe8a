"""An OpenID provider over HTTP that does what it is told: right by default, wrong where a test says so."""

from __future__ import annotations

import base64
import hashlib
import secrets
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from tests.features.providers.answers import Answer, laid_over, moved, page, said
from tests.features.providers.keys import Sign, encoded, public_jwk, self_signed, signed

KEY, SECRET = "flaskport-client", "a-client-secret-that-nobody-else-knows"


@dataclass(frozen=True)
class Behaviour:
    """What the provider does. The mappings are laid over what is right; ``answers`` replaces it, by endpoint."""

    person: Mapping[str, Any] = field(
        default_factory=lambda: {"sub": "ada-1", "email": "ada@example.com", "email_verified": True, "name": "Ada"}
    )
    discovery: Mapping[str, Any] = field(default_factory=dict)
    id_token: Mapping[str, Any] = field(default_factory=dict)
    userinfo: Mapping[str, Any] = field(default_factory=dict)
    token: Mapping[str, Any] = field(default_factory=dict)
    back: Mapping[str, Any] = field(default_factory=dict)
    """The parameters that the browser brings back."""
    keys: tuple[Mapping[str, Any], ...] | None = None
    sign: Sign = signed
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Received:
    """A request that the provider saw."""

    endpoint: str
    method: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]


class Hostile(ThreadingHTTPServer):
    """``behave(…)`` says what is wrong from now on, ``received`` what was asked."""

    daemon_threads = True
    request_queue_size = 128
    """Many come at once: whoever finds the queue full comes again after a second, which may be too late."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        public_jwk()  # makes the key, before several threads ask for it at once
        self.forget()

    def forget(self) -> None:
        """As new: right, and without memories."""
        self.behaviour = Behaviour()
        self.received: list[Received] = []
        self.codes: dict[str, Mapping[str, str]] = {}
        self.client = (KEY, SECRET)
        self.secrets: list[str] = [SECRET]
        """All that must never be seen in an address, a log or a row."""
        self.over = threading.Event()

    def behave(self, **wrong: Any) -> None:
        self.behaviour = replace(self.behaviour, **wrong)

    def person(self, **claims: Any) -> None:
        """Somebody else signs in at the provider."""
        self.behave(person=laid_over(self.behaviour.person, claims))

    def document(self) -> dict[str, Any]:
        """The discovery document, as it should be."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def asked(self, endpoint: str) -> list[Received]:
        return [request for request in self.received if request.endpoint == endpoint]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is no news here."""


class Handler(BaseHTTPRequestHandler):
    server: Hostile

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        request = Received(
            endpoint=parts.path.strip("/"),
            method=self.command,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            form=dict(parse_qsl(self.rfile.read(size).decode(), keep_blank_values=True)),
            headers=dict(self.headers.items()),
        )
        self.server.received.append(request)
        answer = self.server.behaviour.answers.get(request.endpoint)
        self.send(answer or self.right(request))

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def send(self, answer: Answer) -> None:
        if answer.silence:
            self.server.over.wait(30)
            return
        lines = [f"HTTP/1.0 {answer.status} Answer", *(f"{name}: {value}" for name, value in answer.headers.items())]
        if answer.length and "Content-Length" not in answer.headers:
            lines.append(f"Content-Length: {len(answer.body)}")
        head = "\r\n".join([*lines, "", ""]).encode()
        if answer.pause:
            fast = b"" if answer.headers_too else head + answer.body[: answer.quickly]
            self.wfile.write(fast)
            for byte in (head + answer.body)[len(fast) :]:
                if self.server.over.wait(answer.pause):
                    return
                self.wfile.write(bytes([byte]))
        else:
            self.wfile.write(head + answer.body)

    def right(self, request: Received) -> Answer:
        behaviour = self.server.behaviour
        match request.endpoint:
            case ".well-known/openid-configuration":
                return said(laid_over(self.server.document(), behaviour.discovery))
            case "authorize":
                return self.authorize(request)
            case "token":
                return self.token(request)
            case "jwks":
                return said({"keys": [public_jwk()] if behaviour.keys is None else behaviour.keys})
            case "userinfo":
                return self.userinfo(request)
        return page(404)

    def authorize(self, request: Received) -> Answer:
        """Everybody is signed in here, and agrees at once."""
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = request.query
        self.server.secrets.append(code)
        back = laid_over({"code": code, "state": request.query["state"]}, self.server.behaviour.back)
        return moved(f"{request.query['redirect_uri']}?{urlencode(back)}")

    def token(self, request: Received) -> Answer:
        began = self.server.codes.pop(request.form.get("code", ""), None)
        if began is None:
            return replace(said({"error": "invalid_grant"}), status=400)
        if client_of(request) != self.server.client:
            return replace(said({"error": "invalid_client"}), status=401)
        if request.form.get("redirect_uri") != began["redirect_uri"] or not proven(request, began):
            return replace(said({"error": "invalid_grant"}), status=400)
        now = int(time.time())
        access_token = secrets.token_urlsafe(16)
        claims = {
            "iss": self.server.url,
            "aud": self.server.client[0],
            "iat": now,
            "exp": now + 300,
            "nonce": began.get("nonce"),
            "at_hash": encoded(hashlib.sha256(access_token.encode()).digest()[:16]),
            **self.server.behaviour.person,
        }
        id_token = self.server.behaviour.sign(laid_over(claims, self.server.behaviour.id_token))
        self.server.secrets += [access_token, id_token, request.form.get("code_verifier") or SECRET]
        tokens = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        return said(laid_over(tokens, self.server.behaviour.token))

    def userinfo(self, request: Received) -> Answer:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.server.secrets[1:]:
            return page(401)
        return said(laid_over(self.server.behaviour.person, self.server.behaviour.userinfo))


def client_of(request: Received) -> tuple[str, str]:
    """By HTTP Basic or in the body (RFC 6749 section 2.3.1)."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic":
        key, _, secret = base64.b64decode(value).decode().partition(":")
        return unquote_plus(key), unquote_plus(secret)
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def proven(request: Received, began: Mapping[str, str]) -> bool:
    """PKCE (RFC 7636 section 4.6), where the client began with it."""
    if "code_challenge" not in began:
        return "code_verifier" not in request.form
    return encoded(hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()) == began["code_challenge"]


@contextmanager
def running(*, tls: bool = False) -> Iterator[Hostile]:
    """A provider of its own; with ``tls`` behind a certificate that nobody signed."""
    server = Hostile()
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(self_signed())
            file.flush()
            context.load_cert_chain(file.name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.url = server.url.replace("http:", "https:")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
