"""The pictures of the documentation are those that ``make pictures`` makes, and each is shown somewhere."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    """The program itself, which carries no suffix."""
    loader = SourceFileLoader("tools_pictures", str(ROOT / "tools" / "pictures"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, loader.name, module)
        loader.exec_module(module)
    return module


def shown() -> dict[str, Path]:
    """The PNG files that a page shows, each with one such page."""
    return {
        (page.parent / link).resolve().name: page
        for page in PAGES
        for link in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    }


def test_every_picture_a_page_shows_exists_and_says_what_it_is() -> None:
    missing = {name: str(page.relative_to(ROOT)) for name, page in shown().items() if not (FOLDER / name).is_file()}
    assert missing == {}
    nameless = [page.name for page in PAGES if "![](" in page.read_text(encoding="utf-8")]
    assert nameless == []


def test_every_picture_is_made_by_the_list_and_shown_somewhere(pictures: ModuleType) -> None:
    made = [f"{picture.name}.png" for picture in pictures.PICTURES]
    kept = {path.name for path in FOLDER.iterdir()}
    assert len(made) == len(set(made))
    assert kept - set(made) == set()
    assert set(made) - shown().keys() == set()


def test_what_an_address_names_is_found_in_the_demo(pictures: ModuleType) -> None:
    named = {name for picture in pictures.PICTURES for name in re.findall(r"{(\w+)}", picture.address)}
    assert named <= pictures.FINDS.keys()


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES
