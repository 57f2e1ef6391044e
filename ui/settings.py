"""One Settings: from the command line, else the environment (SOURCIER_...), else a file (sourcier.toml).

Nobody below this floor reads settings.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from index.limits import Limits
from qa.engine import CANDIDATES, PASSAGES_READ, ReaderKind
from ui.error_texts import NEAR_MATCH, NO_CONFIGURATION_FILE, NOT_READABLE, NOT_TOML, REFUSALS, refusal
from ui.errors import InvalidSettings
from ui.texts import Language, Text  # noqa: TC001  pydantic resolves the hints when the class is made
from ui.told_commands import DEFAULT_CORPUS

PREFIX: Final = "SOURCIER_"
FILE_VARIABLE: Final = "SOURCIER_CONFIG"
DEFAULT_FILE: Final = Path("sourcier.toml")
# What the benchmarks read their question sets from, and the browser that the tests of the page drive.
_NOT_SETTINGS: Final = {FILE_VARIABLE, "SOURCIER_DATA", "SOURCIER_CHROMIUM"}

SECRETS: Final = frozenset({"SOURCIER_OIDC_CLIENT_SECRET", "SOURCIER_UPLOAD_KEY"})
"""The variables, in capitals, that no program may be told of that reads documents."""

_LIMITS: Final = Limits()

# The beginnings of our own addresses, and of Gradio's.
_OURS: Final = (
    *("api", "v1", "mcp", "embed", "embed.js", "page", "files", "uploads", "login", "logout", "auth"),
    *("healthz", "readyz", "metrics", "gradio_api", "config", "assets", "static", "svelte"),
)

Access = Literal["none", "basic", "header", "oidc"]


def _listed(value: object) -> object:
    """Return a list that was written with commas, as variables and flags have it."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError as error:
        raise PydanticCustomError("not_a_network", "not an address or a network") from error


