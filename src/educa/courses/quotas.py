"""How much room courses may take on disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from educa.courses.kinds.registry import kinds
from educa.courses.models import Attachment, Course, Upload


def check_room(*, course: Course, size: int) -> None:
    """Raises ValidationError when so many bytes more are too many for the course, or for its owner.

    Of two at the same moment both may pass, unless the outline of the course is locked.
    """
    if settings.EDUCA_COURSE_QUOTA and size > 0:
        words = _("This course has no room for it: %(used)s of %(most)s are taken.")
        _refuse_beyond(
            settings.EDUCA_COURSE_QUOTA, Course.objects.filter(pk=course.pk), size, words
        )
    if settings.EDUCA_USER_QUOTA and size > 0:
        words = _("The courses of this owner have no room for it: %(used)s of %(most)s are taken.")
        _refuse_beyond(
            settings.EDUCA_USER_QUOTA, Course.objects.filter(owner=course.owner_id), size, words
        )


def room_taken(courses: QuerySet[Course]) -> int:
    """Bytes of the files in these courses, with those in the trash and those that still arrive.

    Covers, captions and the smaller sizes of pictures are not counted, nor are kinds without a `size`.
    """
    items = [kind.model for kind in kinds() if _tells_its_size(kind.model)]
    taken = [_sum(model, contents__module__course__in=courses) for model in items]
    return sum(taken) + _sum(Attachment, course__in=courses) + _sum(Upload, course__in=courses)


def _refuse_beyond(most: int, courses: QuerySet[Course], size: int, words: Any) -> None:
    used = room_taken(courses)
    if used + size > most:
        shown = {"used": filesizeformat(used), "most": filesizeformat(most)}
        raise ValidationError(words, code="quota", params=shown)


def _tells_its_size(model: type[Model]) -> bool:
    return any(field.name == "size" for field in model._meta.concrete_fields)


def _sum(model: type[Model], **condition: Any) -> int:
    return model._base_manager.filter(**condition).aggregate(total=Sum("size"))["total"] or 0
