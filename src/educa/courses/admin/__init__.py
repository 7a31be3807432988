"""Subjects, courses, modules, contents and items in the administration."""

from educa.courses.admin import content, course, item

__all__ = ["content", "course", "item"]
