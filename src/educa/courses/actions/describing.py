"""What a course says of itself: title, address, subject, overview, cover."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import ModelForm
from django.utils.translation import gettext_lazy as _

from educa.accounts.models import User
from educa.courses.actions.writing import Changed, state_of
from educa.courses.models import Course


def create_course(*, form: "ModelForm[Course]", owner: User) -> Course:
    """Make the course of a valid form; it is a draft, and belongs to `owner`.

    Raises ValidationError for a slug that somebody else took in this very moment.
    """
    form.instance.owner = owner
    try:
        return form.save()
    except IntegrityError:
        _refuse_taken_slug(form.instance)
        raise


def describe_course(*, form: "ModelForm[Course]", seen: str | None = None) -> Course:
    """Save what a valid form says of its course, and nothing else of it.

    `seen` is the `state_of` the form's fields when its page was made. Raises Changed when they say
    something else now, and ValidationError for a slug that somebody else took in this very moment.
    """
    fields: list[str] = list(form._meta.fields or ())
    form.instance.prepare_cover()
    try:
        with transaction.atomic():
            _refuse_changes(form.instance, fields, seen)
            form.instance.save(update_fields=[*fields, "updated"])
    except IntegrityError:
        _refuse_taken_slug(form.instance)
        raise
    return form.instance


def _refuse_changes(course: Course, fields: list[str], seen: str | None) -> None:
    current = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if seen is not None and seen != state_of(current, fields):
        raise Changed(current)


def _refuse_taken_slug(course: Course) -> None:
    if Course.objects.filter(slug=course.slug).exclude(pk=course.pk).exists():
        raise ValidationError({"slug": _("Somebody else has just taken this address.")})
