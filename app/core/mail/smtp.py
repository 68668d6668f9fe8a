"""A mail by SMTP: encrypted, unless MAIL_URL says otherwise aloud; and what each refusal means for it."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from functools import cached_property

from app.core.mail.settings import Transport

PERMANENT = range(500, 600)
"""RFC 5321 section 4.2.1: trying it again will not help."""
ABOUT_US = frozenset({530, 534, 535, 538})
"""RFC 4954: who sends is not signed in, or not as the server wants it. That is no fault of the mail."""


class Undeliverable(Exception):
    """This mail will never be taken: its text is what the server said of it."""


class Unreachable(Exception):
    """No mail can be sent at the moment: there is no server, or it does not let us in."""


class NotNow(OSError):
    """The server does not take this mail yet. Its text is what the server said."""


class Smtp:
    """A mail server, as MAIL_URL says."""

    def __init__(self, transport: Transport, timeout: int) -> None:
        self._transport = transport
        self._timeout = timeout

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Made once: to read all certificates that are trusted takes longer than a mail."""
        return ssl.create_default_context()

    def send(self, message: EmailMessage) -> None:
        """Once the server has taken it, it is sent, however they part."""
        server = self._ready()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            raise _judged(*next(iter(refused.recipients.values()))) from None
        except smtplib.SMTPSenderRefused as refused:
            # Whom mails are from is the operator's business. Once it is mended, this one can go.
            raise NotNow(_said(refused.smtp_code, refused.smtp_error)) from None
        except smtplib.SMTPDataError as refused:
            raise _judged(refused.smtp_code, refused.smtp_error) from None
        except smtplib.SMTPNotSupportedError as missing:
            raise Undeliverable(str(missing)) from None
        else:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def greet(self) -> None:
        """Go as far as a mail would, and send none. Raises Unreachable."""
        server = self._ready()
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()

    def _ready(self) -> smtplib.SMTP:
        """A connection that is ready for a mail: encrypted and signed in. Raises Unreachable."""
        try:
            return self._connected()
        except (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError) as refused:
            raise Unreachable(_said(refused.smtp_code, refused.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from None

    def _connected(self) -> smtplib.SMTP:
        to = self._transport
        server: smtplib.SMTP
        if to.scheme == "smtps":
            server = smtplib.SMTP_SSL(to.host, to.port, timeout=self._timeout, context=self._context)
        else:
            server = smtplib.SMTP(to.host, to.port, timeout=self._timeout)
        try:
            if to.scheme == "smtp":
                server.starttls(context=self._context)
            if to.user is not None and to.password is not None:
                server.login(to.user, to.password)
        except BaseException:
            server.close()
            raise
        return server


def _judged(code: int, text: bytes | str) -> Exception:
    return Undeliverable(_said(code, text)) if code in PERMANENT and code not in ABOUT_US else NotNow(_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
