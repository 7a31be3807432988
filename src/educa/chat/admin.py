"""Rooms and what is said there in the administration: to look at; what is done there is done by the actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from educa.accounts.models import User
from educa.chat.actions import delete, handle
from educa.chat.models import Act, Message, Mute, Report, Revision, Room
from educa.chat.refusals import Refused
from educa.lib.quick_admin import QuickAdmin


class LookedAtMixin:
    """Rows that only the room itself writes: never added, changed or deleted by hand. They go with their course."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Asked without a row, it is about what goes with a course."""
        return obj is None and bool(super().has_delete_permission(request))  # type: ignore[misc]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's own deletion, which would leave gaps in the numbers of a room."""
        found: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        found.pop("delete_selected", None)
        return found


def keeper(request: HttpRequest) -> User:
    """The administrator at work."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - nobody else gets here
    return user


@admin.register(Room)
class RoomAdmin(LookedAtMixin, QuickAdmin[Room]):
    """How rooms are set is their instructors' matter, on a page of the studio."""

    list_display = ["course", "last_sequence", "is_closed", "slow_seconds", "shows_people"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "shows_people", "course__status"]
    list_select_related = ["course"]
    search_fields = ["course__title"]
    fields = [
        "course",
        "last_sequence",
        "epoch",
        "closed_at",
        "slow_seconds",
        "shows_people",
    ]
    ordering = ["-pk"]

    @admin.display(description=_("closed"), boolean=True)
    def is_closed(self, room: Room) -> bool:
        return room.is_closed


class RevisionInline(LookedAtMixin, admin.TabularInline[Revision, Message]):
    model = Revision
    fields = ["body", "replaced_at"]
    readonly_fields = ["body", "replaced_at"]
    extra = 0


@admin.register(Message)
class MessageAdmin(LookedAtMixin, QuickAdmin[Message]):
    """Deleting one is what deleting it in the room is: a mark stays."""

    list_display = ["excerpt", "author", "room", "sequence", "sent_at", "is_deleted"]
    list_filter = [
        "sent_at",
        ("deleted_at", admin.EmptyFieldListFilter),
        ("pinned_at", admin.EmptyFieldListFilter),
        "is_instructors",
    ]
    list_select_related = ["author", "room__course"]
    search_fields = ["body", "author__username", "author__display_name", "room__course__title"]
    fields = [
        "room",
        "sequence",
        "author",
        "is_instructors",
        "body",
        "picture",
        "sent_at",
        "edited_at",
        "deleted_at",
        "pinned_at",
        "reply_to",
        "content",
        "paragraph",
        "second",
        "answer",
        "settled_at",
    ]
    inlines = [RevisionInline]
    ordering = ["-pk"]
    actions = ["delete_messages"]

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        """What is a mark already can't be deleted again."""
        is_mark = obj is not None and obj.is_deleted
        return not is_mark and super().has_delete_permission(request)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What is said in it goes, and no row."""
        return [str(message) for message in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Message) -> None:
        """A mark stays, readers are told, and the record says who did it."""
        delete(person=keeper(request), course=obj.room_id, sequence=obj.sequence)

    @admin.action(description=_("Delete the chosen messages; a mark stays"), permissions=["delete"])
    def delete_messages(self, request: HttpRequest, rows: QuerySet[Message]) -> None:
        number = 0
        for message in rows.present():  # type: ignore[attr-defined]
            try:
                delete(person=keeper(request), course=message.room_id, sequence=message.sequence)
            except Refused as refused:
                messages.error(request, refused.words)
                return
            number += 1
        words = ngettext("%(n)d message is deleted.", "%(n)d messages are deleted.", number)
        messages.success(request, words % {"n": number})

    @admin.display(description=_("text"))
    def excerpt(self, message: Message) -> str:
        return str(message)

    @admin.display(description=_("deleted"), boolean=True)
    def is_deleted(self, message: Message) -> bool:
        return message.is_deleted


@admin.register(Report)
class ReportAdmin(LookedAtMixin, QuickAdmin[Report]):
    list_display = ["body", "reason", "reporter", "author", "reported_at", "handled_at"]
    list_filter = [("handled_at", admin.EmptyFieldListFilter), "reported_at"]
    list_select_related = ["reporter", "message__author"]
    search_fields = ["reason", "body", "reporter__username", "message__author__username"]
    fields = [
        "message",
        "body",
        "reason",
        "reporter",
        "reported_at",
        "handled_at",
        "handled_by",
    ]
    ordering = ["-pk"]
    actions = ["look_at"]

    @admin.action(description=_("The chosen reports were looked at"), permissions=["view"])
    def look_at(self, request: HttpRequest, rows: QuerySet[Report]) -> None:
        number = 0
        for report in rows.waiting().select_related("message"):  # type: ignore[attr-defined]
            about = report.message
            try:
                number += handle(
                    person=keeper(request), course=about.room_id, sequence=about.sequence
                )
            except Refused as refused:
                messages.error(request, refused.words)
                return
        words = ngettext("%(n)d report is looked at.", "%(n)d reports are looked at.", number)
        messages.success(request, words % {"n": number})

    @admin.display(description=_("author"))
    def author(self, report: Report) -> str:
        return str(report.message.author or "–")


@admin.register(Act)
class ActAdmin(LookedAtMixin, QuickAdmin[Act]):
    list_display = ["done_at", "actor", "verb", "person", "details", "room"]
    list_filter = ["verb", "done_at"]
    list_select_related = ["actor", "person", "room__course"]
    search_fields = ["actor__username", "person__username", "room__course__title"]
    fields = ["room", "actor", "verb", "person", "message", "details", "done_at"]
    ordering = ["-pk"]

    @admin.display(description=_("details"))
    def details(self, act: Act) -> str:
        return act.details


@admin.register(Mute)
class MuteAdmin(LookedAtMixin, QuickAdmin[Mute]):
    """Muting and letting write again are done in the room or in the studio, and so are logged."""

    list_display = ["user", "room", "until", "muted_at"]
    list_filter = ["muted_at"]
    list_select_related = ["user", "room__course"]
    search_fields = ["user__username", "user__display_name", "room__course__title"]
    fields = ["user", "room", "until", "muted_at"]
    ordering = ["-pk"]
