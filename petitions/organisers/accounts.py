"""Flask-Security, set up: how organisers sign in and keep their accounts safe.

Passwords by argon2 over a keyed digest, codes of an authenticator app, recovery codes, passkeys;
no registration, nothing recorded about a sign-in, and no answer that tells whether an account
exists. The library's views guard themselves; what is added here is listed in `init_app`.
"""

from datetime import timedelta
from typing import Any, cast

from flask import (
    Flask,
    Response,
    abort,
    after_this_request,
    g,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_login.utils import _user_context_processor
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore, current_user
from flask_security.mail_util import EmailValidateException
from flask_wtf.csrf import generate_csrf
from wtforms.form import BaseForm

from petitions.core import clock
from petitions.core.address import EmailAddress
from petitions.core.db import SAFE_METHODS, begin_writing, commit_for_accounts, db
from petitions.core.settings import Settings
from petitions.core.vault import derive
from petitions.mail import services as mail
from petitions.mail.letter import Letter
from petitions.organisers import forms, mailbox, services, throttle
from petitions.organisers.factors import RECOVERY_CODES, AppCodes, Passkeys, RecoveryCodes
from petitions.organisers.guard import DESK
from petitions.organisers.models import Account, Passkey
from petitions.organisers.words import MESSAGES, PAGE_TOO_OLD, SUBJECTS
from petitions.web.language import site_language

FRESH_FOR = timedelta(minutes=15)
SIGNED_IN_FOR = timedelta(hours=12)
LINK_VALID_FOR = timedelta(days=2)
SETUP_WITHIN = timedelta(minutes=15)
CLOCK_SKEW_S = 30
"""One code before and after the present one: telephones' clocks are not exact."""
PASSWORD_LENGTH = 12

CLOSED = ("two_factor_rescue",)
"""Views of the library without a switch of their own: with an app only, they could only write
e-mail to the operator about people who are not signed in."""


THINK_FIRST = frozenset({"login", "verify", "forgot_password"})
"""Views that hash a password and then write nothing, or only a letter. On SQLite there is one
right to write for the whole house: a stranger who guesses must not hold it while argon2 works."""


def init_app(app: Flask) -> None:
    """Set up accounts. Comes after `web`, whose hooks it leans on."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(_sessions(settings), **_security(app, settings))
    security = Security(
        app,
        Accounts(db, cast(Any, Account), cast(Any, _NoRole), cast(Any, Passkey)),
        login_form=forms.SignInForm,
        verify_form=forms.AgainForm,
        forgot_password_form=forms.ForgotForm,
        reset_password_form=forms.ChooseForm,
        change_password_form=forms.ChangeForm,
        two_factor_setup_form=forms.SetupForm,
        two_factor_rescue_form=forms.RescueForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryForm,
        wan_register_form=forms.PasskeyForm,
        wan_signin_form=forms.PasskeySignInForm,
        wan_signin_response_form=forms.PasskeyAnswerForm,
        mail_util_cls=OutboxMail,
        totp_cls=AppCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
        webauthn_util_cls=Passkeys,
        render_template=_render,
    )
    security.want_json(lambda _: False)  # pages only: no second door without their checks
    security.context_processor(_who)
    security.mail_context_processor(lambda: {"password_link": services.password_link})
    _close_views(app)
    _let_no_copy_of_a_session_outlive_it(app)
    _leave_public_pages_alone(app, security)
    hooks = app.before_request_funcs.setdefault("security", [])
    hooks += [_refuse_json, throttle.count_attempt, _take_the_right_to_write]
    app.add_template_global(generate_csrf, "csrf_token")
    app.context_processor(_organiser_of_the_desk)


def _sessions(settings: Settings) -> dict[str, object]:
    """Return the settings of the one cookie that the house sets, and only at the desk."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "undersigned_desk",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "PERMANENT_SESSION_LIFETIME": SIGNED_IN_FOR,
        # Flask-Login would bind the session to a digest of network address and browser. No
        # address is kept here, in no form; and telephones change theirs all the time.
        "SESSION_PROTECTION": None,
        # The token lives as long as the session: a list may be looked at for hours.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _security(app: Flask, settings: Settings) -> dict[str, object]:
    """Return Flask-Security's settings."""
    return {
        f"SECURITY_{name}": value
        for group in (
            _features(),
            _passwords(settings),
            _second_factors(settings),
            _addresses(),
            _sayings(app),
        )
        for name, value in group.items()
    }


def _features() -> dict[str, object]:
    return {
        "TRACKABLE": False,  # would store network addresses
        "REGISTERABLE": False,
        "CONFIRMABLE": False,
        "USERNAME_ENABLE": False,
        "UNIFIED_SIGNIN": False,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "TWO_FACTOR": True,
        "WEBAUTHN": True,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "RETURN_GENERIC_RESPONSES": True,
        "DEFAULT_REMEMBER_ME": False,
        "API_ENABLED_METHODS": ["session"],
        "FRESHNESS": FRESH_FOR,
        "FRESHNESS_GRACE_PERIOD": timedelta(0),
        "LOGOUT_METHODS": ["POST"],
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "JOIN_USER_ROLES": False,
        "DATETIME_FACTORY": clock.now,
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _known_address}}],
    }


