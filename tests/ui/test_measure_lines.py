from __future__ import annotations

import pytest

from qa.answer import CorpusInfo
from qa.figures import Counts, Evaluation, Latency, Mistake, MistakeCounts, Retrieval, ShortAnswer, Verdict
from ui.measure_lines import evaluation_lines


def _mistake(**told: object) -> Mistake:
    fields: dict[str, object] = {
        "kind": "wrong_answer",
        "place": "line 4",
        "question": "Qui dirige Scale ?",
        "said": "Meta",
        "confidence": 0.876,
        "expected": ["Wang", "A. Wang", "Wang"],
        "document": "a.txt",
        "expected_document": "b.txt",
    }
    return Mistake.model_validate(fields | told)


def _evaluation(*worst: Mistake) -> Evaluation:
    """Make an evaluation of which each figure is another, and AUROC cannot be told."""
    return Evaluation(
        corpus=CorpusInfo(stamp="s", documents=1, chunks=1, encoder="e", reader="r"),
        questions=Counts(total=9, answerable=6, unanswerable=1, unknown=2),
        retrieval=Retrieval(
            questions=5,
            recall_at_1=0.1,
            recall_at_5=0.2,
            recall_at_10=0.3,
            mean_reciprocal_rank=0.15,
            recall_at_1_read=0.25,
        ),
        short_answer=ShortAnswer(questions=1, f1=0.41234, exact_match=0.4, best_quote_right=0.5),
        verdict=Verdict(
            answerable_answered=0.6,
            unanswerable_refused=0.7,
            precision_of_answered=0.8,
            auroc=None,
            expected_calibration_error=0.05,
        ),
        latency_ms=Latency(median=85.4, percentile_95=1109.6),
        mistakes=MistakeCounts(wrongly_answered=1, wrongly_refused=2, wrong_answer=9),
        worst=list(worst),
    )


def test_each_figure_stands_under_its_heading_with_a_dash_for_none() -> None:
    shown = [line.replace("\u00a0", " ").split("  ") for line in evaluation_lines(_evaluation(), "fr")]
    assert [tuple(part.strip() for part in line if part.strip()) for line in shown] == [
        ("Questions : 9, dont 6 avec réponse dans le corpus, 1 sans réponse, et 2 dont on ne sait rien.",),
        (),
        ("Recherche (5 questions)",),
        ("bon passage en premier (R@1)", "0,100"),
        ("bon passage parmi les 5 premiers (R@5)", "0,200"),
        ("bon passage parmi les 10 premiers (R@10)", "0,300"),
        ("inverse du rang, en moyenne (MRR)", "0,150"),
        ("bon passage en premier, après lecture (R@1)", "0,250"),
        (),
        ("Réponse courte (1 question)",),
        ("mots en commun avec une bonne réponse (F1)", "0,412"),
        ("exactement une bonne réponse (EM)", "0,400"),
        ("première citation qui contient une bonne réponse", "0,500"),
        (),
        ("Répondre ou refuser (7 questions)",),
        ("avec réponse, et répondues", "0,600"),
        ("sans réponse, et refusées", "0,700"),
        ("répondues, et qui ont une réponse (précision)", "0,800"),
        ("tri par la confiance (AUROC)", "—"),
        ("écart entre confiance et justesse (ECE)", "0,050"),
        (),
        ("Durée d'une réponse (ms)",),
        ("médiane", "85"),
        ("95e centile", "1110"),
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_figures_end_in_one_column(language: str) -> None:
    figures = [line for line in evaluation_lines(_evaluation(), language) if line.startswith("    ")]  # type: ignore[arg-type]
    assert len({len(line) for line in figures}) == 1


def test_english_is_told_when_it_is_asked_for() -> None:
    lines = list(evaluation_lines(_evaluation(_mistake()), "en"))
    assert (
        lines[0] == "Questions: 9, of which 6 with an answer in the corpus, 1 without, and 2 of which nothing is known."
    )
    assert lines[-3] == "    line 4, answered wrong, confidence 0.88: Qui dirige Scale ?"
    assert any(line.endswith(" 0.412") for line in lines)


@pytest.mark.parametrize(
    ("mistake", "expected"),
    [
        (
            _mistake(),
            [
                "    ligne 4, mal répondue, confiance 0,88 : Qui dirige Scale ?",
                "        dit : Meta (a.txt)",
                "        attendu : Wang / A. Wang (b.txt)",
            ],
        ),
        (
            _mistake(kind="wrongly_answered", expected=[], expected_document=None),
            [
                "    ligne 4, répondue à tort, confiance 0,88 : Qui dirige Scale ?",
                "        dit : Meta (a.txt)",
                "        attendu : aucune réponse",
            ],
        ),
        (
            _mistake(kind="wrongly_refused", place="data[0].paragraphs[1].qas[2]", said="", expected=None),
            [
                "    data[0].paragraphs[1].qas[2], refusée à tort, confiance 0,88 : Qui dirige Scale ?",
                "        dit : aucune réponse ; le plus proche : a.txt",
                "        attendu : une réponse (b.txt)",
            ],
        ),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_mistake_tells_what_was_said_and_what_was_expected(mistake: Mistake, expected: list[str]) -> None:
    lines = [line.replace("\u00a0", " ") for line in evaluation_lines(_evaluation(mistake), "fr")]
    assert lines[-4:] == ["À regarder d'abord (1 sur 12)", *expected]


def test_nothing_that_others_wrote_rules_the_terminal_or_begins_a_line() -> None:
    hostile = "a\x1b]0;titre\x07b\x9b31mc\rd\ne\u202ef"
    told = _mistake(question=hostile, said=hostile, expected=[hostile], document=hostile, expected_document=hostile)
    lines = list(evaluation_lines(_evaluation(told), "fr"))
    assert not set("\x1b\x07\x9b\r\n\u202e") & set("".join(lines))
