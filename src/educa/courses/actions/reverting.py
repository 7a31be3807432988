"""Going back to what a text said once."""

from django.db import transaction

from educa.accounts.models import User
from educa.courses.actions.locking import lock_outline, touch
from educa.courses.models import Module, Text, TextVersion


@transaction.atomic
def restore_version(*, version: TextVersion, module: Module, author: User) -> Text:
    """Let the text of the module say again what it said in that version.

    This makes the newest version; what the text said until now stays among the others.
    """
    lock_outline(module.course_id)
    text = Text.objects.select_for_update().get(pk=version.text_id)
    text.remember(author=None)
    text.title, text.content, text.format = version.title, version.content, version.format
    text.save()
    text.remember(author=author)
    touch(module.course_id)
    return text
