"""What templates of rooms need: the text of a message in pieces."""

from django import template

from educa.chat.formatting import Piece, pieces_of
from educa.chat.models import Message

register = template.Library()


@register.filter
def pieces(message: Message) -> list[Piece]:
    """The text of a message; its mentions are those of people in the course."""
    names = {mention.user.username.lower() for mention in message.mentions.all()}
    return list(pieces_of(message.body, names))
