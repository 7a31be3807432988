"""What goes with a row, whatever deletes it: a page, the admin, a cascade."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from educa.courses.kinds.registry import kind_of
from educa.courses.models import CaptionTrack, Content, Upload, Video


@receiver(post_delete, sender=Content)
def delete_item(instance: Content, using: str, **kwargs: Any) -> None:
    """An item lives and dies with the content that shows it."""
    kind = kind_of(instance.content_type)
    if kind:
        for item in kind.model._base_manager.using(using).filter(pk=instance.object_id):
            item.delete(using=using)


@receiver(post_delete, sender=Upload)
def delete_bytes(instance: Upload, using: str, **kwargs: Any) -> None:
    """What has come of an upload goes with it."""
    transaction.on_commit(partial(instance.path.unlink, missing_ok=True), using=using)


@receiver(post_delete, sender=CaptionTrack)
def forget_what_was_said(instance: CaptionTrack, **kwargs: Any) -> None:
    """A video without these captions is not found by their words any more."""
    Video(pk=instance.video_id).forget_words()
