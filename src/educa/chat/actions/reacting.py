"""Signs at messages."""

from django.db import transaction

from educa.accounts.models import User
from educa.chat import log
from educa.chat.actions.entering import enter
from educa.chat.models import Event, Reaction
from educa.chat.models.people import REACTIONS
from educa.chat.refusals import SIGN, Refused


@transaction.atomic
def react(*, person: User, course: int, sequence: int, sign: str, on: bool) -> None:
    """Put a sign to a message, or take one's own away; twice is once.

    Raises Refused for other signs, for who is muted, and for who does it too often.
    """
    if sign not in REACTIONS:
        raise Refused(SIGN)
    place = enter(person, course)
    message = place.message(sequence)
    if on:
        place.refuse_muted()
    rows = Reaction.objects.filter(message=message, user=person, sign=sign)
    if rows.exists() == on:
        return
    place.refuse_hasty_change()
    if on:
        Reaction.objects.create(message=message, user=person, sign=sign)
    else:
        rows.delete()
    data = {"sign": sign, "on": on}
    log.append(place.room, Event.Kind.REACTION, actor=person, message=message, data=data)
