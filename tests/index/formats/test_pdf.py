"""What reading a PDF promises: whole sentences in their order, on their pages, without what belongs to the sheet."""

from __future__ import annotations

import io
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    ListItem,
    PageBreak,
    PageTemplate,
    Paragraph,
    Table,
)

from index.errors import DocumentUnreadable
from index.formats.pdf import read
from index.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from index.formats.reading import Reading

WIDTH, HEIGHT = A4
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=13.5, alignment=4, spaceAfter=6)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Times-Bold", fontSize=16, leading=20, alignment=0)
SECTION = ParagraphStyle("section", parent=BODY, fontName="Times-Bold", alignment=0)
INDENTED = ParagraphStyle("indented", parent=BODY, firstLineIndent=14, spaceAfter=0)
RAGGED = ParagraphStyle("ragged", parent=BODY, alignment=0, spaceAfter=0)

DECISIONS = [
    "Le conseil municipal de la commune a voté la subvention annuelle des associations sportives dont le siège se "
    "trouve dans le ressort de la ville. Il a aussi décidé de revoir le règlement avec Madame Durand, adjointe aux "
    "finances, et Monsieur Le Goff, directeur des services.",
    "Les dépenses de fonctionnement ont baissé de 3,5 % en un an, ce qui laisse une marge de 120 000 € pour les écoles "
    "et pour la réfection des trottoirs de la rue de Paris. La commission rendra son avis à l'automne.",
    "Cette délibération est prise à l'unanimité.",
    "Le maire est chargé de son exécution, qui commencera le 1er septembre 2025 dans les trois quartiers du nord de la "
    "ville et se poursuivra l'année suivante dans les autres, sous réserve des crédits.",
]

TOWNS = ("Lyon", "Brest", "Nantes", "Dijon", "Lille", "Metz", "Tours", "Pau")
LONG = [f"À {town} : {words}" for town in TOWNS for words in DECISIONS]


def drawn(*pages: Callable[[Canvas], None], **options: Any) -> bytes:
    """A PDF with each page as one function draws it."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=True, **options)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def lines(*words: str, x: float = 72, y: float = 700, font: str = "Times-Roman", size: float = 11) -> Any:
    """What draws lines below one another."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        for number, line in enumerate(words):
            canvas.drawString(x, y - number * 1.2 * size, line)

    return draw


