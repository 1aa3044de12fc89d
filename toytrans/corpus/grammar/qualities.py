"""What can be said of nouns: how they look, how they feel, and qualities that are fixed expressions in French."""

from __future__ import annotations

from toytrans.corpus.grammar.lexicon import Adjective, Expression

# The tables are laid out to be read.
# fmt: off
LOOKS = (
    Adjective("big", "grand", "grande", "before", "grand"),
    Adjective("big", "gros", "grosse", "before", "gros"),
    Adjective("small", "petit", "petite", "before", "grand gros"),
    Adjective("little", "petit", "petite", "before", "little young_one"),
    Adjective("tall", "grand", "grande", "predicate", "person"),
    Adjective("old", "vieux", "vieille", "before", "aged animal adult", "vieil"),
    Adjective("young", "jeune", "jeune", "before", "animal adult"),
    Adjective("beautiful", "beau", "belle", "before", "lovely", "bel"),
    Adjective("pretty", "joli", "jolie", "before", "lovely"),
    Adjective("new", "nouveau", "nouvelle", "before", "new", "nouvel"),
    Adjective("good", "bon", "bonne", "before", "good"),
    Adjective("delicious", "délicieux", "délicieuse", "before", "food"),
    Adjective("red", "rouge", "rouge", "after", "painted apple strawberry tomato"),
    Adjective("blue", "bleu", "bleue", "after", "painted bluish"),
    Adjective("green", "vert", "verte", "after", "painted greenish apple pear"),
    Adjective("yellow", "jaune", "jaune", "after", "painted"),
    Adjective("black", "noir", "noire", "after", "painted furry greyish blackish"),
    Adjective("white", "blanc", "blanche", "after", "painted furry greyish"),
    Adjective("grey", "gris", "grise", "after", "painted furry greyish"),
    Adjective("brown", "marron", "marron", "after", "furry clothes suitcase bag", invariable=True),
    Adjective("pink", "rose", "rose", "after", "clothes flower pinkish doll"),
    Adjective("heavy", "lourd", "lourde", "after", "heavy"),
    Adjective("light", "léger", "légère", "after", "light"),
    Adjective("empty", "vide", "vide", "after", "empty"),
    Adjective("round", "rond", "ronde", "after", "round"),
    Adjective("precious", "précieux", "précieuse", "after", "precious"),
    Adjective("expensive", "cher", "chère", "after", "expensive"),
    Adjective("torn", "déchiré", "déchirée", "after", "torn"),
    Adjective("broken", "cassé", "cassée", "after", "broken"),
    Adjective("dirty", "sale", "sale", "after", "washable cleanable"),
    Adjective("clean", "propre", "propre", "after", "washable cleanable"),
    Adjective("wet", "mouillé", "mouillée", "after", "wettable pet"),
    Adjective("open", "ouvert", "ouverte", "predicate", "openable openable_place"),
    Adjective("closed", "fermé", "fermée", "predicate", "openable openable_place"),
    Adjective("hot", "chaud", "chaude", "after", "served"),
    Adjective("cold", "froid", "froide", "after", "served"),
)

FEELINGS = (
    Adjective("tired", "fatigué", "fatiguée", "after", "alive robot"),
    Adjective("curious", "curieux", "curieuse", "after", "alive robot"),
    Adjective("happy", "heureux", "heureuse", "after", "alive robot"),
    Adjective("sad", "triste", "triste", "after", "alive robot"),
    Adjective("jealous", "jaloux", "jalouse", "after", "person agent"),
    Adjective("lazy", "paresseux", "paresseuse", "after", "person agent"),
    Adjective("kind", "gentil", "gentille", "before", "young_one animal robot"),
    Adjective("kind", "gentil", "gentille", "predicate", "adult family doctor"),
    Adjective("proud", "fier", "fière", "after", "person agent"),
    Adjective("sick", "malade", "malade", "after", "person pet"),
    Adjective("strong", "fort", "forte", "after", "man king large robot"),
    Adjective("ready", "prêt", "prête", "predicate", "person robot"),
)
# fmt: on
ADJECTIVES = LOOKS + FEELINGS
COLOUR_WORDS = ("red", "blue", "green", "yellow", "black", "white", "grey", "brown", "pink")
COLOURS = tuple(each for each in LOOKS if each.english in COLOUR_WORDS)
TOLD_APART_BY = ("kind", "lazy", "curious", "happy", "sad", "tired")
ATTRIBUTIVE_FEELINGS = tuple(each for each in FEELINGS if each.english in TOLD_APART_BY)
"""Feelings that tell one noun from others: there is *the happy girl*, but no *jealous girl*."""

EXPRESSIONS = (
    Expression("angry", "en colère", "être", "alive robot"),
    Expression("late", "en retard", "être", "person train bus"),
    Expression("afraid", "peur", "avoir", "alive robot"),
    Expression("hungry", "faim", "avoir", "alive"),
    Expression("thirsty", "soif", "avoir", "alive"),
    Expression("sleepy", "sommeil", "avoir", "alive"),
    Expression("cold", "froid", "avoir", "person pet"),
    Expression("hot", "chaud", "avoir", "person"),
)
