"""What is said of the feedback of readers, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

VERDICTS = {
    "useful": Text("utile", "useful"),
    "wrong_passage": Text("mauvais passage", "wrong passage"),
    "wrong_answer": Text("mauvaise réponse", "wrong answer"),
    "out_of_date": Text("périmé", "out of date"),
    "missing": Text("il manque quelque chose", "something is missing"),
}
COUNTED = Text("Avis : {count} ({kinds})", "Feedback: {count} ({kinds})")
SAID_OF = Text("{time}, {verdict} : {question}", "{time}, {verdict}: {question}")
COMMENT = Text("commentaire : {comment}", "comment: {comment}")
NO_FEEDBACK = Text(
    "Aucun lecteur n'a encore donné son avis ; les avis seront gardés dans {file}.",
    "No reader has given feedback yet; it will be kept in {file}.",
)
NO_FEEDBACK_SINCE = Text(
    "Aucun lecteur n'a donné son avis depuis {date}.", "No reader has given feedback since {date}."
)
UNREADABLE = Text(
    "Lignes de {file} qui ne peuvent pas être lues, et sont laissées de côté : {numbers}",
    "Lines of {file} that cannot be read, and are left out: {numbers}",
)
EXPORTED = Text("{questions} dans {file}", "{questions} in {file}")
NOTHING_TO_EXPORT = Text(
    "Aucun avis ne porte sur une question qui peut être reposée : rien n'a été écrit.",
    "No feedback is about a question that can be asked again: nothing was written.",
)
TOO_LARGE = Text("il dépasserait {megabytes} Mo ; videz-le", "it would be larger than {megabytes} MB; empty it")
EXISTS = Text("ce fichier existe déjà", "this file exists already")
