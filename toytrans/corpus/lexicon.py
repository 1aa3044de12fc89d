"""The words of the toy grammar: what they are in English and in French, and what can sensibly be said of them.

Sense is kept by *kinds*: every noun lists what it is (`person`, `portable`, `round`), every adjective and every verb
lists the kinds it goes with (`verbs.py`). No table sleeps in this corpus, because no table is `alive`.

Some kinds want a word: `grand` and `gros` are the nouns that French calls so when English says *big*; a `large` animal
is kept from the furniture; `wild` places are open to everybody; and a place lists the ways of being there (`in`,
`under`, `seat`: one sits on it, `roost`: only small animals sit on it, `outside`: one runs in it).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

Gender = Literal["m", "f"]


@cache
def _split(kinds: str) -> frozenset[str]:
    return frozenset(kinds.split())


@dataclass(frozen=True, eq=False)
class Noun:
    """A noun; plurals are regular where none is given, and mass nouns have none."""

    english: str
    french: str
    gender: Gender
    kinds: str
    english_plural: str = ""

    @cached_property
    def kind_set(self) -> frozenset[str]:
        """The kinds as a set; the English word is a kind of its own, so tables can name a single noun."""
        return _split(self.kinds) | {self.english}

    def is_any(self, kinds: str) -> bool:
        """Whether the noun is of at least one of these kinds."""
        return not self.kind_set.isdisjoint(_split(kinds))

    @property
    def plurals(self) -> str:
        """The English plural."""
        return self.english_plural or self.english + "s"

    @property
    def has_plural(self) -> bool:
        """Whether the grammar uses its plural: not for what is a mass, a place, or the only one (*my mother*)."""
        return not self.is_any("mass place only")


@dataclass(frozen=True, eq=False)
class Adjective:
    """An adjective: on which side of the noun it stands in French, and which nouns it describes."""

    english: str
    masculine: str
    feminine: str
    place: Literal["before", "after"]
    describes: str
    before_vowel: str = ""
    """The masculine singular before a vowel sound: `vieil`, `bel`, `nouvel`."""


@dataclass(frozen=True, eq=False)
class Expression:
    """A quality that French says with a fixed expression: `avoir peur`, `être en colère`."""

    english: str
    french: str
    verb: Literal["avoir", "être"]
    describes: str


Quality = Adjective | Expression


@dataclass(frozen=True, eq=False)
class Preposition:
    """A preposition and the kind of noun that may follow it."""

    english: str
    french: str
    kind: str


@dataclass(frozen=True, eq=False)
class Determiner:
    """A determiner in French: masculine, feminine, plural. An empty form does not exist."""

    english: str
    masculine: str
    feminine: str
    plural: str
    agrees: bool = True
    """Whether the noun decides the form; *deux* is *deux*."""


# The tables are laid out to be read.
# fmt: off
PEOPLE = (
    Noun("boy", "garçon", "m", "person alive little"),
    Noun("girl", "fille", "f", "person alive little"),
    Noun("man", "homme", "m", "person alive adult", "men"),
    Noun("woman", "femme", "f", "person alive adult lovely", "women"),
    Noun("child", "enfant", "m", "person alive little", "children"),
    Noun("king", "roi", "m", "person alive adult"),
    Noun("queen", "reine", "f", "person alive adult lovely"),
    Noun("father", "père", "m", "person alive family only"),
    Noun("mother", "mère", "f", "person alive family only"),
    Noun("brother", "frère", "m", "person alive family"),
    Noun("sister", "sœur", "f", "person alive family"),
    Noun("uncle", "oncle", "m", "person alive family"),
)

ANIMALS = (
    Noun("robot", "robot", "m", "robot agent painted small aged new grand"),
    Noun("cat", "chat", "m", "animal alive agent pet furry small hunter prey climber lovely gros"),
    Noun("dog", "chien", "m", "animal alive agent pet furry small hunter swimmer snacker grand"),
    Noun("fox", "renard", "m", "animal alive agent small hunter grand", "foxes"),
    Noun("rabbit", "lapin", "m", "animal alive agent pet furry small prey snacker gros"),
    Noun("mouse", "souris", "f", "animal alive agent furry small prey snacker gros", "mice"),
    Noun("turtle", "tortue", "f", "animal alive agent pet greenish small swimmer gros"),
    Noun("frog", "grenouille", "f", "animal alive agent greenish small swimmer prey gros"),
    Noun("goat", "chèvre", "f", "animal alive agent furry small snacker grand"),
    Noun("hen", "poule", "f", "animal alive agent furry small prey gros"),
    Noun("bird", "oiseau", "m", "animal alive painted small singer prey climber lovely grand"),
    Noun("owl", "hibou", "m", "animal alive furry small climber gros"),
    Noun("squirrel", "écureuil", "m", "animal alive small climber prey snacker gros"),
    Noun("horse", "cheval", "m", "animal alive furry large pet lovely snacker grand"),
    Noun("cow", "vache", "f", "animal alive large grand"),
    Noun("lion", "lion", "m", "animal alive large hunter grand"),
    Noun("zebra", "zèbre", "m", "animal alive large grand"),
    Noun("bear", "ours", "m", "animal alive large hunter swimmer dancer grand"),
)

THINGS = (
    Noun("ball", "balle", "f", "portable load belonging pushable painted new round heavy light wettable gros"),
    Noun("box", "boîte", "f", "portable load pushable painted aged heavy light empty grand", "boxes"),
    Noun("stone", "pierre", "f", "portable load pushable greyish round heavy precious gros"),
    Noun("cup", "tasse", "f", "portable load painted aged new empty precious expensive washable grand"),
    Noun("suitcase", "valise", "f",
         "portable load belonging pushable painted aged new heavy light empty expensive grand"),
    Noun("key", "clé", "f", "portable belonging aged precious new"),
    Noun("scarf", "écharpe", "f",
         "portable belonging painted lovely new light torn expensive washable wettable grand", "scarves"),
    Noun("bag", "sac", "m",
         "portable load belonging pushable painted aged new heavy light empty torn expensive washable wettable grand"),
    Noun("book", "livre", "m",
         "portable load belonging aged new good heavy light torn precious expensive readable grand"),
    Noun("hat", "chapeau", "m",
         "portable belonging painted aged new lovely light expensive washable wettable grand"),
    Noun("bucket", "seau", "m", "portable load pushable painted aged heavy light empty washable grand"),
    Noun("drum", "tambour", "m", "portable load pushable painted aged new heavy round expensive grand"),
    Noun("cushion", "coussin", "m", "portable load pushable painted new round light torn washable wettable gros"),
    Noun("umbrella", "parapluie", "m",
         "portable load belonging painted aged new torn light expensive wettable grand"),
    Noun("flower", "fleur", "f", "painted lovely picked drawable grand"),
    Noun("plate", "assiette", "f", "painted aged new empty expensive washable round grand"),
    Noun("letter", "lettre", "f", "readable given torn"),
    Noun("story", "histoire", "f", "readable lovely good", "stories"),
    Noun("tree", "arbre", "m",
         "place under behind near beside approach wild aged lovely perch drawable grand"),
)

FOOD = (
    Noun("apple", "pomme", "f", "food snack good gros round"),
    Noun("cake", "gâteau", "m", "food snack good gros round"),
    Noun("carrot", "carotte", "f", "food snack gros"),
    Noun("egg", "œuf", "m", "food gros"),
    Noun("bread", "pain", "m", "food snack mass"),
    Noun("cheese", "fromage", "m", "food mass"),
    Noun("milk", "lait", "m", "drink mass"),
    Noun("water", "eau", "f", "drink mass"),
)

PLACES = (
    Noun("garden", "jardin", "m", "place in outside into out_of wild lovely"),
    Noun("kitchen", "cuisine", "f", "place in into out_of"),
    Noun("house", "maison", "f", "place in behind front near into out_of approach aged lovely drawable grand"),
    Noun("school", "école", "f", "place in behind front near to at into out_of"),
    Noun("forest", "forêt", "f", "place in outside near wild into out_of approach"),
    Noun("park", "parc", "m", "place in outside near to into out_of wild"),
    Noun("market", "marché", "m", "place to at"),
    Noun("church", "église", "f", "place behind front near to into out_of approach aged"),
    Noun("station", "gare", "f", "place in front near to at"),
    Noun("beach", "plage", "f", "place on_ground to at wild lovely"),
    Noun("castle", "château", "m",
         "place in behind front near to at into out_of approach aged lovely drawable grand"),
    Noun("hotel", "hôtel", "m", "place in behind front near at into out_of aged"),
    Noun("river", "rivière", "f", "place near to approach swim wild"),
    Noun("lake", "lac", "m", "place near to approach swim wild lovely"),
    Noun("bridge", "pont", "m", "place under near approach wild aged"),
    Noun("table", "table", "f", "place roost beneath beside onto"),
    Noun("chair", "chaise", "f", "place seat beneath behind beside onto painted"),
    Noun("bed", "lit", "m", "place seat lying beneath beside onto"),
    Noun("mat", "tapis", "m", "place seat lying"),
    Noun("bench", "banc", "m", "place seat lying beneath behind beside onto"),
    Noun("wall", "mur", "m", "place seat behind onto"),
    Noun("roof", "toit", "m", "place roost onto"),
)

# fmt: on
NOUNS = PEOPLE + ANIMALS + THINGS + FOOD + PLACES

# fmt: off
LOOKS = (
    Adjective("big", "grand", "grande", "before", "grand"),
    Adjective("big", "gros", "grosse", "before", "gros"),
    Adjective("small", "petit", "petite", "before", "grand gros little"),
    Adjective("old", "vieux", "vieille", "before", "aged animal adult", "vieil"),
    Adjective("young", "jeune", "jeune", "before", "animal adult"),
    Adjective("beautiful", "beau", "belle", "before", "lovely", "bel"),
    Adjective("new", "nouveau", "nouvelle", "before", "new", "nouvel"),
    Adjective("good", "bon", "bonne", "before", "good"),
    Adjective("red", "rouge", "rouge", "after", "painted apple"),
    Adjective("blue", "bleu", "bleue", "after", "painted"),
    Adjective("green", "vert", "verte", "after", "painted greenish apple"),
    Adjective("yellow", "jaune", "jaune", "after", "painted"),
    Adjective("black", "noir", "noire", "after", "painted furry greyish"),
    Adjective("white", "blanc", "blanche", "after", "painted furry greyish"),
    Adjective("grey", "gris", "grise", "after", "painted furry greyish"),
    Adjective("heavy", "lourd", "lourde", "after", "heavy"),
    Adjective("light", "léger", "légère", "after", "light"),
    Adjective("empty", "vide", "vide", "after", "empty"),
    Adjective("round", "rond", "ronde", "after", "round"),
    Adjective("precious", "précieux", "précieuse", "after", "precious"),
    Adjective("expensive", "cher", "chère", "after", "expensive"),
    Adjective("torn", "déchiré", "déchirée", "after", "torn"),
    Adjective("dirty", "sale", "sale", "after", "washable"),
    Adjective("clean", "propre", "propre", "after", "washable"),
    Adjective("wet", "mouillé", "mouillée", "after", "wettable animal"),
)

FEELINGS = (
    Adjective("tired", "fatigué", "fatiguée", "after", "alive robot"),
    Adjective("curious", "curieux", "curieuse", "after", "alive robot"),
    Adjective("happy", "heureux", "heureuse", "after", "alive robot"),
    Adjective("sad", "triste", "triste", "after", "alive robot"),
    Adjective("jealous", "jaloux", "jalouse", "after", "person agent"),
    Adjective("lazy", "paresseux", "paresseuse", "after", "person agent"),
    Adjective("kind", "gentil", "gentille", "before", "alive robot"),
    Adjective("proud", "fier", "fière", "after", "alive robot"),
    Adjective("worried", "inquiet", "inquiète", "after", "alive robot"),
)

# fmt: on
ADJECTIVES = LOOKS + FEELINGS

EXPRESSIONS = (
    Expression("angry", "en colère", "être", "alive robot"),
    Expression("afraid", "peur", "avoir", "alive robot"),
    Expression("hungry", "faim", "avoir", "alive"),
    Expression("thirsty", "soif", "avoir", "alive"),
    Expression("sleepy", "sommeil", "avoir", "alive"),
)

PREPOSITIONS = (
    Preposition("in", "dans", "in"),
    Preposition("in", "dans", "outside"),
    Preposition("in", "dans", "swim"),
    Preposition("in", "dans", "perch"),
    Preposition("on", "sur", "on_ground"),
    Preposition("on", "sur", "seat"),
    Preposition("on", "sur", "lying"),
    Preposition("on", "sur", "roost"),
    Preposition("under", "sous", "under"),
    Preposition("under", "sous", "beneath"),
    Preposition("behind", "derrière", "behind"),
    Preposition("in front of", "devant", "front"),
    Preposition("near", "près de", "near"),
    Preposition("next to", "à côté de", "beside"),
    Preposition("to", "à", "to"),
    Preposition("at", "à", "at"),
    Preposition("onto", "sur", "onto"),
    Preposition("of", "de", "out_of"),
    Preposition("", "", "into"),
    Preposition("", "", "approach"),
)

# The singular of *some* is the partitive, for mass nouns: du pain, de l'eau.
DETERMINERS = (
    Determiner("the", "le", "la", "les"),
    Determiner("a", "un", "une", ""),
    Determiner("some", "de le", "de la", "des"),
    Determiner("any", "de le", "de la", "des"),
    Determiner("this", "ce", "cette", ""),
    Determiner("these", "", "", "ces"),
    Determiner("my", "mon", "ma", "mes"),
    Determiner("his", "son", "sa", "ses"),
    Determiner("her", "son", "sa", "ses"),
    Determiner("its", "son", "sa", "ses"),
    Determiner("two", "", "", "deux", agrees=False),
    Determiner("three", "", "", "trois", agrees=False),
    Determiner("four", "", "", "quatre", agrees=False),
    Determiner("five", "", "", "cinq", agrees=False),
)
