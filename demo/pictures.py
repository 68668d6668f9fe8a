"""Which pictures there are: of which page, of whose, and where on it they begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from demo.company import ADMIN, EXAMPLE

WIDTH, HEIGHT = 1040, 960
SCALE = 1
MOST_BYTES = 120_000
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Picture:
    """``path`` may name {example}, the id of one person, and {mail}, the name of a mail.

    ``shows`` is a text that is there once the page is. ``opens`` selects what is clicked then, ``begins`` what stands
    at the top, where that is not the page's own beginning.
    """

    name: str
    path: str
    shows: str
    who: str = ""
    begins: str = ""
    opens: str = ""
    height: int = HEIGHT
    is_pair: bool = True
    """In dark, too."""

    @property
    def files(self) -> tuple[tuple[str, Scheme], ...]:
        """The file and the scheme of each."""
        light: tuple[str, Scheme] = (f"{self.name}.png", "light")
        dark: tuple[str, Scheme] = (f"{self.name}-dark.png", "dark")
        return (light, dark) if self.is_pair else (light,)


API = "h3#operations-tag-auth"
PICTURES = (
    Picture("sign-in", "/sign-in", "Continue with Globex"),
    Picture("admin", "/admin", "100 of 200 users", ADMIN, "#search"),
    Picture("person", "/admin/users/{example}", "Somebody tried to sign in", ADMIN, 'h3:text-is("Activity")'),
    Picture("devices", "/account", "Firefox on macOS", EXAMPLE, 'h2:text-is("Devices")'),
    Picture("second-factors", "/account", "Nightly export", EXAMPLE, 'h2:text-is("Authenticator app")'),
    Picture("keys", "/account", "Nightly export", EXAMPLE, 'h2:text-is("API keys")'),
    Picture("mail", "/dev/mail/{mail}/html", "Accept the invitation", height=500),
    Picture("docs", "/docs", "Signing in and being signed in", begins=API, opens=API, is_pair=False),
)
