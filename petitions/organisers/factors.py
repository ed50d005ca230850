"""What proves an organiser beside the password: codes of an app, recovery codes, passkeys."""

import hmac
from hashlib import sha256
from typing import Any, cast

import segno
from flask import Flask, current_app, request
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from markupsafe import Markup
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from petitions.core.db import db
from petitions.core.settings import Settings
from petitions.core.vault import derive
from petitions.organisers.models import Account

RECOVERY_CODES = 10


def _settings(app: Flask) -> Settings:
    return cast(Settings, app.config["SETTINGS"])


def _locked(user: Any) -> Account:
    """Return the account as it is now, locked: who brings the same code twice comes one by one."""
    return db.session.get_one(Account, user.id, with_for_update=True, populate_existing=True)


class AppCodes(Totp):
    """Time-based one-time codes (RFC 6238) of which none works twice."""

    def get_last_counter(self, user: Any) -> int | None:
        return _locked(user).totp_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        cast(Account, user).totp_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """Return the code to be scanned as an SVG that stands in the page.

        Not as an address for `<img>`: our policy for content lets no picture come from inside
        an attribute.
        """
        code = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        drawing = code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
        return Markup(drawing)  # noqa: S704 - drawn by us, holds nothing but squares


class RecoveryCodes(MfRecoveryCodesUtil):
    """Codes that are shown once and kept as digests under a key outside the database.

    They have 48 bits: a plain hash could be tried out by whoever steals the database.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self._key = derive(_settings(app).master_key, "recovery codes")

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Return fresh codes in place of all earlier ones."""
        codes = current_app.extensions["security"].totp_factory.generate_recovery_codes(
            RECOVERY_CODES
        )
        cast(Account, user).mf_recovery_codes = [self._digest(code) for code in codes]
        return list(codes)

    def get_recovery_codes(self, user: Any) -> list[str]:
        """Nothing: the codes themselves are not kept."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return self._digest(code) in (_locked(user).mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Use a code up."""
        account, spent = cast(Account, user), self._digest(code)
        kept = [digest for digest in account.mf_recovery_codes or [] if digest != spent]
        found = len(kept) < len(account.mf_recovery_codes or [])
        account.mf_recovery_codes = kept
        return found

    def _digest(self, code: str) -> str:
        plain = "".join(code.lower().split()).replace("-", "")
        return hmac.digest(self._key, plain.encode(), sha256).hex()


class Passkeys(WebauthnUtil):
    """What we ask of passkeys (W3C Web Authentication, level 2)."""

    def origin(self) -> str:
        """Return the origin that the browser must have signed.

        In development any name of this machine will do: browsers refuse passkeys for a bare
        network address such as 127.0.0.1, but not for `localhost`.
        """
        settings = _settings(current_app)
        return request.host_url.rstrip("/") if settings.development else settings.public_url

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        """In place of a password it must know its owner (PIN, finger) and be found unnamed."""
        if usage == "first":
            return AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        if "secondary" in usage:
            return UserVerificationRequirement.DISCOURAGED
        return UserVerificationRequirement.REQUIRED
