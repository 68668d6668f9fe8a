"""An identity gateway of somebody else: it signs tokens, and publishes its keys over HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt as pyjwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://gateway.example"
AUDIENCE = "our-api"


def new_key(algorithm: str, bits: int = 2048) -> Any:
    """A private key that the algorithm signs with."""
    if algorithm in {"RS256", "PS256"}:
        return rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return ec.generate_private_key(ec.SECP256R1()) if algorithm == "ES256" else ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, algorithm: str, kid: str | None = None, **members: Any) -> dict[str, Any]:
    """The public half, as it stands in a set; a member that is None is left out."""
    made: dict[str, Any] = pyjwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    made.pop("key_ops", None)
    made |= {"kid": kid, "use": "sig", "alg": algorithm, **members}
    return {name: value for name, value in made.items() if value is not None}


def sign(key: Any, algorithm: str, kid: str | None = None, **claims: Any) -> str:
    """A token as the gateway gives it out; a claim that is None is left out."""
    now = int(time.time())
    payload = {"iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "iat": now, "exp": now + 300, **claims}
    payload = {name: value for name, value in payload.items() if value is not None}
    return pyjwt.encode(payload, key, algorithm, headers=None if kid is None else {"kid": kid})


class Gateway:
    """What it answers is set by attributes. ``asked`` counts the requests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: list[Any] = []
        self.body: bytes | None = None
        """Instead of the keys."""
        self.status = 200
        self.location = ""
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = 0

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        self.may_answer.wait(20)
        body = json.dumps({"keys": self.keys}).encode() if self.body is None else self.body
        handler.send_response(self.status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@contextmanager
def running() -> Iterator[Gateway]:
    """A gateway on a free port of this machine, closed at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            gateway.answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gateway = Gateway(f"http://127.0.0.1:{server.server_address[1]}/jwks.json")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        gateway.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
