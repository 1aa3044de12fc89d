"""Reads tables of sentence pairs (`.tsv`, `.csv`, `.txt` with tabs), and finds which two columns hold the sentences.

A header that names the languages decides. Without one, columns that hold no sentences (numbers, web addresses, one word
for all rows) are passed over, and the first two of the others are read. A note always says which.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from toytrans.corpus.pairs import Pair
from toytrans.corpus.reading import Note, read_lines, whole_pairs
from toytrans.errors import Refused
from toytrans.text.questions import word_set

MOST_COLUMNS = 20
"""Columns looked at. A line of a megabyte may be all tabs."""
NEARLY_ALL = 0.95
LONGEST_SHOWN = 40
MOST_LOOKED_AT = 5000
"""Cells of a column that are looked at."""
MOST_LINES_A_CELL = 5
MANY_MORE, FEWEST_TOLD = 3, 10
"""Cells with common words: how many times more, and how many more, tell one language from another."""

LANGUAGE_NAMES = {
    "en": "en eng english anglais anglaise englisch inglés ingles inglese inglês engels 英语 英文",
    "fr": "fr fra fre french français francais française französisch francés frances francese francês frans 法语 法文",
    "de": "de deu ger german deutsch allemand alemán aleman tedesco alemão duits 德语 德文",
    "es": "es spa spanish español espanol espagnol spanisch spagnolo espanhol spaans 西班牙语",
    "it": "it ita italian italiano italien italienisch italiaans",
    "pt": "pt por portuguese português portugues portugais portugiesisch portoghese portugees",
    "ru": "ru rus russian russe russisch русский",
    "zh": "zh zho chi chinese chinois chinesisch 中文 汉语",
    "ja": "ja jpn japanese japonais japanisch 日本語",
    "ar": "ar ara arabic arabe arabisch",
    "pl": "pl pol polish polonais polnisch polski",
    "cs": "cs ces cze czech tchèque tschechisch",
    "sv": "sv swe swedish suédois schwedisch svenska",
    "tr": "tr tur turkish turc türkisch türkçe",
    "uk": "uk ukr ukrainian ukrainien ukrainisch",
    "nl": "nl nld dut dutch nederlands néerlandais niederländisch holandés olandese",
}
"""How headers name some languages. Any other language goes by its code alone."""
COMMON_WORDS = {
    "en": word_set("the and is are was of to in that it he she you with for not this my i"),
    "fr": word_set("le la les et est sont de un une des que il elle vous nous pas dans je pour"),
    "de": word_set("der die das und ist sind ein eine nicht ich du er sie zu mit den wir auf"),
    "es": word_set("el los las y es son un una que no por con para del lo yo su muy"),
}
"""Words that tell the language of a column, where it is one of these."""
_SIDES = {
    **dict.fromkeys(["source", "src", "original", "input"], 0),
    **dict.fromkeys(["target", "tgt", "trg", "translation", "output"], 1),
    **dict.fromkeys(["traduction", "traducción", "traduzione", "übersetzung"], 1),
}
_OTHER_HEADERS = word_set(
    "id ids index no nr n number score date author user username url link license licence attribution corpus split "
    "sentence sentences text texts phrase segment lang language alignment phenomena domain words unnamed "
    "satz frase zin langue sprache idioma"
)

_URL = re.compile(r"\s*\w+://\S+\s*")
_NUMBER = re.compile(r"[\W_]*\d[\d\W_]*")  # 17, 0.53, 2024-01-31
_CODE = re.compile(r"\s*[\w.:#-]*\d\s*")  # sent_17, train:0042
_DATE = re.compile(r"\s*\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}\b.{0,20}")  # 01 Jan 2020
_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af]")
_EXCEL_SEPARATOR = re.compile(r"sep=(.)")
_REGION = re.compile(r"([a-z]{2,3})[-_][a-z]{2,4}")  # en_US


@dataclass
class _Column:
    """What is known of a column after reading its first cells, all but the first row."""

    filled: int = 0
    sentences: int = 0
    counted: int = 0
    """How many of its cells were one more than the cell before."""
    first: str = ""
    last: str = ""
    is_constant: bool = True
    spaced: int = 0
    """How many of its cells have several words, or are in a script without spaces."""
    common: Counter[str] = field(default_factory=Counter)
    """How many of its cells hold common words of each language."""

    def add(self, cell: str) -> None:
        if self.filled == MOST_LOOKED_AT or not cell.strip():
            return
        if self.filled == 0:
            self.first = cell
        self.is_constant &= cell == self.first
        self.counted += cell.isdecimal() and self.last.isdecimal() and int(cell[:18]) == int(self.last[:18]) + 1
        self.sentences += _is_sentence(cell)
        self.spaced += len(cell.split()) > 1 or bool(_UNSPACED_SCRIPT.search(cell))
        words = set(cell.casefold().split())
        self.common.update(language for language, known in COMMON_WORDS.items() if words & known)
        self.filled += 1
        self.last = cell

    @property
    def holds_sentences(self) -> bool:
        return self.sentences > (1 - NEARLY_ALL) * self.filled

    @property
    def is_index(self) -> bool:
        return self.filled > 1 and self.counted >= NEARLY_ALL * (self.filled - 1)

    @property
    def is_of_names(self) -> bool:
        """Whether it holds one text for all rows, or single words: names, files, splits."""
        return self.filled > 1 and (self.is_constant or self.spaced < (1 - NEARLY_ALL) * self.filled)

    def is_in(self, language: str, rather_than: str) -> bool:
        """Whether its words are clearly of one language and not of another."""
        return self.common[language] > MANY_MORE * self.common[rather_than] + FEWEST_TOLD


@dataclass(frozen=True)
class _Columns:
    """The two columns to read, and whether the first row is a header."""

    source: int
    target: int
    has_header: bool
    is_quoted: bool
    oddity: str = ""


def read_table(path: Path, languages: tuple[str, str], note: Note) -> list[Pair]:
    """The pairs of a table. A note says which columns were read, and gives the first pair.

    `ValueError` where no two columns hold sentences, or a header names other languages.
    """
    columns = _find_columns(path, languages)
    pairs = whole_pairs(_pairs(path, columns), str(path), note)
    first, (source, target) = pairs[0], languages
    note(
        f"{path}: read column {columns.source + 1} as {source} and column {columns.target + 1} as {target}"
        f"{', below a header' if columns.has_header else ''}; the first pair: “{_short(first.source)}” → "
        f"“{_short(first.target)}”{columns.oddity}"
    )
    return pairs


def _pairs(path: Path, columns: _Columns) -> Iterator[Pair]:
    is_header, header = columns.has_header, None
    for number, cells in _rows(path, columns.is_quoted):
        if not cells:
            yield Pair("", "")
        elif is_header:
            is_header, header = False, set(cells)
        elif header is not None and set(cells) == header:
            raise Refused(f"{path}, line {number}: a second header: give one table, or several files")
        elif len(cells) <= max(columns.source, columns.target):
            raise Refused(f"{path}, line {number}: {_too_few(cells, path)}")
        else:
            yield Pair(cells[columns.source], cells[columns.target])


def _rows(path: Path, is_quoted: bool) -> Iterator[tuple[int, Sequence[str]]]:
    """Number and cells of each line; no cells for an empty one."""
    if _is_csv(path):
        yield from _csv_rows(path)
        return
    is_head = True
    for number, line in enumerate(read_lines(path), start=1):
        if is_head and line.startswith("#") and "\t" not in line:
            continue  # Anki's exports begin with lines like `#separator:tab`
        is_head = False
        cells = line.split("\t") if line.strip() else ()
        yield number, [_unquoted(cell) for cell in cells] if is_quoted else cells


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    head = [f"{line}\n" for line in islice(read_lines(path), 50)]
    named = _EXCEL_SEPARATOR.fullmatch(head[0].strip()) if head else None
    separator = named[1] if named else max(",;\t", key=lambda each: _agreement(head, each))
    lines = islice(read_lines(path), 1 if named else 0, None)
    rows = csv.reader((f"{line}\n" for line in lines), delimiter=separator, strict=True)
    number, width = 1, 0
    try:
        for cells in rows:
            if any(cells[width:]) and width:
                raise Refused(
                    f"{path}, line {number}: has {len(cells)} cells, and the first row {width}: put a cell that holds "
                    f"{separator!r} into quotes"
                )
            if any(cell.count("\n") >= MOST_LINES_A_CELL for cell in cells):
                raise Refused(
                    f"{path}, line {number}: a quoted cell of {rows.line_num - number + 1} lines: a quote is missing, "
                    "or one is too many"
                )
            width = width or len(cells)
            yield number, cells if any(cell.strip() for cell in cells) else ()
            number = rows.line_num + 1
    except csv.Error as error:
        raise Refused(f"{path}, line {number}: not CSV: {error}") from None


def _agreement(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many rows have as many cells as the first, if it has several; and how many that is."""
    try:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=separator) if cells]
    except csv.Error:
        return 0, 0
    first = counts[0] if counts else 0
    return (sum(count == first for count in counts), first) if first > 1 else (0, first)