def _passwords(settings: Settings) -> dict[str, object]:
    # The tests hash hundreds of passwords; what they prove does not lean on the cost.
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
    return {
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_HASH_PASSLIB_OPTIONS": cheap if settings.testing else {},
        # A keyed digest goes into argon2, so a stolen database alone is nothing to try words on.
        "PASSWORD_SINGLE_HASH": False,
        "PASSWORD_SALT": derive(settings.master_key, "organisers' passwords").hex(),
        "PASSWORD_LENGTH_MIN": PASSWORD_LENGTH,
        "PASSWORD_CHECK_BREACHED": False,  # would ask a stranger's server
        "PASSWORD_CONFIRM_REQUIRED": True,
        "RESET_PASSWORD_WITHIN": LINK_VALID_FOR,
        # Digests the stored hash into the link; the slow default would tell by its time whether
        # an account exists.
        "HASHING_SCHEMES": ["hex_sha256"],
        "DEPRECATED_HASHING_SCHEMES": [],
    }


def _second_factors(settings: Settings) -> dict[str, object]:
    return {
        "TOTP_SECRETS": {"1": derive(settings.master_key, "authenticator apps").hex()},
        "TOTP_ISSUER": settings.operator_name.replace(":", " "),
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": CLOCK_SKEW_S,
        "TWO_FACTOR_ALWAYS_VALIDATE": True,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_SETUP_WITHIN": SETUP_WITHIN,
        "MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "WAN_RP_NAME": settings.operator_name,
        "WAN_REGISTER_WITHIN": SETUP_WITHIN,
        "WAN_ALLOW_AS_FIRST_FACTOR": True,
        "WAN_ALLOW_AS_MULTI_FACTOR": True,
        # Asked by name for passkeys, the house would tell strangers who has an account.
        "WAN_ALLOW_USER_HINTS": False,
    }


def _addresses() -> dict[str, object]:
    return {
        "URL_PREFIX": "/account",
        "POST_LOGIN_VIEW": DESK,
        "POST_LOGOUT_VIEW": "/",
        "POST_VERIFY_VIEW": "organisers.account",
        "POST_CHANGE_VIEW": "organisers.account",
        "TWO_FACTOR_POST_SETUP_VIEW": "organisers.account",
        "WAN_POST_REGISTER_VIEW": "organisers.account",
        "EMAIL_TEMPLATE_PASSWORD_RESET": "organisers/letters/reset",
        "EMAIL_TEMPLATE_PASSWORD_RESET_NOTICE": "organisers/letters/was_set",
        "EMAIL_TEMPLATE_PASSWORD_CHANGE_NOTICE": "organisers/letters/was_changed",
    }


def _sayings(app: Flask) -> dict[str, object]:
    """Return messages and catalogues: the library's own first, ours over them."""
    return {
        "I18N_DOMAIN": "flask_security;messages",
        "I18N_DIRNAME": ["builtin", f"{app.root_path}/translations"],
        **{f"MSG_{key}": message for key, message in MESSAGES.items()},
        **{f"EMAIL_SUBJECT_{key}": subject for key, subject in SUBJECTS.items()},
    }


def _known_address(identity: str) -> str | None:
    try:
        return mailbox.canonical(identity)
    except mailbox.AddressMalformed:
        return None


