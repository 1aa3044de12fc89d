from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.config import TextConfig
from toytrans.special_tokens import BOS, EOS, PAD, SPECIAL_TOKENS, UNK
from toytrans.text.encoded import Encoded
from toytrans.text.spelling import normalize
from toytrans.text.tokenizer import Tokenizer, build_tokenizer, load_tokenizer, save_tokenizer
from toytrans.text.word_tokenizer import WordTokenizer
from toytrans.text.words import split_words

PAIRS = [
    ("The cat sat on the mat.", "Le chat s'est assis sur le tapis."),
    ("The boy's dog didn't see it!", "Le chien du garçon ne l'a pas vu aujourd'hui !"),
    ("Does the old man sleep?", "Est-ce que le vieil homme dort ?"),
    ("Paris is big.", "Paris est grand."),
] * 3

TOKENIZERS = {kind: build_tokenizer(TextConfig(kind, 200, reading="verbatim"), PAIRS) for kind in ("words", "subwords")}
each_kind = pytest.mark.parametrize("tokenizer", TOKENIZERS.values(), ids=TOKENIZERS.keys())


def consistent(encoded: Encoded) -> bool:
    """Lengths agree, and word ids go through all words in order."""
    word_ids = [word for word in encoded.word_ids if word is not None]
    return (
        len(encoded.ids) == len(encoded.tokens) == len(encoded.word_ids)
        and word_ids == sorted(word_ids)
        and set(word_ids) == set(range(len(encoded.words)))
    )


@each_kind
def test_the_special_tokens_come_first(tokenizer: Tokenizer) -> None:
    assert (PAD, BOS, EOS, UNK) == (0, 1, 2, 3)
    assert tuple(tokenizer.describe([PAD, BOS, UNK, EOS], "fr").tokens) == ("<pad>", "<s>", "<unk>", "</s>")


@each_kind
def test_what_was_seen_in_training_comes_back_exactly(tokenizer: Tokenizer) -> None:
    for pair in PAIRS:
        for text, language in zip(pair, ("en", "fr"), strict=True):
            encoded = tokenizer.encode(text, language)
            assert tokenizer.decode(encoded.ids, language) == text
            assert encoded.unknown == ()
            assert encoded.words == split_words(text, language)
            assert encoded.ids[-1] == EOS
            assert encoded.tokens[-1] == "</s>"
            assert encoded.word_ids[-1] is None


@each_kind
def test_describing_the_ids_of_a_text_gives_what_encoding_gave(tokenizer: Tokenizer) -> None:
    for _, target in PAIRS:
        encoded = tokenizer.encode(target, "fr")
        assert tokenizer.describe(encoded.ids, "fr") == encoded


@each_kind
def test_encoding_all_is_encoding_each(tokenizer: Tokenizer) -> None:
    texts = [source for source, _ in PAIRS] + ["", "Zut 中"]
    assert tokenizer.encode_all(texts, "en") == [tokenizer.encode(text, "en") for text in texts]
    assert tokenizer.encode_all([], "en") == []


@each_kind
def test_unknown_words_are_named_as_typed_and_once(tokenizer: Tokenizer) -> None:
    encoded = tokenizer.encode("The 猫 sat on the 猫 and the 犬.", "en")
    assert [word for word in encoded.unknown if word in ("猫", "犬")] == ["猫", "犬"]
    assert "<unk>" in encoded.tokens
    assert "猫" in encoded.words
    assert "<unk>" in tokenizer.decode(encoded.ids, "en")


@each_kind
def test_an_empty_text_is_an_end_of_sentence(tokenizer: Tokenizer) -> None:
    for text in ("", "  \n"):
        assert tokenizer.encode(text, "en") == Encoded([EOS], ["</s>"], [None], [])
    assert tokenizer.decode([], "en") == tokenizer.decode([EOS], "en") == ""


