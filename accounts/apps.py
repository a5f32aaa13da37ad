"""App configuration of people and organisations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from accounts import typed

        user_logged_in.connect(typed.forget, dispatch_uid="accounts.typed.forget")
