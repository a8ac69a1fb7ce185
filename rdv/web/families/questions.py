"""What is asked before slots are shown: how many children, and their dates of birth where age matters."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from rdv import moments
from rdv.scheduling.rules import TypeRules
from rdv.web.families.doors import open_to_all, personal, read_number, show
from rdv.web.families.labels import about
from rdv.web.families.places import place_url
from rdv.web.families.search import Journey
from rdv.web.families.steps import PLACE, steps
from rdv.web.families.who import BirthsForm, CountForm, limit_text, most_people, needs_births, people_count
from rdv.web.forms import BaseForm


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, type_slug: str) -> HttpResponse:
    """Keep the answer in the session and go on to the places, or to the place that was asked for."""
    journey = Journey.of(request, type_slug)
    if not journey.places:
        return redirect("families:places", type_slug)
    form = _form(request, journey)
    count = read_number(request.POST.get("count_wanted", ""))
    if request.method == "POST" and count is not None:
        return _ask_for(request, journey, form, count)
    if request.method == "POST" and form.is_valid():
        _keep(request, journey, form)
        return redirect(_next(request, journey))
    back = reverse("families:waiting" if _is_waiting(request) else "families:home")
    context = {"type": about(journey), "form": form, "steps": steps(PLACE), "others": _others(journey), "back": back}
    return show(request, "families/who.html", context, here="home")


def _form(request: HttpRequest, journey: Journey) -> BaseForm:
    rules = cast(TypeRules, journey.rules())
    data = request.POST if request.method == "POST" else None
    if not needs_births(rules):
        initial = {"count": journey.draft.count or None}
        return CountForm(data, type=journey.type, initial=initial)
    count = people_count(journey.draft)
    births: dict[str, Any] = {f"birth_{n}": birth for n, birth in enumerate(journey.draft.birth_dates, 1)}
    today = moments.local(journey.now, journey.places[0].zone).date()
    return BirthsForm(data, type=journey.type, count=count, rules=rules, today=today, initial=births)


def _ask_for(request: HttpRequest, journey: Journey, form: BaseForm, count: int) -> HttpResponse:
    """One date of birth more, or fewer; those already typed stay."""
    draft = journey.draft
    form.is_valid()
    if isinstance(form, BirthsForm) and form.typed():
        draft.births = [birth.isoformat() for birth in form.typed()]
    draft.count = min(max(count, 1), most_people(journey.type))
    draft.births = draft.births[: draft.count]
    draft.keep(request)
    query = request.GET.urlencode()
    return redirect(request.path + (f"?{query}" if query else ""))


def _keep(request: HttpRequest, journey: Journey, form: BaseForm) -> None:
    draft = journey.draft
    if isinstance(form, BirthsForm):
        draft.births = [birth.isoformat() for birth in form.births()]
        draft.count = form.count
    else:
        draft.count = form.cleaned_data["count"]
    draft.keep(request)


def _next(request: HttpRequest, journey: Journey) -> str:
    """Where the family was going: a place, or the list with what it had searched for."""
    wanted = request.GET.get("lieu", "")
    if _is_waiting(request):
        return f"{reverse('families:waiting')}?{urlencode({'motif': journey.type.slug, 'lieu': wanted})}"
    for place in journey.places:
        if str(place.pk) == wanted:
            return place_url(journey.type.slug, place)
    query = request.GET.urlencode()
    return reverse("families:places", args=[journey.type.slug]) + (f"?{query}" if query else "")


def _is_waiting(request: HttpRequest) -> bool:
    """Whether the family is on its way to the waiting list, not to a slot."""
    return request.GET.get("suite") == "attente"


def _others(journey: Journey) -> dict[str, Any]:
    """The buttons that ask for one child more or fewer, and how many there may be, where dates of birth are asked."""
    rules = cast(TypeRules, journey.rules())
    count, most = people_count(journey.draft), most_people(journey.type)
    if not needs_births(rules):
        return {"more": 0, "fewer": 0, "limit": ""}
    more, fewer = count + 1 if count < most else 0, count - 1 if count > 1 else 0
    return {"more": more, "fewer": fewer, "limit": limit_text(journey.type)}
