"""What the contents of courses say, kept so that words in it are found quickly.

An entry holds the words as they are shown. The index itself is the database's own (migration
`0008_search`): on SQLite a table of its full-text module, on PostgreSQL a column of this table.
Triggers and cascades take words away with their entry; `educa.courses.actions.indexing` writes them.
"""

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Self, cast

from django.db import connections, models
from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from educa.lib.folding import Query, Term, words_in

OF_TITLE = "¶"  # in front of a word that is in the title; no word has it in itself
MOST_BYTES = 900_000  # of the words of one content; a `tsvector` holds a megabyte
Compiled = tuple[str, tuple[Any, ...]]


class _Holds(models.Func):
    """Whether the index has all of these words for an entry, or any of them."""

    output_field = models.BooleanField()

    def __init__(
        self, terms: Sequence[Term], *, of_title: bool = False, any_of: bool = False
    ) -> None:
        super().__init__(F("pk"))
        mark = OF_TITLE if of_title else ""
        self.terms = [Term(mark + term.word, term.is_beginning) for term in terms]
        self.any_of = any_of

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> Compiled:
        # Words hold letters, digits and marks only, so quoting them is all there is to do.
        words = (f'"{term.word}"{" *" if term.is_beginning else ""}' for term in self.terms)
        key, params = compiler.compile(self.source_expressions[0])
        found = "SELECT rowid FROM courses_search_words WHERE courses_search_words MATCH %s"
        # With the plus it is a question for each entry, and no list that is gone through for each of them.
        return f"+{key} IN ({found})", (*params, (" OR " if self.any_of else " AND ").join(words))

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> Compiled:
        words = (f"'{term.word}'{':*' if term.is_beginning else ''}" for term in self.terms)
        table = connection.ops.quote_name(cast("Col", self.source_expressions[0]).alias)
        return f"{table}.words @@ %s::tsquery", ((" | " if self.any_of else " & ").join(words),)


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def matching(self, query: Query) -> Self:
        """Entries with every word of the query in title or text; none for a query without words.

        Adds `in_title`: 2 where all of them are in the title, 1 where some are, else 0.
        """
        if not query:
            return self.none().annotate(in_title=Value(0))
        terms = query.terms
        some = [When(_Holds(terms, of_title=True, any_of=True), then=Value(1))]
        in_title = Case(
            When(_Holds(terms, of_title=True), then=Value(2)),
            *(some if len(terms) > 1 else []),
            default=Value(0),
            output_field=IntegerField(),
        )
        return self.filter(_Holds(terms)).annotate(in_title=in_title)

    def add(self, said: Mapping[int, tuple[str, str]]) -> None:
        """Make the entries of contents that have none: title and text, by the contents' keys."""
        rows = [
            SearchEntry(content_id=pk, title=title, body=body) for pk, (title, body) in said.items()
        ]
        entries = self.bulk_create(rows)
        connection = connections[self.db]
        statement, columns = WRITING[connection.vendor]
        with connection.cursor() as cursor:
            cursor.executemany(statement, [columns(entry.pk, entry.words()) for entry in entries])

    def clear(self) -> None:
        """Empty the index."""
        self.all().delete()
        if connections[self.db].vendor == "sqlite":  # with what triggers may have missed
            with connections[self.db].cursor() as cursor:
                cursor.execute("DELETE FROM courses_search_words")


Columns = Callable[[int, list[str]], Sequence[Any]]
WRITING: dict[str, tuple[str, Columns]] = {
    "sqlite": (
        "INSERT INTO courses_search_words (rowid, words) VALUES (%s, %s)",
        lambda pk, words: (pk, " ".join(words)),
    ),
    "postgresql": (
        "UPDATE courses_searchentry SET words = array_to_tsvector(%s::text[]) WHERE id = %s",
        lambda pk, words: (words, pk),
    ),
}


class SearchEntry(models.Model):
    """The words of one content. It is missing until somebody makes it, and after each change of the item."""

    content = models.OneToOneField(
        "courses.Content",
        on_delete=models.CASCADE,
        related_name="search_entry",
        verbose_name=_("content"),
    )
    title = models.CharField(_("title"), max_length=250, blank=True)
    body = models.TextField(_("text"), blank=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return self.title

    def words(self) -> list[str]:
        """What the entry is found by: words of its title, marked and as they are, and those of its text.

        Of a text with endlessly many different words, the last ones are left out.
        """
        title = list(words_in(self.title))
        marked = [OF_TITLE + word for word in title]
        found = list(dict.fromkeys([*marked, *title, *words_in(self.body)]))
        sizes = accumulate(len(word.encode()) for word in found)
        return found[: bisect(list(sizes), MOST_BYTES)]
