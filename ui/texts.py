"""Every word that a user reads, in French with English beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")

# French typography wants a space that never breaks a line before these signs and inside guillemets.
_BESIDE_A_SIGN = re.compile(r" (?=[:;!?»])|(?<=«) ")
_NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Text:
    """A message in both languages; `str` gives the English one, so that a Text can be a detail of an error."""

    fr: str
    en: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "fr", _BESIDE_A_SIGN.sub(_NO_BREAK_SPACE, self.fr))

    def __str__(self) -> str:
        return self.en

    def into(self, language: Language) -> str:
        """Return the message in one language."""
        return self.fr if language == "fr" else self.en

    def filled(self, **values: object) -> Self:
        """Return the message with its {places} filled; a value that is a Text is put in each language."""
        french = {name: value.fr if isinstance(value, Text) else value for name, value in values.items()}
        return type(self)(self.fr.format(**french), self.en.format(**values))

    def both(self, first: Language = "fr") -> str:
        """Return the two sentences, one below the other, French first unless English is asked for."""
        return f"{self.fr}\n{self.en}" if first == "fr" else f"{self.en}\n{self.fr}"


# --- Answers --------------------------------------------------------------------------------------------------------

DOCUMENTS = Text("document", "document")
PASSAGES = Text("passage", "passage")
NOT_FOUND = Text(
    "Je n'ai pas trouvé de réponse dans les documents.",
    "The documents hold no answer to this.",
)
DISAGREEMENT = Text(
    "Les sources ne disent pas la même chose : comparez leurs dates.", "The sources do not agree: compare their dates."
)
OTHERS_DISAGREE = Text(
    "D'autres passages se contredisent entre eux : comparez leurs dates.",
    "Other passages contradict each other: compare their dates.",
)
NO_DATE = Text("sans date", "no date")
NOTHING_IN_SCOPE = Text(
    "Aucun document n'entre dans ces filtres : aucun n'est daté de cette période.",
    "No document lies within these filters: none is dated in this period.",
)
NEAREST_FOLLOW = Text("Le plus proche :", "What comes nearest:")
PAGE = Text("p.\u00a0{page}", "p.\u00a0{page}")
PLACE = Text("caractères {start} à {end}", "characters {start} to {end}")
WITHHELD = Text(
    "Citations écartées, parce qu'elles ne correspondent plus à leur document : {count}.",
    "Quotes left out, because they no longer match their document: {count}.",
)
NOT_NOTED = Text(
    "Votre avis n'a pas pu être noté ; le journal du serveur dit pourquoi.",
    "What you said could not be noted; the server's log says why.",
)
MONTHS = Text(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "January February March April May June July August September October November December",
)

# --- The command line -----------------------------------------------------------------------------------------------

LOADING = Text("J'ouvre le corpus…", "Opening the corpus…")
LISTENING = Text(
    "La conversation est ouverte : {address} (Ctrl-C pour arrêter)",
    "The chat is open: {address} (Ctrl-C to stop)",
)

STDIN_WITHOUT_JSON = Text(
    "« - » lit les questions de l'entrée standard et demande --json",
    '"-" reads the questions from standard input and needs --json',
)
STDIN_WITH_FILTERS = Text(
    "avec « - », les filtres se donnent dans chaque ligne, en JSON",
    'with "-", filters are given in each line, as JSON',
)

# --- What was measured ----------------------------------------------------------------------------------------------

MEASURING = Text("Mesure", "Measuring")
MEASURING_UNIT = Text(" questions", " questions")
NOTHING_TO_TELL = Text("—", "—")
QUESTIONS_MEASURED = Text(
    "Questions : {total}, dont {answerable} avec réponse dans le corpus, {unanswerable} sans réponse, et {unknown} "
    "dont on ne sait rien.",
    "Questions: {total}, of which {answerable} with an answer in the corpus, {unanswerable} without, and {unknown} of "
    "which nothing is known.",
)
RETRIEVAL = Text("Recherche ({count})", "Retrieval ({count})")
QUESTION = Text("question", "question")
RECALL_AT = Text("bon passage parmi les {k} premiers (R@{k})", "right passage among the first {k} (R@{k})")
RECALL_AT_1 = Text("bon passage en premier (R@1)", "right passage first (R@1)")
RECIPROCAL_RANK = Text("inverse du rang, en moyenne (MRR)", "mean reciprocal rank (MRR)")
RECALL_AT_1_READ = Text("bon passage en premier, après lecture (R@1)", "right passage first, after reading (R@1)")
SHORT_ANSWER = Text("Réponse courte ({count})", "Short answer ({count})")
F1 = Text("mots en commun avec une bonne réponse (F1)", "words in common with a right answer (F1)")
EXACT_MATCH = Text("exactement une bonne réponse (EM)", "exactly a right answer (EM)")
BEST_QUOTE_RIGHT = Text("première citation qui contient une bonne réponse", "first quote holds a right answer")
VERDICT = Text("Répondre ou refuser ({count})", "To answer or to refuse ({count})")
ANSWERABLE_ANSWERED = Text("avec réponse, et répondues", "answerable, and answered")
UNANSWERABLE_REFUSED = Text("sans réponse, et refusées", "unanswerable, and refused")
PRECISION_OF_ANSWERED = Text("répondues, et qui ont une réponse (précision)", "answered, and answerable (precision)")
AUROC = Text("tri par la confiance (AUROC)", "told apart by the confidence (AUROC)")
CALIBRATION_ERROR = Text("écart entre confiance et justesse (ECE)", "confidence off what is right (ECE)")
LATENCY = Text("Durée d'une réponse (ms)", "Time to answer (ms)")
MEDIAN = Text("médiane", "median")
PERCENTILE_95 = Text("95e centile", "95th percentile")
WORST = Text("À regarder d'abord ({listed} sur {count})", "To look at first ({listed} of {count})")
MISTAKES = {
    "wrongly_answered": Text("répondue à tort", "wrongly answered"),
    "wrongly_refused": Text("refusée à tort", "wrongly refused"),
    "wrong_answer": Text("mal répondue", "answered wrong"),
}
MISTAKE = Text(
    "{place}, {kind}, confiance {confidence} : {question}", "{place}, {kind}, confidence {confidence}: {question}"
)
SAID = Text("dit : {said}", "said: {said}")
NO_ANSWER = Text("aucune réponse", "no answer")
NO_ANSWER_BUT_NEAR = Text("aucune réponse ; le plus proche : {document}", "no answer; what came nearest: {document}")
WORDS_FROM = Text("{words} ({document})", "{words} ({document})")
EXPECTED = Text("attendu : {expected}", "expected: {expected}")
AN_ANSWER = Text("une réponse", "an answer")


def counted(count: int, noun: Text) -> Text:
    """Return a number with its noun; the plural, with an "s", begins at two in French and is all but one in English."""
    return Text(f"{count} {noun.fr}{'s' * (count >= 2)}", f"{count} {noun.en}{'s' * (count != 1)}")
