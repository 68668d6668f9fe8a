"""oidc-provider-mock: an OpenID provider made by others, over HTTP."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def real_provider(*people: dict[str, Any]) -> Iterator[str]:
    """The issuer's URL. Each of the people is the claims of one account, ``sub`` among them."""
    with warnings.catch_warnings():
        from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]  # noqa: PLC0415 (it warns at once)

        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from oidc_provider_mock import User, run_server_in_thread  # type: ignore[import-untyped]  # noqa: PLC0415

        users = [User(sub=claims["sub"], claims=claims) for claims in people]
        with run_server_in_thread(require_nonce=True, user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"
