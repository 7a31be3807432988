"""How long a search in courses takes: made-up contents in courses of one student and of others.

    PYTHONPATH=src python bench/search.py 5000 50000          on the database of the settings, which must be empty

Prints, for each number of contents, how fast they are gathered, how large the index is, and the
milliseconds (median of 7) of one search with its page, for a student of ten courses and for somebody who
reads every course.
"""

# ruff: noqa: E402 - the models need the settings

import os
import random
import sys
import time
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "educa.config.settings")

import django

django.setup()

from django.db import connection

from educa.accounts.models import User
from educa.courses.actions import index_all_missing
from educa.courses.kinds.registry import kind_named
from educa.courses.models import Content, Course, Module, Subject, Text
from educa.courses.search import search
from educa.lib.folding import query_for
from educa.students.models import Enrollment

PER_COURSE = 100
WORDS_OF_A_TEXT = 600
DICE = random.Random(7)
# Few words are frequent and most are rare, as in any language.
VOCABULARY = [f"{DICE.choice('abcdefghijklmnoprst')}{number:x}en" for number in range(20_000)]
WEIGHTS = [1 / (rank + 5) for rank in range(len(VOCABULARY))]
QUERIES = {
    "a frequent word": VOCABULARY[0],
    "a rare word": VOCABULARY[9_000],
    "three frequent words": " ".join(VOCABULARY[:3]),
    "a beginning of two letters": "ab",
}


def make_contents(total: int) -> None:
    """More courses, until there are so many contents."""
    owner, _ = User.objects.get_or_create(username="owner")
    subject, _ = Subject.objects.get_or_create(title="Music", slug="music")
    kind = kind_named("text")
    assert kind is not None
    number = Content.objects.count()
    while number < total:
        course = Course.objects.create(
            owner=owner, subject=subject, title=f"C{number}", status="published"
        )
        module = Module.objects.create(course=course, title="M")
        texts = Text.objects.bulk_create(
            Text(
                owner=owner,
                title=" ".join(DICE.choices(VOCABULARY, WEIGHTS, k=4)),
                content=" ".join(DICE.choices(VOCABULARY, WEIGHTS, k=WORDS_OF_A_TEXT)),
            )
            for _ in range(PER_COURSE)
        )
        Content._base_manager.bulk_create(
            Content(module=module, content_type=kind.content_type(), object_id=text.pk, order=place)
            for place, text in enumerate(texts)
        )
        number += PER_COURSE


def size_of_index() -> str:
    """Megabytes of the index and of the entries."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            sizes = (
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s",
                ("courses_search_words%",),
                ("courses_searchentry%",),
            )
            found = []
            for parameter in sizes[1:]:
                cursor.execute(sizes[0], parameter)
                found.append(cursor.fetchone()[0])
        else:
            cursor.execute(
                "SELECT pg_relation_size('courses_search_words'), pg_total_relation_size('courses_searchentry')"
            )
            found = list(cursor.fetchone())
    return " + ".join(f"{size / 2**20:.0f} MB" for size in found)


def timed(user: User, words: str) -> tuple[float, float, int]:
    """Milliseconds of this process's processor and of the clock for a page of results, and the number of hits."""
    query, times, waits, total = query_for(words), [], [], 0
    for _ in range(7):
        start, began = time.process_time(), time.perf_counter()
        found = search(user, query)
        total = len(found)
        found[:20]
        times.append((time.process_time() - start) * 1_000)
        waits.append((time.perf_counter() - began) * 1_000)
    return median(times), median(waits), total


def main() -> None:
    """Measure each number of contents that was asked for, from small to large."""
    student, _ = User.objects.get_or_create(username="student")
    admin, _ = User.objects.get_or_create(username="admin", is_staff=True, is_superuser=True)
    for total in map(int, sys.argv[1:]):
        make_contents(total)
        for course in Course.objects.order_by("pk")[:10]:
            Enrollment.objects.enroll(student, course)
        start = time.perf_counter()
        made = index_all_missing()
        rate = made / (time.perf_counter() - start)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(
            f"{connection.vendor}: {total} contents, {rate:.0f} gathered a second, {size_of_index()}"
        )
        for name, words in QUERIES.items():
            for reader in (student, admin):
                used, waited, number = timed(reader, words)
                print(
                    f"  {name}, {reader.username}: {used:.0f} ms, by the clock {waited:.0f} ms, {number} hits"
                )


main()
