"""What the model reads of what people type, as tables."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toytrans.text.reading import Reader
from toytrans.text.spelling import normalize
from toytrans.text.words import split_words

PAIRS = [
    ("The cat saw Paul on Monday.", "Le chat a vu Paul lundi."),
    ("Does Marie eat an apple?", "Est-ce que Marie mange une pomme ?"),
    ("Then I saw the cat.", "Puis j'ai vu le chat."),
    ("Look at the dog!", "Regarde le chien !"),
    ("The cat is here, and I sleep.", "Le chat est ici, et je dors."),
    ("I like Anna.", "J'aime Anna."),
    ("Paul's dog is not here.", "Le chien de Paul n'est pas ici."),
    ("Where is the man's house?", "Où est la maison de l'homme ?"),
]
LENIENT = Reader.learn("lenient", PAIRS, ("en", "fr"))
VERBATIM = Reader.learn("verbatim", PAIRS, ("en", "fr"))

# What is typed, what is read of it (with its capital), and no more than that: it is also what the note says.
READ_WITH_A_NOTE = {
    "en": [
        # Capitals inside of the sentence.
        ("the cat saw paul.", "The cat saw Paul."),
        ("The CAT saw Paul.", "The cat saw Paul."),
        ("The Cat Saw Paul.", "The cat saw Paul."),
        ("THE CAT SAW PAUL ON MONDAY.", "The cat saw Paul on Monday."),
        ("PAUL'S DOG IS NOT HERE.", "Paul's dog is not here."),
        ("then i saw marie on monday.", "Then I saw Marie on Monday."),
        ("The ZORBLAX saw the CAT.", "The ZORBLAX saw the cat."),
        ("THE ZORBLAX SAW THE CAT.", "The zorblax saw the cat."),
        # The final mark.
        ("The cat is here", "The cat is here."),
        ("Does Marie eat an apple", "Does Marie eat an apple?"),
        ("Is the cat here", "Is the cat here?"),
        ("Can Paul sleep", "Can Paul sleep?"),
        ("Where is Paul", "Where is Paul?"),
        ("How old is Paul", "How old is Paul?"),
        ("Do you like Anna", "Do you like Anna?"),
        ("Have you seen Anna", "Have you seen Anna?"),
        ("Do not look at the dog", "Do not look at the dog."),
        ("Have an apple", "Have an apple."),
        ("When did Paul sleep", "When did Paul sleep?"),
        ("When Paul came, the cat slept", "When Paul came, the cat slept."),
        ("What a dog", "What a dog."),
        ("The cat is here!!!", "The cat is here!"),
        ("The cat is here...", "The cat is here."),
        ("The cat is here…", "The cat is here."),
        ("The cat is here. . .", "The cat is here."),
        ("Is the cat here??", "Is the cat here?"),
        ("Is the cat here?!", "Is the cat here?"),
        ("Is the cat here!?", "Is the cat here?"),
        ("Is the cat here ？", "Is the cat here?"),
        ("The cat is here;", "The cat is here."),
        ("The cat is here -", "The cat is here."),
        ("The cat is here。", "The cat is here."),
        # Contractions.
        ("The cat isn't here.", "The cat is not here."),
        ("The cat isn’t here.", "The cat is not here."),
        ("I didn't see the cat.", "I did not see the cat."),
        ("I DIDN'T SEE THE CAT.", "I did not see the cat."),
        ("I don't, doesn't, wasn't, haven't.", "I do not, does not, was not, have not."),
        ("I can't see Paul.", "I can not see Paul."),
        ("I cannot see Paul.", "I can not see Paul."),
        ("I won't see Paul.", "I will not see Paul."),
        ("I shan't see Paul.", "I shall not see Paul."),
        ("I'm here.", "I am here."),
        ("i'm here.", "I am here."),
        ("You're here, and they're here.", "You are here, and they are here."),
        ("I'll see Paul.", "I will see Paul."),
        ("I've seen Paul.", "I have seen Paul."),
        ("I'd like an apple.", "I would like an apple."),
        ("I'd better sleep.", "I had better sleep."),
        ("Let's sleep.", "Let us sleep."),
        ("Isn't he here?", "Is he not here?"),
        ("Don't you like Anna?", "Do you not like Anna?"),
        ("Don't look at the dog.", "Do not look at the dog."),
        ("I dont see Paul.", "I do not see Paul."),
        ("I did'nt see Paul.", "I did not see Paul."),
        ("Im here and it wont sleep.", "I am here and it will not sleep."),
        ("Thats the dog.", "That is the dog."),
        ("Its a dog.", "It is a dog."),
        # 's
        ("It's here.", "It is here."),
        ("He's here, she's here.", "He is here, she is here."),
        ("That's the dog.", "That is the dog."),
        ("There's a dog.", "There is a dog."),
        ("Where's Paul?", "Where is Paul?"),
        ("Who's the man?", "Who is the man?"),
        ("What's that?", "What is that?"),
        ("He's been here.", "He has been here."),
        ("The cat's on the house.", "The cat is on the house."),
        ("The cat's not here.", "The cat is not here."),
        ("The cat's very old.", "The cat is very old."),
        ("The cat's the dog's friend.", "The cat is the dog's friend."),
        ("The cat's sleeping.", "The cat is sleeping."),
        ("Paul's my friend.", "Paul is my friend."),
        # What stands around the sentence.
        ('"The cat is here."', "The cat is here."),
        ("“The cat is here”", "The cat is here."),
        ("- The cat is here.", "The cat is here."),
        ("¿Is the cat here?", "Is the cat here?"),
        ("The cat is here 😀", "The cat is here."),
        ("The cat is here. 👍🏽❤️", "The cat is here."),
        # Several sentences, each by itself.
        ("the cat is here. where is paul", "The cat is here. Where is Paul?"),
        ("I'm here! WHERE'S PAUL? He sleeps", "I am here! Where is Paul? He sleeps."),
        # All of it.
        ("  i DIDN’T see paul , on monday ", "I did not see Paul, on Monday."),
    ],
    "fr": [
        ("le chat dort", "Le chat dort."),
        ("LE CHAT EST ICI.", "Le chat est ici."),
        ("j'aime anna.", "J'aime Anna."),
        ("est-ce que marie mange une pomme", "Est-ce que Marie mange une pomme ?"),
        ("Où est Paul", "Où est Paul ?"),
        ("Qui dort", "Qui dort ?"),
        ("Qu'est-ce que Paul mange", "Qu'est-ce que Paul mange ?"),
        ("Combien de pommes mange Paul", "Combien de pommes mange Paul ?"),
        ("Pourquoi dort-il", "Pourquoi dort-il ?"),
        ("Dort-il", "Dort-il ?"),
        ("Où est Paul ???", "Où est Paul ?"),
        ("« Le chat dort. »", "Le chat dort."),
    ],
}

# What is typed and what is read: no more than spaces, the shape of quotes and the capital at the beginning change.
READ_WITHOUT_A_NOTE = {
    "en": [
        ("The cat saw Paul.", "the cat saw Paul."),
        ("the cat saw Paul.", "the cat saw Paul."),
        ("Paul saw the cat.", "Paul saw the cat."),
        ("paul saw the cat.", "Paul saw the cat."),
        ("i saw the cat.", "I saw the cat."),
        ("  The   cat\tsaw \n Paul .", "the cat saw Paul."),
        ("Does the cat sleep ?", "does the cat sleep?"),
        ("The cat is here , and I sleep .", "the cat is here, and I sleep."),
        ("Paul’s dog is here.", "Paul's dog is here."),
        ("The man 's house is here.", "the man's house is here."),
        ("The boys' dog is here.", "the boys' dog is here."),
        ("Zorblax saw the cat.", "zorblax saw the cat."),
        ("I saw Zorblax.", "I saw Zorblax."),
        ("McDuck saw the cat.", "McDuck saw the cat."),
        ("USA saw the cat.", "USA saw the cat."),
        ("3.5 cats saw Paul.", "3.5 cats saw Paul."),
        ("The dog ate its apple.", "the dog ate its apple."),
        ("I saw the well.", "I saw the well."),
        ("The man's house is here.", "the man's house is here."),
        ("Look at the dog! Where is Paul? I sleep.", "look at the dog! where is Paul? I sleep."),
        ("", ""),
        ("   ", ""),
        ("...", "..."),
        ("😀", "😀"),
        ("?!", "?!"),
    ],
    "fr": [
        ("Le chat est ici.", "le chat est ici."),
        ("L’homme dort .", "l'homme dort."),
        ("Où est Paul?", "où est Paul ?"),
        ("J'aime Anna, et c'est qu'elle dort.", "j'aime Anna, et c'est qu'elle dort."),
        ("À Paul.", "à Paul."),
    ],
}

WITH_A_NOTE = [(language, *case) for language, cases in READ_WITH_A_NOTE.items() for case in cases]
WITHOUT_A_NOTE = [(language, *case) for language, cases in READ_WITHOUT_A_NOTE.items() for case in cases]
ALL_TYPED = [(language, typed) for language, typed, _ in WITH_A_NOTE + WITHOUT_A_NOTE]


@pytest.mark.parametrize(("language", "typed", "meant"), WITH_A_NOTE)
def test_the_sentence_that_is_meant_is_read_and_a_note_says_so(language: str, typed: str, meant: str) -> None:
    reading = LENIENT.read(typed, language)
    assert LENIENT.written(reading.text, language) == meant
    assert reading.notes == (f"read as: “{meant}”",)


@pytest.mark.parametrize(("language", "typed", "read"), WITHOUT_A_NOTE)
def test_spaces_quotes_and_the_first_capital_need_no_note(language: str, typed: str, read: str) -> None:
    reading = LENIENT.read(typed, language)
    assert (reading.text, reading.notes) == (read, ())


@pytest.mark.parametrize(("language", "typed"), ALL_TYPED)
def test_what_was_read_is_read_as_it_is(language: str, typed: str) -> None:
    reading = LENIENT.read(typed, language)
    assert split_words(reading.text, language) == reading.words
    again = LENIENT.read(reading.text, language)
    assert (again.text, again.read_as, again.keeps_places) == (reading.text, None, True)
    assert LENIENT.read(LENIENT.written(reading.text, language), language).text == reading.text


@pytest.mark.parametrize(("language", "typed"), [*ALL_TYPED, ("de", "Der Hund  SCHLÄFT"), ("en", "“a” ’s")])
def test_verbatim_no_more_than_spaces_and_quotes_change(language: str, typed: str) -> None:
    reading = VERBATIM.read(typed, language)
    assert (reading.text, reading.words) == (normalize(typed), split_words(typed, language))
    assert (reading.notes, reading.keeps_places) == ((), True)
    assert VERBATIM.sentences(typed, language) == [typed]
    assert VERBATIM.written(typed, language) == typed


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_the_training_text_loses_its_first_capital_and_gets_it_back(pair: tuple[str, str]) -> None:
    for text, language in zip(pair, ("en", "fr"), strict=True):
        reading = LENIENT.read(text, language)
        assert (reading.read_as, reading.keeps_places) == (None, True)
        assert LENIENT.written(reading.text, language) == text


@pytest.mark.parametrize(
    ("typed", "keeps_places"),
    [
        ("The cat is here.", True),
        ("the cat isn't here", True),
        ("I CAN'T, AND IT'S HERE!!!", True),
        ("It's here. Where's Paul", True),
        ("I cannot.", False),
        ("I dont.", False),
        ("Isn't he here?", False),
        ('"The cat is here."', False),
        ("- The cat is here", False),
        ("The cat is here. . .", False),
    ],
)
def test_a_reading_knows_whether_words_keep_their_numbers(typed: str, keeps_places: bool) -> None:
    assert LENIENT.read(typed, "en").keeps_places == keeps_places


# What is learned from the training text


def learned(texts: list[str]) -> Reader:
    return Reader.learn("lenient", [(text, "") for text in texts], ("en", "fr"))


@pytest.mark.parametrize(
    ("texts", "typed", "read"),
    [
        (["I saw Rose. I saw Rose. I saw a rose."], "rose came.", "Rose came."),
        (["I saw a rose. I saw a rose. I saw Rose."], "ROSE CAME.", "rose came."),
        (["I saw a rose. I saw a rose. I saw Rose."], "I saw Rose.", "i saw Rose."),
        (["I saw a rose. I saw Rose."], "rose came.", "rose came."),
        (["Rose came."], "Rose came.", "rose came."),
        (["I SAW PAUL AND PAUL.", "I saw Paul."], "paul came.", "Paul came."),
        (["He said iPhone."], "IPHONE is here.", "iPhone is here."),
    ],
)
def test_a_word_is_spelled_as_it_mostly_is_inside_of_sentences(texts: list[str], typed: str, read: str) -> None:
    assert learned(texts).read(typed, "en").text == read


@pytest.mark.parametrize(
    ("texts", "typed", "read"),
    [
        (["a cat", "a dog"], "a cow", "a cow"),
        (["a cat", "a dog"], "a cow.", "a cow"),
        (["a cat", "a dog", "is it?"], "is it here", "is it here"),
        (["a cat", "a dog", "is it?"], "is it here?", "is it here?"),
        (["a cat.", "a dog.", "is it"], "is it here", "is it here."),
        (["a cat।", "a dog।"], "a cow", "a cow।"),
        (["a cat।", "a dog।"], "a cow!", "a cow।"),
        (["a cat!", "a dog!"], "a cow.", "a cow!"),
        (['He said "come".'], 'He said "go".', 'he said "go".'),
        (['He said "come."'], 'He said "go."', 'he said "go."'),
        (["I dont.", "I dont know."], "I dont", "i dont."),
        (["Paul cannot come."], "i can't come. I CAN NOT. Anna cannot", "i cannot come. i cannot. anna cannot."),
        (["Paul cannot come."], "Can't he come?", "cannot he come."),
    ],
)
def test_marks_are_those_of_the_training_text(texts: list[str], typed: str, read: str) -> None:
    assert learned(texts).read(typed, "en").words == split_words(read, "en")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("The cat's hungry.", "the cat is hungry."),
        ("The cat's hungry, and the dog's tired", "the cat is hungry, and the dog is tired."),
        ("The cat's hungry because it's black.", "the cat is hungry because it is black."),
        ("The cat's black dog slept.", "the cat's black dog slept."),
        ("It is the cat's.", "it is the cat's."),
        ("It is the cat's dog.", "it is the cat's dog."),
    ],
)
def test_what_somebody_is_said_to_be_is_owned_by_nobody(typed: str, read: str) -> None:
    reader = learned(
        ["The cat was hungry.", "The dogs are tired!", "It is black, and it slept.", "It is the cat's dog."]
    )
    assert reader.read(typed, "en").text == read


def test_each_language_has_its_own_spelling() -> None:
    reader = Reader.learn("lenient", [("We saw Pierre.", "Voici une pierre.")], ("en", "fr"))
    assert reader.read("PIERRE CAME.", "en").text == "Pierre came."
    assert reader.read("PIERRE DORT.", "fr").text == "pierre dort."
    assert reader.read("PIERRE DORT.", "de").text == "PIERRE DORT."


@pytest.mark.parametrize("languages", [("en", "fr"), ("en", "en")])
@pytest.mark.parametrize("pairs", [[], PAIRS], ids=["no pairs", "pairs"])
@pytest.mark.parametrize("manner", ["lenient", "verbatim"])
def test_a_reader_comes_back_from_json_as_it_was(
    manner: str, pairs: list[tuple[str, str]], languages: tuple[str, str]
) -> None:
    reader = Reader.learn(manner, pairs, languages)  # type: ignore[arg-type]  # a parameter of the test
    assert reader.manner == manner
    assert Reader.from_json(json.loads(json.dumps(reader.to_json()))) == reader


def test_a_document_older_than_readers_is_read_verbatim() -> None:
    assert Reader.from_json(None) == Reader()


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "lenient",
        {"reading": "lenient"},
        {"reading": "verbatim", "usages": {"en": {"words": [], "ends": [], "predicates": []}}},
        {"reading": "lenient", "usages": {"en": {"words": [1], "ends": [], "predicates": []}}},
        {"reading": "lenient", "usages": {"en": {"words": []}}},
        {"reading": "lenient", "usages": ["en"]},
    ],
    ids=str,
)
def test_a_document_that_is_no_reader_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="'reader' does not say how text is read"):
        Reader.from_json(document)


# What is written


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("the cat sleeps.", "The cat sleeps."),
        ("l'homme dort.", "L'homme dort."),
        ("été, œufs.", "Été, œufs."),
        ("« le chat dort. »", "« Le chat dort. »"),
        ("3 chats dorment.", "3 chats dorment."),
        ("<unk> dort.", "<unk> dort."),
        ("le chat dort. où est Paul ?", "Le chat dort. Où est Paul ?"),
        ("", ""),
        (".", "."),
    ],
)
def test_each_sentence_is_written_with_a_capital(read: str, written: str) -> None:
    assert LENIENT.written(read, "fr") == written


# Whatever is typed


TYPED = "The cat PAUL i don't cannot 's n't 'll its lets im . ... ?! , ; - … “ ” ' \" « » ( ) 😀 ¿ 3.5 1/2 / & é"
PIECES = st.lists(st.sampled_from(TYPED.split()))
ANYTHING = st.text() | PIECES.map(" ".join) | PIECES.map("".join)


@pytest.mark.parametrize("reader", [LENIENT, VERBATIM], ids=["lenient", "verbatim"])
@given(text=ANYTHING, language=st.sampled_from(["en", "fr", "de"]))
def test_any_text_can_be_read_and_written(reader: Reader, text: str, language: str) -> None:
    reading = reader.read(text, language)
    reader.written(reading.text, language)
    assert "".join(reading.words).replace(" ", "") == reading.text.replace(" ", "")
    assert reader.sentences(text, language)
    if reading.keeps_places:
        assert len(reading.words) - len(split_words(text, language)) in (0, 1)


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: text[:-1].rstrip()], ids=["lower", "UPPER", "."])
def test_a_training_sentence_typed_carelessly_is_the_same_to_the_model(change: Callable[[str], str]) -> None:
    for pair in PAIRS:
        for text, language in zip(pair, ("en", "fr"), strict=True):
            if not text.endswith("!"):  # a call without its mark is a statement
                assert LENIENT.read(change(text), language).words == LENIENT.read(text, language).words
