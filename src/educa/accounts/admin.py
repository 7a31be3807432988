"""People in the administration."""

from typing import Any

import allauth.account.admin  # noqa: F401 - registers addresses by themselves, which we undo
from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.accounts import actions
from educa.accounts.models import INSTRUCTORS, DataExport, User
from educa.lib.privacy import OnErasure, declarations
from educa.lib.quick_admin import LookupMixin, QuickAdmin

admin.site.unregister(EmailAddress)


class NewUserForm(auth_forms.AdminUserCreationForm[User]):
    class Meta(auth_forms.AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email", "display_name")


class NewPasswordForm(auth_forms.AdminPasswordChangeForm):  # type: ignore[type-arg] # not at run time
    """Sets somebody's password, which ends their sessions, and tells them."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's
        user: User = super().save(commit)
        actions.tell_of_new_password(user)
        return user


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(LookupMixin, auth_admin.GroupAdmin):
    pass


class EmailAddressInline(admin.TabularInline[EmailAddress, User]):
    model = EmailAddress
    extra = 0


@admin.register(User)
class UserAdmin(LookupMixin, auth_admin.UserAdmin[User]):
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    list_display = (
        "username",
        "display_name",
        "email",
        "teaches",
        "is_staff",
        "is_active",
        "last_login",
        "date_joined",
    )
    list_filter = ("groups", "is_staff", "is_superuser", "is_active", "date_joined")
    search_fields = ("username", "display_name", "first_name", "last_name", "email")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False  # counting a big table takes longer than the page
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("last_login", "date_joined")
    actions = ("make_instructors", "dismiss_instructors", "send_reset_links")
    inlines = (EmailAddressInline,)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("display_name", "email", "time_zone", "language")}),
        (
            _("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "email", "display_name")}),
        (_("Password"), {"fields": ("usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        membership = Group.objects.filter(name=INSTRUCTORS, user=OuterRef("pk"))
        return super().get_queryset(request).annotate(teaches=Exists(membership))

    @admin.display(boolean=True, description=_("instructor"))
    def teaches(self, user: Any) -> bool:
        return bool(user.teaches)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    # Whoever may change people could otherwise give themselves every right.

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are changed by superusers only."""
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_delete_permission(request, obj)

    # To delete somebody is to erase them, as they can do it themselves.

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes, by sorts of data; what is in the way, which keeps the button from the page."""
        people = list(objs)
        going = [
            each.title
            for each in declarations()
            if each.on_erasure is OnErasure.DELETE and each.relation
        ]
        found = [obstacle for person in people for obstacle in actions.obstacles_to(person)]
        named = [[str(each.reason), [name for name, _place in each.things]] for each in found]
        in_the_way = [part for pair in named for part in pair if part]
        counted = {User._meta.verbose_name_plural: len(people)}
        return [[str(person), going] for person in people], counted, set(), in_the_way

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        actions.erase(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """All of them, or none."""
        with transaction.atomic():
            for person in queryset:
                actions.erase(person)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As Django's; says so when something came in the way after the question."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except (actions.ErasureRefused, IntegrityError) as error:
            return self._refuse(request, error)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """As Django's, with the action that deletes several people."""
        try:
            return super().changelist_view(request, extra_context)
        except (actions.ErasureRefused, IntegrityError) as error:
            return self._refuse(request, error)

    def _refuse(self, request: HttpRequest, error: Exception) -> HttpResponse:
        words = str(error) if isinstance(error, actions.ErasureRefused) else _("Please try again.")
        self.message_user(request, words, messages.ERROR)
        return redirect("admin:accounts_user_changelist")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        rights = ("is_staff", "is_superuser", "groups", "user_permissions")
        return fields if _is_superuser(request) else (*fields, *rights)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """An address that was replaced belongs to the account no longer."""
        super().save_related(request, form, formsets, change)
        if change and "email" in form.changed_data:
            addresses = EmailAddress.objects.filter(user=form.instance)
            addresses.exclude(email=form.instance.email).delete()

    @admin.action(description=_("Make instructors of the selected people"), permissions=["change"])
    def make_instructors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        actions.make_instructors(people)
        text = ngettext("%d person teaches now.", "%d people teach now.", len(people))
        self.message_user(request, text % len(people), messages.SUCCESS)

    @admin.action(description=_("Let the selected people teach no longer"), permissions=["change"])
    def dismiss_instructors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        actions.dismiss_instructors(people)
        text = ngettext(
            "%d person no longer teaches; their courses stay theirs.",
            "%d people no longer teach; their courses stay theirs.",
            len(people),
        )
        self.message_user(request, text % len(people), messages.SUCCESS)

    @admin.action(description=_("Mail a link for a new password"), permissions=["change"])
    def send_reset_links(self, request: HttpRequest, people: QuerySet[User]) -> None:
        reachable = [person for person in people if person.email and person.is_active]
        for person in reachable:
            actions.send_reset_link(request, user=person)
        text = ngettext("%d link was sent.", "%d links were sent.", len(reachable))
        self.message_user(request, text % len(reachable), messages.SUCCESS)


@admin.register(DataExport)
class DataExportAdmin(QuickAdmin[DataExport]):
    """Copies of data that people asked for: how they go, and never what is in them."""

    list_display = ("owner", "status", "size", "created", "finished_at")
    list_filter = ("status", "created")
    list_select_related = ("owner",)
    search_fields = ("owner__username",)
    exclude = ("package",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: DataExport | None = None) -> bool:
        return False


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
