"""Phase 5. Importing this app never loads WeasyPrint: only drawing a certificate does."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self):
        from certificates import checks  # noqa: F401 - importing registers the system check
