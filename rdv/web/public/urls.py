"""Pages that every instance has, for everybody."""

from django.urls import path

from rdv.web import robots
from rdv.web.public import figures, pages, site

app_name = "public"

urlpatterns = [
    path("mentions-legales/", pages.legal, name="legal"),
    path("donnees-personnelles/", pages.personal_data, name="personal_data"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("stats/", figures.statistics, name="statistics"),
    path("theme.css", site.theme, name="theme"),
    path("favicon.svg", site.icon, name="icon"),
    path("favicon.ico", site.fallback_icon, name="fallback_icon"),
    path("robots.txt", robots.robots, name="robots"),
    path("langue/", site.language, name="language"),
]
