from __future__ import annotations

from pathlib import Path

import pytest
import reportlab
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.documents import lettering


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Café Søren – €5", "Café Søren – €5"),
        ("Łódź", "Łódz"),
        ("Erdős", "Erdos"),
        ("Nguyễn", "Nguyen"),
        ("Иван Щукин", "Ivan Shchukin"),
        ("Αθήνα", "Athina"),
        ("ＡＢＣ１２", "ABC12"),
        ("東京 Tower", "?? Tower"),
        ("two\nlines\tand\x07a bell", "two lines and a bell"),
    ],
)
def test_what_no_face_can_draw_is_romanized_or_marked(text: str, drawn: str) -> None:
    assert lettering.set_text(text)[1] == drawn


def test_the_characters_lost_are_named() -> None:
    assert lettering.undrawable("東京 Łódź, 東") == "東京"
    assert lettering.undrawable("Иван Erdős") == ""


@given(st.text(max_size=60), st.booleans())
def test_any_text_can_be_set_measured_and_fitted(text: str, bold: bool) -> None:
    _, drawn = lettering.set_text(text, bold)
    assert drawn.isprintable()
    fitted, size = lettering.fit(text, 12, 100, bold)
    assert 7.2 <= size + 1e-9 <= 12 + 1e-9
    assert lettering.width(fitted, size, bold) <= 100 + 1e-6


def test_a_text_too_long_shrinks_first_and_is_cut_only_then() -> None:
    assert lettering.fit("Springfield", 10, 100) == ("Springfield", 10)
    assert lettering.fit("Springfield", 20, 80)[0] == "Springfield"
    assert lettering.fit("Springfield " * 20, 20, 80)[0].endswith("…")


def test_a_house_may_name_a_wider_face(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = Path(reportlab.__file__).parent / "fonts"
    before = dict(lettering._wide)
    try:
        lettering.use_fonts(regular=fonts / "VeraIt.ttf", bold=fonts / "VeraBI.ttf")
        assert lettering.set_text("Łódka")[0] == "Orderhouse-regular-VeraIt"
    finally:
        lettering.use_fonts(regular=Path(before["regular"]), bold=Path(before["bold"]))
    assert lettering.set_text("Łódka")[0] == "Orderhouse-regular-Vera"
