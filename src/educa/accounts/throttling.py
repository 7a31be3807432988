"""How often somebody may try to sign in, to register, and to have mail sent."""

from educa.lib.throttle import Limit

WRONG_PASSWORDS = Limit("wrong-passwords", amount=5, seconds=30 * 60)
"""By the name or address that was typed, whether it exists or not."""

WRONG_CURRENT_PASSWORDS = Limit("wrong-current-passwords", amount=5, seconds=30 * 60)
"""By account: somebody signed in who should prove to be its owner."""

WRONG_PASSWORDS_FROM = Limit("wrong-passwords-from", amount=100, seconds=60)
"""By network; a whole school may share one."""

REGISTRATIONS_FROM = Limit("registrations-from", amount=100, seconds=10 * 60)
"""By network: forms that were sent, right or wrong. User names can be asked for no faster."""

RESETS_FROM = Limit("resets-from", amount=20, seconds=60)
"""By network: requests for a new password."""

MAILS_TO = Limit("mails-to", amount=5, seconds=60 * 60)
"""By mailbox: mails that anybody can cause. More are dropped without a word."""
