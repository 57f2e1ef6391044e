from __future__ import annotations

from typing import TYPE_CHECKING

from index.sync import Report, Skipped
from ui.terminal import answer_lines, report_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from qa.answer import Answer, Quote


def test_answer_comes_first_then_quote_with_title_date_and_place(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    answer = answer_with(quote_of("Wang dirige Scale", found="dirige", date="2025-07-02"), text="Wang")
    assert list(answer_lines(answer, "fr", bold=False)) == [
        "Wang",
        "",
        "«\u00a0Wang dirige Scale\u00a0»",
        "    [1] Titre, 2 juillet 2025, notes/a.txt, caractères 100 à 117",
    ]


def test_words_of_the_answer_are_bold_only_when_asked(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    answer = answer_with(quote_of("Wang dirige Scale", found="dirige"))
    assert "Wang \x1b[1mdirige\x1b[0m Scale" in "\n".join(answer_lines(answer, "fr", bold=True))
    assert "\x1b" not in "\n".join(answer_lines(answer, "fr", bold=False))


def test_control_characters_of_a_document_do_not_reach_the_terminal(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    hostile = "a\x1b]0;titre\x07b\x9b31mc\rd\x08e\u202ef"
    answer = answer_with(quote_of(hostile, title=hostile, document=hostile, date=hostile), text=hostile)
    shown = "\n".join(answer_lines(answer, "fr", bold=False))
    assert not set("\x1b\x07\x9b\r\x08\u202e") & set(shown)


def test_nearest_passages_follow_when_nothing_was_found(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    lines = list(answer_lines(answer_with(near=(quote_of("proche"),)), "fr", bold=False))
    assert lines[:2] == ["Je n'ai pas trouvé de réponse dans les documents.", "Le plus proche\u00a0:"]
    assert "«\u00a0proche\u00a0»" in lines


def test_report_tells_counts_seconds_and_each_file_skipped() -> None:
    skipped = (Skipped(path="a.bin", reason="binary data, not text"),)
    report = Report(stamp="s", documents=1, chunks=30, skipped=skipped, seconds=1.26, unchanged=False)
    assert list(report_lines(report, "fr")) == [
        "Le corpus est prêt\u00a0: 1 document, 30 passages, en 1,3 s.",
        "Fichiers écartés\u00a0: 1",
        "    a.bin\u00a0: données binaires, et non du texte",
    ]


def test_report_says_when_there_was_nothing_to_do() -> None:
    report = Report(stamp="s", documents=5, chunks=70, skipped=(), seconds=0.1, unchanged=True)
    assert list(report_lines(report, "en")) == ["The corpus is already up to date: 5 documents, 70 passages."]
