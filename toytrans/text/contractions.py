"""English contractions, expanded: `do n't` to `do not`, `it 's` to `it is`.

French `l'` and `qu'` are ordinary spelling and stay. All functions take words as `split_words` returns them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from toytrans.text.questions import SUBJECTS, word_set

_HOSTS = {"ca": "can", "wo": "will", "sha": "shall"}
"""Words that change their form before `n't`."""
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
"""Contractions typed without an apostrophe. `its ill well were id` are left out: they are words of their own."""

_TYPED_AS_ONE = frozenset([*_WITHOUT_APOSTROPHE, "cannot", "its", "lets"])

_TAKES_IS = word_set("it he she that this there here where who what how when why everything everyone")
"""After these, `'s` is never a possessive."""
_NEVER_OWNED = word_set(
    "a an the my your his her our their its this that these those not never always very too so still also here there "
    "in on at under over near behind between from with without of to by for going"
)
"""Before these, `'s` is never a possessive: `the cat 's on the mat` means `is`."""
_JOINS = word_set("and but or because so while when now today again")
_FORMS_OF_BE = word_set("is are was were am be")
_MADE_WITH_HAVE = frozenset(["been", "got", "had"])


def predicates_of(sentences: Iterable[Sequence[str]]) -> list[str]:
    """Words that, before a mark, mostly follow a form of `be` (`is hungry.`) and no possessive (`Paul 's plates.`)."""
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
    """Expands each contraction; also returns whether each word keeps its place.

    A form without its apostrophe (`dont`) is left alone if it is a `known` word. `can't` becomes `cannot` if that is
    known, else `can not`. `'s` becomes `is` before one of the `predicates` that is the last word.
    """
    words, keeps_places = _one_cannot(words) if "cannot" in known else (words, True)
    if not any("'" in word for word in words) and _TYPED_AS_ONE.isdisjoint(map(str.lower, words)):
        return list(words), keeps_places  # the usual case
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
    """Joins `can not` and `ca n't` to `cannot`; also returns whether each word keeps its place."""
    lower = [word.lower() for word in words]
    places = [place for place, pair in enumerate(pairwise(lower)) if pair in (("can", "not"), ("ca", "n't"))]
    if not places:
        return words, True
    kept = [word for place, word in enumerate(words) if place - 1 not in places]
    for number, place in enumerate(places):
        kept[place - number] = "cannot"
    return kept, False


def _unjoined(word: str, place: int, after: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The two words that were typed as one, or an empty tuple."""
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
    """Appends a word, expanded if it is a clitic; the word before it may change too (`ca n't`, `i 'm`)."""
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
    """What `'s` means after `host`: `is`, `has`, `us`, or a possessive, which stays `'s`."""
    if host == "let":
        return "us"
    following = after[0].lower() if after else ""
    is_last = len(after) == 1 or (len(after) > 1 and (not after[1][0].isalnum() or after[1] in _JOINS))
    says_how = is_last and after[0] in predicates
    if host in _TAKES_IS or following in _NEVER_OWNED or says_how or _is_verb_in_ing(after):
        return "has" if following in _MADE_WITH_HAVE else "is"
    return "'s"


def _is_verb_in_ing(after: Sequence[str]) -> bool:
    """Whether a word like `sleeping` follows, with no noun after it that it could describe."""
    if not after or not after[0].endswith("ing"):
        return False
    return len(after) == 1 or not after[1][0].isalnum() or after[1] in _NEVER_OWNED