class _NoRole:
    """The library wants to know a table of roles; mandates take its place."""


class Accounts(SQLAlchemyUserDatastore):
    """Accounts and passkeys as Flask-Security reaches them."""

    def commit(self) -> None:
        commit_for_accounts()


class OutboxMail(MailUtil):
    """Letters of the library, put into our outbox."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        letter = Letter(
            to=EmailAddress(str(recipient)),
            subject=str(subject),
            text=body or "",
            html=html or "",
            lang=site_language(),
            template=f"organisers.{template.rpartition('/')[2]}",
        )
        if _view() == "forgot_password":
            begin_writing(db.session())  # the letter is the first and only thing it writes
        mail.post(letter, at=clock.now())
        after_this_request(_commit)

    def normalize(self, email: str) -> str:
        try:
            return mailbox.canonical(email)
        except mailbox.AddressMalformed as error:
            raise EmailValidateException(str(error.words)) from error

    validate = normalize


def _commit(response: Response) -> Response:
    """Store the letter: not every view of the library that writes one commits."""
    commit_for_accounts()
    return response


def _render(template: str, **context: Any) -> Any:
    """Render a page or letter of the library. A page with a wrong form is answered by 422."""
    found = [value for value in context.values() if isinstance(value, BaseForm) and value.errors]
    for form in found:
        _explain_old_page(form)
    page = render_template(template, wrong=bool(found), **context)
    return make_response(page, 422) if found else page


def _explain_old_page(form: BaseForm) -> None:
    """Say in plain words that the token against forgery is missing or of an earlier session."""
    for field in form:
        if field.name == "csrf_token" and field.errors:
            field.errors = []
            form.form_errors.append(str(PAGE_TOO_OLD))


def _who() -> dict[str, object]:
    """Give the library's pages the name of who has signed in."""
    return {"organiser": current_user.name if current_user.is_authenticated else None}


def _organiser_of_the_desk() -> dict[str, object]:
    """Give templates of guarded views the name of who is there; others get nothing."""
    return {"organiser": g.organiser.name} if "organiser" in g else {}


def _refuse_json() -> None:
    """The library would read forms from JSON, too; no page of ours sends it."""
    if request.is_json:
        abort(400)


def _take_the_right_to_write() -> None:
    """Begin the transaction of a request that may write.

    On SQLite a reader that turns writer halfway fails without waiting, and the library reads the
    account first. All of the request is read before: whoever sends it slowly would else keep the
    whole house from writing, for as long as they like and without an account.
    """
    if request.method in SAFE_METHODS or _view() in THINK_FIRST:
        return
    request.get_data(parse_form_data=True)
    begin_writing(db.session())


def _view() -> str:
    return (request.endpoint or "").rpartition(".")[2]


def _close_views(app: Flask) -> None:
    def closed() -> ResponseReturnValue:
        abort(404)

    for name in CLOSED:
        app.view_functions[f"security.{name}"] = closed


def _let_no_copy_of_a_session_outlive_it(app: Flask) -> None:
    """Make signing out end all sessions of the account.

    A session is in its cookie; the library only asks the browser to forget that. A copy, on a
    seized or infected computer, would go on reading lists for hours.
    """
    take_leave: Any = app.view_functions["security.logout"]

    def sign_out() -> ResponseReturnValue:
        if current_user.is_authenticated:
            current_user.sign_out_everywhere()
            commit_for_accounts()
        return cast(ResponseReturnValue, take_leave())

    app.view_functions["security.logout"] = sign_out


def _leave_public_pages_alone(app: Flask, security: Security) -> None:
    """Keep sessions out of pages that have none.

    Flask-Login looks into the session for every template (`current_user`) and after every answer
    (the cookie that remembers, which is not offered), Flask-Principal before every request (roles,
    which are not used). Each look makes the answer `Vary: Cookie`, so that no cache may share it.
    """
    login_manager: Any = security.login_manager
    app.template_context_processors[None].remove(_user_context_processor)
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)  # noqa: SLF001
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001
    # A sign-in by token in a header or an address is not offered either.
    login_manager._request_callback = None  # noqa: SLF001
    # Flask-Login would put a digest of network address and browser into the session.
    login_manager._session_identifier_generator = _no_identifier  # noqa: SLF001


def _no_identifier() -> str:
    return ""
