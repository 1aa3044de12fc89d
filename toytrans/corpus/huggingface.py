"""Sentence pairs from a Hugging Face dataset, on disk or by name. Code in a dataset is never run."""

from __future__ import annotations

import re
import socket
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import datasets

from toytrans.corpus.pairs import Pair
from toytrans.corpus.reading import Note, row_to_pair, whole_pairs
from toytrans.errors import Refused
from toytrans.text.words import split_words

DATA_FORMATS = {"parquet", "json", "csv", "arrow", "cache"}  # `cache`: one of these, downloaded before


def load_saved(folder: Path, languages: tuple[str, str], note: Note) -> dict[str, list[Pair]]:
    """The splits of a folder that `Dataset.save_to_disk` or `DatasetDict.save_to_disk` wrote."""
    try:
        saved = datasets.load_from_disk(str(folder))
    except Exception as error:  # errors of Arrow and of the library have no common base class
        raise Refused(f"{folder}: not a dataset that datasets can load: {_one_line(error)}") from None
    return _splits(saved, str(folder), languages, note)


def load_from_hub(where: str, languages: tuple[str, str], note: Note) -> dict[str, list[Pair]]:
    """The splits of the dataset `name` or `name:config`, from the Hub or from the local cache."""
    name, _, config = where.partition(":")
    offline = datasets.config.HF_HUB_OFFLINE
    # Without a network, use the cache at once: the library would retry for half a minute.
    datasets.config.HF_HUB_OFFLINE = offline or not _hub_is_in_reach()
    try:
        builder = datasets.load_dataset_builder(name, config or None)
        if builder.name not in DATA_FORMATS:
            raise Refused(f"its files are {builder.name}, not parquet, JSON or CSV")
        builder.download_and_prepare()
        fetched = builder.as_dataset()
    except (ConnectionError, FileNotFoundError):  # FileNotFoundError: no such dataset, or an empty one
        problem = "no network (or no such dataset): give a folder, .tsv or .jsonl file, or 'toy'"
        raise Refused(f"cannot load the Hugging Face dataset {where!r}: {problem}") from None
    except Exception as error:  # as above
        raise Refused(f"cannot load the Hugging Face dataset {where!r}: {_one_line(error)}") from None
    finally:
        datasets.config.HF_HUB_OFFLINE = offline
    return _splits(fetched, where, languages, note)


def _hub_is_in_reach() -> bool:
    if urllib.request.getproxies():
        return True  # only the proxy can tell
    hub = urlsplit(datasets.config.HF_ENDPOINT)
    try:
        socket.create_connection((hub.hostname, hub.port or (80 if hub.scheme == "http" else 443)), timeout=5).close()
    except OSError:
        return False
    return True


def _splits(loaded: Any, where: str, languages: tuple[str, str], note: Note) -> dict[str, list[Pair]]:
    splits = loaded if isinstance(loaded, datasets.DatasetDict) else {"train": loaded}
    return {str(name): _pairs(dataset, f"{where}, {name}", languages, note) for name, dataset in splits.items()}


def _pairs(dataset: datasets.Dataset, place: str, languages: tuple[str, str], note: Note) -> list[Pair]:
    """The pairs of one split. Columns we do not need, such as images, are never read."""
    columns = dataset.column_names
    # In the dataset's own order: links point from the language that comes first.
    sentences = ["translation"] if "translation" in columns else [name for name in columns if name in languages]
    if "translation" not in columns and not set(languages) <= set(columns):
        needed = f"'translation', or {' and '.join(map(repr, languages))}"
        raise Refused(f"{place}: has the columns {', '.join(columns)}, but not {needed}")
    known = [name for name in ("alignment", "phenomena") if name in columns]
    rows = dataset.with_format(None).select_columns(sentences + known)
    is_sorted = isinstance(dataset.features.get("translation"), datasets.Translation)
    pairs = (
        row_to_pair(_as_asked_for(row, languages) if is_sorted else row, languages, f"{place}, row {number}")
        for number, row in enumerate(rows, start=1)
    )
    whole = whole_pairs(pairs, place, note)
    return _with_links_that_fit(whole, languages, place, note) if is_sorted else whole


def _as_asked_for(row: dict[str, Any], languages: tuple[str, str]) -> dict[str, Any]:
    """The row with its languages in the order asked for: the feature `Translation` sorts them by name."""
    sides = row["translation"]
    return {**row, "translation": {name: sides[name] for name in languages if name in sides}}


def _with_links_that_fit(pairs: list[Pair], languages: tuple[str, str], place: str, note: Note) -> list[Pair]:
    """The pairs with their links from source to target.

    The order in which the languages were written is lost, and with it the direction of the links. One direction leads
    past the end of some sentence, unless all pairs have as many words on both sides.
    """
    linked = [pair for pair in pairs if pair.alignment]
    if not linked:
        return pairs
    if all(_links_fit(pair, languages) for pair in linked):
        if all(_links_fit(pair.with_links_flipped(), languages) for pair in linked):
            source, target = languages
            note(f"{place}: nothing says which way its links lead: they are read as from {source} to {target}")
        return pairs
    flipped = [pair.with_links_flipped() for pair in pairs]
    return flipped if all(_links_fit(pair, languages) for pair in flipped) else pairs


def _links_fit(pair: Pair, languages: tuple[str, str]) -> bool:
    """Whether all links of the pair lead to words that it has."""
    num_words = [len(split_words(text, language)) for text, language in zip(pair.sides, languages, strict=True)]
    links = [re.split("[-p]", link) for link in (pair.alignment or "").split()]
    return all(int(word) < num for link in links for word, num in zip(link, num_words, strict=True))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
