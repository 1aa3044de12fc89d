"""Loads a `Corpus`: the bundled one, a folder, a file, or a Hugging Face dataset."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from toytrans.corpus.pairs import Corpus, Pair
from toytrans.corpus.reading import Note, read_jsonl, read_parallel
from toytrans.corpus.table import read_table
from toytrans.errors import Refused
from toytrans.text.spelling import sentence_key

HELD_OUT_SHARE = 0.05
HELD_OUT_MOST = 1000
MAYBE_TABLES = ("csv", "txt", "tab")
"""Files that may hold anything: in a folder they are read where their name is that of a split."""
SAMPLE = 1000
"""Pairs of a split that are looked at to see whether its sides are swapped."""
FEWEST_WORDS = 10
"""Fewer tell nothing."""

_SPLIT_NAMES = {"val": "validation", "valid": "validation", "dev": "validation"}
_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?(:[\w.-]+)?")  # name, org/name, org/name:config
_FILE_SUFFIXES = {".tsv", ".jsonl", ".gz", ".json", ".txt", ".csv", ".parquet", ".zip"}


def _to_stderr(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def load_corpus(where: str, languages: tuple[str, str] = ("en", "fr"), note: Note = _to_stderr) -> Corpus:
    """The corpus `where` names: `toy`, a folder, a file, or else a Hugging Face dataset (`org/name`, `name:config`).

    A folder holds `train.en` and `train.fr`, `train.tsv`, `train.csv` or `train.jsonl`, and the same for other splits,
    each optionally gzipped; or `datasets` saved it. A single file, or one of a folder under another name, is the
    training split. A missing validation or test split is cut from train by `hold_out`. `note` receives one line for
    each thing that was left out, cut or guessed. Every failure is a one-line `ValueError` or `FileNotFoundError`.
    """
    if where == "toy":
        from toytrans.corpus.toy import load_toy

        return load_toy(languages)
    path = Path(where)
    if path.is_dir():
        splits = _read_folder(path, languages, note)
    elif path.exists():
        splits = {"train": _read_file(path, languages, note)}
    elif _is_hub_name(where):
        from toytrans.corpus.huggingface import load_from_hub

        splits = load_from_hub(where, languages, note)
    else:
        raise FileNotFoundError(f"{where}: no such file or folder")
    named = _named_as_usual(splits, where, note)
    refuse_swapped(named, where)
    return Corpus(where, languages, hold_out(named, note))


def _is_hub_name(where: str) -> bool:
    """Whether it can be a dataset's name. A path into an existing folder or to a data file is a mistyped path."""
    path = Path(where)
    in_a_folder = len(path.parts) > 1 and path.parent.exists()
    return bool(_HUB_NAME.fullmatch(where)) and path.suffix not in _FILE_SUFFIXES and not in_a_folder


def _read_file(path: Path, languages: tuple[str, str], note: Note) -> list[Pair]:
    stem, _, kind = path.name.removesuffix(".gz").rpartition(".")
    if kind.lower() in ("tsv", "csv", "txt", "tab"):
        return read_table(path, languages, note)
    if kind == "jsonl":
        return read_jsonl(path, languages, note)
    if kind in languages:
        files = _files_by_split(path.parent, languages).get(stem, {})
        if set(files) == set(languages):
            return read_parallel(files[languages[0]], files[languages[1]], note)
        other = next(language for language in languages if language not in files)
        raise Refused(f"{path}: its translation, {stem}.{other}, is not beside it")
    raise Refused(f"{path}: give a folder, or a .tsv, .csv, .txt (with tabs) or .jsonl file (each also .gz)")


def _read_folder(folder: Path, languages: tuple[str, str], note: Note) -> dict[str, list[Pair]]:
    if (folder / "dataset_dict.json").is_file() or (folder / "state.json").is_file():
        from toytrans.corpus.huggingface import load_saved

        return load_saved(folder, languages, note)
    files = _files_by_split(folder, (*languages, "tsv", "jsonl", *MAYBE_TABLES))
    for name in [name for name, by_kind in files.items() if set(by_kind) <= set(MAYBE_TABLES) and not _is_usual(name)]:
        del files[name]  # any list of anything
    splits: dict[str, list[Pair]] = {}
    for name, by_kind in files.items():
        if set(by_kind) == set(languages):
            splits[name] = read_parallel(by_kind[languages[0]], by_kind[languages[1]], note)
        elif len(by_kind) > 1:
            raise Refused(f"{folder} holds {name!r} in several forms ({', '.join(by_kind)}): keep one")
        elif not set(by_kind) & set(languages):
            splits[name] = _read_file(next(iter(by_kind.values())), languages, note)
        else:
            note(f"{folder / name}.{next(iter(by_kind))} left out: its other language is not there")
    if not splits:
        source, target = languages
        usable = f"train.{source} with train.{target}, train.tsv or train.jsonl (each also .gz)"
        tables = [path for path in sorted(folder.iterdir()) if re.search(r"\.(txt|csv|tab)(\.gz)?$", path.name.lower())]
        largest = max(tables, key=lambda path: path.stat().st_size, default=None)
        hint = f"; or give a file itself: {largest}" if largest else ""
        raise Refused(f"{folder}: no corpus in this folder: it would hold {usable}, or what datasets saved{hint}")
    return _with_train(splits, folder, note)


