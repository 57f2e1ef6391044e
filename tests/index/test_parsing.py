"""What parsing promises: what reading a file gives, and that a file that hurts costs itself and nothing else."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from index.errors import DocumentUnreadable
from index.limits import Limits
from index.load import read_file
from index.parsing import Parsed, Parser
from index.split import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PARAGRAPH = "Voici un paragraphe qui dit une chose, puis une autre, et qui se termine par un point.\n\n"

# A child that does what a file can make a library do, when the name of the file says so. Else it is the real one.
HURT = """
import ctypes, dataclasses, os, signal, subprocess, sys, time
from pathlib import Path
from index.document import Heading, Stretch
from index.formats import language

language.language = lambda text: "fr"  # half a second less for each child that is lost

from index import load, parse_child

really_read, really_pack, really_send = load.read_file, parse_child.pack, parse_child._send
name = ""

class Endless(bytes):
    def __len__(self):
        return 10**18

def loop():
    while True:
        pass

def leave_a_child():
    subprocess.Popen(["sleep", "60"])
    loop()

def close():
    for descriptor in range(3, 64):
        try:
            os.close(descriptor)
        except OSError:
            pass
    time.sleep(60)

def exhaust():
    bytearray(10**12)

def write():
    with open(os.environ["WRITE_HERE"], "wb") as file:
        file.truncate(200_000_000)

def talk():
    print("bruit" * 9999, flush=True)
    os.write(1, b"bruit" * 9999)
    os.write(2, b"bruit" * 9999)
    input_is_at_its_end = os.read(0, 1) == b""
    assert input_is_at_its_end

def tell():
    raise KeyError("ce que dit le texte")

DEEDS = {
    "loop": loop, "leave": leave_a_child, "close": close, "exhaust": exhaust, "write": write, "talk": talk,
    "tell": tell,
    "crash": lambda: ctypes.string_at(0),
    "abort": lambda: os.abort(),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "rare": lambda: os.kill(os.getpid(), signal.SIGRTMIN + 1),
    "exit": lambda: sys.exit(5),
    "settings": lambda: (_ for _ in ()).throw(
        load.DocumentUnreadable(reason=str([one for one in os.environ if one.upper().startswith("SOURCIER_")]))
    ),
    "who": lambda: (_ for _ in ()).throw(load.DocumentUnreadable(reason=str(os.getpid()))),
}
LIES = {
    "another": lambda d, c: (
        dataclasses.replace(d, id="autre.txt"), [dataclasses.replace(chunk, document="autre.txt") for chunk in c]
    ),
    "hole": lambda d, c: (d, [c[0], *c[2:]]),
    "overlap": lambda d, c: (d, [c[0], dataclasses.replace(c[1], start=0), *c[2:]]),
    "short": lambda d, c: (d, c[:-1]),
    "beyond": lambda d, c: (d, [*c[:-1], dataclasses.replace(c[-1], end=c[-1].end + 1)]),
    "empty": lambda d, c: (d, [*c, dataclasses.replace(c[-1], number=len(c), start=c[-1].end)]),
    "stranger": lambda d, c: (d, [dataclasses.replace(c[0], document="autre.txt"), *c[1:]]),
    "number": lambda d, c: (d, [dataclasses.replace(c[0], number=7), *c[1:]]),
    "page": lambda d, c: (d, [dataclasses.replace(c[0], page=1), *c[1:]]),
    "break": lambda d, c: (d, [dataclasses.replace(c[0], page_breaks=(-1,)), *c[1:]]),
    "heading": lambda d, c: (dataclasses.replace(d, headings=(Heading(start=10**9, text="Titre"),)), c),
    "stretch": lambda d, c: (dataclasses.replace(d, boilerplate=(Stretch(start=9, end=3),)), c),
    "pages": lambda d, c: (dataclasses.replace(d, pages=(0, 9, 5)), c),
    "type": lambda d, c: (d, [dataclasses.replace(c[0], page="0"), *c[1:]]),
}
NONSENSE = {
    "garbage": b"\\xff\\x00", "nothing": b"", "list": b"[]", "nested": b"[" * 99999,
    "unpaired": b'{"reason": "\\\\ud800"}', "endless": Endless(b"{}"),
    "colourful": b'{"reason": "une\\\\u001b[31m\\\\nligne' + b" et une autre" * 999 + b'"}',
}

