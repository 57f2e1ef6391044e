"""What `--help` says, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

DESCRIPTION = Text(
    "Répond en français aux questions, à partir de vos documents, et prouve chaque réponse par des citations.",
    "Answers questions in French from your own documents, and proves each answer with quotes.",
)
COMMANDS = Text("commandes", "commands")
ACTIONS = Text("actions", "actions")
ARGUMENTS = Text("arguments", "arguments")
OPTIONS = Text("options", "options")
USAGE = Text("usage : ", "usage: ")
HELP_HELP = Text("affiche cette aide et s'arrête", "show this help and stop")
HELP_VERSION = Text("affiche la version et s'arrête", "show the version and stop")
HELP_CHAT = Text(
    "ouvre la page de conversation, pour un navigateur",
    "open the chat page, for a browser",
)
HELP_SERVE = Text(
    "sert la page et l'API à d'autres : accès, limites, journal, mesures",
    "serve the page and the API to others: access, limits, log, measurements",
)
WHERE_SETTINGS_ARE = Text(
    "Tout autre réglage se fait dans sourcier.toml ou par une variable SOURCIER_... : voir docs/serveur.md.",
    "Every other setting is made in sourcier.toml or by a variable SOURCIER_...: see docs/serveur.md.",
)
HELP_ROOT_PATH = Text(
    "chemin sous lequel un mandataire le propose, comme /sourcier", "path below which a proxy offers it, as /sourcier"
)
HELP_WORKERS = Text("nombre de processus qui répondent (1 par défaut)", "number of processes that answer (default 1)")
HELP_ACCESS = Text(
    "qui peut entrer : none (par défaut), basic, header ou oidc", "who gets in: none (default), basic, header or oidc"
)
HELP_OPEN_TO_ALL = Text(
    "confirme que n'importe qui peut entrer, au-delà de cette machine",
    "confirm that anybody may get in, beyond this machine",
)
HELP_INDEX = Text(
    "met le corpus à jour d'après des dossiers de documents",
    "bring the corpus up to date with folders of documents",
)
HELP_ASK = Text(
    "pose une question et affiche la réponse et ses citations",
    "ask a question and show the answer and its quotes",
)
HELP_CORPUS = Text(
    "dossier où le corpus est gardé (sinon SOURCIER_CORPUS, puis sourcier.toml, puis .sourcier)",
    "where the corpus is kept",
)
HELP_READER = Text(
    "lecteur : « trained », entraîné à lire, ou « sentences », sans entraînement et cinq fois plus rapide",
    'reader: "trained" to read, or "sentences", without training and five times as fast',
)
HELP_PASSAGES_READ = Text("nombre de passages lus pour une question", "how many passages are read for a question")
HELP_ENCODER = Text(
    "encodeur : « embedded », ou le nom ou le dossier d'un SentenceTransformer",
    'encoder: "embedded", or the name or folder of a SentenceTransformer',
)
HELP_FOLDERS = Text(
    "dossiers à indexer (par défaut : ceux dont le corpus est fait)",
    "folders to index (default: those that the corpus was made from)",
)
HELP_DRY_RUN = Text("dit ce qui serait fait, et n'écrit rien", "say what would be done, and write nothing")
HELP_WATCH = Text(
    "reste à l'écoute des dossiers, et met le corpus à jour à chaque changement",
    "go on watching the folders, and bring the corpus up to date with each change",
)
HELP_MAX_FILE_MEGABYTES = Text(
    "taille d'un fichier, au plus, en Mo (100 par défaut)", "the largest file, in MB (default 100)"
)
HELP_MAX_FILE_PAGES = Text("pages d'un fichier, au plus (5000 par défaut)", "most pages of a file (default 5000)")
HELP_MAX_FILE_SECONDS = Text(
    "durée de lecture d'un fichier, au plus, en secondes (60 par défaut)",
    "most seconds to read a file (default 60)",
)
HELP_MAX_FILE_MEMORY = Text(
    "mémoire pour lire un fichier, au plus, en Mo (2000 par défaut)", "most memory to read a file, in MB (default 2000)"
)
HELP_STATUS = Text(
    "dit où en est le corpus : son contenu, ce qui a changé depuis, les fichiers écartés",
    "say how the corpus stands: what is in it, what has changed since, which files were skipped",
)
HELP_STATUS_SKIPPED = Text("montre tous les fichiers écartés", "show every file that was skipped")
HELP_STATUS_JSON = Text("affiche l'état en JSON", "print the status as JSON")
HELP_DOCTOR = Text(
    "cherche ce qui est abîmé dans le corpus, et le répare",
    "look for damage in the corpus, and mend it",
)
HELP_REPAIR = Text("répare ce qui peut l'être", "mend what can be mended")
HELP_DOCTOR_JSON = Text("affiche l'examen en JSON", "print the findings as JSON")
HELP_QUESTION = Text(
    "la question ; avec --json, « - » lit une question par ligne de l'entrée standard",
    'the question; with --json, "-" reads one question a line from standard input',
)
HELP_JSON = Text(
    "affiche la réponse en JSON, selon le contrat",
    "print the answer as JSON, as the contract says",
)
HELP_FROM = Text(
    "ne lit que les documents datés d'au moins DATE (2025, 2025-07 ou 2025-07-02)",
    "only documents of DATE or later",
)
HELP_TO = Text(
    "ne lit que les documents datés d'au plus DATE",
    "only documents of DATE or earlier",
)
HELP_DOCUMENT = Text(
    "ne lit que ce document ; peut être répété",
    "only this document; can be repeated",
)
HELP_MAX_QUOTES = Text(
    "nombre de citations, au plus (1 à 20 ; 5 par défaut)",
    "at most so many quotes (1 to 20; default 5)",
)
HELP_MEASURE = Text(
    "mesure le corpus sur vos questions : recherche, réponses, refus, durées",
    "measure the corpus on your own questions: search, answers, refusals, time",
)
HELP_QUESTION_SET = Text(
    "fichier de questions avec leurs réponses",
    "file of questions with their answers",
)
HELP_MEASURE_JSON = Text("affiche les mesures en JSON", "print the figures as JSON")
QUESTION_SET_FORMATS = Text(
    "Le fichier est au format SQuAD (1 ou 2), ou a sur chaque ligne un objet JSON :\n"
    "question ; document, celui qui répond, s'il est connu ; answers, les réponses justes, si elles sont connues,\n"
    "et une liste vide quand le corpus ne répond pas.",
    "The file is in SQuAD format (1 or 2), or has a JSON object on each line:\n"
    "question; document, the one that answers, where it is known; answers, the right answers, where they are known,\n"
    "and an empty list when the corpus does not answer.",
)
HELP_FEEDBACK = Text(
    "montre ce que les lecteurs ont dit des réponses, ou en fait un jeu de questions",
    "show what readers said of the answers, or make a question set of it",
)
HELP_SINCE = Text(
    "seulement les avis donnés depuis DATE (2025, 2025-07 ou 2025-07-02)",
    "only what was said on DATE or later",
)
HELP_FEEDBACK_JSON = Text("affiche les avis en JSON, un par ligne", "print the feedback as JSON, one a line")
HELP_EXPORT = Text(
    "écrit un jeu de questions pour « sourcier measure » dans un nouveau fichier ; « - » l'affiche",
    'write a question set for "sourcier measure" into a new file; "-" prints it',
)
WHAT_FEEDBACK_PROVES = Text(
    "Un avis « utile » donne au jeu la bonne réponse et son document, ou le fait que rien ne répond.\n"
    "Un autre avis ne dit pas ce qui est juste : il donne la question seule, à compléter à la main.",
    'Feedback "useful" gives the set the right answer and its document, or that nothing answers.\n'
    "Other feedback does not say what is right: it gives the question alone, to be completed by hand.",
)
HELP_USER = Text(
    "gère les utilisateurs qui ont un mot de passe (access=basic)",
    "manage the users who have a password (access=basic)",
)
HELP_USER_ADD = Text("ajoute un utilisateur", "add a user")
HELP_USER_LIST = Text("liste les utilisateurs", "list the users")
HELP_USER_PASSWORD = Text(
    "change le mot de passe d'un utilisateur, qui garde son rôle",
    "change the password of a user, who keeps the role",
)
HELP_USER_REMOVE = Text("retire un utilisateur", "remove a user")
HELP_USER_NAME = Text("nom de l'utilisateur", "name of the user")
HELP_KEY = Text("gère les clés d'API, pour les programmes", "manage the API keys, for programs")
HELP_KEY_ADD = Text(
    "crée une clé et l'affiche, une seule fois ; seule son empreinte est gardée",
    "make a key and show it, once only; nothing but its hash is kept",
)
HELP_KEY_LIST = Text("liste les clés par leur nom", "list the keys by their names")
HELP_KEY_REVOKE = Text(
    "révoque une clé, aussitôt, même pour un serveur en marche", "revoke a key, at once, also for a running server"
)
HELP_KEY_NAME = Text("nom de la clé, qui dit à quoi elle sert", "name of the key, which says what it is for")
HELP_ADMINISTRATOR = Text(
    "peut aussi ajouter des documents et lire les mesures du serveur",
    "may also add documents, and read the measurements of the server",
)
HELP_LIST_JSON = Text("affiche la liste en JSON, une entrée par ligne", "print the list as JSON, one entry a line")
HELP_CORPUS_BESIDE = Text(
    "dossier du corpus, à côté duquel ce fichier est gardé (sinon SOURCIER_CORPUS, puis sourcier.toml, puis .sourcier)",
    "the corpus beside which this is kept",
)
WHERE_A_PASSWORD_COMES_FROM = Text(
    "Le mot de passe, d'au moins 10 caractères, est demandé deux fois ; hors d'un terminal, c'est une ligne de "
    "l'entrée standard.",
    "The password, of 10 characters or more, is asked for twice; without a terminal it is one line of standard input.",
)
HELP_HOST = Text(
    "adresse d'écoute (127.0.0.1 par défaut)",
    "address to listen on (default 127.0.0.1)",
)
HELP_PORT = Text("port d'écoute (7860 par défaut)", "port to listen on (default 7860)")
NOT_INSTALLED = Text("(non installé)", "(not installed)")
EXIT_STATUSES = Text(
    "Code de sortie : 0 réponse trouvée ou commande faite, 1 aucune réponse, 2 erreur d'usage, 3 corpus inutilisable.",
    "Exit status: 0 answered or done, 1 nothing found, 2 error of use, 3 no usable corpus.",
)
READ_FROM_STDIN = Text(
    "Avec --json -, chaque ligne lue donne une ligne JSON : une réponse, ou {error: {code, message}}.\n"
    "Une ligne est une question, ou un objet avec question, history, date_from, date_to, documents, max_quotes.\n"
    "Une ligne vide est une erreur, pour que les lignes se correspondent.",
    "With --json -, each line read gives one line of JSON: an Answer, or {error: {code, message}}.\n"
    "A line is a question, or an object with question, history, date_from, date_to, documents, max_quotes.\n"
    "An empty line is an error, so that lines correspond.",
)