def both(*draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for one in draws:
            one(canvas)

    return draw


def typeset(story: Iterable[Any], columns: int = 1, height: float = HEIGHT - 144, on_page: Any = None) -> bytes:
    """A PDF as a word processor makes it: the story flows through the columns of as many pages as it takes."""
    stream = io.BytesIO()
    width = (WIDTH - 144 - 18 * (columns - 1)) / columns
    frames = [Frame(72 + number * (width + 18), 72, width, height, 0, 0, 0, 0) for number in range(columns)]
    document = BaseDocTemplate(stream, pagesize=A4, invariant=True)
    document.addPageTemplates(PageTemplate(frames=frames, onPage=on_page or (lambda *_: None)))
    document.build(list(story))
    return stream.getvalue()


def opened(content: bytes) -> Reading:
    return read(content, Limits())


def text(*pages: Callable[[Canvas], None]) -> str:
    return opened(drawn(*pages)).text


def refusal(content: bytes, limits: Limits = Limits()) -> str:  # noqa: B008 - frozen
    with pytest.raises(DocumentUnreadable) as caught:
        read(content, limits)
    return str(caught.value)


def page_of(reading: Reading, words: str) -> int:
    assert reading.text.count(words) == 1
    return bisect_right(reading.pages, reading.text.find(words))


def headings(reading: Reading) -> list[str]:
    assert all(reading.text.startswith(heading.text, heading.start) for heading in reading.headings)
    return [heading.text for heading in reading.headings]


@pytest.mark.parametrize("style", [BODY, INDENTED, RAGGED], ids=lambda style: style.name)
@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_come_out_whole_and_apart(style: ParagraphStyle, columns: int) -> None:
    content = typeset([Paragraph(words, style) for words in DECISIONS], columns)

    assert opened(content).text == "\n\n".join(DECISIONS)


def test_a_paragraph_goes_on_over_the_end_of_columns_and_pages() -> None:
    content = typeset([Paragraph(words, BODY) for words in LONG], columns=2, height=200)
    reading = opened(content)

    assert len(reading.pages) >= 3
    assert reading.text == "\n\n".join(LONG)


def test_columns_are_not_interleaved() -> None:
    left = lines("La colonne de gauche dit une", "chose, et elle la dit jusqu'au", "bout de sa dernière ligne.")
    right = lines("La colonne de droite en dit", "une autre, qui n'a rien à voir", "avec la première.", x=300)

    assert text(both(left, right)) == (
        "La colonne de gauche dit une chose, et elle la dit jusqu'au bout de sa dernière ligne.\n\n"
        "La colonne de droite en dit une autre, qui n'a rien à voir avec la première."
    )


def test_each_page_begins_at_its_first_character() -> None:
    reading = opened(drawn(lines("La première page."), lines("La deuxième page."), lines("La troisième page.")))

    assert [page_of(reading, f"La {word} page.") for word in ("première", "deuxième", "troisième")] == [1, 2, 3]


def test_pages_without_text_are_counted() -> None:
    reading = opened(drawn(picture, lines("La deuxième page."), lines(), lines("La quatrième page.")))

    assert len(reading.pages) == 4
    assert [page_of(reading, f"La {word} page.") for word in ("deuxième", "quatrième")] == [2, 4]


def test_a_sentence_over_the_end_of_a_page_is_whole_and_its_end_is_on_the_next_page() -> None:
    reading = opened(drawn(lines("Le conseil a voté la subvention", y=80), lines("annuelle des associations.", y=780)))

    assert reading.text == "Le conseil a voté la subvention annuelle des associations."
    assert (page_of(reading, "subvention"), page_of(reading, "annuelle")) == (1, 2)


def test_a_word_broken_at_the_end_of_a_page_stays_whole_on_the_first_page() -> None:
    reading = opened(drawn(lines("Le vote relève de l'adminis-", y=80), lines("tration de la ville.", y=780)))

    assert reading.text == "Le vote relève de l'administration de la ville."
    assert (page_of(reading, "administration"), page_of(reading, "de la ville")) == (1, 2)


def test_a_footnote_does_not_cut_the_sentence_that_crosses_the_end_of_its_page() -> None:
    note = lines("1. Rapport annexé à la délibération.", y=60, size=8)
    reading = opened(
        drawn(
            both(lines("Une première phrase.", y=700), lines("Le conseil a voté la subvention", y=100), note),
            lines("annuelle des associations, et il a ensuite", "levé la séance.", y=780),
        )
    )

    assert "Le conseil a voté la subvention annuelle des associations, et il a ensuite levé la séance." in reading.text
    assert page_of(reading, "Rapport annexé") == 1


def test_a_new_sentence_on_a_new_page_is_a_paragraph_of_its_own() -> None:
    assert text(lines("Une phrase finie.", y=80), lines("Une autre phrase.", y=780)) == (
        "Une phrase finie.\n\nUne autre phrase."
    )


def test_an_indented_line_behind_a_sentence_that_fills_its_line_begins_a_paragraph() -> None:
    before = ("Le conseil a voté la subvention annuelle des", "associations de la ville et de ses communes.")
    after = ("Le maire est chargé de l'exécution de", "cette délibération, qui sera publiée demain.")
    indented = both(lines(after[0], x=86, y=700 - 26.4), lines(after[1], y=700 - 39.6))

    assert text(both(lines(*before), indented)) == " ".join(before) + "\n\n" + " ".join(after)


def test_items_of_lists_stand_on_lines_of_their_own() -> None:
    items = [DECISIONS[0], "Un point court", DECISIONS[1]]
    story = ListFlowable([ListItem(Paragraph(words, RAGGED)) for words in items], bulletType="bullet", start="•")

    assert opened(typeset([story])).text.split("\n") == [f"• {words}" for words in items]


def test_a_dash_inside_of_a_sentence_begins_no_item() -> None:
    words = ("Le conseil de la ville de Lyon a aussi voté", "– à l'unanimité de ses membres – la", "somme demandée.")

    assert text(lines(*words)) == " ".join(words)


def test_lines_that_end_early_stay_lines() -> None:
    words = ("Mairie de Lyon", "Madame Martin", "69001 Lyon", "Ouverte du lundi au vendredi de 8 h à 17 h")

    assert text(lines(*words)).split("\n") == list(words)


def test_rows_of_a_table_stay_lines() -> None:
    rows = [["Année", "Dépenses", "Recettes"], ["2023", "1 200 €", "1 300 €"], ["2024", "1 250 €", "1 350 €"]]

    assert opened(typeset([Table(rows, colWidths=[120] * 3)])).text.split("\n") == list(map(" ".join, rows))


def test_text_that_runs_along_a_turned_page_is_read_like_any_other() -> None:
    def turned(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(100, 100)
        canvas.rotate(90)
        lines("Cette page est tournée, et sa phrase", "se lit pourtant jusqu'au bout.", y=0)(canvas)

    assert text(turned) == "Cette page est tournée, et sa phrase se lit pourtant jusqu'au bout."


def test_a_watermark_does_not_cut_a_sentence() -> None:
    def stamped(canvas: Canvas, word: str) -> None:
        lines(f"Le conseil a voté la {word} annuelle")(canvas)
        canvas.saveState()
        canvas.translate(250, 600)
        canvas.rotate(45)
        canvas.setFont("Helvetica-Bold", 40)
        canvas.drawString(0, 0, "PROJET")
        canvas.restoreState()
        lines("des associations de la commune.", "", f"Le vote de la {word} est clos.", y=700 - 13.2)(canvas)

    pages = [partial(stamped, word=word) for word in ("subvention", "cotisation", "dépense")]
    assert text(*pages) == "\n\n".join(
        f"Le conseil a voté la {word} annuelle des associations de la commune.\n\nLe vote de la {word} est clos."
        for word in ("subvention", "cotisation", "dépense")
    )


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("adminis-", "tration", "administration"),
        ("servi-", "ce", "service"),
        ("mer-", "ci", "merci"),
        ("sous-", "crire", "souscrire"),
        ("peut-", "être", "peut-être"),
        ("est-", "il", "est-il"),
        ("a-t-", "elle", "a-t-elle"),
        ("pouvez-", "vous", "pouvez-vous"),
        ("celui-", "ci", "celui-ci"),
        ("eux-", "mêmes", "eux-mêmes"),
        ("ci-", "après", "ci-après"),
        ("sous-", "préfecture", "sous-préfecture"),
        ("Saint-", "Denis", "Saint-Denis"),
        ("franco-", "allemand", "franco-allemand"),
        ("COVID-", "19", "COVID-19"),
        ("socio-écono-", "mique", "socio-économique"),
        ("adminis\u00ad", "tration", "administration"),
    ],
)
def test_a_word_broken_at_the_end_of_a_line_is_joined_and_a_hyphen_of_its_own_is_kept(
    first: str, second: str, whole: str
) -> None:
    assert text(lines(f"Voici donc {first}", f"{second} et la suite.")) == f"Voici donc {whole} et la suite."


