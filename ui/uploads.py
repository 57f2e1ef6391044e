"""Documents that an administrator adds from the page: put into a folder that is indexed, and indexed.

What a file holds is not looked at here: a process of its own indexes it, by `sourcier index` and with its limits.
"""

from __future__ import annotations

import hmac
import logging
import os
import subprocess
import sys
import threading
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from index.errors import CorpusError, CorpusMissing, InvalidRequest
from index.load import document_id
from index.pointer import live
from index.seal import file_sha256, read_manifest, read_sources
from ui import upload_texts as texts
from ui.access.person import person_of
from ui.access.throttle import Count, Throttle
from ui.errors import WrongUploadKey
from ui.languages import language_of
from ui.reasons import reason
from ui.settings import SECRETS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ui.settings import Settings
    from ui.texts import Language

KEY_HEADER: Final = "x-sourcier-key"
NAME_HEADER: Final = "x-file-name"
_LONGEST_NAME: Final = 200  # bytes; most file systems allow 255
_TRIES: Final = 3
_PAUSE: Final = 5.0  # seconds
_PARTIAL: Final = ".sourcier-upload-"  # hidden, so that a file that is still coming is never indexed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """What became of a file; `reason` is why it was skipped."""

    state: Literal["waiting", "indexed", "skipped", "not_indexed"]
    reason: str = ""


class Uploads:
    """The folder for files from the page, and the process that indexes them: one at a time, and again for what came."""

    def __init__(self, settings: Settings) -> None:
        if settings.uploads is None or (settings.upload_key is None and settings.access == "none"):
            raise InvalidRequest(reason=texts.NOT_SET)
        self._settings = settings
        self._folder = settings.uploads.resolve()
        self._key = settings.upload_key
        self._lock = threading.Lock()
        self._is_indexing = False
        self._is_wanted = False
        for left in self._folder.glob(f"{_PARTIAL}*"):  # by one who was stopped
            left.unlink(missing_ok=True)

    def is_key(self, given: str) -> bool:
        """Tell whether this is the administrator's key, in a time that says nothing of how near it is."""
        return self._key is not None and hmac.compare_digest(given.encode(), self._key.encode())

    async def take(self, name: str, pieces: AsyncIterator[bytes]) -> str:
        """Put a file into the folder; return its name there.

        Raises InvalidRequest, or CorpusError where the corpus cannot be used, and leaves nothing then.
        """
        target = self._folder / plain_name(name)
        partial = self._folder / f"{_PARTIAL}{os.getpid()}-{time.monotonic_ns()}"
        await run_in_threadpool(self._root)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            await self._write(partial, pieces)
            target.open("xb").close()  # takes the name; it replaces nothing
            _put(partial, target)
        except FileExistsError:
            raise InvalidRequest(reason=texts.NAME_TAKEN.filled(name=target.name)) from None
        except OSError as error:
            _log.error("a file from the page could not be written: %s", error)
            raise InvalidRequest(reason=texts.NOT_WRITTEN) from error
        finally:
            partial.unlink(missing_ok=True)
        self._want()
        return target.name

    async def _write(self, partial: Path, pieces: AsyncIterator[bytes]) -> None:
        size = 0
        with partial.open("xb") as file:
            async for piece in pieces:
                size += len(piece)
                if size > self._settings.limits.bytes:
                    raise InvalidRequest(reason=texts.TOO_LARGE.filled(most=self._settings.max_file_megabytes))
                await run_in_threadpool(file.write, piece)
        if not size:
            raise InvalidRequest(reason=texts.EMPTY)

    def state(self, name: str) -> State:
        """Return what became of a file."""
        path = self._folder / plain_name(name)
        is_indexing = self._is_indexing  # asked first: what ends meanwhile is then found below
        try:
            root, prefix = self._root()
            source = read_sources(self._settings.corpus, live(self._settings.corpus)).files.get(
                document_id(path, root, prefix)
            )
            if source and source.sha256 == file_sha256(path):
                return State("skipped", source.skipped) if source.skipped else State("indexed")
        except (CorpusError, OSError):
            pass  # there is no corpus yet, or it is being replaced: the next look tells
        return State("waiting" if is_indexing else "not_indexed")

    def _root(self) -> tuple[Path, str]:
        """Return the indexed folder that the files lie below, and what stands before the names of its documents.

        Raises InvalidRequest where there is a corpus of other folders: to add one would rename all its documents.
        """
        folders = self._folders()
        for folder in map(Path, folders):
            if self._folder.is_relative_to(folder):
                return folder, f"{folder.name}/" if len(folders) > 1 else ""
        raise InvalidRequest(reason=texts.OUTSIDE)

    def _want(self) -> None:
        """Have the folder indexed, now or once the indexing that runs has ended."""
        with self._lock:
            self._is_wanted = True
            if not self._is_indexing:
                self._is_indexing = True
                threading.Thread(target=self._index, daemon=True).start()

    def _index(self) -> None:
        while True:
            with self._lock:
                if not self._is_wanted:
                    self._is_indexing = False
                    return
                self._is_wanted = False
            for _attempt in range(_TRIES):
                if not (complaint := self._indexed()):
                    break
                time.sleep(_PAUSE)  # another process may be at it, which watches the folder perhaps
            else:
                _log.error("files from the page were not indexed: %s", complaint)

    def _indexed(self) -> str:
        """Run `sourcier index` in a process of its own; return what it complains of when it fails, or ""."""
        try:
            command = [sys.executable, "-m", "ui.cli", "index", *self._folders(), *_options(self._settings)]
        except CorpusError as error:
            return str(error)
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)  # noqa: PTH100  "" is where we are
        done = subprocess.run(  # noqa: S603  nothing of a file is in the command
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=_without_secrets(os.environ) | {"PYTHONPATH": paths},
        )
        return (done.stderr.strip()[-2000:] or f"exit status {done.returncode}") if done.returncode else ""

    def _folders(self) -> list[str]:
        """Return the folders of the corpus; that of the uploads alone where there is none yet. Raises CorpusError."""
        try:
            return list(read_manifest(self._settings.corpus, live(self._settings.corpus)).folders)
        except CorpusMissing:
            return [str(self._folder)]


