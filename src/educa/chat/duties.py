"""What the site does for rooms without being asked."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from educa.chat.actions import forget_old_messages
from educa.lib.duties import duty, unhurried


@duty(every=timedelta(hours=6))
def forget_what_is_long_over() -> None:
    """Keep what was said in archived courses no longer than `EDUCA_CHAT_DAYS`, where that is set."""
    if not settings.EDUCA_CHAT_DAYS:
        return
    with unhurried():
        forget_old_messages(older_than=timezone.now() - timedelta(days=settings.EDUCA_CHAT_DAYS))