@pytest.mark.parametrize("word", ["porte-monnaie", "contre-indiqué", "portefeuille", "contrecarré"])
def test_the_words_of_the_document_decide_where_a_hyphen_belongs(word: str) -> None:
    first = word.removesuffix("-monnaie").removesuffix("-indiqué").removesuffix("feuille").removesuffix("carré")
    second = word.removeprefix(first).removeprefix("-")

    assert f"Un {word} encore." in text(lines(f"Il y a un {word} ici. Un {first}-", f"{second} encore."))


def test_french_signs_are_kept() -> None:
    words = "L’œuvre « complète » coûte 12 € – soit 5 % : voilà…"

    assert text(lines(words)) == words


def furniture(canvas: Canvas, document: Any) -> None:
    canvas.setFont("Times-Italic", 9)
    canvas.drawString(72, HEIGHT - 40, "Ville de Lyon – Rapport annuel 2024")
    canvas.drawRightString(WIDTH - 72, HEIGHT - 40, "Document public")
    canvas.drawCentredString(WIDTH / 2, 34, f"Page {document.page} / 12")


def test_running_headers_and_footers_are_left_out() -> None:
    content = typeset([Paragraph(words, BODY) for words in LONG], height=300, on_page=furniture)

    assert opened(content).text == "\n\n".join(LONG)


