"""App configuration of the top floor and of the admin site at /beheer/."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalConfig(AppConfig):
    name = "in2stem"

    def ready(self):
        from in2stem import checks  # noqa: F401 - importing registers the system checks


class PortalAdminConfig(AdminConfig):
    default_site = "in2stem.admin_site.PortalAdminSite"


class PortalStaticFilesConfig(StaticFilesConfig):
    """Leaves out what no page loads, so that collecting and compressing takes seconds instead of half a minute."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "bootstrap/js/*",
        "bootstrap/css/*rtl*",
        "bootstrap/css/bootstrap-*",
        "bootstrap/css/bootstrap.css*",
        "django_htmx/*4*",
    ]
