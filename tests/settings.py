"""The product's settings, as the tests use them.

Settings come from the environment, so what the developer's own shell has set is forgotten first: a
test must never meet a real database. `EDUCA_TEST_DATABASE_URL`, `EDUCA_TEST_CACHE_URL` and
`EDUCA_TEST_CHANNEL_LAYER_URL` are the way to run the tests on servers.
"""

import atexit
import os
import shutil
import tempfile

SERVERS = ("DATABASE_URL", "CACHE_URL", "CHANNEL_LAYER_URL")
OF_THE_SITE = {*SERVERS, "EMAIL_URL", "HOST", "PORT"}
KEPT = ("EDUCA_TEST_",)
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _prepare_environment() -> None:
    for name in list(os.environ):
        if name in OF_THE_SITE or (name.startswith("EDUCA_") and not name.startswith(KEPT)):
            del os.environ[name]
    for name in SERVERS:
        # One address a worker where the addresses are given as a list, else the same for all.
        addresses = os.environ.get(f"EDUCA_TEST_{name}", "").split()
        if addresses:
            os.environ[name] = addresses[WORKER % len(addresses)]
    data = tempfile.mkdtemp(prefix="educa-test-", dir=os.environ.get("EDUCA_TEST_FOLDER"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["EDUCA_DATA_DIR"] = data
    os.environ["EDUCA_SECRET_KEY"] = "a key for tests only, known to everybody who reads this line"


_prepare_environment()

from educa.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a test signs in often
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"  # nothing is collected
}
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]  # noqa: F405 - only its checks