@pytest.mark.parametrize(
    "form", ["{}", "- {} -", "Page {} / 12", "p. {}", "Rapport annuel – {}", "{} | Rapport annuel"]
)
def test_page_numbers_are_left_out(form: str) -> None:
    pages = [both(lines(f"Texte {word}."), lines(form.format(number), y=40)) for number, word in enumerate("abcd", 4)]

    assert text(*pages) == "Texte a.\n\nTexte b.\n\nTexte c.\n\nTexte d."


def test_roman_page_numbers_are_left_out() -> None:
    pages = [both(lines(f"Texte {number}."), lines(number, y=40)) for number in ("iii", "iv", "v")]

    assert text(*pages) == "Texte iii.\n\nTexte iv.\n\nTexte v."


def test_headers_that_alternate_between_left_and_right_pages_are_left_out() -> None:
    pages = [
        both(lines(("Le livre blanc", "Ville de Lyon")[number % 2], y=800), lines(f"Texte {word}."))
        for number, word in enumerate("abcdef")
    ]

    assert text(*pages) == "\n\n".join(f"Texte {word}." for word in "abcdef")


def test_a_line_on_two_pages_only_is_kept() -> None:
    pages = [both(lines("Ville de Lyon", y=800), lines(f"Texte {word}.")) for word in "ab"]

    assert text(*pages).count("Ville de Lyon") == 2


def test_a_line_on_three_pages_far_from_one_another_is_kept() -> None:
    header = [both(lines("Ville de Lyon", y=800), lines("Un texte."))]
    plain = [lines("Une suite."), lines("Une autre."), lines("Une fin.")]

    assert text(*header, *plain, *header, *plain, *header).count("Ville de Lyon") == 3


@pytest.mark.parametrize(
    "title", ["Annexe {}", "Article {}", "Délibération n° {}"], ids=lambda title: title.split(" ", maxsplit=1)[0]
)
def test_counted_headings_at_the_top_of_their_pages_are_kept(title: str) -> None:
    pages = [both(lines(title.format(n), y=780), lines("Un texte,", "puis un autre.")) for n in (1, 2, 3, 4)]

    assert all(title.format(number) in text(*pages) for number in (1, 2, 3, 4))


def test_the_head_of_a_table_that_is_repeated_on_each_page_is_kept() -> None:
    rows = [["Commune", "Habitants"], *[[f"Commune {chr(65 + n % 26)}{n}", str(n * n)] for n in range(120)]]
    reading = opened(typeset([Table(rows, colWidths=[150, 150], repeatRows=1)], height=500))

    assert reading.text.count("Commune Habitants") == len(reading.pages)


def test_a_form_that_is_the_same_on_each_page_keeps_its_text() -> None:
    form = [Paragraph(words, BODY) for words in DECISIONS]
    story = [
        block for name in ("Jeanne", "Paul", "Awa") for block in (*form, Paragraph(f"Signé : {name}"), PageBreak())
    ]

    assert opened(typeset(story)).text.count("\n\n".join(DECISIONS)) == 3


def test_a_sentence_that_is_said_at_the_end_of_each_page_is_kept() -> None:
    pages = [
        lines(f"Vote sur {word} :", "les membres ont été entendus.", "", "", "Adopté à l'unanimité.", y=y)
        for word, y in (("le budget", 110), ("les écoles", 150), ("la voirie", 190), ("les parcs", 130))
    ]

    assert text(*pages).count("Adopté à l'unanimité.") == 4


