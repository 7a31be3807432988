"""An item lives and dies with the content that shows it."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from educa.courses.kinds.registry import kind_of
from educa.courses.models import Content


@receiver(post_delete, sender=Content)
def delete_item(instance: Content, using: str, **kwargs: Any) -> None:
    """Whatever deleted the content (a page, the admin, a cascade): its item goes too."""
    kind = kind_of(instance.content_type)
    if kind:
        for item in kind.model._base_manager.using(using).filter(pk=instance.object_id):
            item.delete(using=using)
