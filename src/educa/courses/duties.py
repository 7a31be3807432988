"""What the site does for courses without being asked."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from educa.courses.actions import empty_trash, end_abandoned_uploads, index_all_missing
from educa.lib.duties import duty, unhurried


@duty(every=timedelta(hours=1))
def delete_what_was_long_in_the_trash() -> None:
    """Keep nothing longer in the trash than `EDUCA_TRASH_DAYS`."""
    with unhurried():
        empty_trash(older_than=timezone.now() - timedelta(days=settings.EDUCA_TRASH_DAYS))


@duty(every=timedelta(hours=1))
def end_what_nobody_goes_on_uploading() -> None:
    """Delete the uploads of which no part has come for a day."""
    end_abandoned_uploads()


@duty(every=timedelta(minutes=1))
def gather_what_a_search_would_miss() -> None:
    """Put the words of contents into the index that are new there or have changed."""
    with unhurried():
        index_all_missing()
