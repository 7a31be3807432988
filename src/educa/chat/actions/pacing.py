"""How often somebody may change what stands in a room: the log grows by every change, and everybody gets it."""

import math
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from educa.chat.actions.entering import Entered
from educa.chat.models import Event
from educa.chat.refusals import TOO_FAST, Refused

MINUTE = timedelta(minutes=1)
RECENT = 1000  # events of the room that are looked through
CHANGES = (Event.Kind.EDIT, Event.Kind.REACTION)


def refuse_haste(place: Entered) -> None:
    """Raises Refused for who has edited and reacted as often within a minute as one may send messages."""
    now, most = timezone.now(), settings.EDUCA_CHAT_PER_MINUTE
    recent = place.room.events.filter(sequence__gt=place.room.last_sequence - RECENT)
    own = recent.filter(actor=place.person, kind__in=CHANGES, at__gt=now - MINUTE)
    times = list(own.order_by("-sequence").values_list("at", flat=True)[:most])
    if len(times) == most:
        wait = times[-1] + MINUTE - now
        raise Refused(TOO_FAST, retry_after=max(1, math.ceil(wait.total_seconds())))