def read(path, root, prefix, limits):
    global name
    name = path.stem
    if name in DEEDS:
        DEEDS[name]()
    return really_read(path, root, prefix, limits)

def lie(answer):
    if name in LIES:
        document, chunks = LIES[name](answer.document, answer.chunks)
        answer = dataclasses.replace(answer, document=document, chunks=tuple(chunks))
    return really_pack(answer)

load.read_file, parse_child.pack = read, lie
parse_child._send = lambda answers, answer: really_send(answers, NONSENSE.get(name, answer))
parse_child.main()
"""


def note(folder: Path, name: str = "note.txt", words: str = PARAGRAPH * 40) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, encoding="utf-8")
    return file


def packed(words: bytes) -> bytes:
    """Return a Word document that unpacks to a little more than these words."""
    file = io.BytesIO()
    docx.Document().save(file)
    with zipfile.ZipFile(file) as ordinary, zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in ordinary.namelist():
            archive.writestr(entry, ordinary.read(entry) + (words if entry == "word/document.xml" else b""))
    return out.getvalue()


def belittled(archive: bytes) -> bytes:
    """Return an archive that says of its largest part that it unpacks to 1,000 bytes."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        largest = max(entry.file_size for entry in opened.infolist())
    return archive.replace(largest.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def page(drawing: bytes) -> bytes:
    """Return a PDF of one page that is drawn so."""
    stream = zlib.compress(zlib.compress(drawing, 1))
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R/Size 5>>\n%%%%EOF"
    ) % (len(stream), stream)


def reason(parser: Parser, file: Path) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        parser.parse(file, file.parent)
    return str(caught.value)


def children() -> list[str]:
    """Return the processes that this one has started and not waited for, the ended ones too."""
    return [child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def status(process: int) -> list[str]:
    """Return what the system tells of a process, from its state on, as in proc(5); nothing of one that has ended."""
    with contextlib.suppress(OSError):
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return told if told[0] not in "ZX" else []
    return []


def group(leader: int) -> list[int]:
    """Return the processes of a group that run."""
    processes = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return [process for process in processes if status(process)[2:3] == [str(leader)]]


def wait_for(condition: Callable[[], object]) -> None:
    for _ in range(100):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it never came")


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser() as parser:
        yield parser


@pytest.fixture(scope="module")
def small() -> Iterator[Parser]:
    """A parser that bombs of a size for tests are too much for."""
    with Parser(Limits(megabytes=1, memory=400)) as parser:
        yield parser


@pytest.fixture(scope="module")
def hurting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parser]:
    """A parser whose child can be hurt by the names of files, and which has 1.5 seconds for each."""
    folder = tmp_path_factory.mktemp("hurt")
    (folder / "hurt.py").write_text(HURT, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("WRITE_HERE", str(folder / "written"))
        with Parser(Limits(seconds=1.5), child="hurt") as parser:
            yield parser


def test_a_file_becomes_what_reading_and_splitting_it_gives(parser: Parser, tmp_path: Path) -> None:
    file = note(tmp_path, "dossier/été.md", "# L’été\n\n" + PARAGRAPH * 30 + "## La « fin » 🌊\n\n" + PARAGRAPH * 30)
    document = read_file(file, tmp_path, "notes/", Limits()).document
    content = file.read_bytes()

    assert parser.parse(file, tmp_path, "notes/") == Parsed(
        document=document, chunks=tuple(split(document)), sha256=sha256(content).hexdigest(), size=len(content)
    )


def test_a_file_that_cannot_be_read_is_refused_with_its_own_reason(parser: Parser, tmp_path: Path) -> None:
    assert reason(parser, note(tmp_path, words="— … !")) == "no text in it"


def test_a_file_of_two_gigabytes_is_refused_at_once(parser: Parser, tmp_path: Path) -> None:
    file = tmp_path / "grand.txt"
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)

    assert "larger than 100 MB" in reason(parser, file)


