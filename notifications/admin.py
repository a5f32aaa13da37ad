"""Voka's view of mail and of invitations: what left, what did not and why, and who did not answer yet.

Bodies of mails stay closed: they are addressed to someone else. Invitations are here because sending one mails.
"""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import PortalModelAdmin
from accounts.models import Invitation
from accounts.services import withdraw_invitation
from notifications import services
from notifications.events import EVENTS, SIGNING_IN, words_for
from notifications.forms import AdminInvitationForm
from notifications.models import OutboundMail


class EventFilter(admin.SimpleListFilter):
    title = _("event")
    parameter_name = "event"

    def lookups(self, request, model_admin):
        return [*EVENTS.items(), ("account/", SIGNING_IN)]

    def queryset(self, request, queryset):
        return queryset.filter(event__startswith=self.value()) if self.value() else queryset


@admin.register(OutboundMail)
class OutboundMailAdmin(PortalModelAdmin):
    may_add = may_change = None
    closed_fields = ("text", "html")
    list_display = ["subject", "about", "to", "created_at", "sent_at", "failed_reason"]
    list_filter = [EventFilter]
    search_fields = ["to", "subject"]
    fields = ["to", "recipient", "about", "subject", "created_at", "sent_at", "failed_reason"]
    readonly_fields = ["about"]

    @admin.display(description=_("event"), ordering="event")
    def about(self, mail):
        return words_for(mail.event)


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("open", _("Open")),
            ("expired", _("Expired")),
            ("accepted", _("Accepted")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "open":
                return queryset.open()
            case "expired":
                return queryset.filter(accepted_at=None, withdrawn_at=None, expires_at__lte=timezone.now())
            case "accepted":
                return queryset.filter(accepted_at__isnull=False)
            case "withdrawn":
                return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(Invitation)
class InvitationAdmin(PortalModelAdmin):
    """Adding one sends the mail. What was sent is not edited: send it again, or withdraw it."""

    form = AdminInvitationForm
    may_change = None
    closed_fields = ("nonce",)
    list_display = ["email", "organisation", "role", "state", "invited_by", "created_at", "expires_at"]
    list_filter = [StateFilter, "role"]
    list_select_related = ["organisation", "invited_by"]
    search_fields = ["email", "first_name", "last_name", "organisation__name"]
    autocomplete_fields = ["organisation"]
    actions = ["send_again", "withdraw"]

    def get_fields(self, request, obj=None):
        asked = AdminInvitationForm.Meta.fields
        return (
            [*asked, "invited_by", "created_at", "expires_at", "accepted_at", "accepted_by", "withdrawn_at"]
            if obj
            else asked
        )

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change):
        made = services.invite_by_mail(by=request.user, **form.cleaned_data)
        obj.pk = made.pk

    @admin.display(description=_("state"))
    def state(self, invitation):
        if invitation.accepted_at:
            return _("Accepted")
        if invitation.withdrawn_at:
            return _("Withdrawn")
        return _("Open") if invitation.is_open else _("Expired")

    @admin.action(description=_("Send the mail again (the old link stops working)"))
    def send_again(self, request, queryset):
        done = _("Mails on their way: %(count)d.")
        self.carry_out(
            request, queryset, lambda invitation: services.invite_again(invitation=invitation, by=request.user), done
        )

    @admin.action(description=_("Withdraw: the link stops working"))
    def withdraw(self, request, queryset):
        done = _("Invitations withdrawn: %(count)d.")
        self.carry_out(
            request, queryset, lambda invitation: withdraw_invitation(invitation=invitation, by=request.user), done
        )
