"""What in a plain text belongs to the page that it was saved from, and not to its content.

A page has the same few things around its content: menus, a notice about cookies, buttons to share it, titles of other
articles, a form for comments, a legal footer. They open with set phrases, and are made of labels and titles where
content is made of sentences. Both must come together: a phrase alone marks nothing that could be content, and in doubt
nothing is marked, for what is marked is harder to find.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from enum import Enum, auto
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from index import dates
from index.document import Stretch
from index.sentences import sentences, trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LABEL = 45  # characters of an entry of a menu
_TITLE = 160  # characters of the title of another article
_TEASER = 400  # characters of a title with the beginning of its article, cut with an ellipsis
_LONGEST_BULLET = 8  # characters before the first word of a line
_LONGEST_LIST = 60  # lines of titles after one opening phrase
_END_LINES = 200  # lines at each end of a text in which menus are looked for
_END_LENGTH = 2_000  # characters at each end of a text in which a menu may have been flattened into the content
_LONGEST_TAIL = 4_000  # characters after the content that may be the page's without a phrase that tells so
_NOTICE = 1_500  # characters of questions to the readers
_MOST_PROMPTS = 8  # opening phrases of such questions that are tried, from the end of the text
_MENU = 3  # points that make labels a menu: one for a common word, two for a label that only pages have
_MOST_BETWEEN = 8  # labels between two that menus have
_COVERED = 0.7  # of the letters of a line: labels beside each other, and not words of a sentence
_MOST_NOTICES = 5  # sentences of a notice about cookies
_MOST_OTHER_COOKIES = 1  # sentences that name cookies and are no notice: with more, the content is about them

_EDGES = " -–—•·*>»›→▶►▸➜👉|:…#[]✔✓+"  # what stands around a label: bullets, arrows, colons, marks of Markdown

_HOME = ("accueil", "home", "menu")
_MORE = ("lire la suite", "en savoir plus", "lire plus", "voir plus", "read more")
_CONTENTS = ("sommaire", "table des matieres", "contents", "table of contents")


def _phrases(block: str) -> frozenset[str]:
    return frozenset(phrase for line in block.splitlines() for phrase in map(str.strip, line.split("/")) if phrase)


# All phrases are written as they are compared: small letters, no accents, straight apostrophes, plain blanks.
_OTHER_ARTICLES = _phrases("""
    a lire aussi / lire aussi / a lire egalement / lire egalement / a lire sur le meme sujet / lisez aussi
    a lire ensuite / nos autres articles / articles similaires / article similaire / articles lies
    articles connexes / articles recents / articles recommandes / articles populaires
    articles les plus lus / les articles les plus lus / les plus lus / les plus commentes / les plus partages
    derniers articles / les derniers articles
    nos derniers articles / dans le meme dossier / sur le meme sujet / sur le meme theme / dans la meme rubrique
    dans la meme categorie / contenus similaires / vous aimerez aussi / vous aimerez peut-etre
    vous pourriez aussi aimer / vous pourriez egalement aimer / vous pourriez etre interesse par
    vous pourriez etre interesses par / vous pourriez aussi etre interesse par
    vous pourriez egalement etre interesse par / ces articles pourraient vous interesser
    ces articles peuvent vous interesser / ces articles devraient vous interesser / cela pourrait vous interesser
    cela peut vous interesser / cela devrait vous interesser / ca pourrait vous interesser / ca peut vous interesser
    ca pourrait aussi vous interesser / ceci pourrait vous interesser / vous serez peut-etre interesse par
    recommande pour vous / recommandes pour vous / contenus sponsorises / contenu sponsorise / related articles
    related posts / related stories / you may also like / you might also like / read also / also read / recent posts
    popular posts / recommended for you / more from this author / more stories
""")
# These open lists of other articles, and sections of content too.
_FURTHER_READING = _phrases("""
    pour aller plus loin / aller plus loin / pour en savoir plus / en savoir plus / voir aussi / a voir aussi
    voir egalement / a consulter aussi / dernieres actualites / les dernieres actualites / nos dernieres actualites
    autres actualites / actualites recentes / a la une / ils nous font confiance / elles nous font confiance
    nous font confiance / sites partenaires / nos sites partenaires / liens sponsorises / sites amis / blogroll
    see also / latest news / they trust us / trusted by
""")
_NEIGHBOURS = _phrases("""
    article precedent / article suivant / entree precedente / entree suivante / billet precedent / billet suivant
    publication precedente / publication suivante / actualite precedente / actualite suivante / previous post
    next post / previous article / next article
""")
_OPENINGS = _OTHER_ARTICLES | _FURTHER_READING | _NEIGHBOURS
_PROMPTS = _phrases("""
    quel est votre avis / qu'en pensez-vous / qu'en dites-vous / et vous ? / et vous, / donnez votre avis
    donnez-nous votre avis / votre avis nous interesse / dites-nous en commentaire / dites-le nous en commentaire
    dites-le-nous en commentaire / partagez votre avis / what do you think
""")
_PLAIN_LABELS = _phrases("""
    accueil / menu / actualites / actualite / actus / contact / contacts / contactez-nous / nous contacter / recherche
    rechercher / a propos / qui sommes-nous / qui sommes-nous ? / agenda / nos services / services / boutique / panier
    mon panier / blog / faq / aide / presse / espace presse / recrutement / carrieres / nous rejoindre / partenaires
    nos partenaires / connexion / inscription / imprimer / partager / tweeter / tweet / annuaire / demarches
    publications / mediatheque / galerie / evenements / a la une / emploi / annonces / mairie / fermer / commenter
    personnaliser / favoris / adherer / faire un don / accessibilite / credits / marches publics / newsletter
    infolettre / donnees personnelles / protection des donnees / vie privee / rgpd / cookies / parametrer / valider
    facebook / twitter / x (twitter) / linkedin / instagram / youtube / pinterest / whatsapp / telegram / tiktok
    messenger / bluesky / mastodon / threads / reddit / snapchat / par courriel / par e-mail / par mail
    home / about / about us / search / log in / login / sign in / sign up / news / careers / help / privacy / share
    subscribe
