"""Files that an administrator adds from the page: asked for with a key, and told what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from index.sync import synchronise
from tests.browser.conftest import chat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

KEY = "une longue phrase secrète"
PATIENCE = 60_000  # ms: to index takes a process of its own


@pytest.fixture(scope="module")
def address(quick: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A chat to which files may be added."""
    room = tmp_path_factory.mktemp("adding")
    (room / "documents").mkdir()
    (room / "documents" / "offre.txt").write_text("Ilya Sutskever a refusé l'offre de Meta.", encoding="utf-8")
    synchronise([room / "documents"], room / "corpus", quick)
    settings = {"SOURCIER_UPLOADS": str(room / "documents" / "ajouts"), "SOURCIER_UPLOAD_KEY": KEY}
    with chat(room / "corpus", "--encoder", quick, "--reader", "sentences", **settings) as listening:
        yield listening


@pytest.fixture
def adding(new_page: Callable[..., Page], address: str) -> Locator:
    """The dialog, open, on a page of its own."""
    page = new_page()
    page.goto(address)
    page.get_by_role("button", name="Ajouter des documents").click()
    return page.get_by_role("dialog")


def state_of(adding: Locator, name: str) -> Locator:
    return adding.get_by_role("listitem").filter(has_text=name).get_by_role("status")


def test_a_file_that_is_added_can_be_asked(adding: Locator, tmp_path: Path) -> None:
    (tmp_path / "plage.txt").write_text("La plage ouvre le premier juin.", encoding="utf-8")
    (tmp_path / "faux.pdf").write_bytes(b"%PDF-1.7 rien de plus")
    adding.get_by_label("Clé de l'administrateur").fill(KEY)
    adding.get_by_label("Choisir des fichiers").set_input_files([tmp_path / "plage.txt", tmp_path / "faux.pdf"])

    expect(state_of(adding, "plage.txt")).to_have_text("indexé\u00a0: on peut l'interroger", timeout=PATIENCE)
    expect(state_of(adding, "faux.pdf")).to_contain_text("écarté", timeout=PATIENCE)
    adding.get_by_role("button", name="Fermer").click()
    page = adding.page
    page.get_by_role("button", name="Documents", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("listitem").filter(has_text="plage.txt")).to_be_visible()


def test_browser_says_nothing_of_its_own_about_the_files(adding: Locator) -> None:
    files = adding.get_by_label("Choisir des fichiers")
    size = files.bounding_box()
    assert size
    assert size["width"] * size["height"] <= 4
    adding.get_by_label("Clé de l'administrateur").press("Tab")
    expect(files).to_be_focused()
    pick = adding.locator(".pick")
    expect(pick).to_have_css("outline-style", "solid")
    with adding.page.expect_file_chooser():
        pick.click()


def test_file_that_is_dropped_beside_the_zone_is_not_opened_in_place_of_the_page(adding: Locator) -> None:
    dropped = adding.page.evaluate("""() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(["Un texte."], "a.txt"));
        const drop = (target) => ["dragover", "drop"].map((type) =>
            target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true })));
        return [...drop(document.querySelector("#sourcier-question")), ...drop(document.querySelector("dialog[open]"))];
    }""")
    assert dropped == [False] * 4  # the browser is kept from doing what it does
    expect(adding.get_by_role("listitem")).to_have_count(0)


def test_without_the_key_nothing_is_added(adding: Locator, tmp_path: Path, complaints: list[str]) -> None:
    (tmp_path / "intrus.txt").write_text("Un texte.", encoding="utf-8")
    adding.get_by_label("Clé de l'administrateur").fill("je devine")
    adding.get_by_label("Choisir des fichiers").set_input_files(tmp_path / "intrus.txt")

    expect(state_of(adding, "intrus.txt")).to_contain_text("n'est pas celle de l'administrateur")
    assert [said for said in complaints if "403" not in said] == []
    complaints.clear()


def test_a_page_to_which_nothing_may_be_added_does_not_offer_it(page: Page) -> None:
    expect(page.get_by_role("button", name="Ajouter des documents")).to_have_count(0)
