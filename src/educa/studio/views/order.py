"""Putting all modules of a course, or all contents of a module, in another order: JSON in, JSON out."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.generic import View

from educa.courses.actions import OutlineChanged, reorder_contents, reorder_modules
from educa.courses.models import Content, Module
from educa.studio.forms.order import MOST_BYTES, BadOrder, keys_in_order
from educa.studio.views.mixins import InstructorRequiredMixin
from educa.studio.views.steps import JSON

M = TypeVar("M", Module, Content)


class OrderView(InstructorRequiredMixin, View):
    """All or nothing: `{"saved": "OK"}`, or a 4xx whose `error` says why, with nothing changed.

    The ids are all siblings that there are: 404 when the person may not know one of them, 409 when the
    list has changed since the script got it.
    """

    http_method_names = ["post", "options"]

    def put_in_order(self, keys: Sequence[int]) -> None:
        """Do it. Raises BadOrder for a key that the person may not know, OutlineChanged."""
        raise NotImplementedError

    def post(self, request: HttpRequest) -> JsonResponse:
        """Take the order."""
        try:
            self.put_in_order(keys_in_order(self._body()))
        except BadOrder as fault:
            return JsonResponse({"error": str(fault.words)}, status=fault.status)
        except OutlineChanged:
            words = _("Somebody else has changed this course meanwhile. Reload the page to see it.")
            return JsonResponse({"error": words}, status=HTTPStatus.CONFLICT)
        return JsonResponse({"saved": "OK"})

    def _body(self) -> bytes:
        if self.request.content_type != JSON:
            raise BadOrder(
                _("Send the order as %(type)s.") % {"type": JSON},
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            )
        # Not `request.body`, which would take in as much as the site's longest form may have.
        return self.request.read(MOST_BYTES + 1)


class ModuleOrderView(OrderView):
    """The modules of one course."""

    def put_in_order(self, keys: Sequence[int]) -> None:
        """The first key tells the course."""
        rows = Module.everything.editable_by(self.request.user)
        course = _known(rows.select_related("course"), keys[0]).course
        try:
            reorder_modules(course=course, keys=keys)
        except OutlineChanged:
            _refuse_strangers(Module.everything.filter(course=course), keys)
            raise


class ContentOrderView(OrderView):
    """The contents of one module."""

    def put_in_order(self, keys: Sequence[int]) -> None:
        """The first key tells the module."""
        rows = Content.everything.editable_by(self.request.user)
        module = _known(rows.select_related("module"), keys[0]).module
        try:
            reorder_contents(module=module, keys=keys)
        except OutlineChanged:
            # One that was moved to another module meanwhile is no stranger.
            _refuse_strangers(Content.everything.filter(module__course=module.course_id), keys)
            raise


def _known(rows: QuerySet[M], key: int) -> M:
    row = rows.filter(pk=key).first()
    if row is None:
        raise _unknown()
    return row


def _refuse_strangers(rows: QuerySet[M], keys: Sequence[int]) -> None:
    if not set(keys) <= set(rows.values_list("pk", flat=True)):
        raise _unknown()


def _unknown() -> BadOrder:
    return BadOrder(_("There is nothing with one of these ids."), HTTPStatus.NOT_FOUND)
