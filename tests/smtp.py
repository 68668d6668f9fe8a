"""A mail server as others run them: plain, with STARTTLS or TLS, with a password, and in all its moods."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

USER, SECRET = "mailer", "p@ss:w/rd#1"
CERTIFICATE = "certificate.pem"


@dataclass
class Mailbox:
    """What a server took, and what it does with what comes."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    """Of each that was taken."""
    senders: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """By command (MAIL, RCPT, DATA), what is answered in place of 250."""
    hang: set[str] = field(default_factory=set)
    """Commands that are answered after so many ``seconds``: DATA, QUIT."""
    seconds: float = 60
    commands: list[str] = field(default_factory=list)

    async def _pause(self, command: str) -> None:
        self.commands.append(command)
        if command in self.hang:
            await asyncio.sleep(self.seconds)

    async def handle_MAIL(self, _s: SMTP, _x: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        await self._pause("MAIL")
        envelope.mail_from, envelope.mail_options = address, options
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(self, _s: SMTP, _x: Any, envelope: Envelope, address: str, _o: list[str]) -> str:
        await self._pause("RCPT")
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, session: Any, envelope: Envelope) -> str:
        await self._pause("DATA")
        if "DATA" in self.answers:
            return self.answers["DATA"]
        message = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.taken.append(message)
        self.to += envelope.rcpt_tos
        self.senders.append(str(envelope.mail_from))
        self.signed_in.append(bool(session.authenticated))
        self.encrypted.append(session.ssl is not None)
        return "250 taken"

    async def handle_QUIT(self, _s: SMTP, _x: Any, _e: Envelope) -> str:
        await self._pause("QUIT")
        return self.answers.get("QUIT", "221 Bye")


def _judge(_server: SMTP, _session: Any, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    if (data.login, data.password) == (USER.encode(), SECRET.encode()):
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False, message="535 5.7.8 wrong")  # its own refusal takes some seconds


@contextmanager
def serving(mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[Mailbox]:
    """With ``tls`` from the first byte. ``options`` are aiosmtpd's."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    options = {"hostname": "mail.example", "authenticator": _judge, "enable_SMTPUTF8": True, **options}
    made: Callable[[], SMTP] = lambda: SMTP(mailbox, loop=loop, **options)  # noqa: E731

    def run() -> None:
        server = loop.run_until_complete(loop.create_server(made, "127.0.0.1", mailbox.port, ssl=tls))
        mailbox.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield mailbox
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine, which it has signed itself. Who trusts ``CERTIFICATE`` trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1000))
    made = made.add_extension(names, critical=False).add_extension(x509.BasicConstraints(True, None), critical=True)
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / CERTIFICATE).write_bytes(signed)
    (folder / "key.pem").write_bytes(private)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / CERTIFICATE, folder / "key.pem")
    return context