def _find_columns(path: Path, languages: tuple[str, str]) -> _Columns:
    """Reads the table once to find out which two of its columns hold the sentences."""
    rows = ((number, cells) for number, cells in _rows(path, is_quoted=False) if cells)
    first_number, first_row = next(rows, (0, ()))
    if not first_number:
        return _Columns(0, 1, has_header=False, is_quoted=False)  # an empty file, as its reader will say
    found: list[_Column] = []
    quotes = _Quotes()
    for number, cells in chain([(first_number, first_row)], rows):
        if len(cells) < 2:
            raise Refused(f"{path}, line {number}: {_too_few(cells, path)}")
        found += [_Column() for _ in range(min(len(cells), MOST_COLUMNS) - len(found))]
        quotes.add(cells)
        if number != first_number:
            _add(found, cells)
    is_quoted = quotes.are_of_csv and not _is_csv(path)
    if is_quoted:
        first_row = [_unquoted(cell) for cell in first_row]
    named = _named_by_header(first_row, languages, f"{path}, line {first_number}")
    if named is not None:
        return _Columns(*named, has_header=True, is_quoted=is_quoted)
    has_header = _is_header_of(found, first_row)
    if not any(column.filled for column in found):  # there is no second row
        _add(found, first_row)
    source, target, oddity = _by_content(found, path)
    one, other = languages
    if found[source].is_in(other, rather_than=one) and found[target].is_in(one, rather_than=other):
        source, target = target, source
        oddity += f"; told by its words, since column {target + 1} reads like {other}"
    return _Columns(source, target, has_header, is_quoted, oddity)


