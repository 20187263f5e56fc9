from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response

from app.settings import Settings
from app.store import sessions, users
from app.store.models import User
from app.web import language, session, theme
from app.web.auth import devices
from app.web.auth.forms import PasswordForm, ProfileForm, SignInForm
from app.web.formats import now
from app.web.forms import tidy
from app.web.gate import members_may, public
from app.web.limits import PER_ACCOUNT, PER_ADDRESS, account_tried, is_post, limiter
from app.web.texts import _
from app.web.threads import off_the_loop

auth = Blueprint("auth", __name__)

CHOICE_AGE_S = 365 * 24 * 3600


@auth.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, exempt_when=lambda: not is_post())
@limiter.limit(PER_ACCOUNT, key_func=account_tried, exempt_when=lambda: not is_post())
def sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if session.signed_in():
        return redirect(_back())
    if not form.validate_on_submit():
        return render_template("auth/sign_in.html", form=form, hint=_first_login())
    user = _authenticated(form.email.data or "", form.password.data or "")
    if user is None:
        form.form_errors.append(_("邮箱或密码不对。"))
        return render_template("auth/sign_in.html", form=form, hint=_first_login()), 401
    session.begin(user)
    users.signed_in(user.company, user, now())
    if "lost" in request.args:
        flash(_("登录过期了，您刚才的操作没有保存，请再做一次。"), "warning")
    return redirect(_back())


def _authenticated(email: str, password: str) -> User | None:
    """The user, or None after the same time whether the address is known or not."""
    user = users.with_email(email)
    right = off_the_loop(users.verify, user.password_hash if user else "", password)
    return user if right else None


def _back() -> str:
    """Where the visitor wanted to go, if that is a page of ours."""
    target = request.args.get("next", "")
    parts = urlsplit(target)
    ours = (
        target.startswith("/")
        and not target.startswith(("//", "/\\"))
        and not parts.netloc
        and not parts.scheme
    )
    return target if ours else url_for("today.show")


def _first_login() -> dict[str, str] | None:
    """How to sign in to the demo company: until somebody deletes the file, and only on the machine itself."""
    settings: Settings = current_app.config["SETTINGS"]
    if not ip_address(request.remote_addr or "::").is_loopback:
        return None
    try:
        email, password = settings.first_login.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return None
    return {"email": email, "password": password}


@auth.post("/sign-out")
@members_may
def sign_out() -> Response:
    session.end()
    return redirect(url_for("auth.sign_in"))


@auth.post("/sign-out-everywhere")
@members_may
def sign_out_everywhere() -> Response:
    sessions.end_all(session.company(), session.me())
    session.end()
    flash(_("已退出所有设备。"), "success")
    return redirect(url_for("auth.sign_in"))


@auth.post("/sessions/<int:session_id>/end")
@members_may
def end_session(session_id: int) -> Response:
    """Sign one's own account out on another device."""
    if not sessions.end(session.company(), session.me(), session_id):
        abort(404)
    flash(_("已退出那台设备。"), "success")
    return redirect(url_for("auth.profile", _anchor="sessions"))


@auth.post("/theme")
@public
def choose_theme() -> Response:
    chosen = request.form.get("theme", "")
    answer = redirect(_referring_page())
    if chosen in theme.THEMES:
        _keep(answer, theme.COOKIE, chosen)
    return answer


@auth.post("/language")
@public
def choose_language() -> Response:
    chosen = request.form.get("language", "")
    answer = redirect(_referring_page())
    if chosen in language.LANGUAGES:
        if session.signed_in():
            user = session.me()
            users.change(session.company(), user, name=user.name, locale=chosen)
        _keep(answer, language.COOKIE, chosen)
    return answer


def _keep(answer: Response, cookie: str, value: str) -> None:
    """What a visitor chose, in his browser."""
    answer.set_cookie(cookie, value, CHOICE_AGE_S, httponly=True, samesite="Lax", secure=request.is_secure)


def _referring_page() -> str:
    """The page on which the button was; its path alone, so that it is ours."""
    came_from = urlsplit(request.referrer or "")
    path = came_from.path if came_from.netloc == request.host and not came_from.path.startswith("//") else "/"
    return f"{path}?{came_from.query}" if came_from.query and path != "/" else path


@auth.route("/profile", methods=["GET", "POST"])
@members_may
def profile() -> str | Response:
    user = session.me()
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        users.change(session.company(), user, name=tidy(form.name.data), locale=form.locale.data)
        refresh()
        flash(_("已保存。"), "success")
        return redirect(url_for("auth.profile"))
    return _profile(form, PasswordForm())


def _profile(form: ProfileForm, password: PasswordForm) -> str:
    return render_template(
        "auth/profile.html",
        form=form,
        password=password,
        sessions=sessions.every(session.company(), session.me()),
        this_session=session.session_id(),
        device=devices.named,
        is_phone=devices.is_phone,
    )


@auth.post("/profile/password")
@members_may
@limiter.limit(PER_ADDRESS)
def change_password() -> str | Response:
    user, form = session.me(), PasswordForm()
    if form.validate_on_submit():
        if off_the_loop(users.verify, user.password_hash, form.current.data or ""):
            users.set_password(session.company(), user, form.new.data or "")
            session.begin(users.find(session.company(), user.id))
            flash(_("密码已修改。其他设备需要重新登录。"), "success")
            return redirect(url_for("auth.profile"))
        form.current.errors = [_("现在的密码不对")]
    return _profile(ProfileForm(obj=user, formdata=None), form)