def test_a_file_whose_name_is_not_utf_8_is_read(parser: Parser, tmp_path: Path) -> None:
    file = note(tmp_path, os.fsdecode(b"\xe9t\xe9.txt"))

    assert parser.parse(file, tmp_path).document.id == r"\xe9t\xe9.txt"


def test_the_working_directory_gives_paths_and_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("index.py", "json.py", "runpy.py"):
        note(tmp_path, module, "raise SystemExit")
    note(tmp_path, "dossier/note.txt")
    monkeypatch.chdir(tmp_path)
    with Parser() as parser:
        assert parser.parse(Path("dossier/note.txt"), Path("dossier")).document.id == "note.txt"


def test_the_child_is_told_no_setting_and_no_secret_of_a_server(
    hurting: Parser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SOURCIER_OIDC_CLIENT_SECRET", "SOURCIER_UPLOAD_KEY", "sourcier_read_key"):
        monkeypatch.setenv(name, "secret")
    hurting.close()

    assert reason(hurting, note(tmp_path, "settings.txt")) == "[]"


def test_one_child_reads_one_file_after_the_other(hurting: Parser, tmp_path: Path) -> None:
    file = note(tmp_path, "who.txt")
    first = reason(hurting, file)
    refused = reason(hurting, note(tmp_path, words=""))

    assert (reason(hurting, file), refused) == (first, "no text in it")


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("loop", "it takes more than 1.5 seconds to read"),
        (
            "crash",
            "it ended the process that read it (segmentation fault): it is damaged, or takes more than 2000 MB to read",
        ),
        ("abort", "it ended the process that read it (aborted): it is damaged, or takes more than 2000 MB to read"),
        (
            "rare",
            "it ended the process that read it (real-time signal 1): it is damaged, or takes more than 2000 MB to read",
        ),
        ("exit", "reading it ended the process that read it (exit status 5)"),
        ("close", "the process that read it was killed, perhaps for want of memory"),
        ("kill", "the process that read it was killed, perhaps for want of memory"),
        ("exhaust", "it takes more than 2000 MB to read"),
        ("tell", "reading it failed (KeyError)"),
        *(
            (lie, "the process that read it gave no sensible answer")
            for lie in (
                *("another", "hole", "overlap", "short", "beyond", "empty", "stranger", "number", "page", "break"),
                *("heading", "stretch", "pages", "type", "garbage", "nothing", "list", "nested", "unpaired", "endless"),
            )
        ),
    ],
)
def test_a_file_that_hurts_is_refused_and_the_next_one_is_read(
    deed: str, expected: str, hurting: Parser, tmp_path: Path
) -> None:
    assert reason(hurting, note(tmp_path, f"{deed}.txt")) == expected
    assert hurting.parse(note(tmp_path), tmp_path).document.text == PARAGRAPH * 40


def test_a_reason_is_one_short_line_whatever_the_child_says(hurting: Parser, tmp_path: Path) -> None:
    told = reason(hurting, note(tmp_path, "colourful.txt"))

    assert told.startswith("une[31m ligne et une autre")
    assert len(told) == 200


def test_what_a_library_prints_is_no_answer(hurting: Parser, tmp_path: Path) -> None:
    assert hurting.parse(note(tmp_path, "talk.txt"), tmp_path).document.id == "talk.txt"


def test_nothing_that_reads_a_file_can_fill_the_disk(hurting: Parser, tmp_path: Path) -> None:
    assert reason(hurting, note(tmp_path, "write.txt")) == "reading it failed (OSError)"
    assert Path(os.environ["WRITE_HERE"]).read_bytes() == b""


def test_a_text_that_takes_too_long_is_refused_and_the_next_one_is_read(tmp_path: Path) -> None:
    with Parser(Limits(seconds=1.5)) as parser:
        assert (
            reason(parser, note(tmp_path, "long.txt", PARAGRAPH * 400_000)) == "it takes more than 1.5 seconds to read"
        )
        assert parser.parse(note(tmp_path), tmp_path).chunks


