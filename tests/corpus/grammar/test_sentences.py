"""The grammar writes correct French, makes sense, and says which word comes from which."""

from __future__ import annotations

import re
from random import Random
from statistics import fmean

import pytest

from toytrans.corpus.grammar import verbs
from toytrans.corpus.grammar.clauses import Mood, clause
from toytrans.corpus.grammar.draws import nouns_of, quality_named
from toytrans.corpus.grammar.french import FRENCH_FUNCTION_WORDS, Source, agree, join, plural, spell
from toytrans.corpus.grammar.lexicon import PREPOSITIONS, Adjective, Gender, Noun
from toytrans.corpus.grammar.nouns import ANIMALS, CLOTHES, NOUNS, TOYS_AND_TOOLS
from toytrans.corpus.grammar.phrases import NounPhrase, finish, noun_phrase, place, translate, words
from toytrans.corpus.grammar.pronouns import pronoun
from toytrans.corpus.grammar.qualities import ADJECTIVES, EXPRESSIONS
from toytrans.corpus.grammar.reasons import REASONS, Reason
from toytrans.corpus.grammar.riddles import riddle_sentence, things_of
from toytrans.corpus.grammar.sentences import PHENOMENA, Sentence, draw, draw_long
from toytrans.corpus.grammar.verbs import Verb

VOWEL = r"(?!hibou|huit|onze)[aeiouyâàéèêîôœh]"


@pytest.fixture(scope="module")
def sentences() -> list[Sentence]:
    rng = Random(7)
    return [draw(rng) for _ in range(8_000)] + [draw_long(rng) for _ in range(400)]


def noun(english: str) -> Noun:
    return next(each for each in NOUNS if each.english == english)


def verb(english: str) -> Verb:
    return next(each for each in verbs.VERBS if each.english == english)


def adjective(english: str, described: str) -> Adjective:
    fitting = (each for each in ADJECTIVES if noun(described).is_any(each.describes))
    return next(each for each in fitting if each.english == english)


def french(phrase: NounPhrase) -> str:
    return join([word.text for word in spell(phrase.phrase.target)[0]])


def links(sentence: Sentence, kind: str) -> set[tuple[int, int]]:
    """The links of one kind, `-` or `p`, as (source, target) positions."""
    found = (re.fullmatch(rf"(\d+){kind}(\d+)", link) for link in (sentence.pair.alignment or "").split())
    return {(int(match[1]), int(match[2])) for match in found if match}


def test_the_sentence_of_the_documentation_has_the_links_of_the_documentation() -> None:
    on = next(each for each in PREPOSITIONS if each.english == "on")
    pair = finish(clause(noun_phrase(noun("cat")), verb("sit"), place(on, noun_phrase(noun("mat"))))).pair
    assert (pair.source, pair.target) == ("The cat sat on the mat.", "Le chat s'est assis sur le tapis.")
    assert pair.alignment == "0-0 1p0 1-1 1p2 2p2 1p3 2p3 2-4 1p4 3-5 4-6 5p6 5-7 6-8"


@pytest.mark.parametrize(
    ("determiner", "quality", "english", "expected"),
    [
        ("the", "old", "owl", "le vieux hibou"),
        ("this", "", "owl", "ce hibou"),
        ("this", "", "child", "cet enfant"),
        ("this", "beautiful", "tree", "ce bel arbre"),
        ("a", "old", "bird", "un vieil oiseau"),
        ("a", "old", "man", "un vieil homme"),
        ("a", "new", "umbrella", "un nouveau parapluie"),
        ("my", "", "scarf", "mon écharpe"),
        ("her", "new", "scarf", "sa nouvelle écharpe"),
        ("its", "", "umbrella", "son parapluie"),
        ("some", "", "water", "de l'eau"),
        ("some", "", "bread", "du pain"),
        ("the", "big", "stone", "la grosse pierre"),
        ("the", "big", "house", "la grande maison"),
        ("that", "", "child", "cet enfant"),
        ("your", "", "umbrella", "ton parapluie"),
        ("your", "", "scarf", "ton écharpe"),
        ("our", "old", "hotel", "notre vieil hôtel"),
        ("generic", "", "milk", "le lait"),
        ("", "", "milk", "du lait"),
    ],
)
def test_articles_and_adjectives_suit_the_sound_that_follows(
    determiner: str, quality: str, english: str, expected: str
) -> None:
    adjectives = (adjective(quality, english),) if quality else ()
    assert french(noun_phrase(noun(english), determiner, adjectives=adjectives)) == expected


