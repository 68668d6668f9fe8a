"""What stands on the app and can be taken away: each package here is one word in ``FEATURES``."""

from app.core.parts import Part
from app.features import (
    api_keys,
    assurance,
    basic,
    challenges,
    check,
    dev_mail,
    email_change,
    email_code,
    email_verification,
    external_tokens,
    foreign_hashes,
    invitations,
    last_way,
    magic_link,
    notices,
    passkeys,
    password_quality,
    password_reset,
    posts,
    providers,
    recovery_codes,
    throttle,
    totp,
    trusted_devices,
    unknown_device,
)

FEATURES: tuple[Part, ...] = (
    api_keys,
    check,
    dev_mail,
    posts,
    external_tokens,
    basic,
    foreign_hashes,
    magic_link,
    passkeys,
    providers,
    invitations,
    challenges,  # before throttle: what nothing was solved for is no attempt
    throttle,
    password_quality,
    password_reset,
    email_verification,
    assurance,  # after what else a sign-in has to show
    totp,
    email_code,
    recovery_codes,
    trusted_devices,
    unknown_device,  # after whatever asks for a second factor
    last_way,
    notices,
    email_change,
)
