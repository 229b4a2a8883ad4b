"""Every way known in which an input file can be broken, and what the library must say about it.

`BROKEN` serves the tests of the readers and those of the command line alike.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from .workbooks import RAW, RAW_TITLE, SITE, Sheets, book_bytes, cell, sheets

Kind = Literal["scores", "workbook", "register"]


@dataclass(frozen=True)
class Broken:
    """A broken input file.

    `write` puts it into a folder and gives its path; `says` are parts that the message must have: the place,
    the trouble, the remedy.
    """

    name: str
    kind: Kind
    write: Callable[[Path], Path]
    says: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def _noise(length: int = 4000) -> bytes:
    return random.Random(20191001).randbytes(length)


def _bytes(name: str, data: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return write


def _folder(name: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).mkdir()
        return folder / name

    return write


def _missing(name: str) -> Callable[[Path], Path]:
    return lambda folder: folder / name


# --- site scores as CSV -----------------------------------------------------------------------------------

HEADER = "site_id,pupils,score_raw,score_raw_lower,score_raw_upper,score,flags\n"
FIRST = "00AP00,100,102.62,26.17,76.45,33.02,\n"
SECOND = "00AR00,142,19.46,10.33,9.14,0.00,\n"
SOUND_CSV = HEADER + FIRST + SECOND


def _csv(name: str, text: str | bytes, *says: str) -> Broken:
    data = text.encode() if isinstance(text, str) else text
    return Broken(f"CSV, {name}", "scores", _bytes("scores.csv", data), ("scores.csv", *says))


def _with(old: str, new: str) -> str:
    assert old in SOUND_CSV
    return SOUND_CSV.replace(old, new, 1)


CSV = [
    _csv("cut in the middle of a row", SOUND_CSV[:-20], "row 3", "has 3 values, not 7", "every row"),
    _csv("random bytes", _noise(), "is not UTF-8", "save it as CSV UTF-8"),
    _csv("empty", b"", "is empty", "give a file with content"),
    _csv("line ends only", b"\r\n\r\n\n", "nothing but line ends", "give a file with content"),
    _csv("header only", HEADER, "holds no rows", "at least one row"),
    _csv(
        "no column score",
        _with("_upper,score,", "_upper,grade,"),
        "column score is missing",
        "found: site_id",
    ),
    _csv("misspelt column", _with("_upper,score,", "_upper,scores,"), "is 'scores' meant to be score?"),
    _csv("doubled column", _with("_lower,", "_upper,"), "column score_raw_upper", "row 1", "keep one"),
    _csv(
        "two columns without a name", _with("score_raw_lower,score_raw_upper", ","), "(no name)", "keep one"
    ),
    _csv(
        "doubled site",
        SOUND_CSV + FIRST,
        "column site_id, row 4, value '00AP00'",
        "first in row 2",
        "one row only",
    ),
    _csv(
        "site in lower case",
        _with("00AP00", "00ap00"),
        "column site_id, row 2, value '00ap00'",
        "such as 00AP00",
    ),
    _csv("site without its number", _with("00AR00", "00AR"), "row 3, value '00AR'", "such as 00AP00"),
    _csv("empty site", _with("00AR00", ""), "column site_id, row 3", "is empty", "such as 00AP00"),
    _csv(
        "text for a score",
        _with("33.02", "n/a"),
        "column score, row 2, value 'n/a'",
        "is not a number",
        "give a",
    ),
    _csv("empty score", _with("33.02", ""), "column score, row 2", "is empty", "at most 2 decimals"),
    _csv("NaN", _with("33.02", "NaN"), "column score, row 2, value 'NaN'", "is not a number"),
    _csv("infinity", _with("33.02", "inf"), "column score, row 2, value 'inf'", "is not a number"),
    _csv("power of ten", _with("33.02", "3.302e1"), "row 2, value '3.302e1'", "is not a number"),
    _csv("negative score", _with("33.02", "-33.02"), "row 2, value '-33.02'", "is below 0", "give 0 or more"),
    _csv(
        "three decimals",
        _with("33.02", "33.021"),
        "row 2, value '33.021'",
        "more than 2 decimals",
        "round it",
    ),
    _csv(
        "decimal comma", _with("33.02", '"33,02"'), "row 2, value '33,02'", "decimal comma", "decimal point"
    ),
    _csv("decimal comma, unquoted", _with("33.02", "33,02"), "row 2", "has 8 values, not 7", "every row"),
    _csv("thousands separator", _with("33.02", '"2,894.96"'), "row 2, value '2,894.96'", "is not a number"),
    _csv(
        "huge number", _with("33.02", "9" * 40), "column score, row 2", "is too large", "below 10,000,000,000"
    ),
    _csv(
        "half a pupil",
        _with("100,", "100.5,"),
        "column pupils, row 2, value '100.5'",
        "is not a whole number",
    ),
    _csv("negative pupils", _with("142,", "-142,"), "column pupils, row 3, value '-142'", "is below 0"),
    _csv("unknown flag", _with("33.02,", "33.02,x"), "column flags, row 2, value 'x'", '"b, c"'),
    _csv(
        "ISO-8859-1", _with("33.02,", "33.02,é").encode("iso-8859-1"), "row 2", "is not UTF-8", "save it as"
    ),
    _csv("UTF-16", SOUND_CSV.encode("utf-16"), "row 1", "is not UTF-8", "save it as CSV UTF-8"),
    _csv(
        "UTF-16 without its mark", SOUND_CSV.encode("utf-16-le"), "row 1", "zero byte", "save it as CSV UTF-8"
    ),
    _csv("zero byte", _with("142", "1\x002"), "row 3", "zero byte", "save it as CSV UTF-8"),
    _csv("one value too many", _with("0.00,", "0.00,,"), "row 3", "has 8 values, not 7", "every row"),
    _csv("empty line between", _with(FIRST, FIRST + "\n"), "row 3", "is an empty line", "delete the line"),
    _csv("row of commas", _with(SECOND, ",,,,,,\n"), "column site_id, row 3", "is empty"),
    _csv("line break in a value", _with("33.02,", '33.02,"a\nb"'), "scores.csv", "row"),
    _csv("open quote", _with("00AP00", '"00AP00'), "scores.csv"),
    _csv(
        "a page of the web", b"<!DOCTYPE html>\n<html><body>404</body></html>\n", "column site_id is missing"
    ),
    _csv("a workbook under another name", book_bytes(sheets()), "is not UTF-8", "save it as CSV UTF-8"),
    Broken("a folder", "scores", _folder("scores.csv"), ("scores.csv", "is a folder", "name a file in it")),
    Broken(
        "no such file", "scores", _missing("scores.csv"), ("scores.csv", "does not exist", "check the path")
    ),
    Broken(
        "unknown ending",
        "scores",
        _bytes("scores.txt", SOUND_CSV.encode()),
        ("scores.txt", "its ending .txt", ".csv, .parquet or .xlsx"),
    ),
    Broken(
        "no ending",
        "scores",
        _bytes("scores", SOUND_CSV.encode()),
        ("its ending (none)", ".csv, .parquet or .xlsx"),
    ),
    Broken(
        "zero byte in its name",
        "scores",
        lambda _: Path("scores\0.csv"),
        ("cannot be read", "check the path"),
    ),
]

# --- site scores as Parquet -------------------------------------------------------------------------------


def _parquet_bytes(columns: dict[str, Any] | pa.Table) -> bytes:
    stream = io.BytesIO()
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    pq.write_table(table, stream, write_page_checksum=True)
    return stream.getvalue()


SOUND_PARQUET: dict[str, Any] = {
    "site_id": ["00AP00", "00AR00"],
    "pupils": [100, 142],
    "score": pa.array([Decimal("33.02"), Decimal("0.00")], pa.decimal128(12, 6)),
}


def _parquet(name: str, *says: str, data: bytes | None = None, **columns: Any) -> Broken:
    whole = _parquet_bytes({**SOUND_PARQUET, **columns}) if data is None else data
    return Broken(f"Parquet, {name}", "scores", _bytes("scores.parquet", whole), ("scores.parquet", *says))


def _damaged(at: int) -> bytes:
    data = bytearray(_parquet_bytes(SOUND_PARQUET))
    data[at : at + 16] = b"\xff" * 16
    return bytes(data)


_WHOLE = _parquet_bytes(SOUND_PARQUET)
_THREE = pa.array([Decimal("33.021"), Decimal(0)], pa.decimal128(12, 6))

PARQUET = [
    _parquet("cut in the middle", "is not a whole Parquet file", "again", data=_WHOLE[: len(_WHOLE) // 2]),
    _parquet("first half missing", "is not a whole Parquet file", data=_WHOLE[-60:]),
    _parquet("random bytes", "is not a whole Parquet file", "again", data=_noise()),
    _parquet("empty", "is empty", "give a file with content", data=b""),
    _parquet("damaged footer", "is not a whole Parquet file", data=_damaged(len(_WHOLE) - 20)),
    _parquet("damaged page", "is not a whole Parquet file", data=_damaged(_WHOLE.index(b"00AR00") - 4)),
    _parquet(
        "one letter changed", "is not a whole Parquet file", data=_WHOLE.replace(b"00AR00", b"00AZ00", 1)
    ),
    _parquet("CSV under another name", "is not a whole Parquet file", data=SOUND_CSV.encode()),
    _parquet("no rows", "holds no rows", data=_parquet_bytes(pa.table(SOUND_PARQUET).slice(0, 0))),
    _parquet(
        "no column score",
        "column score is missing",
        data=_parquet_bytes(pa.table(SOUND_PARQUET).drop(["score"])),
    ),
    _parquet(
        "doubled column",
        "column score",
        "occurs twice",
        "keep one",
        data=_parquet_bytes(pa.table(SOUND_PARQUET).append_column("score", pa.array([1, 2]))),
    ),
    _parquet("doubled site", "row 2, value '00AP00'", "first in row 1", site_id=["00AP00", "00AP00"]),
    _parquet("site as a number", "column site_id", "holds int64, not a site code", site_id=[1, 2]),
    _parquet("score as true or false", "column score", "holds bool", score=[True, False]),
    _parquet("score as bytes", "column score", "holds binary", score=[b"1", b"2"]),
    _parquet("score as a list", "column score", "holds list", score=[[1], [2]]),
    _parquet("pupils as a date", "column pupils", "holds date32", pupils=pa.array([0, 1], pa.date32())),
    _parquet(
        "bytes that are no text",
        "column site_id",
        "no text",
        site_id=pa.array([b"\xff", b"\xfe"]).view("string"),
    ),
    _parquet("missing score", "column score, row 2", "is empty", score=pa.array([Decimal(1), None])),
    _parquet("float off the grid", "row 1, value 0.30000000000000004", "2 places", score=[0.1 + 0.2, 0.0]),
    _parquet(
        "float of 32 bits", "row 1", "is not a decimal of 2 places", score=pa.array([33.02, 0], pa.float32())
    ),
    _parquet("NaN", "column score, row 1, value nan", "is not a finite number", score=[float("nan"), 0.0]),
    _parquet("infinity", "row 2, value inf", "is not a finite number", score=[0.0, float("inf")]),
    _parquet("huge float", "row 1, value 1e+300", "is too large", score=[1e300, 0.0]),
    _parquet(
        "huge whole number", "column pupils, row 1", "is too large", pupils=pa.array([2**63, 1], pa.uint64())
    ),
    _parquet("three decimals", "row 1", "more than 2 decimals", "round it to 2", score=_THREE),
    _parquet("negative score", "row 2, value -0.01", "is below 0", score=[0.0, -0.01]),
    Broken("a folder named .parquet", "scores", _folder("scores.parquet"), ("scores.parquet", "is a folder")),
]

# --- workbook of CBS --------------------------------------------------------------------------------------


def _book(name: str, change: Callable[[Sheets], object], *says: str) -> Broken:
    def write(folder: Path) -> Path:
        content = sheets()
        change(content)
        return _bytes("scores.xlsx", book_bytes(content))(folder)

    return Broken(name, "workbook", write, ("scores.xlsx", *says))


def _not_a_book(name: str, data: bytes, *says: str) -> Broken:
    return Broken(name, "workbook", _bytes("scores.xlsx", data), ("scores.xlsx", *says))


_BOOK = book_bytes(sheets())
_ONE, _TWO = "sheet Tabel 1", "sheet Tabel 2"

WORKBOOK = [
    _not_a_book("random bytes", _noise(), "is not a whole workbook", "save it as .xlsx again"),
    _not_a_book(
        "cut in the middle", _BOOK[: len(_BOOK) // 2], "is not a whole workbook", "save it as .xlsx again"
    ),
    _not_a_book("empty", b"", "is empty", "give a file with content"),
    _not_a_book("CSV under another name", SOUND_CSV.encode(), "is not a whole workbook"),
    _not_a_book("an archive of something else", _BOOK[:4] + _noise(), "is not a whole workbook"),
    Broken(
        "a folder", "workbook", _folder("scores.xlsx"), ("scores.xlsx", "is a folder", "name a file in it")
    ),
    Broken(
        "no such file",
        "workbook",
        _missing("scores.xlsx"),
        ("scores.xlsx", "does not exist", "check the path"),
    ),
    _book("no tables", lambda b: (b.pop("Tabel 1"), b.pop("Tabel 2")), "no table of site scores", "as CBS"),
    _book(
        "only Tabel 2", lambda b: b.pop("Tabel 1"), _TWO, "column pupils is missing", "as CBS publishes it"
    ),
    _book(
        "Tabel 1 twice", lambda b: b.update({"Kopie": b["Tabel 1"]}), "sheet Kopie", "same table", "keep one"
    ),
    _book(
        "no header", cell("Tabel 2", 4, 1, "") and (lambda b: b["Tabel 2"].pop(3)), _TWO, "row 5", "no header"
    ),
    _book("no site column", cell("Tabel 2", 4, 0, "Naam"), _TWO, "row 4", "column site_id is missing", SITE),
    _book("no column pupils", cell("Tabel 1", 4, 1, "Schooljaar"), _ONE, "column pupils is missing"),
    _book("no column score", cell("Tabel 1", 4, 2, "Gewicht"), _ONE, "column score is missing"),
    _book("no column upper years", cell("Tabel 2", 4, 3, "Rest"), _TWO, "column score_raw_upper is missing"),
    _book(
        "doubled column",
        cell("Tabel 2", 4, 3, f"{RAW} (onderbouw)"),
        _TWO,
        "score_raw_lower, row 4",
        "keep one",
    ),
    _book(
        "two columns without header", lambda b: b["Tabel 1"][5].append("b"), _ONE, "number 5, row 6", "header"
    ),
    _book("flags twice", cell("Tabel 2", 4, 3, "Opmerking"), _TWO, "without a header", "only the flags"),
    _book(
        "no sites",
        lambda b: b["Tabel 1"].__delitem__(slice(5, 8)),
        _ONE,
        "holds no sites",
        "at least one row",
    ),
    _book(
        "doubled site", cell("Tabel 1", 7, 0, "00AP00"), f"{_ONE}, column site_id, row 7", "first in row 6"
    ),
    _book(
        "site in lower case",
        cell("Tabel 1", 6, 0, "00ap00"),
        f"{_ONE}, column site_id, row 6, value '00ap00'",
    ),
    _book(
        "site as a number",
        cell("Tabel 1", 6, 0, 1e5),
        f"{_ONE}, column site_id, row 6",
        "store the code as text",
    ),
    _book("empty site", cell("Tabel 1", 6, 0, ""), f"{_ONE}, column site_id, row 6", "is not a site code"),
    _book(
        "site without figures", lambda b: b["Tabel 2"].__setitem__(6, ["00AR00"]), f"{_TWO}, column", "row 7"
    ),
    _book("a total", cell("Tabel 1", 8, 0, "Totaal"), f"{_ONE}, column site_id, row 8, value 'Totaal'"),
    _book(
        "half a total", lambda b: b["Tabel 1"].insert(8, ["Totaal", 247]), f"{_ONE}, column site_id, row 9"
    ),
    _book(
        "text for a score", cell("Tabel 1", 6, 2, "n/a"), f"{_ONE}, column score, row 6, value 'n/a'", "33.02"
    ),
    _book(
        "empty score", cell("Tabel 1", 6, 2, ""), f"{_ONE}, column score, row 6", "is empty", "such as 33.02"
    ),
    _book("error of a formula", cell("Tabel 1", 6, 2, float("nan")), f"{_ONE}, column score, row 6", "error"),
    _book(
        "secret score",
        cell("Tabel 2", 6, 2, "."),
        f"{_TWO}, column score_raw_lower, row 6, value '.'",
        "secret",
    ),
    _book("NaN as text", cell("Tabel 1", 6, 2, "NaN"), f"{_ONE}, column score, row 6, value 'NaN'"),
    _book("infinity as text", cell("Tabel 1", 6, 2, "inf"), f"{_ONE}, column score, row 6, value 'inf'"),
    _book("true for a score", cell("Tabel 1", 6, 2, True), f"{_ONE}, column score, row 6, value True"),
    _book(
        "negative score",
        cell("Tabel 1", 6, 2, -33.02),
        f"{_ONE}, column score, row 6, value -33.02",
        "0 or more",
    ),
    _book(
        "three decimals",
        cell("Tabel 1", 6, 2, 33.021),
        f"{_ONE}, column score, row 6",
        "round it to 2 decimals",
    ),
    _book("three decimals in text", cell("Tabel 1", 6, 2, "33,021"), "row 6, value '33,021'", "more than 2"),
    _book(
        "a trace off the grid", cell("Tabel 1", 6, 2, 33.0200000001), "row 6", "is not a decimal of 2 places"
    ),
    _book("thousands separator", cell("Tabel 1", 6, 2, "2.894,96"), "row 6, value '2.894,96'", "thousands"),
    _book("huge number", cell("Tabel 1", 6, 2, 1e300), f"{_ONE}, column score, row 6", "is too large"),
    _book(
        "huge number in text", cell("Tabel 1", 6, 2, "9" * 60), f"{_ONE}, column score, row 6", "is too large"
    ),
    _book(
        "half a pupil", cell("Tabel 1", 6, 1, 100.5), f"{_ONE}, column pupils, row 6, value 100.5", "whole"
    ),
    _book("unknown flag", cell("Tabel 1", 6, 3, "x"), f"{_ONE}, column flags, row 6, value 'x'", '"b, c"'),
    _book("a number for a flag", cell("Tabel 1", 6, 3, 1), f"{_ONE}, column flags, row 6, value 1", '"b, c"'),
    _book(
        "site in Tabel 1 only",
        lambda b: b["Tabel 2"].pop(5),
        f"{_ONE}, column site_id, row 6",
        "not on sheet",
    ),
    _book(
        "site in Tabel 2 only",
        lambda b: b["Tabel 1"].pop(5),
        f"{_TWO}, column site_id, row 6",
        "not on sheet",
    ),
    _book(
        "data below the footer",
        lambda b: b["Tabel 1"].append(["00AZ00", 92, 57.71, ""]),
        f"{_ONE}, row 12, value '00AZ00'",
        "below the footer",
        "move the row up",
    ),
    _book("no date", cell("Tabel 1", 2, 0, "Scores"), _ONE, "names no date", "1 oktober 2019"),
    _book("impossible date", cell("Tabel 1", 2, 0, "Scores, 31 november 2019"), _ONE, "names no date"),
    _book(
        "two dates",
        cell("Tabel 2", 2, 0, RAW_TITLE.replace("2019", "2018")),
        _TWO,
        "names 2018-10-01",
        "sheet Tabel 1 2019-10-01",
        "one date",
    ),
    _book(
        "two dates on one sheet", cell("Tabel 1", 1, 0, "1 oktober 2018"), _ONE, "2018-10-01 and 2019-10-01"
    ),
]

# --- registers of sites -----------------------------------------------------------------------------------

DISTANCES = (
    "PEILDATUM;BRIN_NUMMER;VESTIGINGSNUMMER;INSTELLINGSNAAM_VESTIGING;POSTCODE_VESTIGING;PLAATSNAAM;GEMEENTENUMMER;"
    "GEMEENTENAAM;PROVINCIE;SOORT_PO;DENOMINATIE_VESTIGING;BEVOEGD_GEZAG_NUMMER;AFSTAND;LEERLINGEN\n"
    "20191001;00AO;00;De Bolster;7383BH;VOORST;285;Voorst;Gelderland;Vso;RK;20137;9562,58992805755;139\n"
    "20191001;00AP;00;Wereldwijs;2716PH;ZOETERMEER;637;Zoetermeer;Zuid-Holland;Bo;Openbaar;41646;2500,77;100\n"
    '20191001;00AR;00;"BS ""Maas""";6107AW;STEVENSWEERT;1641;Maasgouw;Limburg;Bo;Openbaar;41797;1134,7;142\n'
)
REGISTER = (
    "PROVINCIE;BEVOEGD GEZAG NUMMER;BRIN NUMMER;VESTIGINGSNUMMER;VESTIGINGSNAAM;GEMEENTENUMMER;GEMEENTENAAM\n"
    "Zuid-Holland;41646;00AP;00AP00;Wereldwijs;0637;ZOETERMEER\n"
    "Friesland;90130;05SG;05SG00;Skoalle Fryslân;0080;LEEUWARDEN\n"
)


