"""OpenID 2, the oldest kind of provider: python3-openid's calls go through our own limits, too."""

from __future__ import annotations

from typing import Any

import requests
from openid.fetchers import HTTPFetcher, HTTPFetchingError, HTTPResponse, setDefaultFetcher

from app.passport import outgoing


class GuardedFetcher(HTTPFetcher):  # type: ignore[misc]
    def fetch(self, url: str, body: Any = None, headers: Any = None) -> Any:
        method = "GET" if body is None else "POST"
        try:
            found = outgoing.send(method, url, headers=headers, data=body)
        except requests.RequestException as error:
            raise HTTPFetchingError(why=error) from error
        return HTTPResponse(found.url, found.status_code, dict(found.headers), found.content)


def use_guarded_fetcher() -> None:
    """For the whole process: the library has no other way."""
    setDefaultFetcher(GuardedFetcher(), wrap_exceptions=False)