@pytest.mark.parametrize(
    ("determiner", "quality", "english", "expected"),
    [
        ("some", "", "bird", "des oiseaux"),
        ("some", "young", "bird", "de jeunes oiseaux"),
        ("any", "young", "bird", "de jeunes oiseaux"),
        ("some", "tired", "horse", "des chevaux fatigués"),
        ("the", "old", "owl", "les vieux hiboux"),
        ("these", "blue", "cup", "ces tasses bleues"),
        ("my", "white", "mouse", "mes souris blanches"),
        ("two", "beautiful", "hat", "deux beaux chapeaux"),
    ],
)
def test_plurals_agree(determiner: str, quality: str, english: str, expected: str) -> None:
    adjectives = (adjective(quality, english),) if quality else ()
    assert french(noun_phrase(noun(english), determiner, is_plural=True, adjectives=adjectives)) == expected


def test_an_owner_follows_what_is_owned_and_contracts() -> None:
    boy, uncle = noun_phrase(noun("boy")), noun_phrase(noun("uncle"), "my")
    assert french(noun_phrase(noun("dog"), owner=boy)) == "le chien du garçon"
    assert french(noun_phrase(noun("scarf"), owner=uncle)) == "l'écharpe de mon oncle"
    children = noun_phrase(noun("child"), is_plural=True)
    assert french(noun_phrase(noun("ball"), is_plural=True, owner=children)) == "les balles des enfants"


def test_an_indefinite_object_has_de_under_negation() -> None:
    negation = Source("not")
    birds = noun_phrase(noun("bird"), "any", is_plural=True, negation=negation)
    pair = finish(clause(noun_phrase(noun("dog")), verb("see"), birds.phrase, Mood(negation=negation))).pair
    assert pair.source == "The dog did not see any birds."
    assert pair.target == "Le chien n'a pas vu d'oiseaux."


def test_the_participle_agrees_with_the_subject_of_etre_and_with_the_object_before_avoir() -> None:
    mice, keys = noun_phrase(noun("mouse"), is_plural=True), noun_phrase(noun("key"), is_plural=True)
    assert finish(clause(mice, verb("fall"))).pair.target == "Les souris sont tombées."
    assert finish(clause(mice, verb("find"), keys.phrase)).pair.target == "Les souris ont trouvé les clés."
    relative = keys.phrase + translate(words("that"), "que") + clause(mice, verb("find"), object_before=keys)
    assert finish(relative).pair.target == "Les clés que les souris ont trouvées."


def test_a_question_asks_in_both_languages() -> None:
    pair = finish(clause(pronoun("she", "f"), verb("fall"), mood=Mood(question=True))).pair
    assert (pair.source, pair.target) == ("Did she fall?", "Est-ce qu'elle est tombée ?")


def test_english_writes_an_before_a_vowel(sentences: list[Sentence]) -> None:
    text = " ".join(sentence.pair.source for sentence in sentences)
    assert " an old " in text
    assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiou]", text)


@pytest.mark.parametrize(
    "wrong",
    [
        r"\b(de|à) les?\b",
        rf"\b(le|la|de|ne|que|je|se|me|te|ma|ta|sa|ce) {VOWEL}",
        r"' |(l'|d'|cet |vieil |bel )hibou",
        rf"(?<!fait )(?<!faisait )(?<!pas )\b(beau|nouveau) (?!et\b|mais\b){VOWEL}",
        rf"\b(un|le|du|au|ce|mon|son) vieux {VOWEL}",
        rf"\b(vieil|bel|nouvel|cet) (?!{VOWEL})",
        rf"\b\w+[ldnsj]' |(l'|d'|n'|s'|j'|qu')(?!{VOWEL})",
        r"\bdes (grand|petit|vieux|vieille|jeune|beaux|belle|nouve|bons|bonne|gros|gentil)",
        r"\b(il|elle|le|la) (sont|ont|étaient|avaient)\b",
        r"\b(ils|elles) (est|a|était|avait)\b",
        r"\b(?!nous nous)(\w+) \1\b",
        r" [.,]|[^ ]\?|  ",
    ],
)
def test_no_french_sentence_has_this_mistake(wrong: str, sentences: list[Sentence]) -> None:
    assert [each.pair.target for each in sentences if re.search(wrong, each.pair.target, re.IGNORECASE)] == []


