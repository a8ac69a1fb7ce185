"""Addresses for machines that watch: /healthz, /readyz, /metrics."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from rdv import clock
from rdv.config import checks, metrics


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked, so that a restart is only made when it helps."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether families can be served: 200, or 503 with what fails."""
    findings = checks.ready(clock.now())
    everything = all(finding.ok for finding in findings)
    return JsonResponse(
        {"ready": everything, "checks": {found.name: {"ok": found.ok, "detail": found.detail} for found in findings}},
        status=200 if everything else 503,
        json_dumps_params={"ensure_ascii": False},
    )


@login_not_required
@never_cache
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to whoever has METRICS_TOKEN (to anyone in the demonstration)."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if not (constant_time_compare(given, f"Bearer {token}") if token else settings.DEMO):
        return HttpResponse("METRICS_TOKEN\n", status=403, content_type="text/plain")
    return HttpResponse(metrics.exposition(clock.now()), content_type=CONTENT_TYPE_LATEST)


urlpatterns = [
    path("healthz", alive, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("metrics", figures, name="metrics"),
]
