"""What is said of users, of keys and of who gets in, in French with English beside it."""

from __future__ import annotations

from ui.texts import Text

# --- Why a name, a password or a file is refused --------------------------------------------------------------------

NAME_FORM = Text(
    "un nom a de 1 à {most} caractères imprimables, sans deux-points, ni espace au début ou à la fin",
    "a name has 1 to {most} printable characters, no colon, and no space at its beginning or end",
)
NAME_TAKEN = {
    "users": Text(
        "cet utilisateur existe déjà ; pour changer son mot de passe : `sourcier user password NOM`",
        "there is this user already; to change the password: `sourcier user password NAME`",
    ),
    "keys": Text("une clé de ce nom existe déjà ; prenez un autre nom", "there is a key of this name; take another"),
}
NAME_UNKNOWN = {
    "users": Text("il n'y a pas d'utilisateur de ce nom", "there is no user of this name"),
    "keys": Text("il n'y a pas de clé de ce nom", "there is no key of this name"),
}
PASSWORD_LENGTH = Text(
    "un mot de passe a de {least} à {most} caractères", "a password has {least} to {most} characters"
)
PASSWORD_CONTROLS = Text("un mot de passe n'a pas de caractère de contrôle", "a password holds no control character")
PASSWORD_NOT_UTF8 = Text("le mot de passe doit être en UTF-8", "the password must be in UTF-8")
PASSWORDS_DIFFER = Text("les deux mots de passe diffèrent", "the two passwords differ")
DAMAGED = {
    "users": Text(
        "ce n'est pas un fichier d'utilisateurs, ou il est abîmé", "it is no file of users, or it is damaged"
    ),
    "keys": Text("ce n'est pas un fichier de clés, ou il est abîmé", "it is no file of keys, or it is damaged"),
}

# --- Why a server does not start ------------------------------------------------------------------------------------

OPEN_TO_ALL = Text(
    "le serveur est offert au-delà de cette machine ({told}), et quiconque l'atteint pourrait interroger le corpus ; "
    "réglez access sur basic, header ou oidc, ou dites par open_to_all=true que c'est voulu",
    "the server is offered beyond this machine ({told}), and whoever reaches it could ask the corpus; set access to "
    "basic, header or oidc, or say by open_to_all=true that this is meant",
)
NO_USER = Text(
    "il n'y a aucun utilisateur dans {file} ; créez-en un par `sourcier user add NOM`",
    "there is no user in {file}; make one with `sourcier user add NAME`",
)
NO_PROXY = Text(
    "aucun mandataire n'est de confiance ; nommez son adresse dans trusted_proxies",
    "no proxy is trusted; name its address in trusted_proxies",
)
EVERYBODY_TRUSTED = Text(
    "{network} est le monde entier, et quiconque se dirait qui il veut ; nommez l'adresse du mandataire",
    "{network} is the whole world, and anybody could say to be anybody; name the address of the proxy",
)
NO_PROVIDER = Text(
    "il manque {missing} pour demander à un fournisseur d'identité",
    "{missing} must be set to ask an identity provider",
)

# --- Commands -------------------------------------------------------------------------------------------------------

PASSWORD = Text("Mot de passe de {name} : ", "Password of {name}: ")
PASSWORD_AGAIN = Text("Encore une fois : ", "Once more: ")
USER_ADDED = Text("Utilisateur {name} ajouté ({role}).", "User {name} added ({role}).")
PASSWORD_CHANGED = Text(
    "Mot de passe de {name} changé ; un serveur en marche ne prend plus l'ancien.",
    "Password of {name} changed; a running server takes the old one no more.",
)
USER_REMOVED = Text(
    "Utilisateur {name} retiré ; un serveur en marche ne l'admet plus.",
    "User {name} removed; a running server lets the user in no more.",
)
KEY_ADDED = Text(
    "Clé {name} ajoutée ({role}). Notez-la : elle ne sera plus jamais montrée.",
    "Key {name} added ({role}). Note it: it will never be shown again.",
)
KEY_REVOKED = Text(
    "Clé {name} révoquée ; un serveur en marche ne l'admet plus.",
    "Key {name} revoked; a running server takes it no more.",
)
NOBODY = {
    "users": Text("Aucun utilisateur dans {file}.", "No user in {file}."),
    "keys": Text("Aucune clé dans {file}.", "No key in {file}."),
}
LISTED = Text("{name}  {role}  créé le {created}", "{name}  {role}  created {created}")
ROLES = {"reader": Text("lecteur", "reader"), "administrator": Text("administrateur", "administrator")}
