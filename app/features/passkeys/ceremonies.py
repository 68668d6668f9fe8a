"""What authenticators are asked for, and what they answer, judged as WebAuthn Level 3 says. No database, no accounts.

``webauthn`` does the ceremonies. It raises much for rubbish, and not only its own exceptions: whatever it raises is one
refusal. It leaves to us: the challenge, the user handle, the backup flag that never changes, and pages in frames of
other sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    decode_credential_public_key,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSECRV, COSEKTY, COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.core.errors import refusal
from app.core.settings import settings
from app.features.passkeys.challenges import LIFETIME
from app.features.passkeys.models import MAX_CREDENTIAL_ID, Passkey
from app.features.passkeys.relying_party import origins, rp_id

MAX_PUBLIC_KEY = 2000
"""Bytes. RSA of 8192 bits has some 1100."""
_TIMEOUT = int(LIFETIME.total_seconds() * 1000)

PASSKEY_REFUSED = refusal(
    401,
    "passkey_refused",
    "This proves nothing: it is no answer to a challenge that this browser was given, or of no passkey here.",
    for_people="This passkey could not be used. Try again, or sign in another way.",
)

PASSKEY_UNKNOWN = refusal(
    401,
    "passkey_unknown",
    "There is no such passkey, or not any more.",
    for_people="This passkey opens no account here any more. Sign in another way.",
)

KEY_OF = {
    COSEAlgorithmIdentifier.EDDSA: (COSEKTY.OKP, COSECRV.ED25519),
    COSEAlgorithmIdentifier.ECDSA_SHA_256: (COSEKTY.EC2, COSECRV.P256),
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256: (COSEKTY.RSA, None),
}
"""The kind of key, and its curve, that each algorithm goes with: one that claims another is refused (RFC 9053)."""
ALGORITHMS = list(KEY_OF)

BASE64URL = re.compile(r"[\w-]*={0,2}", re.ASCII)
"""Python's own decoder passes over whatever else stands between."""

BYTES = ("clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject")

JSON = dict[str, Any]


@contextmanager
def _judged() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise PASSKEY_REFUSED from error


class Assertion(NamedTuple):
    """What an authenticator has signed, not judged yet, but for its form."""

    credential: AuthenticationCredential
    challenge: bytes

    @property
    def credential_id(self) -> bytes:
        return self.credential.raw_id

    @property
    def user_handle(self) -> bytes | None:
        return self.credential.response.user_handle


def read_assertion(sent: Mapping[str, Any]) -> Assertion:
    """Raises PASSKEY_REFUSED for what is none."""
    with _judged():
        _check_written(sent)
        credential = parse_authentication_credential_json(dict(sent))
        return Assertion(credential, _challenge_in(credential.response.client_data_json))


def check_assertion(assertion: Assertion, key: Passkey) -> VerifiedAuthentication:
    """By whoever has the private key, and was recognised by the authenticator just now. Raises PASSKEY_REFUSED."""
    with _judged():
        verified = verify_authentication_response(
            credential=assertion.credential,
            expected_challenge=assertion.challenge,
            expected_rp_id=rp_id(),
            expected_origin=origins(),
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    if _may_be_backed_up(verified) != key.backup_eligible:
        raise PASSKEY_REFUSED
    return verified


class Registration(NamedTuple):
    """What an authenticator answers that has made a passkey, not judged yet, but for its form."""

    credential: RegistrationCredential
    challenge: bytes


def read_registration(sent: Mapping[str, Any]) -> Registration:
    """Raises PASSKEY_REFUSED for what is none."""
    with _judged():
        _check_written(sent)
        credential = parse_registration_credential_json(dict(sent))
        return Registration(credential, _challenge_in(credential.response.client_data_json))


def check_registration(made: Registration, *, quietly: bool) -> Passkey:
    """The passkey, of nobody yet and without a name. ``quietly``: nobody was asked, so nobody was recognised.

    Raises PASSKEY_REFUSED.
    """
    with _judged():
        verified = verify_registration_response(
            credential=made.credential,
            expected_challenge=made.challenge,
            expected_rp_id=rp_id(),
            expected_origin=origins(),
            require_user_presence=not quietly,
            require_user_verification=not quietly,
            supported_pub_key_algs=ALGORITHMS,
        )
        _check_key(verified.credential_public_key)
    if len(verified.credential_id) > MAX_CREDENTIAL_ID or len(verified.credential_public_key) > MAX_PUBLIC_KEY:
        raise PASSKEY_REFUSED
    return Passkey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        backup_eligible=_may_be_backed_up(verified),
        backed_up=verified.credential_backed_up,
        transports=" ".join(sorted({each.value for each in made.credential.response.transports or ()})),
        aaguid=verified.aaguid,
    )


def _check_written(sent: Mapping[str, Any]) -> None:
    """Raises ValueError for bytes that are not written as base64url."""
    written = [sent["rawId"], *(sent["response"].get(name) for name in BYTES)]
    if not all(text is None or BASE64URL.fullmatch(text) for text in written):
        raise ValueError("base64url")


def _check_key(public_key: bytes) -> None:
    """Raises ValueError for a key of another kind than its algorithm's."""
    key = decode_credential_public_key(public_key)
    if (key.kty, getattr(key, "crv", None)) != KEY_OF[COSEAlgorithmIdentifier(key.alg)]:
        raise ValueError("alg")


def _may_be_backed_up(verified: VerifiedAuthentication | VerifiedRegistration) -> bool:
    return verified.credential_device_type == CredentialDeviceType.MULTI_DEVICE


def _challenge_in(client_data_json: bytes) -> bytes:
    """Raises ValueError for a page that stands in a frame of another site: ours never do."""
    client_data = parse_client_data_json(client_data_json)
    if client_data.cross_origin:
        raise ValueError("crossOrigin")
    return client_data.challenge


def request_options(challenge: bytes, keys: Iterable[Passkey] = ()) -> JSON:
    """For ``navigator.credentials.get``. Without ``keys`` the person chooses, and nothing says who exists."""
    options = generate_authentication_options(
        rp_id=rp_id(),
        challenge=challenge,
        timeout=_TIMEOUT,
        allow_credentials=[_descriptor(key) for key in keys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def creation_options(
    challenge: bytes, *, handle: bytes, email: str, name: str | None, keys: Iterable[Passkey], quietly: bool
) -> JSON:
    """For ``navigator.credentials.create``, on an authenticator that has none of these keys yet."""
    verification = UserVerificationRequirement.PREFERRED if quietly else UserVerificationRequirement.REQUIRED
    options = generate_registration_options(
        rp_id=rp_id(),
        rp_name=settings().brand.name,
        user_id=handle,
        user_name=email,
        user_display_name=name or email,
        challenge=challenge,
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=verification
        ),
        exclude_credentials=[_descriptor(key) for key in keys],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json_dict(options)


def _descriptor(key: Passkey) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(each) for each in key.transports.split()]
    return PublicKeyCredentialDescriptor(id=key.credential_id, transports=transports or None)