def _origin_only(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise PydanticCustomError("not_an_origin", "not an origin")
    return text.lower()


_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:]+\](:[0-9]{1,5})?")

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
Networks = Annotated[tuple[Annotated[str, AfterValidator(_network)], ...], NoDecode, BeforeValidator(_listed)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin_only)], ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """What can be set, each with its bounds; it never changes while a command runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    corpus: Path = Field(default=DEFAULT_CORPUS, description="where the corpus is kept")
    encoder: str = Field(default="embedded", min_length=1)
    device: str | None = Field(default=None, min_length=1, description="where the models run; None chooses")
    reader: ReaderKind = Field(default="trained", description="what reads the passages that were found")
    passages_read: int = Field(default=PASSAGES_READ, ge=1, le=CANDIDATES)
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=7860, ge=1, le=65535)
    root_path: str = Field(default="", pattern=r"^(/[A-Za-z0-9._~-]+)*$", description="below which a proxy offers it")
    workers: int = Field(default=1, ge=1, le=64, description="processes that answer")
    access: Access = Field(default="none", description="who gets in")
    open_to_all: bool = Field(default=False, description="whether access may be none beyond this machine")
    users: Path | None = Field(default=None, description="the file of users; None is a file beside the corpus")
    keys: Path | None = Field(default=None, description="the file of API keys; None is a file beside the corpus")
    administrators: Names = Field(default=(), description="who is one, of those that a proxy or a provider names")
    trusted_proxies: Networks = Field(default=(), description="addresses whose headers are believed")
    user_header: str = Field(default="X-Remote-User", pattern=r"^[A-Za-z0-9-]+$")
    oidc_issuer: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    oidc_client_id: str | None = Field(default=None, min_length=1)
    oidc_client_secret: str | None = Field(default=None, min_length=1)
    oidc_name: str = Field(default="email", min_length=1, description="the claim that names a person")
    oidc_trust_email: bool = Field(default=False, description="whether addresses count that it calls verified or not")
    session_hours: int = Field(default=10, ge=1, le=720)
    hosts: Names = Field(default=(), description="names by which the server is addressed; none: see the guide")
    tls: bool = Field(default=False, description="whether browsers reach it by https")
    frame_ancestors: Origins = Field(default=(), description="whose pages may embed it")
    cross_origins: Origins = Field(default=(), description="whose pages may call the API")
    max_body_kilobytes: int = Field(default=512, ge=64, le=100_000)
    requests_per_minute: int = Field(default=120, ge=1, le=1_000_000, description="of one person, to the API")
    at_a_time: int = Field(default=2, ge=1, le=64, description="questions answered at a time by one process")
    max_waiting: int = Field(default=64, ge=0, le=10_000, description="questions that wait, all in all")
    question_seconds: int = Field(default=30, ge=1, le=3_600, description="the longest that a question waits and takes")
    log_questions: bool = Field(default=False, description="whether the log may hold what was asked")
    max_quotes: int = Field(default=5, ge=1, le=20)
    max_file_megabytes: int = Field(default=_LIMITS.megabytes, ge=1, le=10_000)
    max_file_pages: int = Field(default=_LIMITS.pages, ge=1, le=1_000_000)
    max_file_seconds: int = Field(default=int(_LIMITS.seconds), ge=1, le=86_400)
    max_file_memory: int = Field(default=_LIMITS.memory, ge=500, le=1_000_000, description="10^6 bytes")
    language: Language = Field(default="fr", description="the language of the page and of the command line")
    uploads: Path | None = Field(default=None, description="where files go that are added from the page; None: nowhere")
    upload_key: str | None = Field(default=None, min_length=12, max_length=200, description="who has it may add files")
    offer_files: bool = Field(default=False, description="whether readers may download the files of the documents")
    collect_feedback: bool = Field(default=True, description="whether readers may say what an answer was worth")
    feedback: Path | None = Field(default=None, description="where that is kept; None is a file beside the corpus")

    @field_validator("root_path")
    @classmethod
    def _is_no_address_of_ours(cls, root_path: str) -> str:
        """Refuse a path that begins as one of ours: where a proxy takes it off, nobody could tell them apart."""
        if root_path.split("/")[1:2] in ([name] for name in _OURS):
            raise PydanticCustomError("address_of_ours", "an address of the server itself")
        return root_path

    @field_validator("feedback")
    @classmethod
    def _is_outside_the_corpus(cls, feedback: Path | None, others: ValidationInfo) -> Path | None:
        """Refuse a file in the folder of the corpus, which would then be taken for files of something else."""
        corpus = others.data.get("corpus")
        if feedback and corpus and _real(feedback).is_relative_to(_real(corpus)):
            raise PydanticCustomError("inside_the_corpus", "inside the corpus")
        return feedback

    @property
    def feedback_file(self) -> Path:
        """Where the feedback of readers is kept.

        By default it is a file beside the corpus that has its name, whichever way the corpus is named. It is hidden,
        and so never read as a document where the corpus lies in a folder that is indexed.
        """
        return self.feedback or self._beside_the_corpus("feedback.jsonl")

    @property
    def users_file(self) -> Path:
        """Where the users are kept that have a password; by default beside the corpus, hidden."""
        return self.users or self._beside_the_corpus("users.json")

    @property
    def keys_file(self) -> Path:
        """Where the API keys are kept; by default beside the corpus, hidden."""
        return self.keys or self._beside_the_corpus("keys.json")

    def _beside_the_corpus(self, name: str) -> Path:
        corpus = _real(self.corpus)
        return corpus.with_name(f".{corpus.name.removeprefix('.')}-{name}")

    @property
    def beyond_this_machine(self) -> tuple[str, ...]:
        """The settings that tell of others than programs of this machine, () where none does.

        Behind a proxy everybody seems to be on this machine: it is told of by what only a proxy makes necessary.
        """
        of_a_proxy = ("hosts", "root_path", "tls", "trusted_proxies")
        told = [name for name in (*of_a_proxy, "open_to_all") if getattr(self, name)]
        return tuple(told if self._listens_to_this_machine() else ["host", *told])

    def _listens_to_this_machine(self) -> bool:
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(
            megabytes=self.max_file_megabytes,
            pages=self.max_file_pages,
            seconds=float(self.max_file_seconds),
            memory=self.max_file_memory,
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the names are pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: flags, environment, file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _read_file())


def _real(path: Path) -> Path:
    """Return a path without links; unlike Path.resolve, this raises nothing for a link that leads to itself."""
    return Path(os.path.realpath(path))


def load_settings(**flags: object) -> Settings:
    """Return the settings in force; a flag that is None was not given.

    Raises InvalidSettings, which names what is wrong and where it was set.
    """
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown_variables()
    try:
        return Settings(**given)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        reason = _unknown(name, Settings.model_fields) if problem["type"] == "extra_forbidden" else refusal(problem)
        raise InvalidSettings(name=f"{name} ({_origin(name, given)})", reason=reason) from error


def _read_file() -> dict[str, Any]:
    """Return what the file of settings holds; without a file, nothing."""
    named = os.environ.get(FILE_VARIABLE)
    file = Path(named) if named else DEFAULT_FILE
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if named:
            raise InvalidSettings(name=f"{FILE_VARIABLE}={named}", reason=NO_CONFIGURATION_FILE) from error
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidSettings(name=str(file), reason=NOT_TOML.filled(detail=error)) from error
    except OSError as error:
        raise InvalidSettings(name=str(file), reason=NOT_READABLE) from error


def _refuse_unknown_variables() -> None:
    """Refuse a SOURCIER_... variable that sets nothing: it is most likely a slip of the pen."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | _NOT_SETTINGS
    for variable in sorted(os.environ):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            raise InvalidSettings(name=variable, reason=_unknown(variable.upper(), known))


def _unknown(name: str, known: Any) -> Text:
    """Say that a name is unknown, with the one that was perhaps meant."""
    near = difflib.get_close_matches(name, known, n=1)
    return NEAR_MATCH.filled(near=near[0]) if near else REFUSALS["extra_forbidden"]


def _origin(name: str, flags: dict[str, Any]) -> str:
    """Say where a setting was set."""
    if name in flags:
        return "--" + name.replace("_", "-")
    variable = PREFIX + name.upper()
    if variable in {key.upper() for key in os.environ}:
        return variable
    return os.environ.get(FILE_VARIABLE) or str(DEFAULT_FILE)
