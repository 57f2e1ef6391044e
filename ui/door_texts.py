"""What the doors say to whoever asks and is not answered, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

UNEXPECTED = Text(
    "Une erreur imprévue s'est produite ; elle est notée dans le journal du serveur.",
    "Something unexpected went wrong; the server's log has it.",
)
NOT_JSON = Text("un objet JSON est attendu", "a JSON object is expected")
NOT_READABLE = Text("elle n'a pas la forme attendue", "it does not have the form that is expected")
NOT_ACROSS_SITES = Text(
    "une page d'un autre site n'a pas droit à cette méthode, ou à l'un de ces en-têtes",
    "a page of another site may not use this method, or one of these headers",
)
MALFORMED = Text("un champ manque, ou un champ est inconnu", "a field is missing, or a field is unknown")
NO_SUCH_TOOL = Text(
    "Il n'y a pas d'outil « {name} » : appelez l'un de {tools}.", "There is no tool “{name}”: call one of {tools}."
)
NO_CORPUS_YET = Text(
    "Il n'y a pas encore de documents à interroger : l'administrateur doit lancer « sourcier index DOSSIER ».",
    "There are no documents to ask yet: the administrator has to run `sourcier index FOLDER`.",
)
NO_USER_MESSAGE = Text("aucun message n'a le rôle user", "no message has the role user")
ONE_ANSWER = Text("il n'y a qu'une réponse, et 1 est le maximum", "there is only one answer, and 1 is the most")
NO_TOOLS = Text(
    "Sourcier n'appelle aucun outil, et répond toujours lui-même", "Sourcier calls no tools, and answers by itself"
)
CORPUS_UNUSABLE = Text(
    "Les documents ne peuvent pas être consultés ; le journal du serveur dit pourquoi.",
    "The documents cannot be consulted; the server's log says why.",
)

# --- An answer as a text --------------------------------------------------------------------------------------------

NEAREST_DO_NOT_ANSWER = Text(
    "Les passages les plus proches, qui ne répondent pas à la question :",
    "What comes nearest, and does not answer the question:",
)

# --- What to do -----------------------------------------------------------------------------------------------------

TELL_THE_ADMINISTRATOR = Text("Prévenez l'administrateur.", "Tell the administrator.")
ASK_THE_ADMINISTRATOR = Text("Demandez l'accès à l'administrateur.", "Ask the administrator to be let in.")
LOG_IN = Text(
    "Connectez-vous, ou envoyez une clé : « Authorization: Bearer CLÉ ».",
    "Log in, or send a key: “Authorization: Bearer KEY”.",
)
MEND_THE_REQUEST = Text(
    "Corrigez la requête comme le dit la description de l'API, puis renvoyez-la.",
    "Mend the request as the description of the API says, and send it again.",
)
MEND_THE_QUESTION = Text(
    "Posez une question d'au moins un mot et d'au plus 2000 caractères.",
    "Ask a question of at least one word and at most 2000 characters.",
)
MEND_THE_FILTER = Text("Corrigez ce filtre, ou retirez-le.", "Mend this filter, or take it off.")
MEND_THE_HISTORY = Text(
    "Envoyez moins d'échanges précédents, ou aucun.", "Send fewer of the turns before, or none of them."
)
NAME_A_DOCUMENT = Text(
    "Prenez le nom d'un document dans une réponse, ou dans la liste des documents.",
    "Take the name of a document from an answer, or from the list of documents.",
)
NAME_THE_MODEL = Text("Demandez le modèle « sourcier ».", "Ask for the model “sourcier”.")
SEND_LESS = Text("Envoyez une requête plus courte.", "Send a shorter request.")
READ_THE_DESCRIPTION = Text(
    "Voyez la description de l'API : /api/v1/docs.", "See the description of the API: /api/v1/docs."
)
TRY_LATER = Text("Réessayez plus tard.", "Try again later.")
ASK_SHORTER = Text("Posez une question plus courte, ou réessayez.", "Ask a shorter question, or try again.")
