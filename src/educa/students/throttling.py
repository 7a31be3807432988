"""How often somebody may try to get into courses."""

from educa.lib.throttle import Limit

WRONG_CODES = Limit("wrong-codes", amount=10, seconds=30 * 60)
"""By account, over all courses. New accounts are limited by network."""