""")
_PAGE_LABELS = _phrases("""
    aller au contenu / aller au contenu principal / aller au menu / aller a la recherche / aller a la navigation
    passer au contenu / acceder au contenu / skip to content / skip to main content / skip to navigation
    plan du site / plan de site / mentions legales / informations legales / politique de confidentialite
    politique de cookies / gestion des cookies / gerer les cookies / gerer mes cookies
    conditions d'utilisation / conditions generales d'utilisation / conditions generales de vente / cgu / cgv
    accessibilite : non conforme / accessibilite : partiellement conforme / accessibilite : totalement conforme
    tous droits reserves / se connecter / s'identifier / mon compte / creer un compte / mot de passe oublie
    mot de passe oublie ? / s'inscrire / se deconnecter / s'abonner / abonnez-vous / je m'inscris / je m'abonne
    haut de page / retour en haut / retour en haut de page / revenir en haut / retour haut de page / back to top
    ouvrir le menu / fermer le menu / menu principal / navigation principale / fil d'ariane / ouvrir la recherche
    ouvrir la barre d'outils / basculer la navigation / toggle navigation / imprimer cette page / imprimer la page
    imprimer l'article / envoyer par mail / envoyer par e-mail / envoyer par email / envoyer a un ami
    ajouter aux favoris / copier le lien / lien copie / lire la suite / lire plus / voir plus / en savoir plus
    flux rss / rss / suivez-nous / nous suivre / retrouvez-nous / reseaux sociaux
    tout accepter / tout refuser / accepter tout / refuser tout / accepter et fermer / accepter les cookies
    accepter tous les cookies / refuser les cookies / continuer sans accepter / parametrer les cookies
    gerer mes preferences / gerer les preferences / personnaliser les cookies / ok, j'ai compris / j'accepte
    je refuse / panneau de gestion des cookies / laisser un commentaire / publier le commentaire
    poster le commentaire / annuler la reponse / votre adresse e-mail / votre email / votre e-mail / se desabonner
    privacy policy / cookie policy / terms of use / terms of service / terms and conditions / legal notice
    all rights reserved / accept all / reject all / follow us / read more
