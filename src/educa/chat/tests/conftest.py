"""What tests of rooms share."""

from educa.courses.tests.conftest import stored

__all__ = ["stored"]
