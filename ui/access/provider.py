"""The OpenID provider that people log in at: what it is asked, and what is believed of its answers.

The authorization code flow of OpenID Connect Core 1.0 (3.1) with a proof key (RFC 7636). Authlib speaks it and
checks the ID token; here stand the rules that it leaves to whoever uses it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx2
from authlib.integrations.starlette_client import OAuth, OAuthError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from ui import login_texts as texts
from ui.errors import InvalidSettings, LoginFailed, ProviderUnusable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ui.settings import Settings

_DISCOVERY: Final = "/.well-known/openid-configuration"
_TIMEOUT: Final = 5.0  # s, for each step of a request
_PATIENCE: Final = 15.0  # s, for all the requests of one step of a login
_PATIENCE_AT_FIRST: Final = 10.0  # s, for its metadata: less, so that who waits for them learns what came of it
_FRESH: Final = 3600.0  # s, after which the metadata are asked for again
_PAUSE: Final = 5.0  # s, for which a provider that could not be reached is left alone
_LEEWAY: Final = 120  # s, by which the two clocks may differ
_LONGEST_NAME: Final = 200
_LONGEST_DETAIL: Final = 300

# Signatures that only the provider can make. "none" is no signature; the HS... are made with a secret that we have too.
_ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
# What is read of the metadata; Authlib would take all the rest for options of its client.
_NEEDED: Final = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL: Final = ("userinfo_endpoint", "end_session_endpoint")
_SIGNED: Final = "application/jwt"
_VERIFIED: Final = "email_verified"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Departure:
    """What must be remembered of a person who was sent to the provider, until they come back."""

    url: str
    state: str
    nonce: str
    code_verifier: str
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as the provider says, and the token in which it says so."""

    name: str
    id_token: str


