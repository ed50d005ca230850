"""How often somebody may try to get into an account: by network, and by account.

Every guess counts, right or wrong, and all steps count together: who has the password guesses no
faster at the code. An account's own limit is wide, so that a stranger can hardly lock its owner
out; a passkey is not bound by it, for it cannot be guessed.
"""

import hmac
from hashlib import sha256

from flask import current_app, request, session

from petitions.core.vault import derive
from petitions.organisers import mailbox
from petitions.organisers.mailbox import AddressMalformed
from petitions.web.limits import limiter

PER_NETWORK = "20 per 10 minutes"
PER_ACCOUNT = "40 per hour"

BY_ADDRESS = frozenset({"security.login", "security.forgot_password"})
BY_SESSION = frozenset(
    {
        "security.verify",
        "security.change_password",
        "security.two_factor_token_validation",
        "security.two_factor_setup_validate",
        "security.mf_recovery",
    }
)
BY_NETWORK = frozenset(
    {
        "security.reset_password",
        "security.wan_signin",
        "security.wan_signin_response",
        "security.wan_verify",
        "security.wan_verify_response",
    }
)
GUARDED = BY_ADDRESS | BY_SESSION | BY_NETWORK


def count_attempt() -> None:
    """Count a request that may be a guess.

    Raises:
        RateLimitExceeded: there were too many; answered by the page for 429.
    """
    if request.method == "POST" and request.endpoint in GUARDED:
        _attempt()


def account_tag() -> str:
    """Return a keyed digest of the account that is being entered, for counting only."""
    key = derive(current_app.config["SETTINGS"].master_key, "sign-in limits")
    return hmac.digest(key, _account().encode(), sha256).hex()[:24]


def _account() -> str:
    if request.endpoint in BY_ADDRESS:
        return _address(request.form.get("email", ""))
    return str(session.get("tf_user_id") or session.get("_user_id") or "")


def _address(text: str) -> str:
    try:
        return mailbox.canonical(text)
    except AddressMalformed:
        return ""


def _names_no_account() -> bool:
    return request.endpoint in BY_NETWORK or not _account()


@limiter.shared_limit(PER_NETWORK, scope="accounts, by network")
@limiter.shared_limit(
    PER_ACCOUNT, scope="accounts, by account", key_func=account_tag, exempt_when=_names_no_account
)
def _attempt() -> None:
    """Nothing but the limits that it carries."""
