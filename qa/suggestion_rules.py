"""Titles and sentences -> questions that they answer, by a few rules whose result is right by construction.

Nothing is conjugated, and what agrees is copied with what it agrees with. In doubt nothing is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from index.lexicon import STOP_WORDS
from index.sentences import sentences
from index.spelling import fold
from qa.suggestion_wording import CAPITAL, MOST_WORDS, NAMES_SOMETHING, WORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.passage import Passage

_LONGEST_SENTENCE = 600  # characters; what is longer is a list or a table


class Kind(IntEnum):
    """What a question was made of, the best first."""

    HEADING = 0
    TASK = 1
    FACT = 2
    PERSON = 3
    DEFINITION = 4
    ACRONYM = 5
    IN_TEXT = 6


@dataclass(frozen=True, slots=True)
class Made:
    """A question without its mark, and what its answer must hold."""

    kind: Kind
    question: str
    answer: str = ""


# --- The words of the rules ------------------------------------------------------------------------------------------


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_NUMBERING = re.compile(r"(?:(?:\d{1,2}|[IVX]{1,4}|[a-z])[.)]|\d{1,2}(?:\.\d{1,2})+\.?|[-–—•*#>]+)\s+")
_ARTICLE = re.compile(r"(?:[Ll]es? |[Ll]a |[Ll]['’])(?=\w)")
_NAME_WORD = rf"[{CAPITAL}\d][\w&-]*(?:['’]\w[\w-]*)?"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:(?:de|du|des|von|van|et) )?{_NAME_WORD})*")

_ASKED = re.compile(
    r"(?P<question>(?:(?:Comment|Pourquoi|Qui|Que|Qu['’]est-ce qu[ei]|Quel(?:le)?s?|Quand|Où|Combien"
    r"|(?:À|A|De|En|Par|Pour|Dans|Sur|Avec) (?:qui|quoi|quel(?:le)?s?)|(?:Peut|Doit)-on|(?:Faut|Existe-t)-il) )"
    r"[^?!:;…]+?)\s?\?\s?"
)

# A title makes a question where its first word tells enough: an infinitive (no noun is followed by an article, or led
# by « se »), or something that is done, with its gender. « Que faire en cas de perte de la carte ? » is French too, but
# of eleven such questions on administrative sheets one or two were answered well.
_NO_TASK = """
    Entre Contre Outre Hier Être Avoir Pouvoir Devoir Vouloir Savoir Voir Revoir Lire Relire Découvrir Comprendre
    Connaître Partager Imprimer Télécharger Consulter Afficher Retrouver Suivre Ajouter Laisser Accepter
"""
_OF = r" (?:de |d['’]|du |des )"
_OF_OR_WHERE = r" (?:de |d['’]|du |des |à |au |en |dans |sur )"
_TITLES = tuple(
    (re.compile(rf"(?P<title>{opening}[^:|(«»?!;.…–—]+?)\s?(?:[:|(–—]|\Z)"), form)
    for opening, form in (
        (r"S(?:e |['’])\w+(?:er|ir|re) ", "Comment {title}"),
        (
            rf"(?!{_any(_NO_TASK)} )[{CAPITAL}][a-zà-ÿœ]+(?:er|ir|re) "
            r"(?=(?:une?|les?|la|son|sa|ses|mon|ma|mes) |l['’])",
            "Comment {title}",
        ),
        (
            _any("Renouvellement Remboursement Recrutement Versement Calcul Dépôt Transfert Changement") + _OF,
            "Comment se passe le {title}",
        ),
        (
            _any("Demande Déclaration Résiliation Contestation Réservation Vente Livraison Validation") + _OF,
            "Comment se passe la {title}",
        ),
        (_any("Inscription Immatriculation Adoption Évaluation Élection") + _OF_OR_WHERE, "Comment se passe l'{title}"),
    )
)

# What a noun phrase that a sentence is about does not hold.
_VERBS_AND_LINKS = """
    qui que qu dont où il elle ils elles on je j nous vous ce cet cette ces celui celle ceux cela ça son sa ses leur
    leurs lui est sont était étaient a ont avait ne n pas plus se s y si mais car donc or selon lorsque lorsqu quand
    notamment également aussi fait premier première second seconde dernier dernière autre même tel telle