def test_a_line_that_each_page_says_first_in_its_column_is_kept() -> None:
    pages = [
        both(
            lines("Présents ce jour-là :", f"{name} et les autres", f"membres que {name} a", "convoqués par lettre."),
            lines(f"{name} a dit que", "la séance était", "ouverte, et qu'elle", "serait brève.", x=320, y=680.2),
        )
        for name in TOWNS[:4]
    ]

    assert text(*pages).count("Présents ce jour-là :") == 4


def test_pages_that_are_all_the_same_are_not_left_out_whole() -> None:
    assert text(*[lines("Un avis affiché.")] * 3).count("Un avis affiché.") == 3


def test_a_large_title_repeated_on_each_page_is_kept() -> None:
    pages = [
        both(lines("Fiche de poste", y=780, size=18), lines(f"Le texte de la fiche {word} de la ville."))
        for word in "abcd"
    ]

    assert text(*pages).count("Fiche de poste") == 4


def test_headings_are_the_larger_lines_and_the_short_bold_ones() -> None:
    story = [
        Paragraph("Rapport d'activité de la commune de Saint-Denis pour l'année 2024 et ses perspectives", TITLE),
        Paragraph(DECISIONS[0], BODY),
        Paragraph("1.1 Les finances", SECTION),
        Paragraph(f"<b>Un mot gras</b> puis {DECISIONS[1]}", BODY),
    ]

    assert headings(opened(typeset(story))) == [story[0].text, "1.1 Les finances"]


def test_headings_are_those_of_the_outline_where_it_has_some() -> None:
    def chapter(canvas: Canvas) -> None:
        for key, title in (("a", "Les finances"), ("b", "Absent de la page")):
            canvas.bookmarkPage(key)
            canvas.addOutlineEntry(title, key)
        lines("Un texte qui vient avant.", y=780)(canvas)
        lines("2.1 – Les finances")(canvas)
        lines("Une ligne en gras", font="Times-Bold", y=650)(canvas)
        lines("Un texte qui suit.", y=600)(canvas)

    assert headings(opened(drawn(chapter))) == ["2.1 – Les finances"]


def picture(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "gray")), 50, 50, 400, 600)


def test_a_scan_without_a_text_layer_is_refused() -> None:
    assert refusal(drawn(picture, picture)) == "it is a scan without a text layer"


def scanned(number: int) -> Callable[[Canvas], None]:
    """What draws a page as a scanner makes it: a picture of its own, nearly as large as the page."""
    paper = Image.effect_noise((60, 80 + number), 40)

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(paper), 10, 10, WIDTH - 20, HEIGHT - 20)

    return draw


def stamped(number: int, words: str, *more: str) -> Callable[[Canvas], None]:
    return both(scanned(number), lines(words, *more))


GROUND = scanned(0)
PREFECTURE = (
    "Envoyé en préfecture le 12/03/2024",
    "Reçu en préfecture le 12/03/2024",
    "ID : 069-216901234-20240312-DE",
)


@pytest.mark.parametrize(
    "pages",
    [
        [stamped(number, f"Page {number + 1}/9") for number in range(9)],
        [stamped(number, *PREFECTURE) for number in range(3)],
        [stamped(0, "Reçu le 12 mars 2024")],
        [stamped(0, "Page 1/2"), lines("Page 2/2")],
    ],
    ids=["numbers", "stamps of a prefecture", "one page", "a page left white"],
)
def test_a_scan_is_refused_whatever_is_stamped_on_it(pages: list[Callable[[Canvas], None]]) -> None:
    assert refusal(drawn(*pages)) == "it is a scan without a text layer"


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([lines("Rapport annuel de la commune"), *(scanned(number) for number in range(9))], "9 of 10"),
        ([lines(*DECISIONS), scanned(0), lines(*DECISIONS[:2]), lines(*DECISIONS[1:])], "1 of 4"),
        ([lines(*DECISIONS), scanned(0)], "1 of 2"),
        ([stamped(0, *PREFECTURE)], "1 of 1"),
    ],
    ids=["a title on a cover", "in the middle", "an annex", "a long stamp"],
)
def test_pages_that_are_scans_are_counted_and_the_others_read(
    pages: list[Callable[[Canvas], None]], count: str
) -> None:
    reading = opened(drawn(*pages))

    assert reading.incomplete == f"pages that are pictures with hardly any text, perhaps scans: {count}"
    assert len(reading.pages) == len(pages)