def _with_train(splits: dict[str, list[Pair]], folder: Path, note: Note) -> dict[str, list[Pair]]:
    """Where no split has a usual name: a single one is train (OPUS names its files `Tatoeba.en-fr.en`)."""
    if any(map(_is_usual, splits)):
        return splits
    if len(splits) > 1:
        raise Refused(
            f"{folder}: none of {', '.join(splits)} is named train: rename the one to train on, such as train.en; "
            "validation and test are cut from it, or named so"
        )
    (name,) = splits
    note(f"{folder}: {name} is taken as train")
    return {"train": splits[name]}


def _is_usual(name: str) -> bool:
    """Whether a split of that name is known: `train`, `validation` by any of its names, `test` or `test_...`."""
    return name == "train" or name in {*_SPLIT_NAMES, *_SPLIT_NAMES.values()} or name.startswith("test")


def _files_by_split(folder: Path, kinds: Sequence[str]) -> dict[str, dict[str, Path]]:
    """The files of a folder by split and kind: `train.en.gz` has the split `train` and the kind `en`."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):
        stem, _, kind = path.name.removesuffix(".gz").rpartition(".")
        if not path.is_file() or not stem or stem.startswith(".") or kind not in kinds:
            continue
        twin = found.setdefault(stem, {}).setdefault(kind, path)
        if twin != path:
            raise Refused(f"{folder} holds one split twice, in {twin.name} and {path.name}: keep one")
    return found


def _named_as_usual(splits: Mapping[str, Sequence[Pair]], where: str, note: Note) -> dict[str, Sequence[Pair]]:
    """The splits, with `val`, `valid` or `dev` renamed to `validation`. The first `test_...` is `test`, if none is."""
    named: dict[str, Sequence[Pair]] = {}
    for name, pairs in splits.items():
        usual = _SPLIT_NAMES.get(name, name)
        if usual in named:
            same = [each for each in splits if _SPLIT_NAMES.get(each, each) == usual]
            raise Refused(f"{where} has more than one {usual} split ({', '.join(same)}): keep one")
        named[usual] = pairs
    tests = sorted(name for name in named if name.startswith("test"))
    if not tests or "test" in named:
        return named
    if len(tests) > 1:
        note(f"{where}: {tests[0]} is also test; the other test splits keep their names: {', '.join(tests[1:])}")
    return named | {"test": named[tests[0]]}


def refuse_swapped(splits: Mapping[str, Sequence[Pair]], where: str) -> None:
    """A `ValueError` where the sources of a split are in the language of the targets of train, and the reverse."""
    sources, targets = (_words(splits.get("train", ())[:SAMPLE], side) for side in (0, 1))
    for name, pairs in splits.items():
        # Of words that train has on one side alone, how many more there are on their own side than on the other.
        own, other = (_words(pairs[:SAMPLE], side) for side in (0, 1))
        straight = len(own & (sources - targets)) + len(other & (targets - sources))
        swapped = len(own & (targets - sources)) + len(other & (sources - targets))
        if swapped > max(2 * straight, FEWEST_WORDS):
            raise Refused(
                f"{where}: the two sides of {name} look the other way round than those of train: "
                "swap its columns or files, or give both a header that names the languages"
            )


def _words(pairs: Sequence[Pair], side: int) -> set[str]:
    return {word for pair in pairs for word in pair.sides[side].lower().split()}


def hold_out(splits: Mapping[str, Sequence[Pair]], note: Note) -> dict[str, Sequence[Pair]]:
    """The splits with `validation` and `test`; a missing one is filled with sentences held out from train.

    Sources with the same `sentence_key` count as one sentence, since a model may read them alike: apostrophes, capitals
    and the final mark make no difference. The SHA-256 of the key alone decides which sentences are held out, not their
    order or a seed. The new split has the first pair of each sentence; its other pairs are removed from train and not
    used.
    """
    missing = [name for name in ("validation", "test") if name not in splits]
    if not missing or "train" not in splits:
        return dict(splits)
    keys = [sentence_key(pair.source) for pair in splits["train"]]
    sentences = sorted(set(keys), key=_digest)
    size = min(HELD_OUT_MOST, max(1, round(HELD_OUT_SHARE * len(sentences))))
    if len(sentences) <= len(missing) * size:
        raise Refused(f"train has {len(sentences)} different sentences: too few to cut {' and '.join(missing)} from")
    split_of = {sentence: name for rank, name in enumerate(missing) for sentence in sentences[rank * size :][:size]}
    cut: dict[str, dict[str, Pair]] = {name: {} for name in missing}
    train = []
    for key, pair in zip(keys, splits["train"], strict=True):
        if name := split_of.get(key):
            cut[name].setdefault(key, pair)
        else:
            train.append(pair)
    others = len(splits["train"]) - len(train) - len(missing) * size
    note(f"cut from train: {size} pairs for each of {' and '.join(missing)}; further translations left out: {others}")
    return {**splits, "train": train, **{name: list(pairs.values()) for name, pairs in cut.items()}}


def _digest(sentence: str) -> bytes:
    return hashlib.sha256(sentence.encode("utf-8")).digest()