""")
# A label that begins so is the page's wherever it stands; so is a sentence that begins with one of the second.
_PAGE_LINES = (
    *("partager cet article", "partager cette page", "partager l'article", "partager la page", "partagez cet article"),
    *("partager sur les reseaux", "share this ", "vous etes ici", "aller au contenu", "skip to content"),
    *("skip to main content", "retour en haut", "retour haut de page", "laisser un commentaire", "leave a comment"),
    *("laissez un commentaire", "poster un commentaire", "ajouter un commentaire", "leave a reply"),
    *("article reserve aux abonnes", "vous avez aime cet article", "cet article vous a plu"),
    *("cet article vous a-t-il ete utile", "cette page vous a-t-elle ete utile", "cet article vous a-t-il aide"),
    *("cette information vous a-t-elle ete utile", "was this page helpful", "was this article helpful"),
    *("signaler une erreur sur cette page", "signaler un probleme sur cette page"),
)
_PAGE_SENTENCES = (
    *("votre adresse e-mail ne sera pas publiee", "votre adresse email ne sera pas publiee"),
    *("votre adresse de messagerie ne sera pas publiee", "les champs obligatoires sont indiques avec"),
    *("enregistrer mon nom, mon e-mail et mon site", "ce site utilise akismet", "cet article est reserve aux abonnes"),
    *("en savoir plus sur la facon dont les donnees de vos commentaires", "la suite apres cette publicite"),
    *("en savoir plus sur comment les donnees de vos commentaires", "la suite apres la publicite"),
    *(
        "vous devez etre connecte pour publier",
        "vous devez etre connecte pour commenter",
        "connectez-vous pour commenter",
    ),
    *("vous devez etre connecte pour reagir", "vous devez etre connecte pour laisser", "connectez-vous pour reagir"),
    *("les commentaires sont moderes", "les commentaires sont relus", "les commentaires sont fermes"),
    *("les commentaires sont soumis", "soyez le premier a commenter", "soyez le premier a reagir"),
    *("your email address will not be published", "you must be logged in to comment"),
    *("required fields are marked", "you must be logged in to post a comment"),
)
# These may stand in content too, and are the page's before and after it.
_INVITATION = re.compile(
    r"(?:pour )?(?:abonnez|inscrivez|recevez|restez informe|ne manquez|ne ratez|rejoignez|suivez|subscribe|sign up"
    r"|get |s'abonner|s'inscrire|je m'abonne|je m'inscris|newsletter\b)(?=.{0,140}\b(?:newsletters?|infolettre"
    r"|lettres? d'information|lettre d'info|(?:la|notre) lettre d(?:e|es|u) |boite (?:mail|e-mail|de reception)|inbox"
    r"|alertes? (?:mail|e-mail|info)|chaine (?:whatsapp|youtube)|reseaux sociaux|google (?:actualites|news)"
    r"|votre (?:adresse|e-?mail)(?: e-?mail)? (?:je m'|s'inscrire|s'abonner|ok|valider|envoyer)))"
)
_INVITATION_INSIDE = re.compile(
    r"\b(?:Abonnez|Inscrivez|Recevez|Restez|Ne manquez|Ne ratez|Rejoignez|Suivez|Subscribe|Commentaires?)\b|©"
)
_LEGAL = re.compile(
    r"(?:©|\(c\) |copyright )(?=.{0,80}?\b(?:(?:19|20)[0-9]{2}|droits|mentions|reproduction|rights)\b)"
    r"|(?:.{0,80}\W)?(?:tous droits reserves|all rights reserved)\b"
)
_TAGS = re.compile(r"(?:tags?|mots-cles associes|classe sous|classe dans|filed under|tagged)\s?:\s?(?=[^\W\d_])")
_HASHTAGS = re.compile(r"(?:#?\w{2,40}[\s,|·•]{1,3}#){2,30}\w{2,40}")
_CRUMBS = re.compile(r"(?:accueil|home) ?(?:[>›»→❯] ?(?=[^\W\d_])|/ .{1,60} / )")
_HOST = re.compile(
    r"https?://(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}/?|www\.(?:[a-z0-9-]{1,63}\.){1,3}[a-z]{2,12}/?"
    r"|(?:[a-z0-9-]{1,63}\.){1,3}(?:fr|com|org|net|eu|be|ch|ca|info|io|co|biz|shop|paris|bzh)/?"
)
_SHARE = re.compile(
    r"partage[rz] sur (?=(?:facebook|twitter|x\b|linkedin|whatsapp|pinterest|bluesky|mastodon|threads)).{1,30}"
)
_SHARING = "facebook|twitter|linkedin|whatsapp|instagram|pinterest|copier le lien|par courriel|par e-?mail|imprimer"
_NETWORK = (
    rf"(?:{_SHARING}|x(?![^\W\d_])|youtube|telegram|tiktok|messenger|bluesky|mastodon|threads|reddit|snapchat|tumblr"
    r"|viber|flipboard|e-?mail|partager|tweeter)"
)
_NETWORKS = re.compile(rf"\b{_NETWORK}(?:[\s|•·/]{{0,4}}{_NETWORK}){{2,30}}")
_KNOWN_NETWORK = re.compile(_SHARING)
_COOKIES = re.compile(
    r"\b(?:nous (?:et nos (?:[0-9]+ )?partenaires )?(?:utilisons|deposons)|en poursuivant|en continuant|vous acceptez"
    r"|(?:ce|notre|nos) sites?(?: web| internet)? (?:utilise|depose|emploie|place)(?:nt)?|en cliquant sur|we use"
    r"|we and our (?:[0-9]+ )?partners|this (?:web)?site uses|by continuing)\b"
)
_CHOICE = re.compile(
    r"\b(?:accepte[rz]|refuse[rz]|choix|preferences|consentement|parametre[rs]|accept|reject|consent)\b"
)
_CHOICES = re.compile(
    rf"(?:vous (?:pouvez|acceptez)|en poursuivant|en continuant|en cliquant|you can|by ).{{0,99}}{_CHOICE.pattern}"
)

_MONTH = (
    r"(?:janv(?:ier|\.)?|fevr?(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|l?\.)?|aout|sept(?:embre|\.)?"
    r"|oct(?:obre|\.)?|nov(?:embre|\.)?|dec(?:embre|\.)?)"
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:(?:[0-9]{{1,2}}|1er)\s{_MONTH}\s(?:19|20)[0-9]{{2}}|[0-9]{{1,2}}([/.])[0-9]{{1,2}}\1(?:19|20)?[0-9]{{2}}"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s[0-9]{1,2},\s20[0-9]{2}"
    r"|il y a (?:[0-9]{1,2}|une?) (?:minutes?|heures?|jours?|semaines?|mois|ans?))(?![\w/-])"
)
_PUBLISHED = re.compile(r"(?:publie|paru|mis en ligne|mis a jour|modifie)e?s? le\Z")
# No title ends with one of these words: a sentence goes on after it, in the next line or with a date.
_UNFINISHED = re.compile(
    r"\b(?:a|au|aux|avant|apres|avec|ce|ces|cette|chez|dans|de|depuis|des|du|en|entre|et|la|le|les|leurs?|mais|ou|par"
    r"|pour|que|qui|sa|sans|ses|sous|sur|un|une|vers|notre|nos|votre|vos|dont|si|the|of|to|and|in|on|[dlnsc]'|qu'|jusqu'"
    r"|jusqu'au)\s*\Z"
)
_FULL_STOP = re.compile(r"[^\W\d_]{2}[)»\"]?(?<!\.)\.(?!\.)(?:\s|\Z)")
_ELLIPSES = ("...", "…", "[…]", "[...]")
# What a person may look for: ways to reach somebody, opening hours, prices. No title of another article has it.
_FACT = re.compile(
    r"\b(?:0[1-9](?:[ .]?[0-9]{2}){4}|[0-9]{5} [^\W\d_]{2}|tel\b|fax\b|cedex\b|[0-9]{1,2} ?h(?: ?[0-9]{2})?\b"
    r"|[0-9]{1,4}(?: bis| ter)?,? (?:rue|avenue|av\.|boulevard|bd|place|quai|chemin|route|allee|square)\b)|@|€|\+33"
)
# What a list of sources has, and a list of other articles seldom has.
_SOURCE = re.compile(
    r"\b(?:art(?:icles?|\.) ?[lrd]?\.? ?[0-9]|n[°o] ?[0-9]|isbn|doi|et al|p(?:p|ages?)?\. ?[0-9]|ed\.|editions)"
    r"|\A(?:decret|arrete|loi|directive|reglement|circulaire|norme|iso|code|convention|rapport|guide|notice|formulaire"
    r"|cerfa|fiche|annexe|brochure|these|manuel|plaquette)\b|https?:|www\.|\([12][0-9]{3}\)"
)


class _Where(Enum):
    """Where in a text a mark counts: the content lies between its first and its last sentence."""

    ANYWHERE = auto()
    OUTSIDE = auto()  # before the content, or after it
    AFTER = auto()  # after the content only
    AFTER_ON_PAGE = auto()  # after the content, where something else in the text tells that it is a page


class _Mark(NamedTuple):
    start: int
    end: int
    where: _Where = _Where.ANYWHERE
    end_before_content: int = 0  # where it ends instead, when it stands before the content, whose title may be in it


class _Line(NamedTuple):
    """A line that is not blank: where it lies without its white space, its folded words, and what is above it."""

    start: int
    end: int
    words: str  # without bullets, arrows and colons around them
    is_apart: bool  # a blank line stands above it


class _Page(NamedTuple):
    text: str
    folded: str
    lines: list[_Line]
    starts: list[int]  # of the lines

    def line_at(self, position: int) -> int:
        """Return the number of the line in which a position lies."""
        return bisect_right(self.starts, position) - 1


def boilerplate(text: str) -> tuple[Stretch, ...]:
    """Return the stretches of a text that belong to its page and not to its content, in order and apart.

    Made for French pages, and the commonest English phrases. A text in which no sentence would be left has none: it is
    a list, and not a page. Takes time linear in the length of the text.
    """
    page = _page(text)
    found = [mark for finder in _FINDERS for mark in finder(page)]
    if not found:
        return ()
    content = _content(page, _joined(page, found))
    if content is None:
        return ()
    counted = [mark for each in found if (mark := _counted(each, content))]
    is_page = any(mark.where is not _Where.AFTER_ON_PAGE for mark in counted)
    return _joined(page, [*counted, *_tail(page, counted, content.end)]) if is_page else ()


def _page(text: str) -> _Page:
    folded = text.translate(_FOLDING)
    lines: list[_Line] = []
    start, is_apart = 0, True
    for whole in folded.split("\n"):
        line = whole.strip()
        if words := line.strip(_EDGES):
            begin = start + whole.index(line[0])
            lines.append(_Line(begin, begin + len(line), words, is_apart))
        is_apart = not line
        start += len(whole) + 1
    return _Page(text, folded, lines, [line.start for line in lines])


class _Folding(dict[int, int]):
    """Small letters without accents, plain blanks and apostrophes: one character for one, so that positions stay."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        if character in "’ʼ‘`´":
            character = "'"
        elif character not in "\n\t" and character.isspace():
            character = " "
        small = unicodedata.normalize("NFD", character)[0].lower()
        self[code] = ord(small) if len(small) == 1 else code
        return self[code]


_FOLDING = _Folding()


def _joined(page: _Page, marks: Iterable[_Mark]) -> tuple[Stretch, ...]:
    """Return the marks as stretches, those that overlap or have only white space between them as one."""
    joined: list[Stretch] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        last = joined[-1] if joined else None
        if last and (mark.start <= last.end or not page.text[last.end : mark.start].strip()):
            joined[-1] = Stretch(last.start, max(last.end, mark.end))
        else:
            joined.append(Stretch(mark.start, mark.end))
    return tuple(joined)


def _content(page: _Page, marked: tuple[Stretch, ...]) -> Stretch | None:
    """Return from where to where the sentences reach that are not marked; None where there are none."""
    rest = list(_unmarked(page, marked))
    first = next((start for start, end in rest if _is_content(page.folded[start:end])), None)
    if first is None:
        return None
    return Stretch(first, next(end for start, end in reversed(rest) if _is_content(page.folded[start:end])))


def _unmarked(page: _Page, marked: tuple[Stretch, ...]) -> Iterator[tuple[int, int]]:
    """Yield the lines, or what of them is not marked."""
    number = 0
    for line in page.lines:
        start = line.start
        while number < len(marked) and marked[number].end <= start:
            number += 1
        following = number
        while following < len(marked) and marked[following].start < line.end:
            yield trim(page.text, start, max(start, marked[following].start))
            start = marked[following].end
            following += 1
        if start < line.end:
            yield trim(page.text, start, line.end)


def _is_content(folded: str) -> bool:
    """Tell whether a piece of text is a sentence or an entry of an enumeration, and not a label or a title."""
    if len(folded) > _TITLE:
        return len(folded) > _TEASER or folded.endswith((",", ";", ":")) or _FULL_STOP.search(folded) is not None
    is_closed = folded.rstrip(" »\"')").endswith((".", ",", ";", ":")) and not folded.endswith(_ELLIPSES)
    return is_closed and folded.count(" ") >= 4


def _counted(mark: _Mark, content: Stretch) -> _Mark | None:
    """Return what of a mark counts, with the content where it is, or None."""
    is_before, is_after = mark.end <= content.start, mark.start >= content.end
    if is_before and mark.end_before_content:
        return mark._replace(end=mark.end_before_content)
    return mark if mark.where is _Where.ANYWHERE or is_after or (is_before and mark.where is _Where.OUTSIDE) else None


def _tail(page: _Page, counted: list[_Mark], end: int) -> Iterator[_Mark]:
    """Yield what else belongs to the page after the content that ends at `end`: labels under the first list or footer.

    An article does not come back after them. What has a digit stays, with what is above it: an address, a table.
    """
    leaving = [mark.start for mark in counted if mark.where is not _Where.ANYWHERE or mark.end_before_content]
    begin = min((start for start in leaving if start >= end), default=len(page.text))
    if len(page.text) - begin > _LONGEST_TAIL:
        return
    rest = [_Mark(start, stop) for start, stop in _unmarked(page, _joined(page, counted)) if begin < start < stop]
    for mark, below in pairwise([*rest, _Mark(len(page.text), len(page.text))]):
        is_above = not page.text[mark.end : below.start].strip()
        around = page.text[mark.start : below.end if is_above else mark.end]
        if not any(map(str.isdigit, around)) and "@" not in around:
            yield mark


# Lists of other articles


def _other_articles(page: _Page) -> Iterator[_Mark]:
    """Find the titles that a set phrase opens, on lines of their own or flattened into a long one."""
    openings = _openings(page)
    begin = 0
    for (start, end), (limit, _end) in pairwise([*openings, (len(page.text), 0)]):
        if start >= begin and (mark := _titles_after(page, start, end, limit)):
            yield mark
            begin = mark.end


def _openings(page: _Page) -> list[tuple[int, int]]:
    """Return where the opening phrases stand, the longest where one holds another."""
    found = [
        (start, -(start + len(phrase)))
        for phrase in _OPENINGS
        for start in _occurrences(page.folded, phrase)
        if _is_opening(page, start, start + len(phrase))
    ]
    kept: list[tuple[int, int]] = []
    for start, negative_end in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, -negative_end))
    return kept


def _occurrences(folded: str, phrase: str) -> Iterator[int]:
    start = folded.find(phrase)
    while start >= 0:
        yield start
        start = folded.find(phrase, start + len(phrase))


def _is_opening(page: _Page, start: int, end: int) -> bool:
    """Tell whether a phrase stands by itself: at the beginning of a line, or between other pieces of a flattened page.

    Pages are flattened with and without a blank between their pieces, so that a capital may be glued to a word.
    """
    after = page.text[end : end + 1]
    if after.isalnum() and not after.isupper():
        return False
    if page.text[start].isupper() or _begins_line(page, start):
        return True
    # Links to the neighbouring articles are often in small letters: between the end of a sentence and a capital.
    above = page.text[max(0, start - 3) : start].rstrip()[-1:]
    return page.folded[start:end] in _NEIGHBOURS and above in ".!?…" and page.text[end + 1 : end + 2].isupper()


def _begins_line(page: _Page, start: int) -> bool:
    line = page.lines[page.line_at(start)]
    return start - line.start <= _LONGEST_BULLET and not page.folded[line.start : start].strip(_EDGES)


def _titles_after(page: _Page, start: int, end: int, limit: int) -> _Mark | None:
    number = page.line_at(start)
    line = page.lines[number]
    if not _begins_line(page, start) or line.end - end > _TITLE:
        return _flattened_titles(page, start, end, min(limit, line.end))
    if page.folded[end : line.end].strip(_EDGES + "?!"):
        return _title_beside(page, line, end)
    return _titles_below(page, number, page.folded[start:end])


def _title_beside(page: _Page, line: _Line, end: int) -> _Mark | None:
    """Find « À lire aussi : Le titre d'un autre article », alone on its line."""
    title = page.text[end : line.end].lstrip(" \u00a0\u202f|:–—-→>")
    is_title = title[:1].isupper() or title[:1].isdigit() or title[:1] in '«“"'
    is_closed = title.endswith((".", ";", ",", ":")) and not title.endswith(_ELLIPSES)
    phrase = page.folded[line.start : end].strip(_EDGES)
    if phrase in _FURTHER_READING or not is_title or is_closed or title.count(" ") < 2:
        return None
    return None if _FACT.search(page.folded, end, line.end) else _Mark(line.start, line.end)


def _titles_below(page: _Page, number: int, phrase: str) -> _Mark | None:
    """Find the titles below a line that is nothing but an opening phrase."""
    lines = page.lines
    end = _list_end(page, number)
    links = [line.words for line in lines[number + 1 : end]]
    if not links:
        is_last = number + 1 == len(lines) or lines[number + 1].words in _OPENINGS
        return _Mark(lines[number].start, lines[number].end, _Where.AFTER) if is_last else None
    where = _Where.ANYWHERE
    if phrase in _FURTHER_READING:
        sources = sum(_SOURCE.search(words) is not None and not _is_host(words) for words in links)
        if 2 * sources >= len(links):
            return None
        where = _Where.AFTER if _are_titles(page, lines[number + 1 : end]) else _Where.AFTER_ON_PAGE
    title = end - 1
    while title > number and _is_date(lines[title].words):
        title -= 1
    return _Mark(
        lines[number].start, lines[end - 1].end, where, lines[title - 1].end if where is _Where.ANYWHERE else 0
    )


def _are_titles(page: _Page, lines: Iterable[_Line]) -> bool:
    """Tell whether most lines have what titles of articles and links have, and names of offices have not."""
    signs = [_is_host(line.words) or _has_link_sign(page, line) or any(map(line.words.count, ":?!«")) for line in lines]
    return 2 * sum(signs) >= len(signs)


def _list_end(page: _Page, number: int) -> int:
    """Return the number of the line after the last title of the list that the line `number` opens."""
    lines = page.lines
    first = number + 1
    most = first + (1 if lines[number].words in _NEIGHBOURS else _LONGEST_LIST)
    end = first
    while end < min(most, len(lines)) and _is_link(page, lines[end]):
        end += 1
    if first < end < len(lines) and page.text[lines[end].start].islower():
        end -= 1  # the sentence goes on in the next line
    end = _same_layout_end(page, first, end)
    if end == first or end == len(lines) or not _follows_heading(page, lines[end]):
        return end
    # What looks like the last title may be the heading of what follows.
    last, following = lines[end - 1], lines[end]
    is_introduced = end == first + 1 and page.text[lines[number].end - 1] == ":"
    is_heading = (last.is_apart or not following.is_apart) and not _has_link_sign(page, last) and not is_introduced
    return end - 1 if is_heading else end


def _follows_heading(page: _Page, line: _Line) -> bool:
    return _is_content(_folded(page, line)) or _FACT.search(line.words) is not None


def _same_layout_end(page: _Page, first: int, end: int) -> int:
    """Return where a list ends that goes on over blank lines only in blocks of one size, or with dates."""
    lines = page.lines
    starts = [first, *(number for number in range(first + 1, end) if lines[number].is_apart), end]
    size = 0
    for start, stop in pairwise(starts):
        has_sign = any(_has_link_sign(page, line) for line in lines[start:stop])
        if size and stop - start != size and not has_sign:
            return start
        size = stop - start
    return end


def _is_link(page: _Page, line: _Line) -> bool:
    """Tell whether a line may be the title of another article, or its date."""
    raw = _folded(page, line)
    if line.words in _OPENINGS or len(raw) > _TEASER:
        return False
    if _is_host(raw) or _is_date(line.words):
        return True
    if line.words not in _MORE and (_line_place(page, line) or _points(page, line) > 1):
        return False
    if _FACT.search(line.words) or _goes_on(page, line) or not any(map(str.isalpha, line.words)):
        return False
    return raw.endswith(_ELLIPSES) or (
        len(raw) <= _TITLE and not raw.endswith((".", ",", ";", ":")) and not _FULL_STOP.search(raw)
    )


def _is_date(words: str) -> bool:
    return dates.line_date(words) != "" or _DATE.fullmatch(words) is not None


def _goes_on(page: _Page, line: _Line) -> bool:
    """Tell whether a line is a part of a sentence, as in a text of a PDF: one that begins small, or ends too early."""
    return page.text[line.start].islower() or _ends_inside_sentence(_folded(page, line))


def _has_link_sign(page: _Page, line: _Line) -> bool:
    """Tell whether a line has what titles of other articles have: an ellipsis that cuts it, a date at an end of it."""
    if _folded(page, line).endswith(_ELLIPSES):
        return True
    found = _DATE.search(line.words)
    return found is not None and (found.start() == 0 or found.end() == len(line.words))


def _folded(page: _Page, line: _Line) -> str:
    return page.folded[line.start : line.end]


def _flattened_titles(page: _Page, start: int, end: int, limit: int) -> _Mark | None:
    """Find the titles after a phrase in a long line: each with its date, or all that is left of the line."""
    phrase = page.folded[start:end]
    limit = _invitation_start(page, end, limit)
    last, count = _dated_titles_end(page, end, limit)
    if count >= (2 if phrase in _FURTHER_READING else 1):
        return _Mark(start, last)
    opening = page.text[end:limit].lstrip(" \u00a0\u202f:|–—-")[:1]
    is_title = opening.isupper() or opening.isdigit() or opening in {"«", '"'}
    most = _TITLE if phrase in _NEIGHBOURS else _TEASER
    if phrase in _FURTHER_READING or not is_title or limit - end > most or _FULL_STOP.search(page.folded, end, limit):
        return None
    return _Mark(start, limit, _Where.AFTER)


def _invitation_start(page: _Page, begin: int, end: int) -> int:
    """Return where an invitation or a legal line begins in a part of a line, or its end."""
    found = _INVITATION_INSIDE.search(page.text, begin, min(end, begin + 2 * _TEASER))
    return found.start() if found else end


def _dated_titles_end(page: _Page, begin: int, limit: int) -> tuple[int, int]:
    """Return where a chain of titles with dates after them ends, and how many they are."""
    end, count = begin, 0
    while found := _DATE.search(page.folded, end, min(limit, end + _TITLE)):
        title = page.folded[end : found.start()].rstrip()
        following = page.text[found.end() : found.end() + 4].lstrip(" \u00a0\u202f|·•–—-")[:1]
        begins_piece = not following or following.isupper() or following.isdigit() or following in '«"\n'
        if not begins_piece or _ends_inside_sentence(title) or _FULL_STOP.search(title):
            break
        end, count = found.end(), count + 1
    return end, count


def _ends_inside_sentence(before: str) -> bool:
    """Tell whether a sentence goes on after these words, as after « notre dossier du »."""
    end = before[-20:]
    return _UNFINISHED.search(end) is not None and not _PUBLISHED.search(end)


# Menus, notices and footers


def _page_lines(page: _Page) -> Iterator[_Mark]:
    """Find the single lines that only pages have."""
    for line in page.lines:
        if line.end - line.start <= _TEASER and (where := _line_place(page, line)):
            yield _Mark(line.start, line.end, where)


def _line_place(page: _Page, line: _Line) -> _Where | None:
    words = line.words
    if words.startswith("partage") and _SHARE.fullmatch(words):
        return _Where.ANYWHERE
    if words.startswith(_PAGE_LINES):
        return None if len(words) > _TITLE or _is_content(_folded(page, line)) else _Where.ANYWHERE
    if _INVITATION.match(words):
        return None if _FACT.search(words) else _Where.OUTSIDE
    is_of_page = _CRUMBS.match(words) or _TAGS.match(words) or _HASHTAGS.fullmatch(words)
    return _Where.OUTSIDE if is_of_page or _is_legal(_folded(page, line)) else None


def _page_sentences(page: _Page) -> Iterator[_Mark]:
    """Find the sentences that only pages have, in lines of any length."""
    for phrase in _PAGE_SENTENCES:
        for start in _occurrences(page.folded, phrase):
            limit = page.lines[page.line_at(start)].end
            stop = _FULL_STOP.search(page.folded, start, min(limit, start + _TITLE))
            end = stop.end() if stop else min(limit, start + len(phrase))
            if page.text[start].isupper():
                yield _Mark(*trim(page.text, start, end), _Where.OUTSIDE)


def _is_legal(line: str) -> bool:
    has_sign = "©" in line or "(c)" in line or "right" in line or "droits reserves" in line
    return has_sign and _LEGAL.match(line) is not None


def _menus(page: _Page) -> Iterator[_Mark]:
    """Find the runs of labels, at the two ends of a text, of which enough are those of a menu."""
    last = len(page.lines)
    ends = ((0, min(_END_LINES, last)), (max(_END_LINES, last - _END_LINES), last))
    runs = [run for first, stop in ends for run in _label_runs(page, first, stop) if _is_menu(page, run)]
    headings = _headings(page) if runs else frozenset()
    for run in runs:
        first, stop = run[0][0], _menu_end(page, run[-1][0])
        labels = [line.words for line in page.lines[max(0, first - 1) : stop]]
        # A table of contents has the headings of the text, and may have the words of a menu.
        if 3 * sum(label in headings for label in labels) < len(labels) and not set(labels) & set(_CONTENTS):
            yield _Mark(page.lines[first].start, page.lines[stop - 1].end, _Where.OUTSIDE)


def _headings(page: _Page) -> frozenset[str]:
    """Return the lines that stand before a sentence."""
    return frozenset(line.words for line, below in pairwise(page.lines) if _is_content(_folded(page, below)))


def _label_runs(page: _Page, first: int, stop: int) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of labels, each with its points, that begin and end with one that menus have."""
    run: list[tuple[int, int]] = []
    for number in range(first, stop):
        points = _points(page, page.lines[number])
        if points:
            run.append((number, points))
        elif run and (not _is_label(page, page.lines[number]) or number - run[-1][0] > _MOST_BETWEEN):
            yield run
            run = []
    if run:
        yield run


def _is_menu(page: _Page, run: list[tuple[int, int]]) -> bool:
    above = page.lines[run[0][0] - 1] if run[0][0] else None
    is_enumeration = above is not None and page.text[above.end - 1] == ":"
    total = sum(points for _number, points in run)
    if any(points > 1 for _number, points in run):
        return total >= _MENU and not is_enumeration
    return total > _MENU and page.lines[run[0][0]].words in _HOME and not is_enumeration


def _menu_end(page: _Page, last: int) -> int:
    """Return the number of the line after a menu, of which `last` is the last line that only menus have.

    A blank line closes it; where none does, the last labels may be the title of what follows.
    """
    lines = page.lines
    close = last + 1
    while close < len(lines) and not lines[close].is_apart and _is_label(page, lines[close]):
        close += 1
    return close if close < len(lines) and lines[close].is_apart else last + 1


def _is_label(page: _Page, line: _Line) -> bool:
    raw = _folded(page, line)
    return len(raw) <= _LABEL and raw[-1] not in ".,;:!?" and not _FACT.search(raw)


def _points(page: _Page, line: _Line) -> int:
    """Return what a line counts toward a menu: as one label, or as several beside each other."""
    if points := _label_points(line.words):
        return points
    raw = _folded(page, line)
    if len(raw) <= 2 * _TITLE and (_CRUMBS.match(raw) or raw.startswith(_PAGE_SENTENCES)):
        return 2
    if len(raw) > 2 * _TITLE or any(mark in raw for mark in ".,;@\t"):
        return 0
    found = [label[0] for label in _labels().finditer(raw) if page.text[line.start + label.start()].isupper()]
    points = sum(map(_label_points, found))
    is_covered = len(found) > 1 and sum(map(len, found)) >= _COVERED * sum(map(str.isalnum, raw))
    return points if is_covered or (points >= _MENU and ":" not in raw) else 0


def _label_points(words: str) -> int:
    return 2 if words in _PAGE_LABELS else int(words in _PLAIN_LABELS)


@cache
def _labels() -> re.Pattern[str]:
    longest_first = sorted(_PAGE_LABELS | _PLAIN_LABELS, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?![\w'])")


def _flattened_menus(page: _Page) -> Iterator[_Mark]:
    """Find the menus at the two ends of a text that were flattened into its first or its last line."""
    if not page.lines:
        return
    first, last = page.lines[0], page.lines[-1]
    for begin, end in (
        (first.start, min(first.end, first.start + _END_LENGTH)),
        (max(last.start, last.end - _END_LENGTH), last.end),
    ):
        for run in _flattened_runs(page, begin, end):
            is_at_end = run[0].start() - begin <= _LABEL or end - run[-1].end() <= _LABEL
            if is_at_end and sum(_label_points(label[0]) for label in run) > _MENU:
                yield _Mark(run[0].start(), run[-1].end(), _Where.OUTSIDE)


def _flattened_runs(page: _Page, begin: int, end: int) -> Iterator[list[re.Match[str]]]:
    """Yield the runs of labels with a capital that follow each other without a sentence between them."""
    run: list[re.Match[str]] = []
    for label in _labels().finditer(page.folded, begin, end):
        if not page.text[label.start()].isupper():
            continue
        between = page.folded[run[-1].end() : label.start()] if run else ""
        if run and (len(between) > 2 * _LABEL or any(mark in between for mark in ".,;:!?\t")):
            yield run
            run = []
        run.append(label)
    if run:
        yield run


def _flattened_footers(page: _Page) -> Iterator[_Mark]:
    """Find the invitations and the legal line with which the last line of a text ends."""
    if not page.lines:
        return
    last = page.lines[-1]
    found = _INVITATION_INSIDE.finditer(page.text, max(last.start, last.end - _END_LENGTH), last.end)
    for start, end in pairwise([*(opening.start() for opening in found), last.end]):
        piece = page.folded[start:end].rstrip()
        stop = _FULL_STOP.search(piece)
        is_one = len(piece) <= 2 * _TITLE and (stop is None or len(piece) - stop.end() <= _LABEL)
        if is_one and (_LEGAL.match(piece) or _INVITATION.match(piece)):
            yield _Mark(start, start + len(piece), _Where.OUTSIDE)


def _networks(page: _Page) -> Iterator[_Mark]:
    """Find the buttons to share a page: names of networks with nothing between them."""
    if not any(name in page.folded for name in ("facebook", "twitter", "linkedin", "whatsapp", "copier le lien")):
        return
    for found in _NETWORKS.finditer(page.folded):
        names = found[0]
        around = page.folded[max(0, found.start() - 3) : found.start()].rstrip()[-1:]
        around += page.folded[found.end() : found.end() + 3].lstrip()[:1]
        is_table = any(mark in "|,;:" for mark in around) or "\t" in page.text[found.start() : found.end()]
        if not is_table and page.text[found.start()].isupper() and len(set(_KNOWN_NETWORK.findall(names))) >= 2:
            yield _Mark(found.start(), found.end(), _Where.OUTSIDE if "\n" in names else _Where.ANYWHERE)


def _hosts(page: _Page) -> Iterator[_Mark]:
    """Find the bare lists of web sites below the content: three lines or more, under no heading of their own."""
    lines = page.lines
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_host(lines[end].words):
            end += 1
        is_headed = start == 0 or not _folded(page, lines[start - 1]).endswith((".", "…", "!", "?", "»"))
        if end - start >= 3 and not is_headed:
            yield _Mark(lines[start].start, lines[end - 1].end, _Where.AFTER)
        start = max(end, start + 1)


def _is_host(words: str) -> bool:
    return "." in words and " " not in words and len(words) <= _TITLE and _HOST.fullmatch(words) is not None


def _cookie_notices(page: _Page) -> Iterator[_Mark]:
    """Find the sentences about the cookies of a page, unless its content is about cookies."""
    end, others = 0, 0
    marks: list[_Mark] = []
    for mention in _occurrences(page.folded, "cookie"):
        if mention < end:
            continue
        start, end, is_notice = _notice_around(page, mention)
        if is_notice:
            marks.append(_Mark(start, end, _Where.OUTSIDE))
        others += not is_notice and (end - start > _LABEL or page.text[start:end].rstrip().endswith("."))
        if others > _MOST_OTHER_COOKIES or len(marks) > _MOST_NOTICES:
            return
    yield from marks


def _notice_around(page: _Page, position: int) -> tuple[int, int, bool]:
    """Return the sentences of a notice around a position; or the sentence there, which is none."""
    line = page.lines[page.line_at(position)]
    begin = max(line.start, position - _TEASER)
    text = page.text[begin : min(line.end, position + 2 * _TEASER)]
    spans = [(begin + start, begin + end) for start, end in sentences(text) if begin + end > position]
    start, end = spans[0]
    notice = _COOKIES.search(page.folded, start, end)
    if notice is None:
        return start, end, False
    if page.text[notice.start()].isupper():
        start = notice.start()  # what is before it was flattened into it
    if start == line.start and line.end - start <= _TEASER and _CHOICE.search(page.folded, end, line.end):
        return start, line.end, True
    for next_start, next_end in spans[1:]:
        if not _CHOICES.match(page.folded, next_start, next_end):
            break
        end = next_end
    return (*trim(page.text, start, end), True)


def _reader_prompts(page: _Page) -> Iterator[_Mark]:
    """Find the questions to the readers below an article."""
    starts = sorted(start for phrase in _PROMPTS for start in _occurrences(page.folded, phrase))
    for start in starts[-_MOST_PROMPTS:]:
        above = page.text[max(0, start - 9) : start].rstrip()
        end = _questions_end(page.text[start : start + _NOTICE])
        # Questions above it, or too many below it, are those of a form or of an interview.
        if page.text[start].isupper() and end and 2 * end <= start and not above.endswith("?"):
            yield _Mark(start, start + end, _Where.AFTER)


def _questions_end(text: str) -> int:
    """Return where the questions end with which a text begins, or 0: a text more of questions than of statements."""
    end, questions = 0, 0
    for number, (start, stop) in enumerate(sentences(text), start=1):
        sentence = text[start:stop].rstrip()
        is_prompt = sentence.endswith("?") or "commentaire" in sentence
        questions += is_prompt
        if is_prompt and 2 * questions > number:
            end = start + len(sentence)
        elif number == 1:
            return 0
    return end


_FINDERS = (
    *(_other_articles, _page_lines, _page_sentences, _menus, _flattened_menus, _flattened_footers, _networks, _hosts),
    *(_cookie_notices, _reader_prompts),
)
