"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum (19 MiB, two passes, one lane): a tenth of Django's default cost.

    Source: OWASP Password Storage Cheat Sheet. Hashes made with other parameters are remade at the
    next sign-in.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
