"""What the group Instructors may do: everything with course content, and read subjects."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from educa.accounts.models import INSTRUCTORS
from educa.courses.kinds.registry import kinds
from educa.courses.models import Attachment, CaptionTrack, Content, Course, Module, Subject

EVERYTHING = ("add", "change", "delete", "view")


def contents_models() -> list[Any]:
    """The models of course content; those of kinds that other apps bring are among them."""
    return [Course, Module, Content, Attachment, CaptionTrack, *(kind.model for kind in kinds())]


def grant_instructors(using: str = DEFAULT_DB_ALIAS) -> None:
    """Give the group all that it should have; what administrators added to it stays."""
    condition = _permissions_on(Subject, ("view",), using)
    for model in contents_models():
        condition |= _permissions_on(model, EVERYTHING, using)
    group, _ = Group.objects.using(using).get_or_create(name=INSTRUCTORS)
    group.permissions.add(*Permission.objects.using(using).filter(condition))


def _permissions_on(model: Any, verbs: tuple[str, ...], using: str) -> Q:
    content_type = ContentType.objects.db_manager(using).get_for_model(model)
    names = [f"{verb}_{model._meta.model_name}" for verb in verbs]
    return Q(content_type=content_type, codename__in=names)


def grant_after_migrating(
    sender: AppConfig, *, using: str = DEFAULT_DB_ALIAS, plan: Any = None, **kwargs: Any
) -> None:
    """Receiver of `post_migrate`, because only then do the permissions of new models exist.

    Without new migrations of that app nothing is granted, so that what an administrator took away
    stays away. A flush comes without a plan, and has emptied the group.
    """
    if sender.label not in {model._meta.app_label for model in contents_models()}:
        return
    if plan is None or any(
        migration.app_label == sender.label and not backwards for migration, backwards in plan
    ):
        grant_instructors(using)
