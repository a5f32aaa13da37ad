"""Every address of the portal. The paths are a contract with people and programs (docs/architecture.md): keep them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from in2stem import dashboards, health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("privacy/", views.privacy, name="privacy"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("hulp/", views.help_page, name="help"),
    path("taal/", views.set_language, name="set-language"),
    path("mijn/", dashboards.my_next_step, name="my-next-step"),
    path("", include("companies.urls")),
    path("trajecten/", include("phases.urls")),
    path("scholen/", include("schools.urls")),
    path("documenten/", include("documents.urls")),
    path("", include("workgroups.urls")),
    path("praktijken/", include("practices.urls")),
    path("", include("certificates.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("notifications.urls")),
    path("account/", include("allauth.urls")),
    path("beheer/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("componenten/", views.gallery, name="gallery"))

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler429 = views.too_many_requests  # allauth asks for it
handler500 = views.server_error