def _put(partial: Path, target: Path) -> None:
    """Put a file where its name was taken; where that fails, the name is free again."""
    try:
        partial.replace(target)
    except OSError:
        target.unlink(missing_ok=True)
        raise


def plain_name(name: str) -> str:
    """Return a name for a file that leads nowhere else; raise InvalidRequest for one that cannot be made so."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip()
    if not plain or plain.startswith(".") or len(plain.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise InvalidRequest(reason=texts.BAD_NAME)
    return plain


def router(uploads: Uploads, settings: Settings) -> APIRouter:
    """Return the routes: a file is sent to `/uploads` as the body of a POST, `/uploads/NAME` tells what became of it.

    Both are for administrators; where nobody logs in, that is who has the key, in KEY_HEADER, which no page of another
    site can send.
    """
    routes = APIRouter()
    throttle = Throttle()

    async def check(request: Request) -> None:
        person = person_of(request.scope)
        if person.is_administrator:
            return
        counts = [Count("keys of an address", (person.name,))]
        throttle.check(counts)
        if not uploads.is_key(unquote(request.headers.get(KEY_HEADER, ""))):
            throttle.add(counts)
            _log.warning("a file was to be added with a wrong key")
            raise WrongUploadKey

    async def take(request: Request) -> dict[str, str]:
        await check(request)
        name = unquote(request.headers.get(NAME_HEADER, ""))
        return {"name": await uploads.take(name, request.stream())}

    async def state(name: str, request: Request) -> dict[str, str]:
        await check(request)
        language = language_of(request.headers, settings.language)
        return _told(await run_in_threadpool(uploads.state, name), language)

    routes.add_api_route("/uploads", take, methods=["POST"])
    routes.add_api_route("/uploads/{name}", state, methods=["GET"])
    return routes


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for who reads documents, which a hostile one may make tell all that it knows."""
    return {name: value for name, value in environment.items() if name.upper() not in SECRETS}


def _told(state: State, language: Language) -> dict[str, str]:
    return {"state": state.state, "reason": reason(state.reason).into(language) if state.reason else ""}


def _options(settings: Settings) -> list[str]:
    """Return the settings that an indexing depends on, as its flags."""
    names = ("corpus", "encoder", "max_file_megabytes", "max_file_pages", "max_file_seconds", "max_file_memory")
    return [f"--{name.replace('_', '-')}={getattr(settings, name)}" for name in names]
