"""The texts of the messages: read in every language with what they cost, changed, and tried on oneself."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv.access import throttle
from rdv.access.roles import Right
from rdv.models import MessageText
from rdv.web.agents.workspace import AgentRequest, page, posted, workspace
from rdv.web.fields import EmailField, PhoneField
from rdv.web.forms import BaseForm
from rdv.web.public.errors import too_many_requests
from reminders import rewording
from reminders.texts import checking, gsm7, library, own_texts
from reminders.texts.placeholders import CONDITIONS, PLACEHOLDERS, Word
from reminders.texts.titles import GROUPS, TITLES

LANGUAGES = {
    "fr": "français",
    "en": "anglais",
    "ar": "arabe",
    "tr": "turc",
    "pt": "portugais",
    "es": "espagnol",
    "ro": "roumain",
    "uk": "ukrainien",
}
CHANNELS = dict(MessageText.Channel.choices)


class TextForm(BaseForm):
    """The text as it is written, with its placeholders."""

    text = forms.CharField(
        label=gettext_lazy("Texte"), max_length=checking.LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )


class SmsTrialForm(BaseForm):
    to = PhoneField(label=gettext_lazy("Votre numéro de mobile"), mobile_only=True)


class EmailTrialForm(BaseForm):
    to = EmailField(label=gettext_lazy("Votre adresse électronique"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in one language: what it costs, and whether it is the territory's own."""

    language: str
    name: str
    segments: int
    is_own: bool
    is_shipped: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One message by one channel, in all languages."""

    name: str
    title: str
    channel: str
    channel_label: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    lines: list[Line]


@workspace(Right.TERRITORY)
def texts(request: AgentRequest) -> HttpResponse:
    """Every message that can be said, and what each costs in SMS."""
    own = own_texts.of(request.territory)
    sections = [
        Section(
            group.label,
            [
                _line(channel, name, title, own)
                for name, title in group.titles.items()
                for channel in CHANNELS
                if name in library.names(channel)
            ],
        )
        for group in GROUPS
    ]
    context = {"sections": sections, "languages": LANGUAGES.items()}
    return page(request, "agents/texts.html", context, here="texts")


@workspace(Right.TERRITORY, post=True)
def text(request: AgentRequest, channel: str, name: str, language: str) -> HttpResponse:
    """Change one text, go back to the one that ships, or try it on oneself."""
    model = _find(channel, name, language)
    current = library.find(channel, name, language, own_texts.of(request.territory)).source
    form = TextForm(posted(request), initial={"text": current}, territory=request.territory)
    trial = _trial_form(request, channel)
    tried: checking.Tried | None = None
    if request.method == "POST" and "restore" in request.POST:
        rewording.restore(territory=request.territory, channel=channel, name=name, language=language)
        messages.success(request, _("Le texte livré est rétabli."))
        return redirect("agents:text", channel, name, language)
    if request.method == "POST" and form.is_valid():
        try:
            tried = checking.check(channel, name, language, form.cleaned_data["text"])
        except checking.TextRefused as refusal:
            for reason in refusal.reasons:
                form.add_error("text", reason)
    if tried and "save" in request.POST:
        _write(request, channel, name, language, form.cleaned_data["text"])
        return redirect("agents:text", channel, name, language)
    if tried and "send" in request.POST and trial.is_valid():
        return _send(request, channel, name, language, form.cleaned_data["text"], str(trial.cleaned_data["to"]))
    shown = tried or checking.attempt(channel, name, model.language, current)
    context = {
        "form": form,
        "trial": trial,
        **_described(channel, name, language, model, current),
        "tried": shown,
        "cost": gsm7.count(shown.said) if channel == "sms" else None,
        "paragraphs": shown.said.split("\n\n"),
        "is_draft": tried is not None,
    }
    return page(request, "agents/text.html", context, here="texts")


def _find(channel: str, name: str, language: str) -> library.Text:
    if channel not in CHANNELS or language not in LANGUAGES or name not in library.names(channel):
        raise Http404
    return library.shipped(channel, name, language)


def _line(channel: str, name: str, title: str, own: library.Own) -> Line:
    cells = []
    for language, label in LANGUAGES.items():
        found = library.find(channel, name, language, own)
        tried = checking.attempt(channel, name, found.language, found.source)
        cells.append(
            Cell(language, label, tried.segments, (channel, name, language) in own, found.language == language)
        )
    return Line(name, title, channel, CHANNELS[channel], cells)


def _trial_form(request: AgentRequest, channel: str) -> BaseForm:
    asked = request.POST if request.method == "POST" and "send" in request.POST else None
    if channel == "sms":
        return SmsTrialForm(asked, initial={"to": request.user.phone}, territory=request.territory)
    return EmailTrialForm(asked, initial={"to": request.user.email}, territory=request.territory)


def _write(request: AgentRequest, channel: str, name: str, language: str, source: str) -> None:
    rewording.write(
        territory=request.territory,
        channel=channel,
        name=name,
        language=language,
        text=source,
        by=request.user,
        now=request.now,
    )
    messages.success(request, _("Le texte est enregistré : il sera dit dès le prochain message."))


def _send(request: AgentRequest, channel: str, name: str, language: str, source: str, to: str) -> HttpResponse:
    try:
        throttle.hit(throttle.TRIAL_BY_AGENT, str(request.user.pk))
    except throttle.Throttled as error:
        return too_many_requests(request, retry_after=error.retry_after)
    rewording.send_trial(
        agent=request.user, channel=channel, name=name, language=language, text=source, to=to, now=request.now
    )
    messages.success(request, _("L’essai part vers %s. Le texte n’est pas encore enregistré.") % to)
    return redirect("agents:text", channel, name, language)


def _described(channel: str, name: str, language: str, model: library.Text, current: str) -> dict[str, Any]:
    may = checking.may_say(model.phrasing)
    return {
        "title": TITLES[name],
        "channel": channel,
        "name": name,
        "language": language,
        "language_name": LANGUAGES[language],
        "is_rtl": language == "ar",
        "languages": LANGUAGES.items(),
        "is_own": current != model.source,
        "shipped": model.source if model.language == language else "",
        "words": [word for word in PLACEHOLDERS if word.name in may],
        "always": model.phrasing.always(),
        "conditions": _conditions(model),
    }


def _conditions(model: library.Text) -> list[Word]:
    return [word for word in CONDITIONS if word.name in model.phrasing.flags()]
