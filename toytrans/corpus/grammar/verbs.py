"""The verbs of the toy grammar: their forms, and the subjects, objects and places that suit them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from toytrans.corpus.grammar.conjugation import Conjugation, conjugate

NO_PROGRESSIVE = ("find", "lose", "drop")
"""Actions that take only a moment: nobody says *is finding*."""
DOUBLED = ("run", "swim", "sit", "stop", "drop", "get")
"""Verbs that double their last letter before *-ing*."""


def third_person(english: str) -> str:
    """The form with *-s*, for *he*, *she* and *it*.

    >>> third_person("pick up"), third_person("carry"), third_person("have to")
    ('picks up', 'carries', 'has to')
    """
    first, *rest = english.split()
    if first == "have":
        return " ".join(["has", *rest])
    if first.endswith("y") and first[-2] not in "aeiou":
        first = first[:-1] + "ie"
    ending = "es" if first.endswith(("s", "sh", "ch", "x", "o")) else "s"
    return " ".join([first + ending, *rest])


@dataclass(frozen=True, eq=False)
class Verb:
    """A verb: its English and French forms, and what goes with it."""

    english: str
    """The base form: `pick up`."""
    past: str
    """`picked up`; empty if English leaves the tense open (*read*) or French has two translations."""
    infinitive: str
    subjects: str
    objects: str = ""
    places: str = ""
    present: str = ""
    """The present as `conjugate` takes it; empty for a regular verb in *-er*."""
    participle: str = ""
    future: str = ""
    auxiliary: Literal["avoir", "être"] = "avoir"
    reflexive: bool = False
    tail: str = ""
    """A second French word after the verb: *faire* `tomber`."""
    passive: str = ""
    """The English participle, if the grammar uses the passive."""
    is_state: bool = False
    """It has no progressive in English: *sees*, not *is seeing*."""
    lasts: bool = False
    """A state, whose past is the *imparfait*: `he wanted`, il voulait."""
    is_wish: bool = False
    """Only in *would like*, je voudrais."""
    is_posture: bool = False
    """Its progressive is a posture, not an action: `is sitting`, est assis."""
    stands_alone: bool = False
    """Whether it makes sense without a place: `the child woke up`."""
    definite: bool = False
    """Whether its object is definite: one follows *the* fox."""
    link: str = ""
    """The French preposition before the object: *enter a kitchen*, *entrer dans une cuisine*."""
    may_lack_object: bool = False
    """Whether the object can be left out: `I am eating`."""
    rarely_commanded: bool = False
    """Not used as a command: nobody is told to lose a key."""

    @cached_property
    def french(self) -> Conjugation:
        """All its French forms."""
        return conjugate(self.infinitive, self.present, self.participle, self.future)

    @property
    def simple(self) -> str:
        """`picks up`, `carries`, `watches`."""
        return third_person(self.english)

    @property
    def progressive(self) -> str:
        """`picking up`, `running`, `lying down`; empty for states."""
        if self.is_state or self.english in NO_PROGRESSIVE:
            return ""
        first, *rest = self.english.split()
        if first.endswith("ie"):
            first = first[:-2] + "y"
        elif first.endswith("e") and not first.endswith("ee"):
            first = first[:-1]
        elif first in DOUBLED:
            first += first[-1]
        return " ".join([first + "ing", *rest])

    @property
    def is_separable(self) -> bool:
        """Whether a pronoun comes between: `picks it up`."""
        return self.english == "pick up"


# The tables are laid out to be read.
# fmt: off
INTRANSITIVE = (
    Verb("sleep", "slept", "dormir", "alive", places="in lying near under aboard", stands_alone=True,
         present="dors dors dort dormons dorment", participle="dormi"),
    Verb("play", "played", "jouer", "alive robot", places="within on_ground near behind", stands_alone=True),
    Verb("run", "ran", "courir", "person small large robot", places="outside on_ground", stands_alone=True,
         present="cours cours court courons courent", participle="couru", future="courr"),
    Verb("sing", "sang", "chanter", "person singer", places="in near under", stands_alone=True),
    Verb("dance", "danced", "danser", "person robot dancer", places="in on_ground near", stands_alone=True),
    Verb("swim", "swam", "nager", "person swimmer swimmer_only", places="swim", stands_alone=True),
    Verb("cry", "cried", "pleurer", "person baby", places="in", stands_alone=True, rarely_commanded=True),
    Verb("work", "worked", "travailler", "person robot", places="work_in at", stands_alone=True),
    Verb("talk", "talked", "parler", "person robot", places="within", stands_alone=True),
    Verb("wait", "waited", "attendre", "person robot dog", places="in at near front aboard", stands_alone=True,
         present="attends attends attend attendons attendent", participle="attendu"),
    Verb("live", "lived", "habiter", "person animal", places="live", is_state=True, lasts=True, rarely_commanded=True),
    Verb("cook", "cooked", "cuisiner", "person robot", stands_alone=True, rarely_commanded=True),
)

MOTION = (
    Verb("go", "went", "aller", "alive robot", places="to", auxiliary="être",
         present="vais vas va allons vont", participle="allé", future="ir"),
    Verb("come", "came", "venir", "person robot pet", places="to", stands_alone=True, auxiliary="être",
         present="viens viens vient venons viennent", participle="venu", future="viendr"),
    Verb("arrive", "arrived", "arriver", "person robot train", places="at", auxiliary="être", stands_alone=True,
         rarely_commanded=True),
    Verb("leave", "left", "partir", "person robot train bus", auxiliary="être", stands_alone=True,
         present="pars pars part partons partent", participle="parti", rarely_commanded=True),
    Verb("fall", "fell", "tomber", "alive robot", places="fall", stands_alone=True, auxiliary="être",
         rarely_commanded=True),
    Verb("stay", "stayed", "rester", "alive robot", places="in at near under", auxiliary="être"),
    Verb("enter", "entered", "entrer", "person robot pet", places="into", auxiliary="être", link="dans",
         rarely_commanded=True),
    Verb("come out", "came out", "sortir", "person robot pet", places="out_of", auxiliary="être",
         present="sors sors sort sortons sortent", participle="sorti"),
    Verb("climb", "climbed", "monter", "person climber cat", places="onto", auxiliary="être"),
)

REFLEXIVE = (
    Verb("sit", "sat", "asseoir", "person robot sitter", places="seat", auxiliary="être", reflexive=True,
         present="assieds assieds assied asseyons asseyent", participle="assis", future="assiér", is_posture=True),
    Verb("hide", "hid", "cacher", "alive robot", places="in under behind", stands_alone=True, auxiliary="être",
         reflexive=True),
    Verb("stop", "stopped", "arrêter", "person animal robot train bus", places="front near under behind",
         stands_alone=True, auxiliary="être", reflexive=True),
    Verb("rest", "rested", "reposer", "person pet", places="in lying near under", stands_alone=True, auxiliary="être",
         reflexive=True),
    Verb("lie down", "lay down", "allonger", "person sitter pet large", places="lying under", stands_alone=True,
         auxiliary="être", reflexive=True, is_posture=True),
    Verb("walk", "walked", "promener", "person walker", places="outside on_ground near", auxiliary="être",
         reflexive=True, present="promèn promen", stands_alone=True),
    Verb("wake up", "woke up", "réveiller", "alive", places="in lying", stands_alone=True, auxiliary="être",
         reflexive=True),
    Verb("get up", "got up", "lever", "person pet", stands_alone=True, auxiliary="être", reflexive=True,
         present="lèv lev"),
)

TRANSITIVE = (
    Verb("pick up", "picked up", "ramasser", "person agent", "portable", passive="picked up"),
    Verb("drop", "dropped", "faire", "person agent", "portable", tail="tomber",
         present="fais fais fait faisons font", participle="fait", future="fer", rarely_commanded=True),
    Verb("push", "pushed", "pousser", "person agent large", "pushable car", passive="pushed"),
    Verb("carry", "carried", "porter", "person agent", "load carried", passive="carried"),
    Verb("hide", "hid", "cacher", "person agent", "portable", passive="hidden"),
    Verb("take", "took", "prendre", "person agent", "portable food vehicle", passive="taken",
         present="prends prends prend prenons prennent", participle="pris"),
    Verb("find", "found", "trouver", "person agent", "portable egg belonging", passive="found", rarely_commanded=True),
    Verb("lose", "lost", "perdre", "person", "belonging", rarely_commanded=True,
         present="perds perds perd perdons perdent", participle="perdu"),
    Verb("wash", "washed", "laver", "person robot", "washable pet", passive="washed"),
    Verb("eat", "ate", "manger", "person", "food", passive="eaten", may_lack_object=True),
    Verb("eat", "ate", "manger", "snacker", "snack", passive="eaten", may_lack_object=True),
    Verb("drink", "drank", "boire", "person", "drink", present="bois bois boit buvons boivent", participle="bu"),
    Verb("drink", "drank", "boire", "animal", "milk water", may_lack_object=True,
         present="bois bois boit buvons boivent", participle="bu"),
    Verb("read", "", "lire", "person", "readable", passive="read", may_lack_object=True,
         present="lis lis lit lisons lisent",
         participle="lu"),
    Verb("write", "wrote", "écrire", "person", "written", passive="written", may_lack_object=True,
         present="écris écris écrit écrivons écrivent", participle="écrit"),
    Verb("see", "saw", "voir", "alive robot", "alive robot portable picked tree seen", passive="seen",
         present="vois vois voit voyons voient", participle="vu", future="verr", rarely_commanded=True, is_state=True),
    Verb("hear", "heard", "entendre", "alive robot", "person noisy heard train", passive="heard",
         present="entends entends entend entendons entendent", participle="entendu", rarely_commanded=True,
         is_state=True),
    Verb("follow", "followed", "suivre", "alive robot", "alive robot", passive="followed", definite=True,
         present="suis suis suit suivons suivent", participle="suivi"),
    Verb("watch", "watched", "regarder", "alive robot", "alive robot watched_thing",
         definite=True),
    Verb("help", "helped", "aider", "person robot", "person", passive="helped", definite=True),
    Verb("call", "called", "appeler", "person", "person pet", passive="called", definite=True,
         present="appell appel"),
    Verb("chase", "chased", "poursuivre", "hunter", "prey", passive="chased",
         present="poursuis poursuis poursuit poursuivons poursuivent", participle="poursuivi"),
    Verb("draw", "drew", "dessiner", "person robot", "animal drawable", passive="drawn", may_lack_object=True),
    Verb("make", "made", "faire", "person", "made", present="fais fais fait faisons font", participle="fait",
         future="fer"),
    Verb("buy", "bought", "acheter", "person", "bought bought_big", passive="bought", present="achèt achet"),
    Verb("sell", "sold", "vendre", "person", "bought_big bought", passive="sold",
         present="vends vends vend vendons vendent", participle="vendu"),
    Verb("open", "opened", "ouvrir", "person robot", "openable", passive="opened",
         present="ouvre ouvres ouvre ouvrons ouvrent", participle="ouvert"),
    Verb("close", "closed", "fermer", "person robot", "openable", passive="closed"),
    Verb("break", "broke", "casser", "person agent", "broken", passive="broken", rarely_commanded=True),
    Verb("wear", "wore", "porter", "person", "clothes", lasts=True, rarely_commanded=True),
    Verb("look for", "", "chercher", "person agent", "portable pet"),
    Verb("wait for", "waited for", "attendre", "person", "person vehicle",
         definite=True, present="attends attends attend attendons attendent", participle="attendu"),
)

STATES = (
    Verb("like", "", "aimer", "person", "pet portable picked readable food drink", definite=True, is_state=True,
         lasts=True,
         rarely_commanded=True),
    Verb("love", "", "aimer", "person", "family person", definite=True, is_state=True, lasts=True,
         rarely_commanded=True),
    Verb("love", "", "adorer", "person", "food picked", definite=True, is_state=True, lasts=True,
         rarely_commanded=True),
    Verb("want", "wanted", "vouloir", "person agent", "portable food drink", is_state=True, lasts=True,
         rarely_commanded=True,
         present="veux veux veut voulons veulent", participle="voulu", future="voudr"),
    Verb("like", "", "vouloir", "person", "portable food drink", is_state=True, lasts=True, is_wish=True,
         rarely_commanded=True,
         present="veux veux veut voulons veulent", participle="voulu", future="voudr"),
    Verb("have", "had", "avoir", "person", "portable pet owned family", is_state=True, lasts=True,
         rarely_commanded=True,
         present="ai as a avons ont", participle="eu", future="aur"),
    Verb("know", "knew", "connaître", "person", "adult young_one doctor", definite=True, is_state=True, lasts=True,
         rarely_commanded=True,
         present="connais connais connaît connaissons connaissent", participle="connu", future="connaîtr"),
)

GIVING = (
    Verb("give", "gave", "donner", "person robot", "portable picked given food"),
    Verb("show", "showed", "montrer", "person robot", "portable picked given pet"),
)

# fmt: on
WITHOUT_OBJECT = INTRANSITIVE + MOTION + REFLEXIVE
VERBS = WITHOUT_OBJECT + TRANSITIVE + STATES + GIVING


def transitive_named(english: str) -> Verb:
    """The verb of that English name that takes an object: to hide something, not oneself."""
    return next(each for each in TRANSITIVE if each.english == english)
