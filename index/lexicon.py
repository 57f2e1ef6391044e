"""The Tantivy index: passages found by their words. Derived from the store, and rebuilt from it at will."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from index.dates import days
from index.document import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import tantivy

    from index.passage import Passage

FINGERPRINT = "french-3"
"""Names the analysis and the fields below: changes with them."""

CONTEXT_WEIGHT = 0.2
"""What a word in the title or the heading counts beside one in the text. On the development questions of PIAF, whose
paragraphs begin with their title, fused R@5 is 0.918 from 0.1 to 0.2, 0.916 at 0.3, 0.911 at 0.5. To repeat: another
value here, then `python -m bench --split development --only quality`."""

PHRASE_WEIGHT = 0.2
"""What two neighbouring words of the question count where they stand near each other, in their order, beside what
each counts by itself (Metzler and Croft, "A Markov Random Field Model for Term Dependencies", 2005). On the development
questions of PIAF, fused R@1 is 0.743 without, 0.753 with it, and R@5 0.912 and 0.914. To repeat: see above."""

_ANALYSER = "french"
_PHRASE_SLOP = 3  # words that may stand between them
_K1 = 1.2  # Tantivy's, fixed in it, like b = 0.75
_NO_FIRST_DAY, _NO_LAST_DAY = 99_999_999, 0  # a document without a date is in no period
_WRITER_MEMORY = 64_000_000
_LONGEST_REMEMBERED = 40  # letters; a question may be one word of 2,000, and would be remembered with many like it

# Words that carry the grammar of a French question or sentence, without accents, as they come out of the folding:
# articles, elisions, pronouns, auxiliaries, question words. Tantivy's own list knows neither all of the question
# words nor a word whose accent was left out.
_GRAMMAR = """
    a ai ait ainsi alors apres as au aucun aucune aujourd aussi autre autres aux avait avaient avant avec avez avoir
    avons ayant c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez comme comment combien d dans
    de depuis des deux doit doivent donc dont du duquel elle elles en encore entre es est et etaient etait etant ete
    etes etre eu eux fait faire faut fut furent hui il ils j je jusqu jusque l la laquelle le lequel les lesquelles
    lesquels leur leurs lors lorsqu lorsque lui m ma mais me meme memes mes moi moins mon n ne ni nos notre nous on
    ont ou par parce pas pendant peut peuvent plus plusieurs pour pourquoi puis puisqu puisque qu quand que quel
    quelle quelles quels qui quoi quoiqu s sa sans se selon sera seront ses si soit son sont sous sur t ta te tel
    telle tes toi ton tous tout toute toutes tres tu un une vers vos votre vous y
"""
STOP_WORDS = frozenset(_GRAMMAR.split())


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that shares words with a question.

    `overlap` is its BM25 score as a share of the best that a passage could have for that question, so that it compares
    between questions and between corpora: 0 to 1, a little more where the title or the heading has the words too.
    """

    id: str
    overlap: float


