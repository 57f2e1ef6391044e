"""What dates promise: partial ISO dates as days, and only the date that a document tells of itself."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import days, find_date, line_date, parse, strip_tag

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2025", (20250101, 20251231)),
        ("2025-07", (20250701, 20250731)),
        ("2024-02", (20240201, 20240229)),
        ("2025-02", (20250201, 20250228)),
        ("2025-07-02", (20250702, 20250702)),
    ],
)
def test_a_partial_date_is_all_the_days_that_it_may_mean(date: str, expected: tuple[int, int]) -> None:
    assert days(date) == expected


@pytest.mark.parametrize(
    "date",
    [
        "",
        "25",
        "0000",
        "2025-13",
        "2025-00",
        "2025-02-29",
        "2025-07-00",
        "2025-7",
        "2025-07-2",
        "2025-07-02T10",
        "٢٠٢٥",
    ],
)
def test_what_is_no_date_raises_value_error(date: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        days(date)


@given(st.dates(min_value=datetime.date(1, 1, 1)))
def test_every_day_of_the_calendar_is_one_day(date: datetime.date) -> None:
    number = date.year * 10000 + date.month * 100 + date.day

    assert days(date.isoformat()) == (number, number)


@pytest.mark.parametrize(
    ("seed", "date"),
    [("000", "2025-07"), ("001", ""), ("002", "2025-06"), ("003", ""), ("004", "2025-07-02")],
)
def test_each_seed_has_the_date_that_it_tells(seed: str, date: str) -> None:
    file = next(SEEDS.glob(f"{seed}_*"))

    assert find_date(file.read_text(encoding="utf-8")) == date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("date 2025-07 Une stratégie agressive se met en place", "2025-07"),
        ("date: 2025-07-02", "2025-07-02"),
        ("date: 2025", "2025"),
        ("Date : 2 juillet 2025", "2025-07-02"),
        ("DATE\u00a0: 02/07/2025", "2025-07-02"),
        ("Date de publication : 1er mars 2024", "2024-03-01"),
    ],
)
def test_a_leading_tag_tells_the_date(line: str, date: str) -> None:
    assert find_date(f"Un titre sans date\n{line}\n") == date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Mercredi 02 Juillet 2025", "2025-07-02"),
        ("mer. 2 juil. 2025", "2025-07-02"),
        ("1er mars 2024", "2024-03-01"),
        ("juillet 2025", "2025-07"),
        ("AOÛT 2025", "2025-08"),
        ("3 aout 2025", "2025-08-03"),
        ("12 févr. 2024", "2024-02-12"),
        ("12 fevrier 2024", "2024-02-12"),
        ("2 de\u0301cembre 2023", "2023-12-02"),
        ("5 sept. 2023", "2023-09-05"),
        ("02/07/2025", "2025-07-02"),
        ("2.7.2025", "2025-07-02"),
        ("2025-07-02", "2025-07-02"),
        ("2025-07-02T10:30:00+02:00", "2025-07-02"),
        ("2\u00a0juillet\u00a02025 à 10h30", "2025-07-02"),
    ],
)
def test_a_line_that_is_nothing_but_a_date_tells_it(line: str, date: str) -> None:
    assert find_date(f"Le titre\n\n{line}\n\nLe texte.") == date


@pytest.mark.parametrize(
    "line",
    [
        "Publié le 2 juillet 2025",
        "Publiée le mercredi 2 juillet 2025 à 14h05 par Jeanne Martin",
        "Publié : 02/07/2025",
        "Mis à jour le 2 juillet 2025 - 3 min de lecture",
        "MISE À JOUR : 2025-07-02",
        "Posté le 2 juillet 2025 par Luc",
        "Paru le 2 juillet 2025, modifié le 5 août 2025",
        "Le 2 juillet 2025",
        "Le mercredi 2 juillet 2025 à 10:30",
        "Le 2 juillet 2025 par Jeanne Martin",
        "Article publié le 2 juillet 2025.",
    ],
)
def test_a_short_line_that_says_when_it_appeared_tells_the_date(line: str) -> None:
    assert find_date(f"Le titre\n{line}\nLe texte.") == "2025-07-02"


@pytest.mark.parametrize(
    "line",
    [
        "Le 12 juin 2025, l'entreprise a embauché Alexandr Wang.",
        "Le 12 juin 2025 par un beau matin, il est parti.",
        "Le 12 juin 2025 fut une belle journée",
        "Publiée en mars 2019, la loi impose de nouvelles normes.",
        "Paru en juin 2020 chez un petit éditeur, le livre a connu un grand succès dans toute la France, et au-delà",
        "L'offre date de juillet 2025",
        "Dates 2025-07",
        "Date 2025 des élections",
        "2024",
        "32/07/2025",
        "30 février 2025",
        "2025-13-01",
        "Réunion du 2 juillet 2025",
        "8 août 2025 Booking, arnaques et galères",
        "En mai 2025",
    ],
)
def test_a_date_in_the_running_text_is_not_taken(line: str) -> None:
    assert find_date(f"Le titre\n{line}\nLe texte.") == ""


def test_only_the_head_is_looked_at() -> None:
    assert find_date("ligne sans date\n\n" * 12 + "2 juillet 2025\n") == ""


def test_the_first_date_of_the_head_wins() -> None:
    assert find_date("1er mars 2024\n2 juillet 2025") == "2024-03-01"


def test_a_year_alone_is_a_date_where_a_date_is_asked_for_but_not_on_a_line() -> None:
    assert (parse("2025"), line_date("2025")) == ("2025", "")


def test_a_tag_is_stripped_and_the_rest_kept_to_the_letter() -> None:
    assert strip_tag(" date 2025-07 Été à l'École") == "Été à l'École"


def test_a_line_without_a_tag_is_kept() -> None:
    assert strip_tag("Dates à retenir") == "Dates à retenir"


@given(st.text(alphabet="date publié le 0123456789/-.:jmaût\n\u00a0"))
def test_whatever_is_found_is_a_date(text: str) -> None:
    found = find_date(text)

    assert not found or days(found)
