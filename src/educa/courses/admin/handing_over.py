"""Giving courses to another owner: a page that asks to whom."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions import hand_over, refuse_who_does_not_teach
from educa.courses.models import Course
from educa.lib.quick_admin import PickOne

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Course]
else:
    Base = object

CONFIRMED = "confirmed"


class NewOwnerForm(forms.Form):
    """To whom courses go: somebody who teaches."""

    owner = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("New owner"),
        widget=PickOne(Course._meta.get_field("owner"), admin.site),
        help_text=_("An instructor. Every item in the courses goes too."),
    )

    def clean_owner(self) -> User:
        owner: User = self.cleaned_data["owner"]
        refuse_who_does_not_teach(owner)
        return owner


class HandingOverMixin(Base):
    """The action for chosen courses, and the page of one course; who may change courses may do it."""

    change_form_template = "admin/courses/course/change_form.html"
    actions = ["hand_over_chosen"]

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.hand_over_page)
        return [
            path("<path:object_id>/hand-over/", page, name="courses_course_hand_over"),
            *super().get_urls(),
        ]

    @admin.action(description=_("Hand over to another owner"), permissions=["change"])
    def hand_over_chosen(
        self, request: HttpRequest, queryset: QuerySet[Course]
    ) -> HttpResponse | None:
        return self._ask_or_do(request, queryset, reverse("admin:courses_course_changelist"))

    def hand_over_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        course = self.get_object(request, unquote(object_id))
        if course is None:
            raise Http404
        if not self.has_change_permission(request, course):
            raise PermissionDenied
        back = reverse("admin:courses_course_change", args=[course.pk])
        return self._ask_or_do(request, self.get_queryset(request).filter(pk=course.pk), back)

    def _ask_or_do(
        self, request: HttpRequest, courses: QuerySet[Course], back: str
    ) -> HttpResponse:
        is_answer = request.method == "POST" and CONFIRMED in request.POST
        form = NewOwnerForm(request.POST if is_answer else None)
        if is_answer and form.is_valid():
            owner = form.cleaned_data["owner"]
            try:
                done = self._do(request, courses, owner)
            except ValidationError as error:  # somebody else has handed one of them over meanwhile
                self.message_user(request, error.messages[0], messages.ERROR)
            else:
                self.message_user(request, _success(done, owner), messages.SUCCESS)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Hand over to another owner"),
            "opts": self.opts,
            "courses": courses.select_related("owner"),
            "form": form,
            "media": self.media + form.media,
            "confirmed": CONFIRMED,
            "action": "hand_over_chosen",
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "everything": request.POST.get("select_across") == "1",
            "back": back,
        }
        return TemplateResponse(request, "admin/courses/course/hand_over.html", context)

    @transaction.atomic
    def _do(self, request: HttpRequest, courses: QuerySet[Course], owner: User) -> int:
        done = 0
        for course in courses.select_related("owner"):
            names = {"before": course.owner.shown_name, "to": owner.shown_name}
            hand_over(course=course, to=owner)
            self.log_change(
                request, course, gettext("Handed over from %(before)s to %(to)s.") % names
            )
            done += 1
        return done


def _success(count: int, owner: User) -> str:
    text = ngettext(
        "%(count)d course now belongs to %(name)s.",
        "%(count)d courses now belong to %(name)s.",
        count,
    )
    return text % {"count": count, "name": owner.shown_name}
