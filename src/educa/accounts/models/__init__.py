"""People, and what is remembered of those who are gone."""

from educa.accounts.models.data_export import DataExport
from educa.accounts.models.erasure import Erasure, RetiredName
from educa.accounts.models.user import (
    INSTRUCTORS,
    AppearanceField,
    User,
    UserManager,
    validate_display_name,
    validate_language,
    validate_time_zone,
    zone_names,
)

__all__ = [
    "INSTRUCTORS",
    "AppearanceField",
    "DataExport",
    "Erasure",
    "RetiredName",
    "User",
    "UserManager",
    "validate_display_name",
    "validate_language",
    "validate_time_zone",
    "zone_names",
]
