"""Every word of the chat page, in French with English beside it, by the name that the scripts of the page call it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ui.texts import LANGUAGES, MONTHS, NOTHING_IN_SCOPE, Text

if TYPE_CHECKING:
    from ui.texts import Language

TITLE: Final = Text("Sourcier", "Sourcier")

WORDS: Final = {
    "months": MONTHS,
    # --- The frame ---
    "tagline": Text(
        "Des réponses tirées de vos documents, prouvées par leurs citations.",
        "Answers from your documents, proved by their quotes.",
    ),
    "hello": Text("Que voulez-vous savoir ?", "What would you like to know?"),
    "menu": Text("Menu", "Menu"),
    "skip": Text("Aller à la question", "Skip to the question"),
    "new_conversation": Text("Nouvelle conversation", "New conversation"),
    "conversations": Text("Conversations", "Conversations"),
    "documents_title": Text("Documents", "Documents"),
    "help": Text("Aide", "Help"),
    "close": Text("Fermer", "Close"),
    "printed": Text(
        "Conversation avec Sourcier, imprimée le {when} · {address}",
        "Conversation with Sourcier, printed on {when} · {address}",
    ),
    "examples": Text("Questions à essayer", "Questions to try"),
    # --- Asking ---
    "question_box": Text("Votre question", "Your question"),
    "question_hint": Text("Posez votre question…", "Ask your question…"),
    "ask": Text("Demander", "Ask"),
    "stop": Text("Arrêter", "Stop"),
    "edit": Text("Modifier", "Edit"),
    "edit_question": Text("Modifier cette question et la reposer", "Edit this question and ask it again"),
    "searching": Text("Je cherche, et je lis…", "Searching, and reading…"),
    "stopped": Text("Arrêté avant la réponse.", "Stopped before the answer."),
    "too_long": Text(
        "Cette question est trop longue : {length} caractères, pour {most} au plus.",
        "This question is too long: {length} characters, and {most} are the most.",
    ),
    "searched": Text("J'ai cherché : « {question} »", "I searched: “{question}”"),
    "searched_about": Text(
        "J'ai cherché : « {question} », à propos de « {context} »", "I searched: “{question}”, about “{context}”"
    ),
    "correct": Text("Corriger", "Correct"),
    "alone": Text("Chercher sans ce qui précède", "Search without what came before"),
    # --- Filters ---
    "filters": Text("Filtres", "Filters"),
    "filtered": Text("Filtres : {filters}", "Filters: {filters}"),
    "period": Text("Période", "Period"),
    "choose_documents": Text("Choisir des documents", "Choose documents"),
    "from": Text("Du", "From"),
    "to": Text("Au", "To"),
    "between": Text("Du {from} au {to}", "From {from} to {to}"),
    "since": Text("Depuis le {date}", "Since {date}"),
    "until": Text("Jusqu'au {date}", "Until {date}"),
    "between_months": Text("De {from} à {to}", "From {from} to {to}"),
    "since_month": Text("Depuis {date}", "Since {date}"),
    "until_month": Text("Jusqu'en {date}", "Until {date}"),
    "period_note": Text(
        "Les documents sans date ne sont alors pas consultés.", "Documents without a date are then left out."
    ),
    "period_backwards": Text(
        "La période finit avant de commencer : échangez les deux dates.",
        "The period ends before it begins: swap the two dates.",
    ),
    "apply": Text("Appliquer", "Apply"),
    "folder": Text("Dossier {name}", "Folder {name}"),
    "folders": Text("Dossiers entiers", "Whole folders"),
    "folders_chosen": Text("Dossiers entiers, choisis : {count}", "Whole folders, chosen: {count}"),
    "folders_note": Text(
        "Un dossier coché l'est avec tous ses documents, présents et à venir. La liste ci-dessous montre toujours tous "
        "les dossiers.",
        "A folder that is ticked is so with all its documents, those to come too. The list below always shows all "
        "folders.",
    ),
    "preset_no_date": Text(
        "Ce lien demande une période que je ne comprends pas (« {date} ») : je n'en tiens pas compte. Choisissez-la "
        "sous « Période ».",
        "This link asks for a period that is not understood (“{date}”), and it is left out. Choose it under “Period”.",
    ),
    "preset_backwards": Text(
        "Ce lien demande une période qui finit avant de commencer : je n'en tiens pas compte. Choisissez-la sous "
        "« Période ».",
        "This link asks for a period that ends before it begins, and it is left out. Choose it under “Period”.",
    ),
    "preset_gone": Text(
        "Ce lien demande « {name} », qui n'est pas ou n'est plus parmi les documents : je n'en tiens pas compte.",
        "This link asks for “{name}”, which is not among the documents, or no longer, and is left out.",
    ),
    "filter_refused": Text(
        "Un document choisi n'est plus là, ou un filtre ne convient pas : retirez-le, puis reposez la question.",
        "A document that was chosen is gone, or a filter will not do: remove it, and ask again.",
    ),
    "remove_filter": Text("Retirer le filtre : {name}", "Remove the filter: {name}"),
    # --- The answer ---
    "sure": Text("sûr", "sure"),
    "sureness": Text("Degré de certitude : {sureness}. {explained}", "How sure it is: {sureness}. {explained}"),
    "likely": Text("probable", "likely"),
    "unsure": Text("à vérifier", "check it"),
    "sure_explained": Text(
        "Les réponses aussi assurées sont rarement fausses ; la citation en est la preuve.",
        "Answers as sure as this are rarely wrong; the quote proves them.",
    ),
    "likely_explained": Text(
        "Le plus souvent juste : lisez la citation avant de vous y fier.",
        "Mostly right: read the quote before you rely on it.",
    ),
    "unsure_explained": Text(
        "Peut être fausse : ouvrez le document pour vérifier.", "May be wrong: open the document to check."
    ),
    "also": Text("Autres passages qui pourraient répondre", "Other passages that may answer"),
    "disagreement": Text(
        "Les sources ne disent pas la même chose. Les voici côte à côte, avec leurs dates.",
        "The sources do not say the same. Here they are side by side, with their dates.",
    ),
    "others_disagree": Text(
        "D'autres passages se contredisent entre eux. Les voici côte à côte, avec leurs dates.",
        "Other passages contradict each other. Here they are side by side, with their dates.",
    ),
    "no_date": Text("sans date", "no date"),
    "quote": Text("citation", "quote"),
    "passage": Text("passage", "passage"),
    "document": Text("document", "document"),
    "quote_number": Text("Citation {number}", "Quote {number}"),
    "open_quote": Text("Ouvrir la citation {number}", "Open quote {number}"),
    "same_one": Text("{count} autre passage dit la même chose", "{count} other passage says the same"),
    "same_many": Text("{count} autres passages disent la même chose", "{count} other passages say the same"),
    "page": Text("p.\u00a0{page}", "p.\u00a0{page}"),
    "copy": Text("Copier la citation", "Copy the quote"),
    "copy_number": Text("Copier la citation {number}", "Copy the quote {number}"),
    "copied": Text("Copié", "Copied"),
    "not_copied": Text("Ce navigateur ne permet pas de copier", "This browser does not allow copying"),
    "open": Text("Ouvrir", "Open"),
    "open_number": Text(
        "Ouvrir « {title} » à l'endroit de la citation {number}", "Open “{title}” at the place of quote {number}"
    ),
    "open_titled": Text("Ouvrir « {title} »", "Open “{title}”"),
    "withheld": Text(
        "Citations écartées, parce qu'elles ne correspondent plus à leur document : {count}.",
        "Quotes left out, because they no longer match their document: {count}.",
    ),
    "announced_sides": Text(
        "Les sources ne disent pas la même chose : {sides}. {quotes}.",
        "The sources do not say the same: {sides}. {quotes}.",
    ),
    "announced": Text("Réponse : {text}. {quotes}.", "Answer: {text}. {quotes}."),
    # --- Nothing found ---
    "not_found": Text("Je n'ai pas trouvé de réponse dans les documents.", "The documents hold no answer to this."),
    "nothing_in_scope": NOTHING_IN_SCOPE,
    "nearest": Text("Ce qui s'en approche le plus", "What comes nearest"),
    "lacks": Text(
        "Ne répond pas : ce passage ne parle pas de {words}.", "No answer: this passage has nothing of {words}."
    ),
    "in_marks": Text("« {word} »", "“{word}”"),
    "no_clear_answer": Text(
        "Ne répond pas : les mots de la question y sont, mais pas ce qui est demandé.",
        "No answer: it has the words of the question, but not what is asked.",
    ),
    "advice": Text("Comment chercher autrement", "To find it otherwise"),
    "advice_filters": Text("Des filtres sont en place.", "Filters are set."),
    "without_filters": Text("Chercher dans tous les documents", "Search all documents"),
    "advice_words": Text(
        "{words} : absent des passages les plus proches. Vérifiez l'orthographe, ou essayez un autre mot.",
        "No near passage has {words}: check the spelling, or try another word.",
    ),
    "advice_short": Text(
        "Posez une seule question à la fois, avec les noms et les mots que les documents emploient.",
        "Ask one question at a time, with the names and words that the documents use.",
    ),
    "advice_documents": Text(
        "La liste « Documents » montre ce que l'on peut interroger.", "The list “Documents” tells what there is here."
    ),
    # --- What readers say of answers ---
    "feedback": Text("Cette réponse vous a-t-elle servi ?", "Was this answer of use?"),
    "useful": Text("Utile", "Useful"),
    "not_useful": Text("Pas utile", "Not useful"),
    "why_not_useful": Text("Pourquoi ?", "Why?"),
    "reason_wrong_passage": Text("Mauvais passage", "Wrong passage"),
    "reason_wrong_answer": Text("Mauvaise réponse", "Wrong answer"),
    "reason_out_of_date": Text("Périmé", "Out of date"),
    "reason_missing": Text("Il manque quelque chose", "Something is missing"),
    "comment": Text("Une remarque, si vous voulez", "A remark, if you like"),
    "thanks": Text("Merci, c'est noté.", "Thank you, it is noted."),
    "feedback_later": Text(
        "Le serveur ne répond pas : votre avis partira dès qu'il sera de retour, si cette page reste ouverte.",
        "The server does not answer: this is sent as soon as it is back, if this page stays open.",
    ),
    # --- The document ---
    "document_panel": Text("Document", "Document"),
    "opening": Text("J'ouvre le document…", "Opening the document…"),
    "document_gone": Text(
        "« {name} » n'est pas ou n'est plus parmi les documents : il a été retiré ou renommé, ou le lien est faux. "
        "Cherchez-le dans la liste « Documents », ou demandez un nouveau lien à qui vous l'a donné.",
        "“{name}” is not among the documents, or no longer: it was removed or renamed, or the link is wrong. Look for "
        "it in the list “Documents”, or ask whoever gave you the link for a new one.",
    ),
    "about_document": Text("À propos de ce document", "About this document"),
    "in_document": Text("Dans le document", "In the document"),
    "search_inside": Text("Chercher dans ce document", "Search in this document"),
    "previous": Text("Passage précédent", "Previous place"),
    "next": Text("Passage suivant", "Next place"),
    "how_many": Text("{total} passages", "{total} places"),
    "which": Text("{number} sur {total}", "{number} of {total}"),
    "nothing_found": Text("Aucun résultat", "Nothing found"),
    "download": Text("Fichier d'origine", "Original file"),
    "changed_since": Text(
        "Ce document a changé depuis la création de ce lien : le passage n'est peut-être plus là.",
        "This document has changed since this link was made: the passage may be gone.",
    ),
    # --- The list of documents ---
    "search_documents": Text("Chercher un titre, un nom, une date", "Search a title, a name, a date"),
    "listed": Text("{found} sur {documents}.", "{found} of {documents}."),
    "updated": Text("Mis à jour le {when}.", "Up to date as of {when}."),
    "updated_on": Text("mis à jour le {date}", "updated {date}"),
    "updating": Text(
        "Le corpus est en cours de mise à jour ; les réponses viennent encore de cette version.",
        "The corpus is being brought up to date; answers still come from this version.",
    ),
    "more": Text("Afficher la suite", "Show more"),
    "ask_these": Text("Limiter les questions à ce choix", "Ask only those that I chose"),
    # --- Files that an administrator adds ---
    "add": Text("Ajouter des documents", "Add documents"),
    "add_title": Text("Ajouter des documents", "Add documents"),
    "add_key": Text("Clé de l'administrateur", "Administrator's key"),
    "add_drop": Text("Déposez des fichiers ici, ou choisissez-les", "Drop files here, or choose them"),
    "add_pick": Text("Choisir des fichiers", "Choose files"),
    "add_note": Text(
        "Ils sont lus et indexés comme ceux du dossier ; tout le monde pourra les interroger.",
        "They are read and indexed like those of the folder; everybody will be able to ask them.",
    ),
    "add_sending": Text("envoi…", "sending…"),
    "add_queued": Text("en attente…", "waiting…"),
    "add_waiting": Text("en cours de lecture…", "being read…"),
    "add_indexed": Text("indexé : on peut l'interroger", "indexed, and can be asked"),
    "add_skipped": Text("écarté : {reason}", "left out: {reason}"),
    "add_not_indexed": Text(
        "gardé, mais pas indexé : le journal du serveur dit pourquoi",
        "kept, but not indexed: the server's log says why",
    ),
    # --- Conversations ---
    "keep": Text("Garder mes conversations dans ce navigateur", "Keep my conversations in this browser"),
    "not_kept": Text(
        "Rien n'est gardé : tout est oublié quand cette page est fermée.",
        "Nothing is kept: all is forgotten when this page is closed.",
    ),
    "kept": Text("Gardées dans ce navigateur, et nulle part ailleurs.", "Kept in this browser, and nowhere else."),
    "none_kept": Text("Les conversations à venir seront gardées ici.", "Conversations to come will be kept here."),
    "storage_blocked": Text(
        "Ce navigateur ne permet pas à cette page de garder quoi que ce soit.",
        "This browser does not allow this page to keep anything.",
    ),
    "rename": Text("Renommer", "Rename"),
    "rename_named": Text("Renommer la conversation « {name} »", "Rename the conversation “{name}”"),
    "delete": Text("Supprimer", "Delete"),
    "delete_named": Text("Supprimer la conversation « {name} »", "Delete the conversation “{name}”"),
    "name": Text("Nom de la conversation", "Name of the conversation"),
    "deleted": Text("« {name} » est supprimée.", "“{name}” is deleted."),
    "erased_one": Text("{count} conversation gardée est effacée.", "{count} kept conversation is erased."),
    "erased_all": Text("{count} conversations gardées sont effacées.", "{count} kept conversations are erased."),
    "undo": Text("Annuler", "Undo"),
    "export_markdown": Text("Exporter celle-ci en Markdown", "Export this one as Markdown"),
    "print": Text("Imprimer celle-ci", "Print this one"),
    # --- In a page of somebody else's ---
    "own_window": Text("Ouvrir dans une fenêtre à part", "Open in its own window"),
    "embed_title": Text("Poser une question", "Ask a question"),
    "embed_loading": Text("J'ouvre la conversation…", "Opening the chat…"),
    "embed_unreachable": Text("La conversation ne peut pas s'afficher ici.", "The chat cannot be shown here."),
    # --- What goes wrong ---
    "unexpected": Text(
        "Une erreur imprévue s'est produite ; elle est notée dans le journal du serveur.",
        "Something unexpected went wrong; the server's log has it.",
    ),
    "lost": Text(
        "Le serveur ne répond pas : réessayez dans un instant.", "The server does not answer: try again in a moment."
    ),
    "lost_banner": Text(
        "La connexion au serveur est perdue ; je réessaie, et ce que vous avez demandé reste demandé.",
        "The connection to the server is lost; I keep trying, and what you asked for stays asked.",
    ),
    "lost_reading": Text("Le serveur ne répond pas ; je réessaie…", "The server does not answer; I keep trying…"),
    "busy": Text(
        "Trop de questions sont posées en ce moment : réessayez dans un instant.",
        "Too many questions are being asked right now: try again in a moment.",
    ),
    "busy_asking": Text(
        "Beaucoup de questions sont posées en ce moment : nouvel essai dans {seconds} s.",
        "Many questions are being asked right now: trying again in {seconds} s.",
    ),
    # --- Help ---
    "help_what": Text(
        "Posez une question en français. La réponse vient des documents, avec les passages qui la prouvent, cités à la "
        "lettre ; « Ouvrir » montre le document entier à cet endroit. Quand les documents ne répondent pas, c'est dit.",
        "Ask a question in French. The answer comes from the documents, with the passages that prove it, quoted to the "
        "letter; “Open” shows the whole document at that place. Where the documents do not answer, that is said.",
    ),
    "help_sureness": Text("Degré de certitude", "How sure it is"),
    "help_keys": Text("Au clavier", "By keyboard"),
    "key_enter": Text("Entrée", "Enter"),
    "key_enter_does": Text("envoie la question", "sends the question"),
    "key_shift": Text("Maj + Entrée", "Shift + Enter"),
    "key_shift_does": Text("va à la ligne", "begins a new line"),
    "key_up": Text("↑", "↑"),
    "key_up_does": Text(
        "reprend la question précédente, dans un champ vide", "recalls the last question, in an empty box"
    ),
    "key_escape": Text("Échap", "Esc"),
    "key_escape_does": Text("ferme le document ou la fenêtre", "closes the document or the window"),
    "help_private": Text("Ce qui est gardé", "What is kept"),
    "help_private_none": Text(
        "Le serveur ne garde ni vos questions ni les réponses. Ce navigateur ne garde vos conversations que si vous le "
        "demandez, sous « Conversations ».",
        "The server keeps neither your questions nor the answers. This browser keeps your conversations only if you "
        "ask for it, under “Conversations”.",
    ),
    "help_private_feedback": Text(
        "Le serveur ne garde ni vos questions ni les réponses, sauf celles que vous jugez « utile » ou « pas utile » : "
        "cette question (avec celles sur lesquelles elle s'appuie), la réponse et ses citations sont alors notées, "
        "rien d'autre de la conversation. Ce navigateur ne garde vos conversations que si vous le demandez, sous "
        "« Conversations ».",
        "The server keeps neither your questions nor the answers, but for those that you judge useful or not: this "
        "question (with those that it leans on), its answer and its quotes are then noted, and nothing else of the "
        "conversation. This browser keeps your "
        "conversations only if you ask for it, under “Conversations”.",
    ),
}


def words() -> dict[Language, dict[str, str]]:
    """Return every word of the page by language and name."""
    return {language: {name: text.into(language) for name, text in WORDS.items()} for language in LANGUAGES}
