"""The verbs of the toy grammar, who can do them to what and where, and the reasons for doing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, eq=False)
class Verb:
    """A verb with the forms the grammar uses; the French ones are the participle and the present."""

    english: str
    past: str
    participle: str
    subjects: str
    objects: str = ""
    places: str = ""
    progressive: str = ""
    """`sleeping`; verbs of state have none, and their present is `simple`."""
    simple: str = ""
    present: tuple[str, str] = ("", "")
    """Third persons: `dort`, `dorment`."""
    first: str = ""
    """First person of the present, for verbs that may follow *I*."""
    auxiliary: Literal["avoir", "être"] = "avoir"
    reflexive: bool = False
    passive: str = ""
    """The English participle, for verbs that stand in the passive."""
    stands_alone: bool = False
    """Whether it makes sense without a place: `the child woke up`."""
    definite: bool = False
    """Whether its object is known already: one follows *the* fox."""
    link: str = ""
    """What French puts before the object: one *enters* a kitchen, *on entre dans* une cuisine."""


@dataclass(frozen=True)
class Cause:
    """Qualities that make one do these things: who is afraid hides."""

    qualities: str
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """What makes an agent do something to a thing, so that the sense alone says what *it* is.

    `of_thing` is never true of an agent, `of_agent` never of a thing, and both are good reasons for the same deed.
    """

    verb: str
    deed: Literal["done", "not done"]
    connective: Literal["because", "but"]
    of_thing: str
    of_agent: str


# The tables are laid out to be read.
# fmt: off
INTRANSITIVE = (
    Verb("sleep", "slept", "dormi", "alive", places="in lying near under behind beside", stands_alone=True,
         progressive="sleeping", present=("dort", "dorment")),
    Verb("play", "played", "joué", "alive robot", places="in on_ground near behind beside", stands_alone=True,
         progressive="playing", present=("joue", "jouent"), first="joue"),
    Verb("run", "ran", "couru", "alive robot", places="outside on_ground", stands_alone=True, progressive="running",
         present=("court", "courent")),
    Verb("sing", "sang", "chanté", "person singer", places="in near under behind", stands_alone=True,
         progressive="singing", present=("chante", "chantent"), first="chante"),
    Verb("dance", "danced", "dansé", "person robot dancer", places="in on_ground near", stands_alone=True,
         progressive="dancing", present=("danse", "dansent"), first="danse"),
    Verb("swim", "swam", "nagé", "person swimmer", places="swim", stands_alone=True, progressive="swimming",
         present=("nage", "nagent"), first="nage"),
    Verb("cry", "cried", "pleuré", "person", places="in near behind", stands_alone=True, progressive="crying",
         present=("pleure", "pleurent"), first="pleure"),
)

MOTION = (
    Verb("go", "went", "allé", "alive robot", places="to", auxiliary="être", progressive="going",
         present=("va", "vont")),
    Verb("arrive", "arrived", "arrivé", "person robot", places="at", auxiliary="être"),
    Verb("fall", "fell", "tombé", "alive robot", places="swim near", stands_alone=True, auxiliary="être"),
    Verb("stay", "stayed", "resté", "alive robot", places="in near under behind beside", auxiliary="être"),
    Verb("enter", "entered", "entré", "person robot small", places="into", auxiliary="être", link="dans"),
    Verb("come out", "came out", "sorti", "person robot small", places="out_of", auxiliary="être"),
    Verb("climb", "climbed", "monté", "person robot small", places="onto", auxiliary="être"),
)

REFLEXIVE = (
    Verb("sit", "sat", "assis", "person robot small", places="seat", auxiliary="être", reflexive=True),
    Verb("hide", "hid", "caché", "alive robot", places="in under behind", stands_alone=True, auxiliary="être",
         reflexive=True, progressive="hiding", present=("cache", "cachent")),
    Verb("stop", "stopped", "arrêté", "alive robot", places="front near under behind beside", stands_alone=True,
         auxiliary="être", reflexive=True),
    Verb("rest", "rested", "reposé", "alive", places="in lying near under behind", stands_alone=True,
         auxiliary="être", reflexive=True),
    Verb("lie down", "lay down", "couché", "alive", places="lying near under behind", stands_alone=True,
         auxiliary="être", reflexive=True),
    Verb("walk", "walked", "promené", "person large pet goat", places="outside on_ground near", auxiliary="être",
         reflexive=True, progressive="walking", present=("promène", "promènent")),
    Verb("wake up", "woke up", "réveillé", "alive", places="in lying near", stands_alone=True, auxiliary="être",
         reflexive=True),
    Verb("approach", "approached", "approché", "alive robot", places="approach", auxiliary="être", reflexive=True,
         link="de"),
)

TRANSITIVE = (
    Verb("pick up", "picked up", "ramassé", "person agent", "portable", passive="picked up"),
    Verb("drop", "dropped", "lâché", "person agent", "portable", passive="dropped"),
    Verb("push", "pushed", "poussé", "person agent large", "pushable", passive="pushed"),
    Verb("carry", "carried", "porté", "person agent", "load", passive="carried"),
    Verb("hide", "hid", "caché", "person agent", "portable", passive="hidden"),
    Verb("take", "took", "pris", "person agent", "portable food", passive="taken"),
    Verb("find", "found", "trouvé", "person agent", "portable egg", passive="found"),
    Verb("lose", "lost", "perdu", "person", "belonging"),
    Verb("wash", "washed", "lavé", "person robot", "washable pet", passive="washed", progressive="washing",
         present=("lave", "lavent"), first="lave"),
    Verb("eat", "ate", "mangé", "person", "food", passive="eaten", progressive="eating",
         present=("mange", "mangent"), first="mange"),
    Verb("eat", "ate", "mangé", "snacker", "snack", passive="eaten", progressive="eating",
         present=("mange", "mangent")),
    Verb("drink", "drank", "bu", "alive", "drink", progressive="drinking", present=("boit", "boivent")),
    Verb("read", "read", "lu", "person", "readable", passive="read", progressive="reading",
         present=("lit", "lisent")),
    Verb("see", "saw", "vu", "alive robot", "alive robot portable picked tree", passive="seen"),
    Verb("follow", "followed", "suivi", "alive robot", "alive robot", passive="followed", definite=True,
         progressive="following", present=("suit", "suivent")),
    Verb("watch", "watched", "regardé", "alive robot", "alive robot", passive="watched", definite=True,
         progressive="watching", present=("regarde", "regardent"), first="regarde"),
    Verb("chase", "chased", "poursuivi", "hunter", "prey", passive="chased", progressive="chasing",
         present=("poursuit", "poursuivent")),
    Verb("draw", "drew", "dessiné", "person robot", "animal drawable", passive="drawn", progressive="drawing",
         present=("dessine", "dessinent"), first="dessine"),
    Verb("look for", "looked for", "cherché", "person agent", "portable pet", progressive="looking for",
         present=("cherche", "cherchent"), first="cherche"),
)

STATES = (
    Verb("like", "", "", "person", "pet portable picked readable", definite=True, simple="likes",
         present=("aime", "aiment"), first="aime"),
    Verb("want", "", "", "person agent", "portable", simple="wants", present=("veut", "veulent"), first="veux"),
    Verb("have", "", "", "person", "portable pet", simple="has", present=("a", "ont"), first="ai"),
)

GIVING = (
    Verb("give", "gave", "donné", "person robot", "portable picked given food"),
    Verb("show", "showed", "montré", "person robot", "portable picked given pet"),
)

# fmt: on
WITHOUT_OBJECT = INTRANSITIVE + MOTION + REFLEXIVE
VERBS = WITHOUT_OBJECT + TRANSITIVE + STATES + GIVING

# fmt: off
CAUSES = (
    Cause("tired sleepy", ("sleep", "rest", "lie down", "stop", "sit")),
    Cause("afraid worried", ("hide", "run", "cry")),
    Cause("happy", ("sing", "dance", "play")),
    Cause("sad hungry", ("cry",)),
    Cause("hungry thirsty", ("wake up",)),
    Cause("curious", ("approach", "enter", "go")),
)

QUALITY_PAIRS = (
    ("tired", "and", "sad"), ("tired", "but", "happy"), ("lazy", "but", "kind"), ("sad", "and", "worried"),
    ("curious", "but", "worried"), ("happy", "and", "proud"), ("sad", "and", "jealous"), ("kind", "and", "curious"),
    ("old", "but", "curious"), ("young", "and", "happy"), ("small", "but", "proud"), ("dirty", "and", "wet"),
    ("old", "but", "clean"), ("small", "but", "heavy"), ("big", "but", "light"), ("beautiful", "and", "light"),
    ("beautiful", "but", "expensive"), ("old", "and", "torn"), ("small", "and", "round"), ("big", "but", "empty"),
    ("old", "and", "precious"),
)

REASONS = (
    Reason("pick up", "done", "because", "heavy light round empty precious expensive", "tired curious happy kind"),
    Reason("pick up", "not done", "because", "heavy torn empty", "tired lazy afraid sleepy"),
    Reason("pick up", "done", "but", "heavy empty torn", "tired afraid lazy"),
    Reason("drop", "done", "because", "heavy torn", "tired afraid worried sleepy"),
    Reason("push", "done", "because", "heavy round light", "angry curious jealous"),
    Reason("push", "not done", "because", "heavy precious expensive", "tired lazy afraid kind"),
    Reason("push", "done", "but", "heavy expensive precious", "tired worried afraid"),
    Reason("carry", "done", "because", "light precious expensive empty", "kind happy proud"),
    Reason("carry", "not done", "because", "heavy precious expensive", "tired lazy sleepy hungry"),
    Reason("carry", "done", "but", "heavy expensive", "tired sleepy hungry"),
    Reason("hide", "done", "because", "precious expensive torn", "jealous afraid worried angry"),
    Reason("take", "done", "because", "precious light expensive round", "jealous curious worried"),
    Reason("take", "not done", "because", "heavy torn empty", "afraid kind proud lazy"),
)
# fmt: on
