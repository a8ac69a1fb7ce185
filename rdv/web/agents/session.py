"""Log in and out, and choose another password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, password_validation, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rdv.access.throttle import LOGIN_BY_ACCOUNT, LOGIN_BY_IP, Throttled, client_ip, forget, hit
from rdv.models import Agent
from rdv.web.agents.workspace import AgentRequest, page, posted, workspace
from rdv.web.forms import BaseForm
from rdv.web.public.errors import too_many_requests


class LoginForm(BaseForm):
    """The same words whether the account exists or not."""

    email = forms.CharField(
        label=gettext_lazy("Adresse électronique"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Mot de passe"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class PasswordForm(BaseForm):
    """The present password, then the new one."""

    old = forms.CharField(
        label=gettext_lazy("Mot de passe actuel"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("Nouveau mot de passe"),
        help_text=gettext_lazy("Au moins 12 caractères. Une phrase que vous seul connaissez convient très bien."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, agent: Agent, *args: Any, **kwargs: Any) -> None:
        self.agent = agent
        super().__init__(*args, **kwargs)

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.agent.check_password(old):
            raise forms.ValidationError(_("Ce n’est pas votre mot de passe actuel."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.agent)
        return new


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Limited by account and by address."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = LoginForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            agent = _try(request, form.cleaned_data["email"], form.cleaned_data["password"])
        except Throttled as throttled:
            return too_many_requests(request, retry_after=throttled.retry_after)
        if agent is not None:
            login(request, agent)
            return HttpResponseRedirect(_next(request))
        form.add_error(None, _("Adresse ou mot de passe incorrect. Vérifiez, puis essayez à nouveau."))
    return render(request, "agents/login.html", {"form": form, "next": request.GET.get("next", "")})


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """By POST alone: a link in a message must not log anybody out."""
    logout(request)
    messages.success(request, _("Vous êtes déconnecté·e. À bientôt."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@sensitive_post_parameters("old", "new")
@workspace(post=True)
def password(request: AgentRequest) -> HttpResponse:
    """The present one is asked for again."""
    form = PasswordForm(request.user, posted(request))
    if request.method == "POST" and form.is_valid():
        request.user.set_password(form.cleaned_data["new"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Votre mot de passe est changé."))
        return redirect("agents:home")
    return page(request, "agents/password.html", {"form": form})


def _try(request: HttpRequest, email: str, typed: str) -> Agent | None:
    """Each try counts, a success forgets those of the account. Raises Throttled."""
    hit(LOGIN_BY_IP, client_ip(request))
    hit(LOGIN_BY_ACCOUNT, email)
    agent = authenticate(request, username=email, password=typed)
    if not isinstance(agent, Agent):
        return None
    forget(LOGIN_BY_ACCOUNT, email)
    return agent


def _next(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else settings.LOGIN_REDIRECT_URL