@each_kind
def test_decoding_skips_padding_and_stops_at_the_first_end(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("Le chat dort.", "fr").ids[:-1]
    assert tokenizer.decode([BOS, PAD, *ids, PAD, EOS, *ids, EOS, PAD], "fr") == "Le chat dort."


@each_kind
@pytest.mark.parametrize("token", SPECIAL_TOKENS)
def test_a_typed_special_token_is_text(tokenizer: Tokenizer, token: str, tmp_path: Path) -> None:
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    for same in (tokenizer, load_tokenizer(tmp_path / "tokenizer.json")):
        for text in (token, f"the{token}cat", f"The cat {token}"):
            encoded = same.encode(text, "en")
            assert not {PAD, BOS, EOS} & set(encoded.ids[:-1])
            assert token not in encoded.words


@pytest.mark.parametrize("token", SPECIAL_TOKENS)
def test_a_special_token_that_is_a_known_text_comes_back_as_text(token: str) -> None:
    pairs = [(f"a {token} b", f"un {token} deux")] * 2
    tokenizer = build_tokenizer(TextConfig("subwords", 100, reading="verbatim"), pairs)
    encoded = tokenizer.encode(f"a {token} b", "en")
    assert encoded.unknown == ()
    assert tokenizer.decode(encoded.ids, "en") == f"a {token} b"


@each_kind
@given(text=st.text() | st.text("Lechat s'<>/▁_中é.!"), language=st.sampled_from(["en", "fr", "de"]))
def test_any_text_can_be_encoded(tokenizer: Tokenizer, text: str, language: str) -> None:
    encoded = tokenizer.encode(text, language)
    assert consistent(encoded)
    assert encoded.ids.index(EOS) == len(encoded.ids) - 1
    assert not {PAD, BOS} & set(encoded.ids)
    assert bool(encoded.unknown) == (UNK in encoded.ids)
    assert set(encoded.unknown) <= set(encoded.words)


@each_kind
@given(data=st.data(), language=st.sampled_from(["en", "fr", "de"]))
def test_any_ids_can_be_described(tokenizer: Tokenizer, data: st.DataObject, language: str) -> None:
    ids = data.draw(st.lists(st.integers(0, len(tokenizer) - 1) | st.sampled_from([PAD, BOS, EOS, UNK, -1, 10**6])))
    described = tokenizer.describe(ids, language)
    assert consistent(described)
    assert described.ids == ids
    letters = "".join(described.words).replace(" ", "")
    assert tokenizer.decode(ids, language).replace(" ", "") == letters


@given(text=st.text("".join(sorted({letter for pair in PAIRS for letter in "".join(pair)}))))
def test_subwords_give_back_any_text_of_known_letters(text: str) -> None:
    encoded = TOKENIZERS["subwords"].encode(text, "fr")
    assert encoded.unknown == ()
    assert TOKENIZERS["subwords"].decode(encoded.ids, "fr") == normalize(text)


def test_no_subword_crosses_from_word_to_word() -> None:
    encoded = TOKENIZERS["subwords"].encode("Le chat s'est assis sur l'aujourd'hui est-ce pas ?", "fr")
    spelled = [""] * len(encoded.words)
    for token, word in zip(encoded.tokens[:-1], encoded.word_ids[:-1], strict=True):
        assert word is not None
        spelled[word] += token.removeprefix("▁")
    assert spelled == encoded.words


def test_a_typed_space_mark_is_a_low_line_to_subwords() -> None:
    tokenizer = build_tokenizer(TextConfig("subwords", reading="verbatim"), [("a_b _", "a_b _")] * 2)
    assert tokenizer.decode(tokenizer.encode("a▁b ▁", "en").ids, "en") == "a_b _"


def test_subwords_learn_no_more_than_asked_for() -> None:
    letters = [chr(0x4E00 + number) for number in range(500)]
    tokenizer = build_tokenizer(TextConfig("subwords", 100), [(letter * 2, letter) for letter in letters])
    assert len(tokenizer) <= 100


@pytest.mark.parametrize("kind", ["words", "subwords"])
def test_the_same_pairs_in_any_order_give_the_same_tokenizer(kind: str) -> None:
    pairs = [(f"{a}{b} {b}{c}", f"{c}{a}") for a in "abcdef" for b in "ghijé" for c in "klmn中"]
    config = TextConfig(kind, 300)  # type: ignore[arg-type]  # a parameter of the test, not a literal
    first = build_tokenizer(config, pairs).to_json()
    random.Random(1).shuffle(pairs)
    assert build_tokenizer(config, pairs).to_json() == first


@pytest.mark.parametrize("kind", ["words", "subwords"])
def test_no_pairs_give_a_tokenizer_that_knows_nothing(kind: str) -> None:
    tokenizer = build_tokenizer(TextConfig(kind), [])  # type: ignore[arg-type]  # as above
    assert len(tokenizer) == len(SPECIAL_TOKENS)
    assert tokenizer.encode("cat", "en").ids == [UNK, EOS]


@pytest.mark.parametrize(
    ("word", "language", "tokens"),
    [
        ("yaks", "en", ["<unk>", "-s"]),
        ("yak", "en", ["<unk>"]),
        ("bosses", "en", ["<unk>", "-s"]),
        ("boss", "en", ["<unk>"]),
        ("bus", "en", ["<unk>"]),
        ("iris", "en", ["<unk>"]),
        ("s", "en", ["<unk>"]),
        ("Thomas", "en", ["<unk>"]),  # a name
        ("yaks", "fr", ["<unk>"]),  # French says it in the article
        ("cats", "en", ["cats"]),
    ],
)
def test_an_unknown_english_plural_is_one_word_of_two_tokens(word: str, language: str, tokens: list[str]) -> None:
    tokenizer = WordTokenizer(["cats", "the", "-s"])
    encoded = tokenizer.encode(f"the {word} the", language)
    assert encoded.tokens[1:-2] == tokens
    assert encoded.word_ids == [0, *[1] * len(tokens), 2, None]
    assert encoded.unknown == (() if word == "cats" else (word,))
    assert tokenizer.describe(encoded.ids, language).word_ids == encoded.word_ids


def test_a_plural_ending_cannot_be_typed_and_an_older_vocabulary_has_none() -> None:
    assert "-s" not in WordTokenizer(["-s"]).encode("cat -s - s cat-s", "en").tokens
    assert WordTokenizer(["the"]).encode("yaks", "en").tokens == ["<unk>", "</s>"]


def test_words_are_ranked_by_frequency_and_then_alphabet() -> None:
    tokenizer = build_tokenizer(TextConfig(), [("b a c c", "b a c")])
    assert tokenizer.to_json()["vocabulary"] == [*SPECIAL_TOKENS, "c", "a", "b", "-s"]


def test_a_word_spaced_as_never_seen_is_a_known_word() -> None:
    natural = build_tokenizer(
        TextConfig(reading="verbatim"), [("The cat .", "Quoi ?"), ("The dog.", "Quoi?"), ("Le ( chat )", "Quoi?")]
    )
    assert natural.encode("The cat.", "en").ids != natural.encode("The cat .", "en").ids
    assert natural.encode("Le (chat )", "fr").tokens == ["Le", "(", "chat", ")", "</s>"]
    assert natural.encode("Quoi !", "en").unknown == ("!",)
    # Of two that read alike, the more frequent one.
    assert natural.encode("Quoi ?", "en").ids == natural.encode("Quoi?", "fr").ids


def test_both_languages_share_a_word() -> None:
    tokenizer = TOKENIZERS["words"]
    assert tokenizer.encode("Paris", "en").ids == tokenizer.encode("Paris", "fr").ids


@each_kind
def test_a_saved_tokenizer_is_the_same_when_loaded(tokenizer: Tokenizer, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    save_tokenizer(tokenizer, path)
    loaded = load_tokenizer(path)
    assert loaded.kind == tokenizer.kind == json.loads(path.read_text(encoding="utf-8"))["kind"]
    assert len(loaded) == len(tokenizer)
    text = "Le vieil homme a vu <unk> 中 !"
    assert loaded.encode(text, "fr") == tokenizer.encode(text, "fr")
    save_tokenizer(loaded, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()
    assert "garçon".encode() in path.read_bytes()


WRONG_FILES = [
    ("Expecting value", b"cat"),
    ("codec can't decode", b'{"kind": "\xe9"}'),
    ("'format': 1", b"[]"),
    ("'format': 1", b'{"format": 2, "kind": "words", "vocabulary": []}'),
    ("'letters' is not 'words' or 'subwords'", b'{"format": 1, "kind": "letters"}'),
    ("not a list of words", b'{"format": 1, "kind": "words", "vocabulary": [1]}'),
    ("does not begin with <pad>", b'{"format": 1, "kind": "words", "vocabulary": ["a"]}'),
    ("'<s>' twice", b'{"format": 1, "kind": "words", "vocabulary": ["<pad>", "<s>", "</s>", "<unk>", "<s>"]}'),
    ("not one of the tokenizers library", b'{"format": 1, "kind": "subwords", "tokenizer": {}}'),
    ("not one of the tokenizers library", b'{"format": 1, "kind": "subwords"}'),
    (
        "'reader' does not say how text is read",
        b'{"format": 1, "kind": "words", "vocabulary": ["<pad>", "<s>", "</s>", "<unk>"], "reader": {"reading": 1}}',
    ),
    ("recursion", b"[" * 100_000),
]


@pytest.mark.parametrize(("problem", "content"), WRONG_FILES)
def test_a_file_that_is_no_tokenizer_is_named_in_one_line(problem: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is not a tokenizer") as caught:
        load_tokenizer(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert problem in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("max_tokens", "ids", "words"),
    [
        (None, [5, 6, 7, 8, 3], ["a", "bc", "d"]),
        (5, [5, 6, 7, 8, 3], ["a", "bc", "d"]),
        (4, [5, 6, 7, 3], ["a", "bc"]),
        (3, [5, 3], ["a"]),  # a word is not cut in two
        (1, [5, 3], ["a"]),
    ],
)
def test_a_long_text_is_cut_between_words(max_tokens: int | None, ids: list[int], words: list[str]) -> None:
    text = Encoded([5, 6, 7, 8, 3], ["a", "b", "c", "d", "</s>"], [0, 1, 1, 2, None], ["a", "bc", "d"])
    cut = text.cut(max_tokens)
    assert (cut.ids, cut.words, cut.num_left_out) == (ids, words, 3 - len(words))
    assert len(cut.ids) == len(cut.tokens) == len(cut.word_ids)


def test_a_single_long_word_is_cut_within() -> None:
    cut = Encoded([5, 6, 7, 3], ["a", "b", "c", "</s>"], [0, 0, 0, None], ["abc"]).cut(3)
    assert (cut.ids, cut.words, cut.num_left_out) == ([5, 6, 3], ["abc"], 0)


@pytest.mark.parametrize("odd", ["\x1b[2J", "a\x9bb", "\u202ea", "a\u2028"], ids=ascii)
def test_a_vocabulary_that_could_steer_a_terminal_is_refused(odd: str, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    save_tokenizer(build_tokenizer(TextConfig(), [("one two", "un deux")]), path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["vocabulary"][-1] = odd
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError, match="which no text has: it was changed after training"):
        load_tokenizer(path)