def _duo(name: str, text: str | bytes, *says: str) -> Broken:
    data = text.encode("iso-8859-1") if isinstance(text, str) else text
    return Broken(name, "register", _bytes("register.csv", data), ("register.csv", *says))


def _distances(old: str, new: str) -> str:
    assert old in DISTANCES
    return DISTANCES.replace(old, new, 1)


def _register(old: str, new: str) -> str:
    assert old in REGISTER
    return REGISTER.replace(old, new, 1)


_GARBLED = REGISTER.encode().decode("iso-8859-1").encode()
_CP850 = REGISTER.encode("cp850")

REGISTERS = [
    _duo("random bytes", b"SOORT_PO;VESTIGINGSNUMMER\n" + _noise(), "neither UTF-8 nor ISO-8859-1", "DUO"),
    _duo("cut in the middle of a row", DISTANCES[:-30], "row 4", "values, not 14", "mend that row"),
    _duo("header only", DISTANCES.split("\n")[0], "holds no rows", "at least one site"),
    _duo(
        "no column", _distances("LEERLINGEN", "KINDEREN"), "row 1", "column LEERLINGEN is missing", "as DUO"
    ),
    _duo("doubled column", _distances("PLAATSNAAM", "PROVINCIE"), "column PROVINCIE, row 1", "keep one"),
    _duo(
        "doubled site",
        _distances(";00AR;", ";00AP;"),
        "VESTIGINGSNUMMER, row 4",
        "first in row 3",
        "keep one",
    ),
    _duo(
        "malformed site",
        _distances("00AP;00", "00AP;0"),
        "row 3, value '0'",
        "site '00AP0'",
        "such as 00AP00",
    ),
    _duo(
        "text for pupils", _distances("2500,77;100", "2500,77;<5"), "LEERLINGEN, row 3, value '<5'", "give 0"
    ),
    _duo("decimal pupils", _distances("2500,77;100", "2500,77;100,5"), "LEERLINGEN, row 3, value '100,5'"),
    _duo("negative pupils", _distances("2500,77;100", "2500,77;-100"), "LEERLINGEN, row 3, value '-100'"),
    _duo("malformed municipality", _distances(";637;", ";GM637;"), "GEMEENTENUMMER, row 3, value 'GM637'"),
    _duo("long municipality", _distances(";637;", ";00637;"), "GEMEENTENUMMER, row 3, value '00637'"),
    _duo("empty municipality", _distances(";637;", ";;"), "GEMEENTENUMMER, row 3", "one to four digits"),
    _duo(
        "no primary schools", DISTANCES.replace(";Bo;", ";So;"), "column SOORT_PO", '"Bo"', "primary schools"
    ),
    _duo("open quote", _distances('"BS ""Maas"""', '"BS ""Maas'), "cannot be parsed", "mend that row"),
    _duo(
        "site of another school",
        _register("00AP00", "00AR00"),
        "row 2, value '00AR00'",
        "site of school 00AP",
    ),
    _duo("garbled by a wrong encoding", _GARBLED, "row 3", "garbled", "download the file again"),
    _duo("code page 850", _CP850, "row 3", "neither UTF-8 nor ISO-8859-1", "download the file again"),
    _duo("lost letters", REGISTER.replace("â", "\ufffd").encode(), "row 3", "garbled", "download"),
    _duo("UTF-16", REGISTER.encode("utf-16"), "row 1", "UTF-8"),
    _duo("empty", b"", "is empty", "give a file with content"),
    _duo(
        "another file of DUO", b"SCHOOLJAAR;VESTIGINGSNUMMER\n2019;00AP00\n", "PROVINCIE is missing", "as DUO"
    ),
    _duo("semicolons and other columns", b"a;b\n1;2\n", "column site_id is missing", "found: a, b"),
    _duo("CSV without sites", b"a,b\n1,2\n", "column site_id is missing", "found: a, b"),
    _duo(
        "CSV with a malformed board",
        b"site_id,school_id,municipality_code\n00AP00,00AP,637\n",
        "row 2, value '637'",
    ),
    Broken("no such file", "register", _missing("register.csv"), ("register.csv", "does not exist")),
]

BROKEN: list[Broken] = [*CSV, *PARQUET, *WORKBOOK, *REGISTERS]
"""All of them."""
