"""What a person reads who logs in by an OpenID provider, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

LOG_IN = Text("Connectez-vous", "Log in")
LOG_IN_HERE = Text(
    "Vos documents sont réservés aux personnes connectées. La connexion s'ouvre dans un autre onglet.",
    "Your documents are for people who have logged in. The login opens in another tab.",
)
LOGGED_IN = Text("Vous êtes connecté", "You are logged in")
CLOSE_THIS = Text(
    "Fermez cet onglet et revenez à la page d'où vous venez.", "Close this tab and go back to the page you came from."
)
NOT_LOGGED_IN = Text("Connexion impossible", "Not logged in")
TRY_AGAIN = Text("Réessayer", "Try again")
LOG_OUT = Text("Se déconnecter", "Log out")
LOG_OUT_HERE = Text("Voulez-vous vous déconnecter ?", "Do you want to log out?")
LOGGED_OUT = Text("Vous êtes déconnecté", "You are logged out")
LOGGED_OUT_HERE = Text("Votre session est fermée ici.", "Your session here is closed.")
LOG_OUT_THERE = Text("Fermer aussi celle du service d'identité", "Close that of the identity provider too")
LOG_IN_AGAIN = Text("Se reconnecter", "Log in again")

# --- Why a login did not succeed ------------------------------------------------------------------------------------

NOT_BEGUN_HERE = Text(
    "elle n'a pas été commencée dans ce navigateur, elle a duré plus de dix minutes, ou elle a déjà servi",
    "it was not begun in this browser, it took more than ten minutes, or it was used before",
)
REFUSED = Text("le service d'identité l'a refusée", "the identity provider refused it")
NOT_BELIEVED = Text(
    "la réponse du service d'identité n'est pas valable ; le journal du serveur dit pourquoi",
    "the answer of the identity provider is not valid; the server's log says why",
)
NO_NAME = Text(
    "le service d'identité ne dit pas votre nom ({claim}) ; prévenez l'administrateur",
    "the identity provider does not tell your name ({claim}); tell the administrator",
)
NOT_VERIFIED = Text(
    "le service d'identité ne dit pas que votre adresse électronique est vérifiée ; prévenez l'administrateur",
    "the identity provider does not say that your e-mail address is verified; tell the administrator",
)
BAD_HOST = Text("le nom du serveur (Host) n'a pas la forme attendue", "the name of the server (Host) is malformed")
NEEDED = Text("il est nécessaire quand « access » est « oidc »", "it is needed where `access` is `oidc`")
