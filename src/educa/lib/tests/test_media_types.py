"""What files are called."""

import pytest

from educa.lib.media_types import UNKNOWN, in_words
from educa.lib.uploads import MEDIA_TYPES

pytestmark = pytest.mark.once


@pytest.mark.parametrize("media_type", sorted(set(MEDIA_TYPES.values())))
def test_every_type_that_can_be_uploaded_has_words(media_type):
    assert in_words(media_type) != UNKNOWN


def test_pictures_and_films_share_a_word_and_documents_have_their_own():
    assert [str(in_words(name)) for name in ("image/webp", "video/mp4", "application/pdf")] == [
        "Picture",
        "Video",
        "PDF document",
    ]


def test_type_that_nobody_knows_is_a_file():
    assert in_words("application/x-strange") == UNKNOWN
