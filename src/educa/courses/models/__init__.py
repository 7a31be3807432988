"""What is taught: subjects, courses, their modules, and the contents of these."""

from educa.courses.kinds.file import File
from educa.courses.kinds.image import Image
from educa.courses.kinds.text import Text, TextDraft, TextVersion
from educa.courses.kinds.video import CaptionTrack, Video
from educa.courses.models.attachment import Attachment, attachment_name
from educa.courses.models.content import Content
from educa.courses.models.course import Course, Viewer, cover_name, sees_all_courses
from educa.courses.models.generation import CATALOGUE, Facet, Generation
from educa.courses.models.module import Module
from educa.courses.models.search import SearchEntry
from educa.courses.models.slugs import RESERVED_SLUGS, SLUG_LENGTH, refuse_reserved_slug
from educa.courses.models.subject import Subject
from educa.courses.models.upload import ArrivedFile, Upload

__all__ = [
    "CATALOGUE",
    "RESERVED_SLUGS",
    "SLUG_LENGTH",
    "ArrivedFile",
    "Attachment",
    "CaptionTrack",
    "Content",
    "Course",
    "Facet",
    "File",
    "Generation",
    "Image",
    "Module",
    "SearchEntry",
    "Subject",
    "Text",
    "TextDraft",
    "TextVersion",
    "Upload",
    "Video",
    "Viewer",
    "attachment_name",
    "cover_name",
    "refuse_reserved_slug",
    "sees_all_courses",
]
