from __future__ import annotations

import io
import struct
import zipfile

import pytest

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused, open_archive, parse_xml, read_entry
from index.limits import Limits

LIMITS = Limits()
SMALL = Limits(megabytes=1)


def packed(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(DocumentUnreadable) as refused:
        open_archive(content, limits)
    return str(refused.value)


def test_an_entry_is_read_to_the_letter() -> None:
    with open_archive(packed({"un.xml": b"<a/>"}), LIMITS) as archive:
        assert read_entry(archive, "un.xml", LIMITS) == b"<a/>"


def test_an_entry_that_is_not_there_is_nothing() -> None:
    with open_archive(packed({"un.xml": b"<a/>"}), LIMITS) as archive:
        assert read_entry(archive, "deux.xml", LIMITS) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not in the format that its name tells"),
        (b"<html></html>", "it is not in the format that its name tells"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "it is encrypted, or in a format of before 2007"),
        (b"PK\x03\x04" + bytes(100), "it is damaged"),
        (packed({"a.xml": b"<a/>"})[:-8], "it is damaged"),
        (packed({"a.xml": b"<a/>"}, zipfile.ZIP_LZMA), "it is packed in a way that no office program uses"),
    ],
)
def test_what_is_no_archive_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_an_encrypted_entry_is_refused_with_its_reason() -> None:
    content = bytearray(packed({"a.xml": b"<a/>"}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1

    assert refusal(bytes(content)) == "it is encrypted"


def test_a_bomb_is_refused_by_the_sizes_that_it_declares() -> None:
    assert refusal(packed({"a.xml": bytes(10_000_001)}), SMALL) == "it unpacks to more than 10 MB"


def test_a_bomb_of_many_small_entries_is_refused() -> None:
    assert refusal(packed({f"{n}.xml": bytes(600_000) for n in range(20)}), SMALL) == "it unpacks to more than 10 MB"


def test_a_bomb_that_declares_a_small_size_is_not_unpacked() -> None:
    content = bytearray(packed({"a.xml": bytes(10_000_000)}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + place
        content[at : at + 4] = struct.pack("<I", 100)

    with (
        open_archive(bytes(content), SMALL) as archive,
        pytest.raises(DocumentUnreadable, match="it is damaged"),
    ):
        read_entry(archive, "a.xml", SMALL)


def test_an_entry_larger_than_the_limits_is_not_read() -> None:
    with (
        open_archive(packed({"a.xml": bytes(10_000_001)}), LIMITS) as archive,
        pytest.raises(DocumentUnreadable, match="it unpacks to more than 10 MB"),
    ):
        read_entry(archive, "a.xml", SMALL)


def test_entries_that_overlap_are_refused() -> None:
    content = packed({"a.xml": bytes(1000), "b.xml": bytes(1000)})
    second = content.rindex(b"PK\x01\x02")
    overlapping = content[: second + 42] + bytes(4) + content[second + 46 :]

    assert refusal(overlapping) == "its parts overlap, which could be an attack"


def test_an_absurd_number_of_entries_is_refused() -> None:
    assert refusal(packed({f"{n}": b"" for n in range(20_001)})) == "it holds more than 20000 parts"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'

    with pytest.raises(DocumentUnreadable, match="it declares XML entities"):
        parse_xml(bomb.encode(encoding))


@pytest.mark.parametrize("error", [KeyError("a"), AttributeError("a"), OSError("a"), AssertionError()])
def test_whatever_a_library_raises_is_damage(error: Exception) -> None:
    with pytest.raises(DocumentUnreadable, match="it is damaged"), damage_refused():
        raise error


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), DocumentUnreadable(reason="autre")])
def test_what_is_no_damage_passes_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, damage_refused():
        raise error

    assert raised.value is error
