"""The base class of every admin page, and Voka's pages for people and organisations.

Rights come from the policy, never from Django's permission tables. Nothing is deleted: things end, are declined or revoked.
Invitations are in notifications/admin.py: sending one mails, and mail is a floor higher.
"""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.enums import OrganisationKind
from accounts.forms import MembershipForm
from accounts.models import Membership, Organisation, User
from accounts.policy import Action, Conflict, Refused, letting_in, may


def id_of(text: str | None) -> int:
    """An id from an address; 0, which no row has, for anything that is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _is_a_date(query, name) -> bool:
    """Whether year, month and day of a date hierarchy can stand on a calendar; Django asks the database without looking."""
    limits = {"year": 9999, "month": 12, "day": 31}
    given = {part: query.get(f"{name}__{part}", "1") for part in limits}
    return all(1 <= id_of(text) <= limits[part] for part, text in given.items())


class PortalModelAdmin(admin.ModelAdmin):
    """An admin page that asks the policy. `may_add`/`may_change` name the action; None means nobody, not even Voka."""

    may_view: Action | None = Action.MODERATE
    may_add: Action | None = Action.MODERATE
    may_change: Action | None = Action.MODERATE
    may_delete: Action | None = None
    # What no filter in the address may find out, because no page shows it.
    closed_fields: tuple[str, ...] = ()
    list_per_page = 25
    show_full_result_count = False
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def lookup_allowed(self, lookup, value, request):
        """Django lets ?password__startswith=a through for each field of the model itself; `closed_fields` stay closed."""
        return lookup.split("__")[0] not in self.closed_fields and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request, extra_context=None):
        """The list is called what it holds, as in the menu; Django's "Select ... to change" says less."""
        title = capfirst(self.opts.verbose_name_plural)
        if self.date_hierarchy and not _is_a_date(request.GET, self.date_hierarchy):
            return redirect(request.path)
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def history_view(self, request, object_id, extra_context=None):
        """Says of what kind the object is too: a school and its organisation have one name."""
        obj = self.get_object(request, unquote(object_id))
        kind = {"title": _("History of %(kind)s: %(object)s") % {"kind": self.opts.verbose_name, "object": obj}}
        return super().history_view(request, object_id, (kind if obj else {}) | (extra_context or {}))

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return self._asks(request, self.may_view)

    def has_add_permission(self, request, obj=None):
        return self._asks(request, self.may_add)

    def has_change_permission(self, request, obj=None):
        return self._asks(request, self.may_change)

    def has_delete_permission(self, request, obj=None):
        return self._asks(request, self.may_delete)

    def _asks(self, request, action):
        return action is not None and may(request.user, action)

    def carry_out(self, request, queryset, verb, done):
        """Call `verb(obj)` for each selected object; say what happened, refusals included. `done` is a sentence with %(count)d.

        What succeeded is written in the object's history under the name of the action.
        """
        succeeded = 0
        for obj in queryset:
            try:
                verb(obj)
            except Conflict as conflict:
                for reason in conflict.reasons:
                    sentence = str(getattr(reason, "sentence", reason))
                    messages.error(request, sentence if str(obj) in sentence else f"{obj}: {sentence}")
            except Refused as refusal:
                messages.error(request, f"{obj}: {refusal.sentence}")
            else:
                succeeded += 1
                self.log_change(request, obj, self._name_of_action(request))
        if succeeded:
            messages.success(request, done % {"count": succeeded})

    def _name_of_action(self, request):
        chosen = self.get_actions(request).get(request.POST.get("action"))
        return str(chosen[2]) if chosen else ""

    @property
    def table(self) -> str:
        """How Django calls the addresses of this table: admin:<table>_changelist."""
        return self.opts.label_lower.replace(".", "_")

    def own_page(self, request, template, **context):
        """A page of ours below this list. templates/admin/own_page.html has the way back to it."""
        whole = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_url": reverse(f"admin:{self.table}_changelist"),
            **context,
        }
        return TemplateResponse(request, template, whole)

    def ask_first(self, request, queryset, form, *, title, lead, button, name=str):
        """One question about all that is ticked; its button sends the same action again, now `confirmed`."""
        return self.own_page(
            request,
            "admin/ask.html",
            title=title,
            lead=lead,
            button=button,
            form=form,
            action=request.POST["action"],
            ticked=[(obj.pk, name(obj)) for obj in queryset],
            checkbox_name=ACTION_CHECKBOX_NAME,
        )


