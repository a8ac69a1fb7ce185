"""One thing that needs a person: all that was said, and what to do about it from the same page."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access import throttle
from rdv.access.audit import Reading, log_reading, log_refusal
from rdv.access.roles import Right
from rdv.access.scope import Scope
from rdv.models import Agent
from rdv.web.agents.inbox import Asked, following, just_done
from rdv.web.agents.said import Said, thread
from rdv.web.agents.tasks import loaded, settle, spoken, task_line
from rdv.web.agents.workspace import AgentRequest, page, workspace
from rdv.web.forms import BaseForm
from reminders import agent_sms, desk
from reminders.models import CallResult, Task, TaskOutcome

MOST_TYPED = 400
LAST_WORDS = 8
PHRASES = (
    gettext_lazy("Bonjour, pouvez-vous nous appeler au %(phone)s ? Merci."),
    gettext_lazy("Bonjour, nous avons bien reçu votre message. Nous vous rappelons dans la journée."),
    gettext_lazy("Bonjour, nous n'avons pas compris votre message. Souhaitez-vous garder ce rendez-vous ?"),
    gettext_lazy("Bonjour, quels jours et à quelles heures pouvez-vous venir ?"),
    gettext_lazy("C'est noté, merci. A bientôt."),
)
TRIES = {"sans-reponse": CallResult.NO_ANSWER, "message": CallResult.LEFT_MESSAGE}


class AnswerForm(BaseForm):
    """What somebody writes to a family."""

    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        help_text=gettext_lazy(
            "Un téléphone se lit à plusieurs : ni motif, ni nom d’enfant, ni adresse. Deux SMS au plus."
        ),
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_text(self) -> str:
        said = agent_sms.draft(self.cleaned_data["text"])
        if said.refusal:
            raise forms.ValidationError(said.refusal)
        return str(self.cleaned_data["text"])


def find_task(request: AgentRequest, pk: int) -> Task:
    """A task that one sees; 404 for any other, logged when it exists."""
    found = loaded(request.scope.tasks()).select_related("family__discreet_service", "territory")
    task: Task | None = found.filter(pk=pk).first()
    if task is None:
        hidden = request.territory.tasks.filter(pk=pk).select_related("family").first()
        if hidden:
            log_refusal(request.user, Reading.THREAD, now=request.now, family=hidden.family)
        raise Http404
    return task


@workspace(Right.TASKS, post=True)
def task(request: AgentRequest, pk: int) -> HttpResponse:
    """Read the thread; or end the task (`etat`), and go on with the next one."""
    found, asked = find_task(request, pk), Asked.of(request)
    if request.method == "POST":
        after = following(request, asked, pk)
        settle(request, found)
        return redirect(_after(request, asked, pk, after))
    return _shown(request, found)


@workspace(Right.TASKS, only_post=True)
def assign(request: AgentRequest, pk: int) -> HttpResponse:
    """To me, to a colleague who sees it, to nobody; refused when somebody else took it since the page was shown."""
    found = find_task(request, pk)
    to = request.POST.get("a", "")
    back = _list(Asked.of(request)) if request.POST.get("retour") == "liste" else _address(request, pk)
    colleague = None if to == "personne" else _colleague(request, found, str(request.user.pk) if to == "moi" else to)
    if to != "personne" and colleague is None:
        messages.error(request, _("Cette personne ne voit pas cette tâche : choisissez quelqu’un d’autre."))
        return redirect(back)
    try:
        desk.assign(found, to=colleague, held_by=_number(request.POST.get("tenue", "")), now=request.now)
        messages.success(request, _("Confiée à %s.") % colleague if colleague else _("Rendue à toute l’équipe."))
    except desk.DeskError as error:
        messages.error(request, _(error.text))
    return redirect(back)


@workspace(Right.TASKS, only_post=True)
def call(request: AgentRequest, pk: int) -> HttpResponse:
    """How a call ended: reached (`jointe`) is the end of the task, the others count."""
    found, result = find_task(request, pk), request.POST.get("essai", "")
    try:
        if result in TRIES:
            desk.record_try(found, result=TRIES[result], by=request.user, now=request.now)
            messages.success(request, _("C’est noté : à réessayer."))
        elif result == "jointe":
            desk.finish(found, outcome=TaskOutcome.REACHED, by=request.user, now=request.now)
            messages.success(request, _("C’est noté : famille jointe."))
        else:
            raise Http404
    except desk.DeskError as error:
        messages.error(request, _(error.text))
    if request.POST.get("retour") == "appels":
        return redirect(f"{reverse('agents:calls')}?faite={pk}")
    absence = _number(request.POST.get("retour", "").removeprefix("absence-"))
    return redirect("agents:absence_calls", absence) if absence else redirect(_address(request, pk))


@workspace(Right.TASKS, only_post=True)
def answer(request: AgentRequest, pk: int) -> HttpResponse:
    """Write to the family: see what it costs (`voir`, a ready sentence), or send."""
    found = find_task(request, pk)
    sentence = _number(request.POST.get("phrase", ""))
    ready = _phrases(request, found) if sentence is not None else []
    if sentence is not None and sentence < len(ready):
        return _shown(request, found, AnswerForm(initial={"text": ready[sentence]}))
    form = AnswerForm(request.POST, territory=request.territory)
    if request.headers.get("HX-Request"):
        return render(request, "agents/parts/sms_draft.html", _cost(request.POST.get("text", "")))
    if "envoyer" not in request.POST or not form.is_valid():
        return _shown(request, found, form)
    try:
        throttle.hit_all(
            (throttle.SMS_BY_AGENT, str(request.user.pk)),
            (throttle.SMS_BY_PERSON_TO_NUMBER, agent_sms.addressee(found).phone),
        )
        row = agent_sms.send(found, typed=form.cleaned_data["text"], by=request.user, now=request.now)
    except throttle.Throttled:
        form.add_error("text", _("Beaucoup de messages sont partis en peu de temps : appelez plutôt la famille."))
        return _shown(request, found, form)
    except desk.DeskError as error:
        form.add_error(None, _(error.text))
        return _shown(request, found, form)
    messages.success(request, _leaves(request, row.due_at))
    return redirect(_address(request, pk))


def _shown(request: AgentRequest, found: Task, form: AnswerForm | None = None) -> HttpResponse:
    if found.family:
        log_reading(request.user, found.family, Reading.THREAD, now=request.now)
    asked = Asked.of(request)
    whom, written = agent_sms.addressee(found), form or AnswerForm()
    typed = written["text"].value() or ""
    context = {
        "line": task_line(found, request),
        "title": found.get_kind_display(),
        **_folded(thread(request, found)),
        "form": written,
        "whom": whom,
        "phone": spoken(whom.phone),
        "language": _language(whom),
        "phrases": list(enumerate(_phrases(request, found))),
        "leaves": _leaves_later(request, found),
        **_cost(str(typed)),
        "colleagues": [one for one in _colleagues(request) if one.pk not in (request.user.pk, found.assigned_to_id)],
        "held_by": found.assigned_to_id or "",
        "outcomes": TaskOutcome.choices,
        "others": _others(request, found),
        "next": following(request, asked, found.pk),
        "back": asked.query(),
        "just_done": just_done(request),
    }
    return page(request, "agents/task.html", context, here="tasks")


def _folded(said: list[Said]) -> dict[str, list[Said]]:
    """The last words in sight, what came before a click away."""
    return {"before": said[:-LAST_WORDS], "said": said[-LAST_WORDS:]}


def _cost(typed: str) -> dict[str, Any]:
    """What was typed as it would leave, counted; for the page, and for the part of it that htmx replaces."""
    said = agent_sms.draft(typed)
    return {"draft": said, "over": max(-said.left, 0)}


def _others(request: AgentRequest, found: Task) -> list[Task]:
    """What else waits about the same family."""
    if found.family is None:
        return []
    return list(request.scope.tasks().filter(family=found.family, done_at=None).exclude(pk=found.pk).order_by("pk")[:9])


def _phrases(request: AgentRequest, found: Task) -> list[str]:
    """Ready sentences, with the number to call back."""
    place = found.appointment.location if found.appointment else None
    phone = (place.phone or place.organisation.phone if place else "") or request.territory.phone
    needs = "%(phone)s"
    return [str(text) % {"phone": spoken(phone)} for text in PHRASES if phone or needs not in str(text)]


def _language(whom: agent_sms.Addressee) -> str:
    """What the family reads, when it is not French: ready sentences are, and somebody may know better."""
    code = whom.contact.language if whom.contact else "fr"
    return "" if code == "fr" else str(get_language_info(code)["name_translated"]).lower()


def _leaves_later(request: AgentRequest, found: Task) -> str:
    """When an SMS would leave, outside the hours of messages; empty when it would at once."""
    due = agent_sms.leaves_at(found, request.now)
    return moments.soon(due, request.territory.time_zone, request.now) if due > request.now else ""


def _leaves(request: AgentRequest, due: Any) -> str:
    if due <= request.now:
        return _("Votre message part. La réponse reviendra ici.")
    when = moments.soon(due, request.territory.time_zone, request.now)
    return _("Votre message partira %s. La réponse reviendra ici.") % when


def _colleagues(request: AgentRequest) -> list[Agent]:
    """Who may be given a task: those of one's teams who can log in."""
    return list(request.scope.agents().filter(email__isnull=False).by_name())


def _colleague(request: AgentRequest, found: Task, pk: str) -> Agent | None:
    """Somebody of one's teams, if he sees this task: given to anybody else it would be lost."""
    number = _number(pk)
    chosen = next((one for one in _colleagues(request) if one.pk == number), None)
    sees = chosen is not None and Scope.of(chosen).tasks().filter(pk=found.pk).exists()
    return chosen if sees else None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None


def _address(request: AgentRequest, pk: int, **more: Any) -> str:
    query = Asked.of(request).query(**more)
    address = reverse("agents:task", args=[pk])
    return f"{address}?{query}" if query else address


def _after(request: AgentRequest, asked: Asked, pk: int, after: int | None) -> str:
    """Where one goes on: the first page, what is opened again, the next task, or the list when there is none."""
    if request.POST.get("retour") == "accueil":
        return reverse("agents:home")
    if request.POST.get("etat") == "a-faire":
        return _address(request, pk)
    if request.POST.get("retour") == "suite" and after is not None:
        return _address(request, after, faite=pk)
    return _list(asked, faite=pk)


def _list(asked: Asked, **more: Any) -> str:
    query = asked.query(**more)
    return f"{reverse('agents:tasks')}?{query}" if query else reverse("agents:tasks")
