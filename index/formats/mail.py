"""Mail messages (.eml): who wrote to whom, when and about what, and then what was written.

RFC 5322 and MIME, by the standard library. Attachments are named and not read: what is to be found in them is to be
saved beside the message.
"""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING, Any

from index.errors import DocumentUnreadable
from index.formats.archive import damage_refused
from index.formats.language import from_tag
from index.formats.markup import add_markup, decode_declared
from index.formats.reading import Reading, TextBuilder, one_line

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage

    from index.limits import Limits

_DEEPEST = 20  # parts in parts; a message forwarded ten times has as many
_MOST_RECIPIENTS = 20
_LEAST_PLAIN = 0.2  # of the letters of the HTML: less, and the plain text only says that there is HTML
_SEALED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")  # or signed, and not readable
_SIGNATURE = "-- "  # stands above a signature (RFC 3676, 4.3), and is no flowed line
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def read(content: bytes, limits: Limits) -> Reading:  # noqa: ARG001 - the readers of all formats are called alike
    """Read a message: its subject as a heading, the lines that people search ("De :", "Date :"), and its text.

    Plain text is preferred to HTML. Quoted replies and signatures stay; a message within it follows under its own
    subject. Raises DocumentUnreadable when it is no message, or encrypted.
    """
    with damage_refused():
        message = email.message_from_bytes(content, policy=email.policy.default)
        if not message.keys():
            raise DocumentUnreadable(reason="it is no mail message")
        body = _Body()
        body.add_message(message)
        if body.is_encrypted and not body.has_text:
            raise DocumentUnreadable(reason="it is encrypted")
        date = _date(message)
        return body.builder.reading(
            title=_header(message, "subject"),
            author=", ".join(name or address for name, address in _people(message, "from")),
            date=date.date().isoformat() if date else "",
            language=from_tag(_header(message, "content-language")),
        )


class _Body:
    """The text of a message, put together from its parts."""

    def __init__(self) -> None:
        self.builder = TextBuilder()
        self.is_encrypted = False
        self.has_text = False

    def add_message(self, message: EmailMessage, depth: int = 0) -> None:
        """Add a message: its head, its parts, and the names of its attachments."""
        attachments: list[str] = []
        self.builder.heading(_header(message, "subject"))
        add = self.builder.paragraph
        for line in _head_lines(message):
            add(line)
            add = self.builder.line
        self._add_part(message, attachments, depth)
        if attachments:
            label = "Pièces jointes" if len(attachments) > 1 else "Pièce jointe"
            self.builder.paragraph(f"{label} : {', '.join(attachments)}")

    def _add_part(self, part: Any, attachments: list[str], depth: int) -> None:
        kind = part.get_content_type()
        if kind in _SEALED:
            self.is_encrypted = True
        elif kind == "message/rfc822":
            for inner in _inner(part, depth):
                self.add_message(inner, depth + 1)
        elif part.is_multipart():
            for inner in _inner(part, depth):
                self._add_part(inner, attachments, depth + 1)
        elif kind in ("text/plain", "text/html") and not _is_attachment(part):
            self._add_text(part, kind)
        elif (name := one_line(_file_name(part))) and part["content-id"] is None:  # those with one stand in the HTML
            attachments.append(name)

    def _add_text(self, part: Any, kind: str) -> None:
        text = _text(part)
        self.has_text = self.has_text or bool(text.strip())
        if kind == "text/html":
            add_markup(text, self.builder)
        elif part.get_param("format", "").lower() == "flowed":
            self.builder.paragraph(_unfolded(text, is_blank_kept=part.get_param("delsp", "").lower() != "yes"))
        else:
            self.builder.paragraph(text)


def _head_lines(message: EmailMessage) -> list[str]:
    """Return who wrote to whom and when, as a mail program shows it above a message."""
    lines = []
    for label, name in (("De", "from"), ("À", "to"), ("Copie", "cc")):
        people = [f"{person} <{address}>" if person else address for person, address in _people(message, name)]
        if people:
            more = len(people) - _MOST_RECIPIENTS
            others = f" et {more} autre{'s' if more > 1 else ''}" if more > 0 else ""
            lines.append(f"{label} : {', '.join(people[:_MOST_RECIPIENTS])}{others}")
    if date := _date(message):
        day = "1er" if date.day == 1 else str(date.day)
        lines.append(f"Date : {day} {_MONTHS[date.month - 1]} {date.year} à {date.hour} h {date.minute:02d}")
    return lines


def _header(message: EmailMessage, name: str) -> str:
    """Return a header, decoded, on one line; "" where there is none, or none that can be understood."""
    try:
        return one_line(str(message.get(name, "")))
    except Exception:  # noqa: BLE001 - the parser of headers raises what it likes, and the text can be read without them
        return ""


def _people(message: EmailMessage, name: str) -> list[tuple[str, str]]:
    """Return the names and addresses in a header; a name may be ""."""
    try:
        addresses = getattr(message[name], "addresses", ())
        people = [(one_line(one.display_name), one_line(one.addr_spec)) for one in addresses]
    except Exception:  # noqa: BLE001 - as above
        return []
    return [("" if person == address else person, "" if address == "<>" else address) for person, address in people]


def _date(message: EmailMessage) -> datetime | None:
    """Return when a message was sent, by the clock of who sent it."""
    try:
        date: datetime | None = getattr(message["date"], "datetime", None)
    except Exception:  # noqa: BLE001 - as above
        return None
    return date


def _is_attachment(part: Any) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _file_name(part: Any) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # noqa: BLE001 - as above
        return ""


def _inner(part: Any, depth: int) -> list[Any]:
    """Return the parts of a part that are read: one of alternatives, all others; none where they never end."""
    parts = list(part.iter_parts()) if depth < _DEEPEST else []
    return _preferred(parts) if part.get_content_type() == "multipart/alternative" else parts


def _preferred(parts: list[Any]) -> list[Any]:
    """Return the form of an alternative that is read: plain text, unless it only says that there is HTML."""
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    others = [part for part in parts if part.get_content_type() in ("text/html", "multipart/related")]
    if not plain or not others:
        return plain[:1] or others[-1:] or parts[:1]
    html = next((part for part in others[-1].walk() if part.get_content_type() == "text/html"), None)
    builder = TextBuilder()
    if html is not None:
        add_markup(_text(html), builder)
    seen = _letters(builder.reading().text)
    return plain[:1] if _letters(_text(plain[0])) >= _LEAST_PLAIN * seen else others[-1:]


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _text(part: Any) -> str:
    """Return the text of a part in the encoding that it tells, or else a likely one; "" where it holds none."""
    content = part.get_payload(decode=True) or b""
    try:
        return decode_declared(content, part.get_content_charset() or "")
    except DocumentUnreadable:
        return ""


def _unfolded(text: str, *, is_blank_kept: bool) -> str:
    """Return flowed text (RFC 3676) with its paragraphs on one line each."""
    lines: list[str] = []
    above, is_open = 0, False
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        is_flowed = words.endswith(" ") and words != _SIGNATURE
        goes_on = is_open and depth == above and words != _SIGNATURE
        shown = words if is_blank_kept or not is_flowed else words[:-1]
        if goes_on:
            lines[-1] += shown
        else:
            lines.append(f"{'>' * depth} {shown}" if depth else shown)
        above, is_open = depth, is_flowed
    return "\n".join(line.rstrip(" ") for line in lines)
