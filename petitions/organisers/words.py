"""What Flask-Security says, in our words: each message by its key, with its kind.

Its own catalogues know French and Russian but not Kazakh, and its English is that of an API.
`N_` only marks a sentence for the catalogues; it is translated when it is said.
"""

from flask_babel import lazy_gettext as _l


def N_(text: str) -> str:  # noqa: N802 - the name by which gettext's tools know it
    return text


PAGE_TOO_OLD = _l("This page was open for too long. Please send it again.")

MESSAGES: dict[str, tuple[str, str]] = {
    "API_ERROR": (N_("Something was missing. Please start again."), "error"),
    "GENERIC_AUTHN_FAILED": (N_("The e-mail address or the password is not right."), "error"),
    "GENERIC_RECOVERY": (
        N_("If there is an account with this address, a letter with a link is on its way."),
        "info",
    ),
    "PASSWORD_RESET_REQUEST": (
        N_("If there is an account with this address, a letter with a link is on its way."),
        "info",
    ),
    "UNAUTHENTICATED": (N_("Please sign in first."), "info"),
    "REAUTHENTICATION_REQUIRED": (
        N_("You signed in a while ago. Please confirm that it is you."),
        "info",
    ),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you. You can go on."), "success"),
    "ANONYMOUS_USER_REQUIRED": (N_("You have signed in already."), "info"),
    "INVALID_REDIRECT": (N_("That address is not on this site."), "error"),
    "EMAIL_NOT_PROVIDED": (N_("Enter your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (N_("This does not look like an e-mail address."), "error"),
    "PASSWORD_NOT_PROVIDED": (N_("Enter a password."), "error"),
    "PASSWORD_INVALID_LENGTH": (N_("Use at least %(length)s characters."), "error"),
    "PASSWORD_IS_THE_SAME": (N_("That is your present password. Choose another."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords are not the same."), "error"),
    "INVALID_PASSWORD": (N_("This is not your password."), "error"),
    "FORGOT_PASSWORD": (N_("Forgot your password?"), "info"),
    "PASSWORD_CHANGE": (N_("Your password is changed."), "success"),
    "PASSWORD_RESET_NO_LOGIN": (
        N_("Your password is set. Sign in with it."),
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": (N_("This link has run out. Ask for a new one."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        N_("This link was used before, or a part of it is missing. Ask for a new one."),
        "error",
    ),
    "TWO_FACTOR_INVALID_TOKEN": (N_("This code is not right, or no longer."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("Welcome."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("From now on a code of your app is asked for when you sign in."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Please start signing in again."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the buttons."), "error"),
    "TWO_FACTOR_DISABLED": (N_("The code of your app is no longer asked for."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (
        N_("That took longer than %(within)s. Please start again."),
        "error",
    ),
    "INVALID_RECOVERY_CODE": (N_("This is none of your unused recovery codes."), "error"),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes yet."), "info"),
    "INVALID_INPUT": (N_("This cannot be used here."), "error"),
    "INVALID_INPUT_LENGTH": (N_("Use at most %(length)s characters."), "error"),
    "WEBAUTHN_EXPIRED": (N_("That took longer than %(within)s. Please start again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey called %(name)s already."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no such passkey."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        N_("Use letters, digits, spaces and hyphens."),
        "error",
    ),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey %(name)s is ready."), "success"),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is registered already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "WEBAUTHN_NO_VERIFY": (N_("This passkey was not accepted."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (
        N_("This passkey was made for the other purpose: instead of the password, or after it."),
        "error",
    ),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey belongs to another account."), "error"),
    "DISABLED_ACCOUNT": (N_("This account is closed."), "error"),
}

SUBJECTS: dict[str, str] = {
    "PASSWORD_RESET": N_("Choose a new password"),
    "PASSWORD_NOTICE": N_("Your password was set"),
    "PASSWORD_CHANGE_NOTICE": N_("Your password was changed"),
}

METHODS = (N_("authenticator"), N_("passkey"), N_("none"))
"""Names of second factors that Flask-Security itself puts into its forms."""
