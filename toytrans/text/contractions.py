"""English contractions written out: `do n't` as `do not`, `it 's` as `it is`. French ones (`l'`, `qu'`) are spelling.

All of it works on words as `split_words` cuts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from toytrans.text.questions import SUBJECTS, word_set

_HOSTS = {"ca": "can", "wo": "will", "sha": "shall"}
"""What stands before `n't` in another form than alone."""
_CLITICS = {"'m": "am", "'re": "are", "'ll": "will", "'ve": "have"}

_AUXILIARIES = "do does did is are was were has have had could would should must need"
_WITHOUT_APOSTROPHE = {f"{word}nt": (word, "not") for word in _AUXILIARIES.split()} | {
    "cant": ("can", "not"),
    "wont": ("will", "not"),
    "im": ("I", "am"),
    "ive": ("I", "have"),
    "youre": ("you", "are"),
    "youve": ("you", "have"),
    "youll": ("you", "will"),
    "theyre": ("they", "are"),
    "theyve": ("they", "have"),
    "theyll": ("they", "will"),
    "weve": ("we", "have"),
    "thats": ("that", "is"),
    "whats": ("what", "is"),
    "wheres": ("where", "is"),
    "theres": ("there", "is"),
    "heres": ("here", "is"),
}
"""As typed in a hurry. `its ill well were id` are words of their own, so they are not here."""

_TYPED_AS_ONE = frozenset([*_WITHOUT_APOSTROPHE, "cannot", "its", "lets"])

_TAKES_IS = word_set("it he she that this there here where who what how when why everything everyone")
"""Before `'s` these are never owners."""
_NEVER_OWNED = word_set(
    "a an the my your his her our their its this that these those not never always very too so still also here there "
    "in on at under over near behind between from with without of to by for going"
)
"""What a possessive never stands before: `the cat 's on the mat` says `is`."""
_JOINS = word_set("and but or because so while when now today again")
_FORMS_OF_BE = word_set("is are was were am be")
_MADE_WITH_HAVE = frozenset(["been", "got", "had"])


def predicates_of(sentences: Iterable[Sequence[str]]) -> list[str]:
    """Words that before a mark mostly follow a form of `be` (`is hungry.`), and never an owner (`Paul 's plates.`)."""
    before_mark = Counter(
        (word, before in _FORMS_OF_BE, before == "'s")
        for words in sentences
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
        if not after[0].isalnum()
    )
    said: Counter[str] = Counter()
    for (word, is_said, is_owned), count in before_mark.items():
        said[word] += count if is_said else -before_mark.total() if is_owned else -count
    return sorted(word for word, count in said.items() if count > 0)


def expand(
    words: Sequence[str], known: Collection[str] = (), predicates: Collection[str] = ()
) -> tuple[list[str], bool]:
    """The words with each contraction written out, and whether each word keeps its place.

    A form typed without its apostrophe (`dont`) is left alone where it is a `known` word. `can't` is `can not`, but
    `cannot` where that is known. `'s` is `is` before one of the `predicates`, if it is the last word.
    """
    words, keeps_places = _one_cannot(words) if "cannot" in known else (words, True)
    if not any("'" in word for word in words) and _TYPED_AS_ONE.isdisjoint(map(str.lower, words)):
        return list(words), keeps_places  # as nearly all are
    expanded: list[str] = []
    for place, word in enumerate(words):
        after = words[place + 1 : place + 3]
        written_out = _unjoined(word.lower(), place, after, known)
        if written_out:
            keeps_places = False
            expanded += written_out
        else:
            _add(expanded, word, after, predicates)
    if len(expanded) > 2 and words[1].lower() == "n't" and expanded[2].lower() in SUBJECTS:  # is n't he = is he not
        expanded[1:3] = expanded[2], expanded[1]
        keeps_places = False
    return expanded, keeps_places


def _one_cannot(words: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The words with `cannot` in one word, however it is typed, and whether that moved none."""
    lower = [word.lower() for word in words]
    places = [place for place, pair in enumerate(pairwise(lower)) if pair in (("can", "not"), ("ca", "n't"))]
    if not places:
        return words, True
    kept = [word for place, word in enumerate(words) if place - 1 not in places]
    for number, place in enumerate(places):
        kept[place - number] = "cannot"
    return kept, False


def _unjoined(word: str, place: int, after: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The two words that are typed as one, or nothing."""
    if word == "cannot" and word not in known:
        return "can", "not"
    if word.endswith("'nt"):  # did'nt
        word = word.removesuffix("'nt") + "nt"
    if word == "its" and after and after[0] in _NEVER_OWNED:
        return "it", "is"
    if word == "lets" and place == 0:
        return "let", "us"
    return () if word in known else _WITHOUT_APOSTROPHE.get(word, ())


def _add(expanded: list[str], word: str, after: Sequence[str], predicates: Collection[str]) -> None:
    """Adds a word, written out if it leans on the one before; that one may change (`ca n't`, `i 'm`)."""
    clitic, host = word.lower(), expanded[-1].lower() if expanded else ""
    if not host or not host[-1].isalpha():
        expanded.append(word)
    elif clitic == "n't" and host != "ai":
        expanded[-1] = _HOSTS.get(host, host)
        expanded.append("not")
    elif clitic in _CLITICS:
        expanded.append(_CLITICS[clitic])
    elif clitic == "'d":
        expanded.append("had" if after[:1] == ["better"] else "would")
    elif clitic == "'s":
        expanded.append(_read_s(host, after, predicates))
    else:
        expanded.append(word)
    if host == "i" and expanded[-1] != word:
        expanded[-2] = "I"


def _read_s(host: str, after: Sequence[str], predicates: Collection[str]) -> str:
    """What `'s` says after a word: `is`, `has`, `us`, or that somebody owns what follows."""
    if host == "let":
        return "us"
    following = after[0].lower() if after else ""
    is_last = len(after) == 1 or (len(after) > 1 and (not after[1][0].isalnum() or after[1] in _JOINS))
    says_how = is_last and after[0] in predicates
    if host in _TAKES_IS or following in _NEVER_OWNED or says_how or _is_verb_in_ing(after):
        return "has" if following in _MADE_WITH_HAVE else "is"
    return "'s"


def _is_verb_in_ing(after: Sequence[str]) -> bool:
    """Whether `sleeping` follows, and after it no word that it could describe."""
    if not after or not after[0].endswith("ing"):
        return False
    return len(after) == 1 or not after[1][0].isalnum() or after[1] in _NEVER_OWNED
