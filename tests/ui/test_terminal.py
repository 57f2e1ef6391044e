from __future__ import annotations

from typing import TYPE_CHECKING

from ui.terminal import answer_lines

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


def test_page_and_section_are_told_where_there_are_some(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    quote = quote_of("abc", document="a.pdf", page=12, section="Les primes")
    line = list(answer_lines(answer_with(quote), "fr", bold=False))[-1]
    assert line == "    [1] Titre, a.pdf, p.\u00a012, Les primes, caractères 100 à 103"


def _three(quote_of: Callable[..., Quote]) -> list[Quote]:
    """Return quotes that say three things, each in a group of its own."""
    said = [("Il est de 5 euros", "5 euros"), ("Il est de 4 euros", "4 euros"), ("Il est de 3 euros", "3 euros")]
    made = [quote_of(text, found=found, date="2025") for text, found in said]
    return [quote.model_copy(update={"n": n, "group": n}) for n, quote in enumerate(made, start=1)]


def test_of_sources_that_disagree_all_sides_are_told_and_none_is_the_answer(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    answer = answer_with(*_three(quote_of), text="5 euros", opposed=(1, 3))
    lines = list(answer_lines(answer, "fr", bold=False))
    assert lines[1:4] == ["  - 5 euros (2025) [1]", "  - 3 euros (2025) [3]", ""]
    assert lines[0].startswith("Les sources ne disent pas la même chose")


def test_an_answer_that_nothing_contradicts_stands_before_sources_that_disagree(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    answer = answer_with(*_three(quote_of), text="5 euros", opposed=(2, 3))
    lines = list(answer_lines(answer, "fr", bold=False))
    assert lines[0] == "5 euros"
    assert lines[1].startswith("D'autres passages se contredisent")
    assert lines[2:4] == ["  - 4 euros (2025) [2]", "  - 3 euros (2025) [3]"]


def test_a_section_that_is_the_title_is_told_once(
    quote_of: Callable[..., Quote], answer_with: Callable[..., Answer]
) -> None:
    line = list(answer_lines(answer_with(quote_of("abc", section="Titre")), "fr", bold=False))[-1]
    assert line == "    [1] Titre, notes/a.txt, caractères 100 à 103"


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


def test_filters_that_leave_no_document_are_told(answer_with: Callable[..., Answer]) -> None:
    lines = list(answer_lines(answer_with(nothing_in_scope=True), "fr", bold=False))
    assert lines == ["Aucun document n'entre dans ces filtres\u00a0: aucun n'est daté de cette période."]