def test_a_text_that_takes_too_much_memory_is_refused_and_the_next_one_is_read(tmp_path: Path) -> None:
    with Parser(Limits(memory=320)) as parser:
        assert reason(parser, note(tmp_path, "long.txt", PARAGRAPH * 500_000)) == "it takes more than 320 MB to read"
        assert parser.parse(note(tmp_path), tmp_path).chunks


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("bomb.docx", lambda: packed(b" " * 20_000_000), "it unpacks to more than 10 MB"),
        ("liar.docx", lambda: belittled(packed(b" " * 20_000_000)), "it is damaged"),
        ("deep.docx", lambda: packed(b"<w:p>" * 500_000), "it is damaged"),
        ("spaces.pdf", lambda: page(b" " * 300_000_000), "takes more than 400 MB to read"),
        ("deep.html", lambda: b"<div>" * 150_000 + b"mot", "nested too deeply"),
    ],
)
def test_a_bomb_is_refused_and_the_next_file_is_read(
    name: str, content: Callable[[], bytes], expected: str, small: Parser, tmp_path: Path
) -> None:
    bomb = tmp_path / name
    bomb.write_bytes(content())

    assert expected in reason(small, bomb)
    assert small.parse(note(tmp_path), tmp_path).chunks


def test_children_that_are_lost_leave_nothing_behind(hurting: Parser, tmp_path: Path) -> None:
    hurting.close()
    processes, descriptors = children(), open_descriptors()
    crash = note(tmp_path, "crash.txt")
    for _ in range(10):
        reason(hurting, crash)

    assert (children(), open_descriptors()) == (processes, descriptors)


def test_what_a_child_has_started_ends_with_it(hurting: Parser, tmp_path: Path) -> None:
    child = int(reason(hurting, note(tmp_path, "who.txt")))
    with pytest.raises(DocumentUnreadable, match="seconds"):
        hurting.parse(note(tmp_path, "leave.txt"), tmp_path)

    wait_for(lambda: group(child) == [])


def test_an_interrupt_ends_the_child(hurting: Parser, tmp_path: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    hurting.close()
    processes = children()
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        hurting.parse(note(tmp_path), tmp_path)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            hurting.parse(note(tmp_path, "loop.txt"), tmp_path)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert children() == processes
    assert hurting.parse(note(tmp_path), tmp_path).chunks


def test_the_interrupt_of_the_terminal_does_not_reach_the_child(hurting: Parser, tmp_path: Path) -> None:
    assert os.getsid(int(reason(hurting, note(tmp_path, "who.txt")))) != os.getsid(0)


def test_a_child_that_was_ended_while_it_waited_costs_no_file(hurting: Parser, tmp_path: Path) -> None:
    child = int(reason(hurting, note(tmp_path, "who.txt")))
    os.kill(child, signal.SIGKILL)
    wait_for(lambda: not status(child))

    assert hurting.parse(note(tmp_path), tmp_path).chunks


def test_a_child_ends_with_its_parent_even_in_a_loop(hurting: Parser, tmp_path: Path) -> None:  # noqa: ARG001  # its path
    loop, who = note(tmp_path, "loop.txt"), note(tmp_path, "who.txt")
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path\nfrom index.parsing import Parser\nfrom index.errors import DocumentUnreadable\n"
        f"parser = Parser(child='hurt')\nloop, who = Path({str(loop)!r}), Path({str(who)!r})\n"
        "try:\n    parser.parse(who, who.parent)\nexcept DocumentUnreadable as error:\n    print(error, flush=True)\n"
        "parser.parse(loop, loop.parent)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        wait_for(lambda: status(child)[0] == "R")
        parent.kill()

    wait_for(lambda: not status(child))


def test_a_parser_can_be_closed_twice_and_used_again(tmp_path: Path) -> None:
    parser = Parser()
    parser.close()
    with parser:
        parser.parse(note(tmp_path), tmp_path)
        parser.close()
        parser.close()
        assert parser.parse(note(tmp_path), tmp_path).chunks


def test_a_child_that_does_not_start_is_an_error_of_its_own(tmp_path: Path) -> None:
    with Parser(child="index.gone") as parser, pytest.raises(RuntimeError, match="does not start"):
        parser.parse(note(tmp_path), tmp_path)