class Provider:
    """The provider that the settings name. It is asked nothing before the first login, and need not be up until then.

    Its metadata are kept for an hour; after a failure they are asked for again. However many people log in, they are
    asked for once at a time: all wait for the same answer, and while the provider is known to be down, nobody waits.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        for name in ("oidc_issuer", "oidc_client_id"):
            if getattr(settings, name) is None:
                raise InvalidSettings(name=name, reason=texts.NEEDED)
        self._settings = settings
        self._issuer = str(settings.oidc_issuer).rstrip("/")
        self._clock = clock
        self._trusted = httpx2.create_ssl_context()  # takes 20 ms, and Authlib makes a client for each request
        self._client: Any = None  # Authlib's, which has no types
        self._known_at = 0.0
        self._asking = asyncio.Lock()
        self._down_since: float | None = None  # when the metadata were asked for in vain

    async def depart(self, redirect_uri: str) -> Departure:
        """Return where a person logs in; raise ProviderUnusable."""
        async with self._asked():
            client = await self._current_client()
            sent = await client.create_authorization_url(redirect_uri)
        return Departure(sent["url"], sent["state"], sent["nonce"], sent["code_verifier"], redirect_uri)

    async def identity(self, departure: Departure, code: str) -> Identity:
        """Return who came back with a code; raise LoginFailed or ProviderUnusable."""
        async with self._asked():
            client = await self._current_client()
            token = await client.fetch_access_token(
                code=code, code_verifier=departure.code_verifier, redirect_uri=departure.redirect_uri
            )
            if not isinstance(token.get("id_token"), str):
                raise self._not_believed("there is no ID token")
            claims = await client.parse_id_token(token, departure.nonce, self._expected(client), leeway=_LEEWAY)
            if self._lacks(claims) and "userinfo_endpoint" in client.server_metadata:
                more = await self._more_claims(client, token, str(claims["sub"]))
                claims = more if self._settings.oidc_name in more else claims  # the name and what is said of it: of one
        return Identity(self._name(claims), token["id_token"])

    async def way_out(self, id_token: str) -> str | None:
        """Return where a person logs out at the provider too; None where that is not offered, or not known now."""
        try:
            async with self._asked():
                client = await self._current_client()
                if "end_session_endpoint" not in client.server_metadata:
                    return None
                left = await client.create_logout_url(id_token_hint=id_token, client_id=self._settings.oidc_client_id)
        except ProviderUnusable:
            return None
        return str(left["url"])

    async def _current_client(self) -> Any:
        """Return the client of the provider, with its metadata; raise ProviderUnusable where that is known already."""
        if self._is_known():
            return self._client
        if self._down_since is not None and self._asking.locked():  # somebody looks whether it is up again
            raise ProviderUnusable
        async with self._asking:
            if not self._is_known():
                if self._down_since is not None and self._clock() - self._down_since < _PAUSE:
                    raise ProviderUnusable
                self._client = await self._new_client()
            return self._client

    def _is_known(self) -> bool:
        return self._client is not None and self._clock() - self._known_at <= _FRESH

    async def _new_client(self) -> Any:
        """Ask the provider for its metadata, and remember it when that fails.

        What fails later in a login is not remembered: a stranger could bring it about, and keep everybody out by it.
        """
        client = OAuth().register(
            "provider",
            client_id=self._settings.oidc_client_id,
            client_secret=self._settings.oidc_client_secret,
            server_metadata_url=self._issuer + _DISCOVERY,
            client_kwargs={
                "scope": "openid email" if self._settings.oidc_name == "email" else "openid profile email",
                "code_challenge_method": "S256",
                "timeout": _TIMEOUT,
                "verify": self._trusted,
            },
        )
        try:
            async with asyncio.timeout(_PATIENCE_AT_FIRST):
                told = await client.load_server_metadata()
            client.server_metadata = self._metadata(told)
            client.client_kwargs["token_endpoint_auth_method"] = self._way_to_be_known(told)
        except Exception:  # whatever it is: the next would meet it too
            self._down_since = self._clock()
            raise
        self._known_at, self._down_since = self._clock(), None
        return client

    def _metadata(self, told: dict[str, Any]) -> dict[str, Any]:
        """Return what is used of the metadata; raise ValueError where they are not those of this issuer.

        The issuer must be the one that was asked (OpenID Connect Discovery 1.0, 4.3), a slash at its end aside.
        """
        metadata = {name: told[name] for name in (*_NEEDED, *_OPTIONAL) if isinstance(told.get(name), str)}
        if missing := [name for name in _NEEDED if name not in metadata]:
            raise ValueError(f"its metadata have no {missing[0]}")
        if metadata["issuer"].rstrip("/") != self._issuer:
            raise ValueError(f"its issuer is {metadata['issuer'][:_LONGEST_DETAIL]!r}, and not {self._issuer!r}")
        offered = told.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in _ALGORITHMS if name in offered]
        return metadata | {"_loaded_at": told["_loaded_at"]}

    def _way_to_be_known(self, told: dict[str, Any]) -> str:
        """Return how the provider knows this server: by a secret sent one way or the other, or by the proof key."""
        if self._settings.oidc_client_secret is None:
            return "none"
        ways = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"

    def _expected(self, client: Any) -> dict[str, Any]:
        """Return what an ID token must say beside its nonce and its time; Authlib would not look at `aud`."""
        return {
            "iss": {"essential": True, "value": client.server_metadata["issuer"]},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
        }

    async def _more_claims(self, client: Any, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """Return what the provider says of a person where it is asked, plain or signed; of that person alone."""
        answered = await client.get(client.server_metadata["userinfo_endpoint"], token=token)
        answered.raise_for_status()
        if answered.headers.get("content-type", "").startswith(_SIGNED):
            keys = KeySet.import_key_set(await client.fetch_jwk_set())
            algorithms = client.server_metadata["id_token_signing_alg_values_supported"]
            claims = jwt.decode(answered.text, keys, registry=JWSRegistry(algorithms=algorithms)).claims
            jwt.JWTClaimsRegistry(leeway=_LEEWAY, **self._expected(client)).validate(claims)
        else:
            claims = answered.json()
        if claims.get("sub") != subject:  # OpenID Connect Core 1.0, 5.3.2
            raise self._not_believed("the claims are of another person")
        return dict(claims)

    def _lacks(self, claims: dict[str, Any]) -> bool:
        """Tell whether claims do not say who somebody is, or not whether that was verified where it must be."""
        is_silent = self._wants_verified and _VERIFIED not in claims
        return self._settings.oidc_name not in claims or is_silent

    @property
    def _wants_verified(self) -> bool:
        """Whether the provider must have verified what it tells: many let people write any address into theirs."""
        return self._settings.oidc_name == "email" and not self._settings.oidc_trust_email

    def _name(self, claims: dict[str, Any]) -> str:
        """Return the name of a person, in the claim that the settings name."""
        claim = self._settings.oidc_name
        name = claims.get(claim)
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            _log.warning("the identity provider told no usable %s", claim)
            raise LoginFailed(reason=texts.NO_NAME.filled(claim=claim))
        if self._wants_verified and str(claims.get(_VERIFIED)).lower() != "true":  # some write it as a string
            _log.warning("the identity provider does not call an address verified (oidc_name, oidc_trust_email)")
            raise LoginFailed(reason=texts.NOT_VERIFIED)
        return name

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[None]:
        """Make of what fails in a talk with the provider what can be said of it, and note the detail, with no token."""
        try:
            async with asyncio.timeout(_PATIENCE):
                yield
        except OAuthError as error:
            self._client = None
            raise self._not_believed(f"{error.error!r} {error.description!r}") from None
        except JoseError as error:
            self._client = None  # the provider may have new keys
            raise self._not_believed(f"{type(error).__name__} {error}") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError, LookupError, TypeError) as error:
            self._client = None
            _log.error("the identity provider %s: %s", self._issuer, _brief(error))
            raise ProviderUnusable from None

    @staticmethod
    def _not_believed(detail: str) -> LoginFailed:
        _log.warning("an answer of the identity provider was not believed: %s", detail[:_LONGEST_DETAIL])
        return LoginFailed(reason=texts.NOT_BELIEVED)


def _brief(error: Exception) -> str:
    return f"{type(error).__name__} {error}"[:_LONGEST_DETAIL]
