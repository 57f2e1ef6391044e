"""The set phrases of pages, each table with what its phrases may mark.

All are written as they are compared: small letters, no accents, straight apostrophes, plain blanks.
"""

from __future__ import annotations

import re


def _phrases(block: str) -> frozenset[str]:
    return frozenset(phrase for line in block.splitlines() for phrase in map(str.strip, line.split("/")) if phrase)


# These open lists of other articles.
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
FURTHER_READING = _phrases("""
    pour aller plus loin / aller plus loin / pour en savoir plus / en savoir plus / voir aussi / a voir aussi
    voir egalement / a consulter aussi / dernieres actualites / les dernieres actualites / nos dernieres actualites
    autres actualites / actualites recentes / a la une / ils nous font confiance / elles nous font confiance
    nous font confiance / sites partenaires / nos sites partenaires / liens sponsorises / sites amis / blogroll
    see also / latest news / they trust us / trusted by
""")
# These open one title each.
NEIGHBOURS = _phrases("""
    article precedent / article suivant / entree precedente / entree suivante / billet precedent / billet suivant
    publication precedente / publication suivante / actualite precedente / actualite suivante / previous post
    next post / previous article / next article
""")
OPENINGS = _OTHER_ARTICLES | FURTHER_READING | NEIGHBOURS
# These open questions to the readers.
PROMPTS = _phrases("""
    quel est votre avis / qu'en pensez-vous / qu'en dites-vous / et vous ? / et vous, / donnez votre avis
    donnez-nous votre avis / votre avis nous interesse / dites-nous en commentaire / dites-le nous en commentaire
    dites-le-nous en commentaire / partagez votre avis / what do you think
""")
# A run of labels is a menu when enough of them are these, which content has too, or the next, which only pages have.
PLAIN_LABELS = _phrases("""
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
PAGE_LABELS = _phrases("""
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
# A label that begins with one of these is the page's wherever it stands.
PAGE_LINES = (
    *("partager cet article", "partager cette page", "partager l'article", "partager la page", "partagez cet article"),
    *("partager sur les reseaux", "share this ", "vous etes ici", "aller au contenu", "skip to content"),
    *("skip to main content", "retour en haut", "retour haut de page", "laisser un commentaire", "leave a comment"),
    *("laissez un commentaire", "poster un commentaire", "ajouter un commentaire", "leave a reply"),
    *("article reserve aux abonnes", "vous avez aime cet article", "cet article vous a plu"),
    *("cet article vous a-t-il ete utile", "cette page vous a-t-elle ete utile", "cet article vous a-t-il aide"),
    *("cette information vous a-t-elle ete utile", "was this page helpful", "was this article helpful"),
    *("signaler une erreur sur cette page", "signaler un probleme sur cette page"),
)
# A sentence that begins with one of these is the page's, before the content and after it.
PAGE_SENTENCES = (
    *("votre adresse e-mail ne sera pas publiee", "votre adresse email ne sera pas publiee"),
    *("votre adresse de messagerie ne sera pas publiee", "les champs obligatoires sont indiques avec"),
    *("enregistrer mon nom, mon e-mail et mon site", "ce site utilise akismet", "cet article est reserve aux abonnes"),
    *("en savoir plus sur la facon dont les donnees de vos commentaires", "la suite apres cette publicite"),
    *("en savoir plus sur comment les donnees de vos commentaires", "la suite apres la publicite"),
    *("vous devez etre connecte pour publier", "vous devez etre connecte pour commenter"),
    *("vous devez etre connecte pour reagir", "vous devez etre connecte pour laisser"),
    *("connectez-vous pour commenter", "connectez-vous pour reagir"),
    *("les commentaires sont moderes", "les commentaires sont relus", "les commentaires sont fermes"),
    *("les commentaires sont soumis", "soyez le premier a commenter", "soyez le premier a reagir"),
    *("your email address will not be published", "you must be logged in to comment"),
    *("required fields are marked", "you must be logged in to post a comment"),
)
# These may stand in content too, and are the page's before and after it.
INVITATION = re.compile(
    r"(?:suivez|retrouvez|rejoignez)-nous (?:aussi |egalement )?sur (?:(?:les|nos) reseaux|facebook|twitter|x\b"
    r"|linkedin|instagram|youtube|whatsapp|bluesky|mastodon|tiktok|threads|telegram)"
    r"|(?:pour )?(?:abonnez|inscrivez|recevez|restez informe|ne manquez|ne ratez|rejoignez|suivez|subscribe|sign up"
    r"|get |s'abonner|s'inscrire|je m'abonne|je m'inscris|newsletter\b)(?=.{0,140}\b(?:newsletters?|infolettre"
    r"|lettres? d'information|lettre d'info|(?:la|notre) lettre d(?:e|es|u) |boite (?:mail|e-mail|de reception)|inbox"
    r"|alertes? (?:mail|e-mail|info)|chaine (?:whatsapp|youtube)|reseaux sociaux|google (?:actualites|news)"
    r"|votre (?:adresse|e-?mail)(?: e-?mail)? (?:je m'|s'inscrire|s'abonner|ok|valider|envoyer)))"
)
INVITATION_INSIDE = re.compile(
    r"\b(?:Abonnez|Inscrivez|Recevez|Restez|Ne manquez|Ne ratez|Rejoignez|Suivez|Subscribe|Commentaires?)\b|©"
)
LEGAL = re.compile(
    r"(?:©|\(c\) |copyright )(?=.{0,80}?\b(?:(?:19|20)[0-9]{2}|droits|mentions|reproduction|rights)\b)"
    r"|(?:.{0,80}\W)?(?:tous droits reserves|all rights reserved)\b"
)
CRUMBS = re.compile(r"(?:accueil|home) ?(?:[>›»→❯] ?(?=[^\W\d_])|/ .{1,60} / )")
