"""What reading a message promises: who wrote what to whom, as a mail program shows it, however it was packed."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from index.errors import DocumentUnreadable
from index.formats.mail import read
from index.limits import Limits

if TYPE_CHECKING:
    from index.formats.reading import Reading

HEAD = "De : Odile Marchantier <odile@exemple.fr>\nÀ : accueil@exemple.fr\nDate : 3 février 2025 à 9 h 05"


def message(body: str | None = "Bonjour,\n\nla salle est libre.\n", subject: str = "Salle Aubrelle") -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Odile Marchantier <odile@exemple.fr>"
    mail["To"] = "accueil@exemple.fr"
    mail["Date"] = "Mon, 03 Feb 2025 09:05:00 +0100"
    if body is not None:
        mail.set_content(body)
    return mail


def opened(mail: EmailMessage | bytes | str) -> Reading:
    content = mail.encode() if isinstance(mail, str) else bytes(mail)
    return read(content, Limits())


def raw(body: str | bytes, *headers: str) -> Reading:
    """A message byte by byte, below a subject."""
    content = body if isinstance(body, bytes) else body.encode()
    return opened("\r\n".join(("Subject: Note", *headers, "", "")).encode() + content)


def test_a_message_is_read_as_a_mail_program_shows_it() -> None:
    assert opened(message()).text == f"Salle Aubrelle\n\n{HEAD}\n\nBonjour,\n\nla salle est libre."


def test_a_message_tells_title_author_and_day() -> None:
    reading = opened(message(subject="Fête d’été à l’école"))

    assert (reading.title, reading.author, reading.date) == ("Fête d’été à l’école", "Odile Marchantier", "2025-02-03")
    assert [heading.text for heading in reading.headings] == ["Fête d’été à l’école"]


def test_the_day_is_that_of_who_sent_it() -> None:
    assert raw("Texte", "Date: Sat, 01 Mar 2025 00:30:00 +0900").date == "2025-03-01"


def test_an_author_without_a_name_is_told_by_the_address() -> None:
    assert raw("Texte", "From: odile@exemple.fr").author == "odile@exemple.fr"


def test_copies_are_named_and_long_lists_cut() -> None:
    everybody = ", ".join(f"p{number}@exemple.fr" for number in range(30))
    text = raw("Texte", "Cc: =?utf-8?q?Herv=C3=A9?= <herve@exemple.fr>", f"To: {everybody}").text

    assert "Copie : Hervé <herve@exemple.fr>" in text
    assert "p19@exemple.fr et 10 autres\n" in text


def test_plain_text_is_preferred_to_html() -> None:
    mail = message("Bonjour, la salle est libre.")
    mail.add_alternative("<p>Bonjour, la <b>salle</b> est libre, en couleurs.</p>", subtype="html")

    assert opened(mail).text.endswith("\n\nBonjour, la salle est libre.")


def test_a_plain_text_that_only_points_to_the_html_is_not_preferred() -> None:
    mail = message("Lisez ce message en HTML.")
    mail.add_alternative(f"<p>{'La salle est libre lundi. ' * 20}</p>", subtype="html")

    assert opened(mail).text.count("La salle est libre lundi.") == 20


def test_html_alone_is_read_with_its_paragraphs() -> None:
    mail = message(None)
    mail.set_content(
        "<style>p {}</style><p>Bonjour,</p><p style='display:none'>secret</p><p>libre.</p>", subtype="html"
    )

    assert opened(mail).text.endswith("9 h 05\n\nBonjour,\n\nlibre.")


def test_quotes_and_signature_stay() -> None:
    body = "Oui.\n\nLe 2 février 2025, Hervé a écrit :\n> Est-ce libre ?\n\n-- \nOdile\n"

    assert opened(message(body)).text.endswith(body.strip())


def test_attachments_are_named_and_not_read() -> None:
    mail = message()
    mail.add_attachment("nom;tarif", filename="tarifs d’été.csv", subtype="csv")
    mail.add_attachment("secret", filename="note.txt", disposition="inline")
    text = opened(mail).text

    assert text.endswith("libre.\n\nPièces jointes : tarifs d’été.csv, note.txt")
    assert "secret" not in text


def test_the_images_of_a_signature_are_no_attachments() -> None:
    mail = message(None)
    mail.set_content("<p>Bonjour</p><img src='cid:logo'>", subtype="html")
    mail.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png")

    assert opened(mail).text.endswith("Bonjour")


def test_a_message_within_a_message_is_read_once_under_its_subject() -> None:
    mail = message("Voir plus bas.")
    mail.add_attachment(message("Le message d’origine.", subject="Clef perdue"))
    reading = opened(mail)

    assert reading.text.endswith(f"Voir plus bas.\n\nClef perdue\n\n{HEAD}\n\nLe message d’origine.")
    assert reading.title == "Salle Aubrelle"


def test_messages_nested_too_deeply_end_somewhere() -> None:
    mail = message("au fond")
    for _ in range(40):
        outer = message("dehors")
        outer.add_attachment(mail)
        mail = outer

    assert 5 < opened(mail).text.count("dehors") < 40


def test_text_around_an_attachment_is_all_read() -> None:
    parts = ["Content-Type: text/plain\n\nAvant.", "Content-Type: image/png; name=plan.png\n\nx", "\nAprès."]
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    text = raw(body, 'Content-Type: multipart/mixed; boundary="b"').text

    assert text == "Note\n\nAvant.\n\nAprès.\n\nPièce jointe : plan.png"


def test_flowed_lines_are_put_together_again() -> None:
    body = "Une phrase qui \nva à la ligne.\n> Une question \n> citée ?\n>> plus ancienne\n-- \nOdile \nMarchantier"
    text = raw(body, "Content-Type: text/plain; charset=utf-8; format=flowed").text

    assert text == (
        "Note\n\nUne phrase qui va à la ligne.\n> Une question citée ?\n>> plus ancienne\n--\nOdile Marchantier"
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=iso-8859-1", "L’été coûte 5 €".encode("cp1252")),
        ("text/plain; charset=us-ascii", "L’été coûte 5 €".encode()),
        ("text/plain; charset=inconnu", "L’été coûte 5 €".encode()),
        ("text/plain", "L’été coûte 5 €".encode("cp1252")),
        ("text/html", "<meta charset=iso-8859-15><p>L'été coûte 5 €".replace("'", "&rsquo;").encode("iso-8859-15")),
    ],
)
def test_letters_come_out_whatever_encoding_is_told(kind: str, body: bytes) -> None:
    assert raw(body, f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit").text == "Note\n\nL’été coûte 5 €"


@pytest.mark.parametrize(
    "header",
    [
        "Date: hier",
        "Date: Mon, 99 Feb 2025 99:05:00 +9999",
        "From: \"sans fin <a@",
        "From: =?inconnu?q?=FF?= <>",
        "To: undisclosed-recipients:;",
        "Content-Type: multipart/mixed; boundary=jamais",
        "Content-Type: text/plain; charset=\"",
        "Content-Type: ;;;",
        "Content-Transfer-Encoding: base64",
        "Content-Disposition: inline; filename*=utf-8''%",
        "Message-ID: <[>",
    ],
)  # fmt: skip
def test_a_broken_header_never_stops_the_reading(header: str) -> None:
    assert raw("Texte de la note", header).text.startswith("Note")


def test_an_encrypted_message_is_refused() -> None:
    with pytest.raises(DocumentUnreadable, match="it is encrypted"):
        raw("AAAA", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")


@pytest.mark.parametrize("content", ["", "Un texte sans en-tête.\n", "\x00\x01\x02"])
def test_what_is_no_message_is_refused(content: str) -> None:
    with pytest.raises(DocumentUnreadable, match="no mail message"):
        opened(content)