"""
_NO_PHRASE = frozenset(_VERBS_AND_LINKS.split())

_BEGIN = r"(?:^|, )"
_THING = r"(?P<thing>[^,;:.!?()«»\"]{3,70}?)"
_DONE = (
    "(?P<done>"
    + _any(
        "racheté acquis acheté vendu fondé cofondé créé lancé recruté embauché débauché nommé élu remplacé inventé "
        "découvert construit conçu dessiné peint écrit composé réalisé produit publié remporté gagné battu signé "
        "inauguré financé organisé restauré développé présidé refusé condamné adopté"
    )
    + ")"
)
_ANSWER = r"(?:[Ll][ea]s? |[Ll]['’]|une? |des )?(?P<answer>\w{3,})"
_AFTER_THING = r"(?=[,.;(]|$| (?:en|dans|pour|lors|avec|afin|à|le|au|aux|par|sur|depuis|comme|chez|via|après|avant)\b)"
_NUMBER = r"(?:environ |près de |plus de |quelque |jusqu['’]à )?(?P<answer>\d+)[\d .,]*"
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
_TIME = rf"(?:en (?:{_any(_MONTHS)} )?|le (?:1er|\d{{1,2}}) {_any(_MONTHS)} )(?P<answer>[12]\d{{3}})\b"
_AMOUNTS = {
    "Quel": r"(?:[Ll]e (?:montant|prix|coût|tarif|taux|délai|plafond|budget|nombre|salaire)|[Ll]['’](?:âge|effectif))",
    "Quelle": r"[Ll]a (?:durée|superficie|population|hauteur|longueur|capacité|surface|valeur)",
}
_IS = r"(?:est|était|s['’]élève|passe|a été)(?: [a-zéè]+é+e?)?(?: à| de)?"
_DEFINED_AS = _any(
    "accord acte aide allocation application association attestation autorisation certificat collectivité commission "
    "congé contrat contribution démarche diplôme dispositif document établissement formation formulaire impôt "
    "indemnité instance institution juridiction label logiciel loi maladie méthode mesure organisation organisme outil "
    "plante plateforme prestation prêt procédure programme protocole redevance registre régime réseau revenu service "
    "société syndicat système taxe technique technologie titre"
)
_ROLES = _any(
    "PDG DG directeur directrice présidente? fondateur fondatrice cofondateur cofondatrice patronn?e? dirigeante? "
    "ministre maire secrétaire député députée sénateur sénatrice préfet préfète chercheur chercheuse professeure? "
    "économiste sociologue historienn?e? philosophe avocate? médecin ingénieure? entrepreneure? entrepreneuse "
    "investisseur analyste journaliste écrivaine? romancier romancière peintre architecte compositeur compositrice "
    "réalisateur réalisatrice acteur actrice chanteur chanteuse entraîneur capitaine responsable porte-parole"
)
_FORMS_OF_ADDRESS = frozenset({"Monsieur", "Madame", "Mademoiselle", "Maître", "Docteur"})
_PERSON_WORD = rf"[{CAPITAL}][a-zß-öø-ÿœ][\w-]*"
_PERSON_NAME = rf"\b{_PERSON_WORD}(?: (?:(?:de|van|von|ben|el) )?{_PERSON_WORD}){{1,2}}"
_PERSON = re.compile(
    rf"(?P<person>{_PERSON_NAME}), (?:l['’]|le |la )?(?:(?:ancien|actuel|jeune)(?:ne|le)? )?(?:ex-|vice-)?"
    rf"(?P<role>{_ROLES})\b"
    rf"|\b(?P<before>{_ROLES})(?: (?:de|du|des|d['’]|chez) ?[^,;:.()]{{2,40}})?, (?P<behind>{_PERSON_NAME})(?=[,.;])"
)
_ACRONYM = re.compile(rf" \((?P<acronym>[{CAPITAL}][A-Za-z]{{2,6}})\)")

_RULES = tuple(
    (kind, re.compile(pattern), form)
    for kind, pattern, form in (
        (
            Kind.FACT,
            rf"\b(?P<answer>{_NAME_WORD}) (?:a|ont) (?:\w+ment )?{_DONE} {_THING}{_AFTER_THING}",
            "Qui a {done} {thing}",
        ),
        (
            Kind.FACT,
            rf"{_BEGIN}{_THING} (?:a été|est|fut) {_DONE}e? (?:[^,;:.]{{1,30}} )?par {_ANSWER}",
            "Qui a {done} {thing}",
        ),
        (
            Kind.FACT,
            rf"{_BEGIN}{_THING} a été (?P<done>[a-zéèêîï]+(?:é|i|u|is|it|ert|int)e?) {_TIME}",
            "Quand a été {done} {thing}",
        ),
        (Kind.FACT, rf"{_BEGIN}{_THING} est (?P<done>née?|morte?|décédée?) {_TIME}", "Quand est {done} {thing}"),
        (
            Kind.FACT,
            rf"{_BEGIN}{_THING} (?:est (?:situé|implanté|installé|basé)e?|se (?:trouve|situe)) (?:à|en|au|près de) "
            rf"(?P<answer>{_NAME_WORD})",
            "Où se trouve {thing}",
        ),
        (
            Kind.FACT,
            rf"{_BEGIN}{_THING} (?P<verb>compte|emploie|accueille) {_NUMBER}"
            r"(?P<what>(?!mill)[b-df-gj-np-tv-xz][a-zéèêçô]+s)\b",
            "Combien de {what} {verb} {thing}",
        ),
        (
            Kind.FACT,
            rf"{_BEGIN}{_THING} (?P<verb>compte|emploie|accueille) {_NUMBER}"
            r"(?P<what>habitants|(?!ans\b)[aeiouéèêô][a-zéèêçô]+s)\b",
            "Combien d'{what} {verb} {thing}",
        ),
        (Kind.FACT, rf"{_BEGIN}{_THING} coûte {_NUMBER}", "Combien coûte {thing}"),
        *(
            (Kind.FACT, rf"(?:^|, |: )(?P<thing>{heads} (?:d[eu] |d['’]|des )[^,;:.()]{{3,60}}?) {_IS} {_NUMBER}", asks)
            for heads, asks in ((heads, f"{which} est {{thing}}") for which, heads in _AMOUNTS.items())
        ),
        (
            Kind.DEFINITION,
            rf"^(?P<thing>(?:L[ea] |L['’])[^,;:.!?()«»\"]{{3,60}}?) (?:est|désigne) une? {_DEFINED_AS}\b",
            "Qu'est-ce que {thing}",
        ),
    )
)


# --- What is made of titles and sentences: questions without their mark -----------------------------------------------


def made_of(passage: Passage) -> Iterator[Made]:
    """Yield what can be made of a passage: of the titles above it, and then of its sentences."""
    yield from _of_titles(passage)
    yield from _of_text(passage.text)


def _of_titles(passage: Passage) -> Iterator[Made]:
    for title in dict.fromkeys((passage.title, passage.heading)):
        words = _NUMBERING.sub("", _one_line(title))
        if asked := _ASKED.fullmatch(words):
            yield Made(Kind.HEADING, asked["question"])
        for pattern, form in _TITLES:
            if found := pattern.match(words):
                yield Made(Kind.TASK, form.format(title=found["title"][:1].lower() + found["title"][1:]))


def _of_text(text: str) -> Iterator[Made]:
    for start, end in sentences(text):
        sentence = _one_line(text[start:end]) if end - start <= _LONGEST_SENTENCE else ""
        if asked := _ASKED.fullmatch(_NUMBERING.sub("", sentence)):
            is_alone = text[:start].endswith("\n") and text[start:end].endswith("\n")
            yield Made(Kind.HEADING if is_alone else Kind.IN_TEXT, asked["question"])
        elif sentence.endswith("."):
            yield from _of_statement(sentence)


def _of_statement(sentence: str) -> Iterator[Made]:
    for kind, pattern, form in _RULES:
        for found in pattern.finditer(sentence):
            parts = {name: words.strip() for name, words in found.groupdict().items()}
            thing, answer = _thing(parts["thing"]), parts.get("answer", "")
            is_named = kind is Kind.DEFINITION or not _ARTICLE.match(thing) or NAMES_SOMETHING.search(thing)
            if thing and is_named and fold(answer) not in STOP_WORDS:
                yield Made(kind, form.format(**(parts | {"thing": thing})), answer)
    for found in _PERSON.finditer(sentence):
        if name := _person(found["person"] or found["behind"]):
            yield Made(Kind.PERSON, f"Qui est {name}", found["role"] or found["before"])
    for found in _ACRONYM.finditer(sentence):
        before = WORD.findall(sentence[: found.start()])
        if _is_initials(found["acronym"], before):
            yield Made(Kind.ACRONYM, f"Que signifie le sigle {found['acronym']}", before[-1])


def _thing(words: str) -> str:
    """Return what a sentence is about as it stands inside a question, or "" where it is no plain noun phrase."""
    parts = [word.lower() for word in WORD.findall(words)]
    if not parts or len(parts) > MOST_WORDS or not _NO_PHRASE.isdisjoint(parts):
        return ""
    if article := _ARTICLE.match(words):
        return article[0].lower() + words[article.end() :]
    return words if words[0].isupper() and _NAME.fullmatch(words) and fold(parts[0]) not in STOP_WORDS else ""


def _person(words: str) -> str:
    """Return the name without the grammar word before it that opens its sentence, or "" where it is no full name."""
    names = words.split()
    if fold(names[0]) in STOP_WORDS or names[0] in _FORMS_OF_ADDRESS:
        names = names[1:]
    return " ".join(names) if len(names) > 1 else ""


def _is_initials(acronym: str, before: list[str]) -> bool:
    """Tell whether the words before an acronym are those that it is made of: Revenu de Solidarité Active."""
    wanted = list(fold(acronym))
    for word in map(fold, reversed(before[-3 * len(wanted) :])):
        if wanted and word.startswith(wanted[-1]):
            wanted.pop()
        elif word not in STOP_WORDS:
            break
    return not wanted


def _one_line(words: str) -> str:
    return " ".join(words.split())
