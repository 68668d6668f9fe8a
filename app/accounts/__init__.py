"""Who someone is: users, roles, passwords, and the one door to being signed in.

Plain functions over plain values; ``flask shell``, the command line and the routes call the same ones.
"""

from flask import Flask

from app.accounts import changing_address, checks, erasing, explaining, hashing_queue, personal
from app.accounts.acting import Actor, add_actors, is_open_while_acting, open_while_acting
from app.accounts.addresses import is_held, prove_address
from app.accounts.changing_address import change_email, find_former, take_back
from app.accounts.confirming import Confirmation, add_confirmation, ways_to_confirm
from app.accounts.credentials import (
    WRONG_PASSWORD,
    authenticate,
    change_password,
    count_passwords,
    has_password,
    set_password,
    verify_password,
    wrong_password,
)
from app.accounts.current import ACCOUNT_DISABLED, CurrentUser, from_claims, language_of, load
from app.accounts.enrolling import SECOND_FACTOR_REQUIRED, open_while_enrolling
from app.accounts.erasing import close
from app.accounts.exemptions import add_exemption, is_exempt
from app.accounts.gates import Claimed, Pass, add_gate, ask_gates
from app.accounts.hash_formats import HashFormat, add_hash_format
from app.accounts.identities import count_identities
from app.accounts.invited import Invited, add_invitations, invited
from app.accounts.listing import count_all, count_users, counted, list_users, most_counted
from app.accounts.mailed import LINK_OVER, WRONG_CODE, Brought, Judged, judge
from app.accounts.managing import OWN_ACCOUNT, create, delete_for, set_verified
from app.accounts.models import FormerAddress, Identity, User
from app.accounts.passwords import Owner, Reason, add_password_judge
from app.accounts.personal import add_export, export_of, rows_of
from app.accounts.refreshing import refresh
from app.accounts.registration import (
    ADDRESS_REFUSED,
    INVITATION_REQUIRED,
    REGISTRATION_CLOSED,
    Newcomer,
    add_registration_rule,
    check_newcomer,
)
from app.accounts.resetting import reset_password
from app.accounts.roles import PERMISSIONS, ROLES
from app.accounts.second_factors import (
    ASSURANCE_REQUIRED,
    LAST_SECOND_FACTOR,
    SECOND_FACTOR,
    SECOND_FACTOR_REFUSED,
    WRONG_SECOND_FACTOR,
    SecondFactor,
    add_factor_rule,
    add_second_factor,
    factor_labels,
    has_strong_factor,
    is_asked_for_two,
    prove,
    prove_again,
    require_factor_left,
    reset_factors,
    second_factors,
    time_to_show,
)
from app.accounts.securing import secure
from app.accounts.service import (
    CHANGED_MEANWHILE,
    LAST_ADMIN,
    ROLE_ABOVE_YOURS,
    ban,
    choose_language,
    delete,
    find,
    get,
    manage,
    mark_verified,
    rename,
    set_active,
    set_role,
    unban,
)
from app.accounts.settings import Settings
from app.accounts.sign_in import Attempt, Pending, SignedIn, Step, add_check, generate_tokens, renew, sign_in
from app.accounts.signing_up import (
    EMAIL_TAKEN,
    Keep,
    Prepared,
    answer_alike,
    are_answered_alike,
    ask_to_sign_up,
    open_account,
    prepare,
    register,
    require_free,
    sign_up,
)
from app.accounts.standing import ACCOUNT_BANNED
from app.accounts.ways_in import LAST_WAY_IN, WayIn, add_way_in, require_way_in, ways_in
from app.core import languages
from app.core.cli import add as add_commands
from app.core.paging import MAX_PAGE
from app.core.settings import read
from app.sessions import add_method, flask_jwt

__all__ = [
    "ACCOUNT_BANNED",
    "ACCOUNT_DISABLED",
    "ADDRESS_REFUSED",
    "ASSURANCE_REQUIRED",
    "CHANGED_MEANWHILE",
    "EMAIL_TAKEN",
    "INVITATION_REQUIRED",
    "LAST_ADMIN",
    "LAST_SECOND_FACTOR",
    "LAST_WAY_IN",
    "LINK_OVER",
    "MAX_PAGE",
    "OWN_ACCOUNT",
    "PERMISSIONS",
    "REGISTRATION_CLOSED",
    "ROLES",
    "ROLE_ABOVE_YOURS",
    "SECOND_FACTOR",
    "SECOND_FACTOR_REFUSED",
    "SECOND_FACTOR_REQUIRED",
    "WRONG_CODE",
    "WRONG_PASSWORD",
    "WRONG_SECOND_FACTOR",
    "Actor",
    "Attempt",
    "Brought",
    "Claimed",
    "Confirmation",
    "CurrentUser",
    "FormerAddress",
    "HashFormat",
    "Identity",
    "Invited",
    "Judged",
    "Keep",
    "Newcomer",
    "Owner",
    "Pass",
    "Pending",
    "Prepared",
    "Reason",
    "SecondFactor",
    "SignedIn",
    "Step",
    "User",
    "WayIn",
    "add_actors",
    "add_check",
    "add_confirmation",
    "add_exemption",
    "add_export",
    "add_factor_rule",
    "add_gate",
    "add_hash_format",
    "add_invitations",
    "add_password_judge",
    "add_registration_rule",
    "add_second_factor",
    "add_way_in",
    "answer_alike",
    "are_answered_alike",
    "ask_gates",
    "ask_to_sign_up",
    "authenticate",
    "ban",
    "change_email",
    "change_password",
    "check_newcomer",
    "choose_language",
    "close",
    "count_all",
    "count_users",
    "counted",
    "create",
    "delete",
    "delete_for",
    "export_of",
    "factor_labels",
    "find",
    "find_former",
    "generate_tokens",
    "get",
    "has_password",
    "has_strong_factor",
    "init_app",
    "invited",
    "is_asked_for_two",
    "is_exempt",
    "is_held",
    "is_open_while_acting",
    "judge",
    "list_users",
    "load",
    "manage",
    "mark_verified",
    "most_counted",
    "open_account",
    "open_while_acting",
    "open_while_enrolling",
    "prepare",
    "prove",
    "prove_address",
    "prove_again",
    "refresh",
    "register",
    "rename",
    "renew",
    "require_factor_left",
    "require_free",
    "require_way_in",
    "reset_factors",
    "reset_password",
    "rows_of",
    "second_factors",
    "secure",
    "set_active",
    "set_password",
    "set_role",
    "set_verified",
    "sign_in",
    "sign_up",
    "take_back",
    "time_to_show",
    "unban",
    "verify_password",
    "ways_in",
    "ways_to_confirm",
    "wrong_password",
]


def init_app(app: Flask) -> None:
    hashing_queue.init_app(app)
    personal.init_app(app)
    read(app, Settings)
    explaining.init_app(app)
    checks.init_app(app)
    add_method(app, "local", ("pwd",), ("knowledge",))
    add_way_in(app, WayIn("password", count=count_passwords))
    add_way_in(app, WayIn("identity", count=count_identities))
    flask_jwt.load_users(from_claims)
    languages.of_users(app, language_of)
    add_commands(app, None, prune={"former addresses": changing_address.prune_former, "accounts": erasing.prune})