def test_what_a_program_read_in_a_scan_is_text() -> None:
    def read_in(canvas: Canvas) -> None:
        scanned(0)(canvas)
        canvas.drawText(_invisible(canvas, DECISIONS[0]))

    reading = opened(drawn(read_in))

    assert (reading.text, reading.incomplete) == (DECISIONS[0], "")


def _invisible(canvas: Canvas, words: str) -> Any:
    text = canvas.beginText(20, 700)
    text.setFont("Times-Roman", 4)
    text.setTextRenderMode(3)
    text.textLine(words)
    return text


@pytest.mark.parametrize(
    "pages",
    [
        [scanned(0), lines(*DECISIONS), lines(*DECISIONS[:2]), scanned(1)],
        [both(GROUND, lines(f"{town} en fête")) for town in TOWNS],
        [both(picture, lines(*DECISIONS))] * 3,
        [lines(*DECISIONS), lines()],
    ],
    ids=["covers", "the ground of slides", "illustrations", "a white page"],
)
def test_a_picture_that_hides_no_text_is_not_told(pages: list[Callable[[Canvas], None]]) -> None:
    assert opened(drawn(*pages)).incomplete == ""


def test_a_scan_in_a_form_is_a_scan() -> None:
    def in_form(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.beginForm(f"scan{number}", 0, 0, 1, 1)
            canvas.drawImage(ImageReader(Image.effect_noise((60, 80 + number), 40)), 0, 0, 1, 1)
            canvas.endForm()
            canvas.scale(WIDTH, HEIGHT)
            canvas.doForm(f"scan{number}")

        return draw

    assert opened(drawn(lines(*DECISIONS), in_form(0), in_form(1))).incomplete.endswith("2 of 3")


def test_an_empty_page_has_an_empty_text() -> None:
    assert opened(drawn(lines())).text == ""


def test_a_file_that_asks_for_a_password_is_refused() -> None:
    locked = StandardEncryption("mot de passe", ownerPassword="autre", strength=128)

    assert refusal(drawn(lines("Un secret."), encrypt=locked)) == "it is encrypted"


def test_a_file_that_only_forbids_to_change_it_is_read() -> None:
    protected = StandardEncryption("", ownerPassword="autre", strength=128)

    assert opened(drawn(lines("Un texte."), encrypt=protected)).text == "Un texte."


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"Une lettre.", b"\x00" * 100], ids=repr)
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    assert refusal(content) == "it is damaged"


