"""What happens in rooms, for sockets and for packages above to hear."""

from django.dispatch import Signal

message_posted = Signal()
"""Somebody has said something. Sent in the transaction that stores it, with `message`."""

event_logged = Signal()
"""Something was added to the log of a room. Sent after the commit, with `event`, in the thread that did it."""
