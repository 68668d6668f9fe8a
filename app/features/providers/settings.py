"""What identity providers are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.core.config import Config
from config import Declared, Problem, setting, text

EXAMPLE = """\
# SOCIAL_GOOGLE_KEY=
# SOCIAL_GOOGLE_SECRET=
# SOCIAL_OIDC_WORK_ISSUER=https://id.example.com
# SOCIAL_OIDC_WORK_KEY=
# SOCIAL_OIDC_WORK_SECRET=
# Whose buttons come first: names with commas.
# SOCIAL_ORDER=google,oidc-work"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(Declared):
    """Which are on, each with its key and secret."""

    social: Mapping[str, str] = setting("SOCIAL_", text, heading="Identity providers", private=True, example=EXAMPLE)
    """Two variables switch one on (docs/providers.md; "flask auth providers" lists the names)."""

    def rules(self) -> Iterator[Problem]:
        if not self.social:
            return
        # Imported only here: social-auth-core is large, and many an app has no provider.
        from app.passport.strategies.social.configured import ProviderConfigError, providers_from  # noqa: PLC0415

        try:
            providers_from(self.social)
        except ProviderConfigError as error:
            yield from (Problem(told, "social") for told in error.problems)

    def beside(self, config: Config) -> Iterator[str]:
        if not self.social:
            return
        if not config.cookies:
            yield "COOKIES=false: providers (SOCIAL_…) need cookies. Switch them off, too."
        if config.production and config.public_url is None:
            yield "PUBLIC_URL is needed with SOCIAL_…: providers are told where to send people back to."
