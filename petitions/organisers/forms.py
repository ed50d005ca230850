"""The forms of signing in: Flask-Security's, with our labels and hints."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
    hash_password,
)
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField

Words = tuple[tuple[str, Any], ...]
"""Names of fields, each with a text that is translated when it is shown."""

LONG_ENOUGH = _l(
    "At least 12 characters. A few words that do not belong together are easy to remember."
)


class InOurWords(FlaskForm):
    """Gives the fields of a library's form our labels and hints."""

    LABELS: Words = ()
    HINTS: Words = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.LABELS:
            self[name].label.text = str(label)
        for name, hint in self.HINTS:
            self[name].description = str(hint)


class Never(HiddenField):
    """A field of the library that we do not offer: whatever is sent, it stays empty."""

    def process(self, *args: Any, **kwargs: Any) -> None:
        super().process(None)
        self.data = ""


class SignInForm(InOurWords, LoginForm):
    """First step: address and password. Nobody is remembered on a shared computer."""

    LABELS = (
        ("email", _l("E-mail address")),
        ("password", _l("Password")),
    )
    remember = None  # type: ignore[assignment]


class AgainForm(InOurWords, VerifyForm):
    """It is still you, before something delicate."""

    LABELS = (("password", _l("Password")),)


class ForgotForm(InOurWords, ForgotPasswordForm):
    """Asks for a link to choose a new password."""

    LABELS = (("email", _l("E-mail address")),)

    def validate(self, **kwargs: Any) -> bool:
        """Take as long for a known address as the view takes for an unknown one."""
        known: bool = super().validate(**kwargs)
        if known:
            hash_password("not-a-password")
        return known


class ChooseForm(InOurWords, ResetPasswordForm):
    """A new password, behind a link."""

    LABELS = (
        ("password", _l("New password")),
        ("password_confirm", _l("The same once more")),
    )
    HINTS = (("password", LONG_ENOUGH),)


class ChangeForm(InOurWords, ChangePasswordForm):
    """A new password in place of the present one."""

    LABELS = (
        ("password", _l("Present password")),
        ("new_password", _l("New password")),
        ("new_password_confirm", _l("The same once more")),
    )
    HINTS = (("new_password", LONG_ENOUGH),)


class CodeForm(InOurWords, TwoFactorVerifyCodeForm):
    """The six digits that an authenticator app shows."""

    LABELS = (("code", _l("Code")),)
    HINTS = (("code", _l("The six digits that your authenticator app shows now.")),)


class SetupForm(TwoFactorSetupForm):
    """Switches the code of an app on or off; the page has a button for each."""

    setup = RadioField(choices=[], validate_choice=False)


class RescueForm(TwoFactorRescueForm):
    """Never shown: the view for codes fills it in any case."""

    help_setup = RadioField(choices=[])


class RecoveryForm(InOurWords, MfRecoveryForm):
    """A recovery code in place of the second factor."""

    LABELS = (("code", _l("Recovery code")),)
    HINTS = (("code", _l("Three groups of four characters. Each code works once.")),)


def _usages() -> list[tuple[str, str]]:
    return [
        ("first", gettext("Instead of the password")),
        ("secondary", gettext("After the password, as a second step")),
    ]


class PasskeyForm(InOurWords, WebAuthnRegisterForm):
    """A new passkey: what it is called, and what it is for."""

    usage = RadioField(_l("When is it used?"), choices=_usages, default="first")

    LABELS = (("name", _l("Name of the passkey")),)
    HINTS = (("name", _l("To tell your passkeys apart, such as: blue key, telephone.")),)


class PasskeySignInForm(WebAuthnSigninForm):
    """Begins to sign in with a passkey."""

    remember = Never()  # type: ignore[assignment]


class PasskeyAnswerForm(WebAuthnSigninResponseForm):
    """What the passkey answered."""

    remember = Never()
