"""Every row of any such file comes out as a line or as an odd row with its reason."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.replay.read_invoices import InvoiceLine, NotAnInvoiceFile, Odd, read_invoices

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
ROW = "489434,85048,15CM CHRISTMAS GLASS BALL 20 LIGHTS,12,2009-12-01 07:45:00,6.95,13085,United Kingdom\n"


def _file(tmp_path: Path, content: str | bytes, name: str = "lines.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _lines(path: Path) -> list[InvoiceLine]:
    return [row for row in read_invoices(path) if isinstance(row, InvoiceLine)]


def _odd(path: Path) -> list[Odd]:
    return [row for row in read_invoices(path) if isinstance(row, Odd)]


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    assert list(read_invoices(_file(tmp_path, HEADER + ROW))) == [
        InvoiceLine(
            2,
            "489434",
            "85048",
            "15CM CHRISTMAS GLASS BALL 20 LIGHTS",
            12,
            datetime(2009, 12, 1, 7, 45),  # noqa: DTZ001
            Decimal("6.95"),
            "13085",
            "United Kingdom",
        )
    ]


def test_other_names_another_order_and_a_mark_at_the_start_change_nothing(tmp_path: Path) -> None:
    text = (
        "\ufeffCountry;CustomerID;UnitPrice;InvoiceDate;Quantity;Description;StockCode;InvoiceNo;Extra\r\n"
        'France;12583.0;3,75;01.12.2010 08:45;24;"ALARM; CLOCK";22728;536370;x\r\n'
    )
    (line,) = _lines(_file(tmp_path, text))
    assert (line.invoice, line.description, line.price, line.customer) == ("536370", "ALARM; CLOCK", Decimal("3.75"), "12583")


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress, bz2.compress])
def test_packed_files_are_read_by_what_they_are_not_by_their_name(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    assert len(_lines(_file(tmp_path, pack((HEADER + ROW).encode()), "lines.txt"))) == 1


@pytest.mark.parametrize("codec", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_a_pound_sign_survives_every_encoding(tmp_path: Path, codec: str) -> None:
    (line,) = _lines(_file(tmp_path, (HEADER + ROW.replace("GLASS BALL", "Voucher £5")).encode(codec)))
    assert "Voucher £5" in line.description


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["12/1/2010 8:26", "12/13/2010 9:00"], (2010, 12, 1, 8, 26)),  # a 13th month does not exist
        (["1/12/2010 8:26", "13/12/2010 9:00"], (2010, 12, 1, 8, 26)),
        (["12/1/2010 8:26", "12/2/2010 9:00", "1/3/2011 9:00"], (2010, 12, 1, 8, 26)),  # month first rises, day first falls
        (["01/12/10 08:26"], (2010, 12, 1, 8, 26)),
        (["2010-12-01T08:26:00Z"], (2010, 12, 1, 8, 26)),
        (["12/1/2010 8:26 PM", "12/31/2010 1:00 AM"], (2010, 12, 1, 20, 26)),
        (["40513.351388888892"], (2010, 12, 1, 8, 26)),
    ],
)
def test_dates_are_read_in_the_order_the_file_bears_out(tmp_path: Path, dates: list[str], first: tuple[int, ...]) -> None:
    text = HEADER + "".join(ROW.replace("2009-12-01 07:45:00", date) for date in dates)
    assert _lines(_file(tmp_path, text))[0].at == datetime(*first)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace(",12,", ",twelve,"), "the quantity 'twelve' is not a whole number"),
        (ROW.replace(",12,", ",1.5,"), "the quantity '1.5' is not a whole number"),
        (ROW.replace("6.95", "dear"), "the price 'dear' is not an amount"),
        (ROW.replace("2009-12-01 07:45:00", "2009-02-30"), "the date '2009-02-30' cannot be read"),
        (ROW.replace("489434", ""), "the row has no invoice"),
        (ROW.replace("85048", " "), "the row has no stock code"),
        ("489434,85048\n", "the row is cut short: 2 fields where the header has 8"),
        (ROW.replace("\n", ",more\n"), "the row is too long: 9 fields where the header has 8"),
    ],
)
def test_an_odd_row_is_kept_with_its_reason_and_stops_nobody(tmp_path: Path, row: str, reason: str) -> None:
    rows = list(read_invoices(_file(tmp_path, HEADER + row + ROW)))
    assert rows[0] == Odd(2, reason, row.rstrip("\n"))
    assert isinstance(rows[1], InvoiceLine)


def test_a_quote_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    broken = ROW.replace("15CM", '"15CM')
    rows = list(read_invoices(_file(tmp_path, HEADER + ROW + broken + ROW * 60)))
    assert [row.row for row in rows] == list(range(2, 64))
    assert [row.row for row in rows if isinstance(row, Odd)] == [3]


def test_a_description_over_two_lines_is_one_row(tmp_path: Path) -> None:
    (line,) = _lines(_file(tmp_path, HEADER + ROW.replace("15CM CHRISTMAS", '"15CM\nCHRISTMAS').replace("LIGHTS", 'LIGHTS"')))
    assert "15CM\nCHRISTMAS" in line.description


def test_half_a_file_gives_its_readable_rows_and_reports_the_tail(tmp_path: Path) -> None:
    whole = (HEADER + ROW * 20).encode()
    path = _file(tmp_path, whole[:-30])
    assert len(_lines(path)) == 19
    assert [odd.reason for odd in _odd(path)] == ["the row is cut short: 5 fields where the header has 8"]


def test_half_a_packed_file_gives_its_readable_rows_and_reports_the_tail(tmp_path: Path) -> None:
    text = HEADER + "".join(ROW.replace("489434", str(n)).replace("85048", str(n * 7919 % 99991)) for n in range(20_000))
    packed = gzip.compress(text.encode(), compresslevel=1)
    path = _file(tmp_path, packed[: len(packed) // 2])
    assert len(_lines(path)) > 5_000
    assert "ends early" in _odd(path)[-1].reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n\n", "it has no header"),
        (b"PK\x03\x04rest of a workbook", "save the sheet as CSV"),
        (b"a,b,c\n1,2,3\n", "no column for invoice, stock code, quantity, at, price; its first row has a, b, c"),
        (b"\x00\xff\x13\x80" * 50, "no column for invoice"),
        (lzma.compress(HEADER.encode())[:20], "the compressed file ends early"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(NotAnInvoiceFile, match=why):
        list(read_invoices(_file(tmp_path, content)))


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotAnInvoiceFile, match="no such file"):
        list(read_invoices(tmp_path / "nowhere.csv"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20), min_size=1, max_size=9)
    )
)
def test_no_row_is_dropped_whatever_stands_in_it(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "lines.csv"
    with path.open("w", newline="", encoding="utf-8") as sheet:
        sheet.write(HEADER)
        csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows(rows)
        sheet.write(ROW)
    out = list(read_invoices(path))
    assert isinstance(out[-1], InvoiceLine)
    # a record may be read line by line where it does not fit the header, so at least one entry for each row
    assert len(out) >= len(rows) + 1