class Lexicon:
    """An inverted index over passages, with French stems.

    Case, accents, elision, the kind of apostrophe and of blank make no difference to what is found: words are folded
    before they are stemmed, in passages and in questions alike.
    """

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._index.reload()
        self._searcher = index.searcher()
        self._schema = _schema()
        self._analyser = analyser()

    @classmethod
    def build(cls, passages: Iterable[Passage], folder: Path | None = None) -> Lexicon:
        """Index passages into an empty folder, or into memory when none is given."""
        import tantivy

        if folder is not None:
            folder.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(folder) if folder else None)
        index.register_tokenizer(_ANALYSER, analyser())
        writer = index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
        for passage in passages:
            writer.add_document(_entry(passage))
        writer.commit()
        writer.wait_merging_threads()
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> Lexicon:
        """Open what `build` wrote; raise ValueError when it cannot be read."""
        import tantivy

        index = tantivy.Index.open(str(folder))
        index.register_tokenizer(_ANALYSER, analyser())
        return cls(index)

    def search(self, question: str, k: int, scope: Scope = Scope()) -> list[Match]:  # noqa: B008 - frozen
        """Return at most k passages in scope that share a word with the question, the best first.

        BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with Tantivy's k1 and b.
        """
        words = list(dict.fromkeys(self.words(question)))
        if not words:
            return []
        worth = list(map(self._worth, words))
        best = (_K1 + 1) * (sum(worth) + PHRASE_WEIGHT * sum(map(sum, pairwise(worth))))
        found = self._searcher.search(self._query(words, scope), limit=k).hits
        return [Match(self._searcher.doc(address)["id"][0], score / best) for score, address in found]

    def words(self, text: str) -> list[str]:
        """Return the stems of a text's words, in order, without stop words."""
        return self._analyser.analyze(_plain(text))

    def rarity(self, word: str) -> float:
        """Return BM25's inverse document frequency of a stem: above 0, and highest for one that stands nowhere."""
        frequency = self._searcher.doc_freq("text", word)
        return math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5))

    def _worth(self, word: str) -> float:
        """Return the most that a stem may count: in the text, or in a title, where it may be much rarer."""
        frequency = self._searcher.doc_freq("context", word)
        in_context = math.log(1 + (len(self) - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
        return max(self.rarity(word), CONTEXT_WEIGHT * in_context)

    def __len__(self) -> int:
        return self._searcher.num_docs

    def _query(self, words: Sequence[str], scope: Scope) -> tantivy.Query:
        from tantivy import Occur, Query

        either = []
        for word in words:
            either.append((Occur.Should, Query.term_query(self._schema, "text", word)))
            context = Query.term_query(self._schema, "context", word)
            either.append((Occur.Should, Query.boost_query(context, CONTEXT_WEIGHT)))
        for pair in pairwise(words):
            phrase = Query.phrase_query(self._schema, "text", list(pair), slop=_PHRASE_SLOP)
            either.append((Occur.Should, Query.boost_query(phrase, PHRASE_WEIGHT)))
        conditions = [(Occur.Must, Query.const_score_query(condition, 0.0)) for condition in self._conditions(scope)]
        return Query.boolean_query([(Occur.Must, Query.boolean_query(either)), *conditions])

    def _conditions(self, scope: Scope) -> list[tantivy.Query]:
        from tantivy import FieldType, Query

        conditions = []
        if scope.documents:
            conditions.append(Query.term_set_query(self._schema, "document", list(scope.documents)))
        if scope.first_day is not None:
            conditions.append(
                Query.range_query(self._schema, "last_day", FieldType.Integer, lower_bound=scope.first_day)
            )
        if scope.last_day is not None:
            conditions.append(
                Query.range_query(self._schema, "first_day", FieldType.Integer, upper_bound=scope.last_day)
            )
        return conditions


def analyser() -> tantivy.TextAnalyzer:
    """Return the French analysis: words of letters and digits, lower case, no accents, no stop words, stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.custom_stopword(sorted(STOP_WORDS)))
        .filter(Filter.stemmer("french"))
        .build()
    )


def stems(word: str) -> tuple[str, ...]:
    """Return the stems of one word as they are indexed: none for a stop word; those of ordinary words remembered."""
    return _remembered_stems(word) if len(word) <= _LONGEST_REMEMBERED else _stems(word)


def _stems(word: str) -> tuple[str, ...]:
    return tuple(_shared_analyser().analyze(_plain(word)))


_remembered_stems = lru_cache(maxsize=50_000)(_stems)


@lru_cache(maxsize=1)
def _shared_analyser() -> tantivy.TextAnalyzer:
    return analyser()


def _plain(text: str) -> str:
    """Return the text in NFKC, with the apostrophe that Unicode counts among the letters made a plain one."""
    return unicodedata.normalize("NFKC", text).replace("\u02bc", "'")


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=_ANALYSER, index_option="position")
    builder.add_text_field("context", tokenizer_name=_ANALYSER, index_option="freq")
    builder.add_integer_field("first_day", indexed=True, fast=True)
    builder.add_integer_field("last_day", indexed=True, fast=True)
    return builder.build()


def _entry(passage: Passage) -> Any:
    import tantivy

    first_day, last_day = days(passage.date) if passage.date else (_NO_FIRST_DAY, _NO_LAST_DAY)
    return tantivy.Document(
        id=passage.id,
        document=passage.document,
        text=_plain(passage.text),
        context=_plain(f"{passage.title}\n{passage.heading}"),
        first_day=first_day,
        last_day=last_day,
    )
