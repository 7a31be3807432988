"""What is held about people who bring courses in and out."""

from django.utils.translation import gettext_lazy as _

from educa.lib.privacy import Category, OnErasure, PersonalData, declare, facts

declare(
    PersonalData(
        name="transfers",
        model="interchange.Transfer",
        relation="owner",
        category=Category.TEACHING,
        title=_("Imports and exports"),
        purpose=_("To import and export your courses, and to tell you what came of it"),
        retention=_("30 days; the package of an export 7 days"),
        on_erasure=OnErasure.DELETE,
        describe=lambda row: facts(
            row, "direction", "name", "size", "status", "reason", "created", "finished_at"
        ),
    ),
)
