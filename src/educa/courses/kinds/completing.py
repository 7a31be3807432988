"""When a content counts as done, besides a student's own word for it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CompletedBy(TextChoices):
    """What completes a content; the label is the rule as students read it."""

    END = "end", _("Done when you reach the end.")
    OPENING = "opening", _("Done when you open or download it.")
    WATCHING = "watching", _("Done when you have played 90 per cent of it.")
    HAND = "hand", _("Mark it as done yourself when you have finished.")