def test_a_file_cut_anywhere_is_read_or_refused() -> None:
    content = typeset([Paragraph(words, BODY) for words in DECISIONS * 3], height=200)
    for share in range(1, 40):
        try:
            opened(content[: len(content) * share // 40])
        except DocumentUnreadable as error:
            assert str(error) == "it is damaged"  # noqa: PT017 - either is right


def test_a_page_that_is_lost_leaves_the_others_readable() -> None:
    content = drawn(lines("La première page."), lines("La deuxième page."))
    lost = content.replace(b"/Type /Page\n", b"/Type /Gone\n", 1)

    assert lost != content
    assert "La deuxième page." in opened(lost).text


def test_more_pages_than_the_limit_are_refused() -> None:
    content = drawn(*[lines("Un texte.")] * 3)

    assert refusal(content, Limits(pages=2)) == "it has more than 2 pages"
    assert len(read(content, Limits(pages=3)).pages) == 3


def numbered_glyphs(codes: bytes, told: bytes = b"") -> bytes:
    """A PDF whose font numbers its glyphs, and tells the characters of some (pairs of <code> <UTF-16>) or of none."""
    pairs = b"%d beginbfchar %s endbfchar" % (told.count(b"<") // 2, told)
    known = b"begincmap 1 begincodespacerange <0000><ffff> endcodespacerange " + pairs + b" endcmap"
    content = b"BT /F 12 Tf 72 700 Td <" + codes + b"> Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor 7 0 R/DW 500>>",
        b"<</Type/FontDescriptor/FontName/AAAAAA+X/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800"
        b"/Descent -200/CapHeight 700/StemV 80>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(known), known),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Size 9/Root 1 0 R>>\n"


def test_a_text_layer_without_unicode_is_refused_and_not_taken_for_letters() -> None:
    as_letters = b"".join(b"%04x" % code for code in range(0x41, 0x5B))

    assert refusal(numbered_glyphs(as_letters)) == "its text layer cannot be decoded"


def test_a_letter_that_the_font_does_not_tell_is_never_taken_for_another_one() -> None:
    told = b"".join(b"<%04x> <%04x>" % (ord(letter), ord(letter)) for letter in "bcde")

    assert opened(numbered_glyphs(b"".join(b"%04x" % ord(letter) for letter in "bcadec"), told)).text == "bc\ufffddec"


def test_a_character_of_two_code_units_is_one() -> None:
    assert opened(numbered_glyphs(b"00410042", b"<0041> <D835DC65> <0042> <0032>")).text == "𝑥2"


def test_ligatures_are_written_out() -> None:
    assert opened(numbered_glyphs(b"00410042", b"<0041> <FB01> <0042> <006E>")).text == "fin"


def test_the_bullet_of_a_symbol_font_is_a_bullet() -> None:
    told = b"<0041> <F0B7> <0042> <0020> <0043> <0043>"

    assert opened(numbered_glyphs(b"0041004200430043004300430043", told)).text == "• CCCCC"


def test_what_a_form_was_filled_in_with_is_read() -> None:
    def form(canvas: Canvas) -> None:
        lines("Nom :", size=12)(canvas)
        canvas.acroForm.textfield(name="nom", value="Jeanne Martin", x=120, y=696, width=200, height=18)

    assert text(form) == "Nom : Jeanne Martin"


def told(title: str = "", author: str = "", lang: str = "") -> Reading:
    def draw(canvas: Canvas) -> None:
        canvas.setTitle(title)
        canvas.setAuthor(author)
        lines("Un texte.")(canvas)

    return opened(drawn(draw, lang=lang))


def test_metadata_tells_title_author_and_language() -> None:
    reading = told("Rapport d'activité 2024", "Jeanne Martin", lang="fr-FR")

    assert (reading.title, reading.author, reading.language) == ("Rapport d'activité 2024", "Jeanne Martin", "fr")


@pytest.mark.parametrize(
    "title", ["", "  ", "untitled", "Sans titre", "Microsoft Word - rapport.doc", "rapport_v2.indd", "Document1"]
)
def test_a_title_that_a_program_made_up_is_not_taken(title: str) -> None:
    assert told(title).title == ""


def test_an_author_that_a_program_made_up_is_not_taken() -> None:
    assert told(author="anonymous").author == ""


@pytest.mark.parametrize(
    ("created", "date"),
    [
        (b"D:20250702103000+02'00'", "2025-07-02"),
        (b"D:202507", "2025-07"),
        (b"D:2025", "2025"),
        (b"20250702", "2025-07-02"),
        (b"D:19000101000000Z", "2024-05-06"),
        (b"D:20251402", "2024-05-06"),
        (b"hier", "2024-05-06"),
    ],
)
def test_the_date_is_the_day_of_creation_or_else_of_change(created: bytes, date: str) -> None:
    content = drawn(lines("Un texte."))
    info = content.index(b"/CreationDate")
    known = b"/CreationDate (" + created + b") /ModDate (D:20240506070809) /Was ("
    content = content[:info] + known + content[content.index(b"(", info) + 1 :]
    content = content.replace(b"/ModDate (D:2000", b"/Other (D:2000")

    assert opened(content).date == date