class PortalInline(admin.TabularInline):
    """An inline that asks the policy. Read-only unless `may_change`/`may_add` say otherwise."""

    may_view: Action | None = Action.MODERATE
    may_add: Action | None = None
    may_change: Action | None = None
    extra = 0

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.may_view) if self.may_view else False

    def has_add_permission(self, request, obj=None):
        return may(request.user, self.may_add) if self.may_add else False

    def has_change_permission(self, request, obj=None):
        return may(request.user, self.may_change) if self.may_change else False

    def has_delete_permission(self, request, obj=None):
        return False


class MembershipInline(PortalInline):
    model = Membership
    fields = readonly_fields = ["organisation", "role", "job_function", "function_profile", "started_on", "ended_on"]
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("organisation", "user")


@admin.register(User)
class UserAdmin(PortalModelAdmin):
    """People come in by invitation. Their address and password are their own; Voka's own people are for administrators."""

    may_add = None
    closed_fields = ("password",)
    list_display = ["full_name", "email", "organisations", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["first_name", "last_name", "email"]
    fields = ["email", "first_name", "last_name", "phone", "is_active", "is_staff", "date_joined", "last_login"]
    readonly_fields = ["email", "is_active", "is_staff", "date_joined", "last_login"]
    inlines = [MembershipInline]
    actions = ["deactivate", "reactivate", "remove_second_factor"]

    def get_queryset(self, request):
        current = Membership.objects.active().select_related("organisation")
        return super().get_queryset(request).prefetch_related(Prefetch("memberships", current, to_attr="current"))

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_staff:
            return may(request.user, Action.MANAGE_PEOPLE)
        return super().has_change_permission(request, obj)

    @admin.display(description=_("name"), ordering=("last_name"))
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("organisations"))
    def organisations(self, user):
        return ", ".join(str(membership.organisation) for membership in user.current)

    @admin.action(description=_("Deactivate: sign out at once, no access any more"))
    def deactivate(self, request, queryset):
        done = _("Accounts deactivated: %(count)d.")
        self.carry_out(request, queryset, lambda user: services.deactivate(user=user, by=request.user), done)

    @admin.action(description=_("Reactivate: may sign in again"))
    def reactivate(self, request, queryset):
        done = _("Accounts that are active again: %(count)d.")
        self.carry_out(request, queryset, lambda user: services.reactivate(user=user, by=request.user), done)

    @admin.action(description=_("Remove the second step (lost phone)"))
    def remove_second_factor(self, request, queryset):
        done = _("Accounts without a second step now: %(count)d.")
        self.carry_out(request, queryset, lambda user: services.remove_second_factor(user=user, by=request.user), done)


@admin.register(Organisation)
class OrganisationAdmin(PortalModelAdmin):
    list_display = ["name", "kind", "chamber", "municipality", "created_at"]
    list_filter = ["kind", "chamber"]
    list_select_related = ["chamber"]
    search_fields = ["name", "municipality"]
    autocomplete_fields = ["chamber"]
    inlines = [MembershipInline]

    def get_search_results(self, request, queryset, search_term):
        """Whoever picks an organisation for something is not offered one that went into another."""
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.standing()
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request, obj=None):
        # Profiles, memberships and participations were made for this kind.
        return ["kind"] if obj else []

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.kind == OrganisationKind.VOKA:
            return may(request.user, Action.MANAGE_PEOPLE)
        return super().has_change_permission(request, obj)


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    """Who works where. A membership starts with an invitation, or here for someone who already has an account."""

    form = MembershipForm
    list_display = ["user", "organisation", "role", "job_function", "function_profile", "started_on", "ended_on"]
    list_filter = ["role", "function_profile", "organisation__kind"]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__first_name", "user__last_name", "user__email", "organisation__name", "job_function"]
    autocomplete_fields = ["user", "organisation"]
    fields = ["user", "organisation", "role", "job_function", "function_profile", "started_on", "ended_on"]
    actions = ["end"]

    def get_readonly_fields(self, request, obj=None):
        return ["user", "organisation", "started_on", "ended_on"] if obj else ["ended_on"]

    def has_change_permission(self, request, obj=None):
        if obj is not None:
            return may(request.user, letting_in(obj.organisation), obj.organisation)
        return super().has_change_permission(request, obj)

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change):
        answers = {name: getattr(obj, name) for name in ("role", "job_function", "function_profile")}
        if change:
            services.change_membership(membership=obj, by=request.user, **answers)
        else:
            made = services.add_member(
                user=obj.user, organisation=obj.organisation, started_on=obj.started_on, by=request.user, **answers
            )
            obj.pk = made.pk

    @admin.action(description=_("End these memberships today"))
    def end(self, request, queryset):
        done = _("Memberships ended: %(count)d.")
        self.carry_out(
            request, queryset, lambda membership: services.end_membership(membership=membership, by=request.user), done
        )
