"""Sentence pairs from a Hugging Face dataset, on disk or by name. Code in a dataset is never run."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import datasets

from toytrans.corpus.pairs import Pair
from toytrans.corpus.reading import Note, row_to_pair, whole_pairs

DATA_FORMATS = {"parquet", "json", "csv", "arrow", "cache"}  # `cache`: one of these, downloaded before


def load_saved(folder: Path, languages: tuple[str, str], note: Note) -> dict[str, list[Pair]]:
    """The splits of a folder that `Dataset.save_to_disk` or `DatasetDict.save_to_disk` wrote."""
    try:
        saved = datasets.load_from_disk(str(folder))
    except Exception as error:  # errors of Arrow and of the library have no common base class
        raise ValueError(f"{folder}: not a dataset that datasets can load: {_one_line(error)}") from None
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
            raise ValueError(f"its files are {builder.name}, not parquet, JSON or CSV")
        builder.download_and_prepare()
        fetched = builder.as_dataset()
    except (ConnectionError, FileNotFoundError):  # FileNotFoundError: no such dataset, or an empty one
        problem = "no network (or no such dataset): give a folder, .tsv or .jsonl file, or 'toy'"
        raise ValueError(f"cannot load the Hugging Face dataset {where!r}: {problem}") from None
    except Exception as error:  # as above
        raise ValueError(f"cannot load the Hugging Face dataset {where!r}: {_one_line(error)}") from None
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
        raise ValueError(f"{place}: has the columns {', '.join(columns)}, but not {needed}")
    known = [name for name in ("alignment", "phenomena") if name in columns]
    rows = dataset.with_format(None).select_columns(sentences + known)
    numbered = enumerate(rows, start=1)
    return whole_pairs((row_to_pair(row, languages, f"{place}, row {number}") for number, row in numbered), place, note)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