def _add(columns: Sequence[_Column], cells: Sequence[str]) -> None:
    for column, cell in zip(columns, cells, strict=False):
        column.add(cell)


@dataclass
class _Quotes:
    """Whether the quotes of a table with tabs are those of CSV: some are doubled inside, or all cells have them."""

    doubled: int = 0
    others: int = 0
    """Cells with a quote that are not quoted."""
    unquoted: int = 0

    def add(self, cells: Sequence[str]) -> None:
        for cell in cells:
            is_quoted = _is_quoted(cell)
            self.doubled += is_quoted and '""' in cell[1:-1]
            self.others += '"' in cell and not is_quoted
            self.unquoted += not is_quoted and cell != ""

    @property
    def are_of_csv(self) -> bool:
        return self.others == 0 and (self.doubled > 0 or self.unquoted == 0)


def _named_by_header(cells: Sequence[str], languages: tuple[str, str], place: str) -> tuple[int, int] | None:
    """The columns that the first row names as source and target; `None` where it is no header."""
    kinds = [_kind_of_header(cell, languages) for cell in cells[:MOST_COLUMNS]]
    if None in kinds:
        return None
    named = {str(kind): column for column, kind in enumerate(kinds) if kind != "other"}
    if len(named) < sum(kind != "other" for kind in kinds):
        return None  # one language twice: a list of words may begin with "English", "anglais"
    asked_for = zip(languages, ("source", "target"), strict=True)
    sides = [named.get(language, named.get(side)) for language, side in asked_for]
    if sides.count(None) == 1 and len(kinds) == 2 and len(named) == 1:
        sides = [1 - next(iter(named.values())) if side is None else side for side in sides]  # en, translation
    source, target = sides
    if source is not None and target is not None:
        return source, target
    if len(named) < 2:
        return None
    missing = next(language for language, side in zip(languages, sides, strict=True) if side is None)
    raise Refused(
        f"{place}: a header names the columns {', '.join(named)}, but none is {missing}: "
        "give --source-language and --target-language"
    )