def test_the_dictionary_forms_are_right() -> None:
    forms = {each.french: plural(each.french) for each in NOUNS if each.has_plural}
    assert forms["cheval"] == "chevaux"
    assert forms["hibou"] == "hiboux"
    assert forms["souris"] == "souris"
    assert forms["chapeau"] == "chapeaux"
    assert agree("vieux", "vieille", "m", True) == "vieux"
    assert agree("bleu", "bleue", "f", True) == "bleues"


def test_every_word_that_carries_meaning_has_a_sure_link(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        sure = links(sentence, "-")
        assert {source for source, _ in sure} == set(range(len(sentence.source_tokens))), sentence.pair
        content = {i for i, word in enumerate(sentence.target_tokens) if word.lower() not in FRENCH_FUNCTION_WORDS}
        assert content <= {target for _, target in sure}, sentence.pair


def test_every_french_word_has_a_link(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        linked = {target for _, target in links(sentence, "-") | links(sentence, "p")}
        assert linked == set(range(len(sentence.target_tokens))), sentence.pair


def test_no_link_is_both_sure_and_possible(sentences: list[Sentence]) -> None:
    assert not any(links(sentence, "-") & links(sentence, "p") for sentence in sentences)


def test_phenomena_are_known_and_in_order(sentences: list[Sentence]) -> None:
    for sentence in sentences:
        found = sentence.pair.phenomena
        assert list(found) == sorted(found, key=PHENOMENA.index)


def test_at_most_one_relative_clause(sentences: list[Sentence]) -> None:
    for each in sentences:
        french = re.sub(r"(est-ce|parce|^) qu[e']", "", each.pair.target, flags=re.IGNORECASE)
        assert len(re.findall(r"\b(qui|que|qu')", french[1:])) <= 1, each.pair


def test_every_kind_a_word_asks_for_is_the_kind_of_some_noun() -> None:
    asked = [each.describes for each in (*ADJECTIVES, *EXPRESSIONS)]
    asked += [kinds for each in verbs.VERBS for kinds in (each.subjects, each.objects, each.places)]
    for kind in " ".join(asked).split():
        assert nouns_of(kind), f"no noun is {kind}"


@pytest.mark.parametrize("why", REASONS, ids=lambda why: f"{why.verb}, {why.deed}, {why.connective}")
def test_a_reason_is_true_of_the_agent_or_of_the_thing_and_never_of_both(why: Reason) -> None:
    things, agents = things_of(why), nouns_of("agent")
    for word in why.of_thing.split():
        assert any(each.is_any(quality_named(word).describes) for each in things)
        assert not any(each.is_any(quality_named(word).describes) for each in agents)
    for word in why.of_agent.split():
        assert any(each.is_any(quality_named(word).describes) for each in agents)
        assert not any(each.is_any(quality_named(word).describes) for each in things)


def riddles(sentences: list[Sentence]) -> list[tuple[Gender, Gender, bool]]:
    """Of each riddle: the genders of its first and of its second noun, and whether `it` is the first."""
    known = {each.english: each for each in ANIMALS + TOYS_AND_TOOLS + CLOTHES}
    found = []
    for sentence in sentences:
        if "pronoun" not in sentence.pair.phenomena:
            continue
        first, second = [i for i, token in enumerate(sentence.source_tokens) if token in known]
        he_or_she = next(i for i, word in enumerate(sentence.target_tokens) if word in ("il", "elle"))
        antecedents = {first, second} & {source for source, to in links(sentence, "p") if to == he_or_she}
        assert len(antecedents) == 1, sentence.pair
        genders = [known[sentence.source_tokens[index]].gender for index in (first, second)]
        found.append((genders[0], genders[1], antecedents == {first}))
    return found


def test_position_and_gender_do_not_tell_what_it_is() -> None:
    rng = Random(3)
    drawn = riddles([finish(riddle_sentence(rng)) for _ in range(3_000)])
    assert 0.45 < fmean(is_first for *_, is_first in drawn) < 0.55
    assert 0.4 < fmean((first if is_first else second) == "m" for first, second, is_first in drawn) < 0.6
    assert fmean(first != second for first, second, _ in drawn) > 0.6
    for genders in (("m", "f"), ("f", "m"), ("m", "m"), ("f", "f")):
        assert 0.44 < fmean(is_first for *both, is_first in drawn if tuple(both) == genders) < 0.56


def test_it_takes_the_gender_of_its_antecedent(sentences: list[Sentence]) -> None:
    told = [each for each in sentences if "pronoun" in each.pair.phenomena]
    for sentence, (first, second, is_first) in zip(told, riddles(told), strict=True):
        written = "il" if (first if is_first else second) == "m" else "elle"
        assert written in sentence.target_tokens