def _kind_of_header(cell: str, languages: tuple[str, str]) -> str | None:
    """The language that a cell names, `source`, `target`, or `other`; `None` where it is no header."""
    code = _REGION.fullmatch(cell.strip().casefold())
    words = [code[1]] if code else re.findall(r"[^\W\d_]+", cell.casefold())
    if len(words) > 4 or (not words and any(map(str.isdigit, cell))):
        return None
    names = {name: code for code in LANGUAGE_NAMES for name in LANGUAGE_NAMES[code].split()}
    names |= {language.casefold(): language for language in languages}
    named = {names[word] for word in words if word in names}
    sides = {word for word in words if word in _SIDES}
    if any(word not in names and word not in _SIDES and word not in _OTHER_HEADERS for word in words):
        return None
    if len(named) > 1:
        return None
    if named:
        return named.pop()
    return ("source", "target")[_SIDES[sides.pop()]] if sides else "other"


def _is_header_of(columns: Sequence[_Column], cells: Sequence[str]) -> bool:
    """Whether the first row has words where a column has numbers only."""
    return any(
        column.filled > 1 and column.sentences == 0 and _is_sentence(cell)
        for column, cell in zip(columns, cells, strict=False)
        if not _URL.fullmatch(column.first)
    )


def _by_content(columns: Sequence[_Column], path: Path) -> tuple[int, int, str]:
    """The two columns to read, and what is odd about them."""
    of_sentences = [number for number, column in enumerate(columns) if column.holds_sentences and column.filled]
    spoken = [number for number in of_sentences if not columns[number].is_of_names]
    chosen = spoken if len(spoken) >= 2 else of_sentences
    if len(chosen) >= 2:
        return chosen[0], chosen[1], ""
    others = [number for number, column in enumerate(columns) if column.filled and number not in chosen]
    if len(columns) == 2 and not (chosen and any(columns[number].is_index for number in others)):
        cells = [f"; column {number + 1} holds no sentences, but “{columns[number].first[:20]}”" for number in others]
        return 0, 1, "".join(cells)
    rest = f"; column {others[0] + 1} holds “{_short(columns[others[0]].first)}”" if others else ""
    raise Refused(
        f"{path}: of its {len(columns)} columns, {len(chosen)} hold{'s' * (len(chosen) == 1)} sentences{rest}: "
        "a row is a sentence and its translation"
    )


def _is_sentence(cell: str) -> bool:
    """Whether the cell can be text: it has a letter, and is no number, code, date or web address."""
    return any(map(str.isalpha, cell)) and not any(kind.fullmatch(cell) for kind in (_URL, _CODE, _DATE))


def _is_csv(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(".csv")


def _is_quoted(cell: str) -> bool:
    inside = cell[1:-1]
    return len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inside.replace('""', "")


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if _is_quoted(cell) else cell


def _too_few(cells: Sequence[str], path: Path) -> str:
    if len(cells) < 2:
        return f"no {'second column' if _is_csv(path) else 'tab'}: a line is a sentence, a tab and its translation"
    return f"has {len(cells)} columns, fewer than the lines before it"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
