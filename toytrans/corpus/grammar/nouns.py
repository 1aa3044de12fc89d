"""The nouns of the toy grammar, and their kinds.

Kinds keep sentences sensible: adjectives (`qualities.py`) and verbs (`verbs.py`) list the kinds they go with. No table
sleeps in this corpus, because no table is `alive`.

Some kinds need an explanation. French says `grand` of some nouns and `gros` of others where English says *big*. A
`large` animal uses no furniture; only `wild` places are open to it. A place lists how one can be there: `in`, `outside`
(one runs in it), `on_ground`, `under`, `seat` (one sits on it), `roost` (small animals sit on it). A thing can lie
`inside` or `upon` some nouns. A `public` place takes *à* in French: in the museum, *au musée*. People play and talk
`within` other places, since *jouer au musée* means to play at museums.
"""

from __future__ import annotations

from toytrans.corpus.grammar.lexicon import Noun

# The tables are laid out to be read.
# fmt: off
PEOPLE = (
    Noun("boy", "garçon", "m", "person alive young_one"),
    Noun("girl", "fille", "f", "person alive young_one"),
    Noun("man", "homme", "m", "person alive adult", "men"),
    Noun("woman", "femme", "f", "person alive adult lovely", "women"),
    Noun("child", "enfant", "m", "person alive young_one", "children"),
    Noun("king", "roi", "m", "person alive adult"),
    Noun("queen", "reine", "f", "person alive adult lovely"),
    Noun("baby", "bébé", "m", "noisy alive little lovely carried", "babies"),
    Noun("father", "père", "m", "person alive family only"),
    Noun("mother", "mère", "f", "person alive family only"),
    Noun("grandfather", "grand-père", "m", "person alive family only"),
    Noun("grandmother", "grand-mère", "f", "person alive family only"),
    Noun("brother", "frère", "m", "person alive family"),
    Noun("sister", "sœur", "f", "person alive family"),
    Noun("uncle", "oncle", "m", "person alive family"),
    Noun("aunt", "tante", "f", "person alive family"),
    Noun("son", "fils", "m", "person alive family"),
    Noun("daughter", "fille", "f", "person alive family"),
    Noun("doctor", "médecin", "m", "person alive"),
)

ANIMALS = (
    Noun("robot", "robot", "m", "robot agent painted small aged new climber grand"),
    Noun("cat", "chat", "m", "noisy animal alive agent pet furry small hunter prey climber lovely gros sitter"),
    Noun("dog", "chien", "m", "noisy animal alive agent pet furry small hunter swimmer snacker gros sitter walker"),
    Noun("fox", "renard", "m", "animal alive agent small hunter sitter", "foxes"),
    Noun("rabbit", "lapin", "m", "animal alive agent pet furry small prey snacker gros"),
    Noun("mouse", "souris", "f", "animal alive agent furry small prey snacker gros", "mice"),
    Noun("turtle", "tortue", "f", "animal alive agent pet small swimmer gros"),
    Noun("frog", "grenouille", "f", "noisy animal alive agent greenish small swimmer prey gros"),
    Noun("goat", "chèvre", "f", "animal alive agent furry small snacker walker"),
    Noun("monkey", "singe", "m", "animal alive agent small climber sitter dancer gros"),
    Noun("hen", "poule", "f", "noisy animal alive agent furry small prey gros"),
    Noun("bird", "oiseau", "m", "noisy animal alive painted small singer flyer prey lovely gros"),
    Noun("duck", "canard", "m", "noisy animal alive small swimmer flyer prey gros"),
    Noun("owl", "hibou", "m", "noisy animal alive furry small flyer gros"),
    Noun("butterfly", "papillon", "m", "animal alive painted flyer lovely tiny", "butterflies"),
    Noun("spider", "araignée", "f", "animal alive blackish tiny gros"),
    Noun("horse", "cheval", "m", "noisy animal alive furry large pet lovely snacker grand walker"),
    Noun("cow", "vache", "f", "noisy animal alive large"),
    Noun("pig", "cochon", "m", "animal alive large pinkish snacker"),
    Noun("wolf", "loup", "m", "noisy animal alive large hunter furry grand", "wolves"),
    Noun("lion", "lion", "m", "noisy animal alive large hunter grand"),
    Noun("tiger", "tigre", "m", "animal alive large hunter gros"),
    Noun("zebra", "zèbre", "m", "animal alive large"),
    Noun("bear", "ours", "m", "animal alive large hunter swimmer dancer gros"),
)

TOYS_AND_TOOLS = (
    Noun("ball", "balle", "f", "portable load belonging pushable painted new round heavy light wettable gros"),
    Noun("box", "boîte", "f",
         "portable load pushable painted aged heavy light empty openable inside upon grand", "boxes"),
    Noun("stone", "pierre", "f", "portable load pushable greyish round heavy precious gros"),
    Noun("key", "clé", "f", "portable belonging aged precious new gros"),
    Noun("suitcase", "valise", "f",
         "portable load belonging pushable painted aged new heavy light empty expensive gros openable inside bought"),
    Noun("bag", "sac", "m",
         "portable load belonging pushable painted aged new heavy light empty torn expensive washable wettable gros "
         "openable inside bought"),
    Noun("book", "livre", "m",
         "portable load belonging aged new good heavy light torn precious expensive readable gros openable "
         "bought written"),
    Noun("bucket", "seau", "m", "portable load pushable painted aged heavy light empty washable grand"),
    Noun("drum", "tambour", "m", "portable load pushable painted aged new heavy round expensive gros toy"),
    Noun("umbrella", "parapluie", "m",
         "portable load belonging painted aged new torn light expensive wettable grand bought openable"),
    Noun("doll", "poupée", "f", "portable belonging aged new lovely washable expensive light bought toy"),
    Noun("toy", "jouet", "m", "portable belonging aged new light expensive washable bought painted broken"),
    Noun("pen", "stylo", "m", "portable belonging new painted light expensive bought"),
    Noun("pencil", "crayon", "m", "portable belonging new painted light bought"),
    Noun("phone", "téléphone", "m", "portable belonging aged new expensive painted bought broken"),
    Noun("computer", "ordinateur", "m", "load belonging aged new expensive heavy light bought broken owned"),
    Noun("lamp", "lampe", "f", "portable load aged new lovely heavy light expensive painted bought broken"),
    Noun("guitar", "guitare", "f", "portable load belonging aged new lovely expensive bought heavy light"),
    Noun("photo", "photo", "f", "belonging aged new lovely watched_thing torn seen given"),
    Noun("letter", "lettre", "f", "readable given torn written belonging seen"),
    Noun("story", "histoire", "f", "readable lovely good written given", "stories"),
    Noun("song", "chanson", "f", "lovely heard new good"),
    Noun("flower", "fleur", "f", "painted lovely picked drawable given bought"),
    Noun("bottle", "bouteille", "f", "portable load aged empty heavy light washable painted openable broken grand"),
    Noun("glass", "verre", "m", "portable empty washable grand broken no_plural", "glasses"),
    Noun("cup", "tasse", "f", "portable load painted aged new empty precious expensive washable grand broken"),
    Noun("plate", "assiette", "f", "portable painted aged new empty expensive washable round grand broken"),
    Noun("bowl", "bol", "m", "portable painted aged new empty washable round grand inside broken"),
    Noun("spoon", "cuillère", "f", "portable aged new washable grand"),
    Noun("knife", "couteau", "m", "portable aged new washable grand", "knives"),
)

CLOTHES = (
    Noun("scarf", "écharpe", "f",
         "portable belonging clothes painted lovely new light torn expensive washable wettable grand bought",
         "scarves"),
    Noun("hat", "chapeau", "m",
         "portable belonging clothes painted aged new lovely light expensive wettable grand bought"),
    Noun("coat", "manteau", "m",
         "portable belonging clothes painted aged new lovely light heavy torn expensive washable wettable gros bought"),
    Noun("dress", "robe", "f",
         "portable belonging clothes painted new lovely torn expensive washable wettable bought", "dresses"),
    Noun("shirt", "chemise", "f",
         "portable belonging clothes painted aged new lovely torn expensive washable wettable bought"),
    Noun("shoe", "chaussure", "f", "portable belonging clothes painted aged new lovely expensive wettable bought pair"),
    Noun("sock", "chaussette", "f", "portable belonging clothes painted new torn washable wettable bought pair"),
)

FOOD = (
    Noun("apple", "pomme", "f", "food snack good gros round bought"),
    Noun("orange", "orange", "f", "food good gros round bought"),
    Noun("pear", "poire", "f", "food snack good gros bought"),
    Noun("strawberry", "fraise", "f", "food good gros bought snack", "strawberries"),
    Noun("tomato", "tomate", "f", "food good gros round bought", "tomatoes"),
    Noun("carrot", "carotte", "f", "food snack gros bought cooked"),
    Noun("cake", "gâteau", "m", "food snack good gros round bought made"),
    Noun("biscuit", "biscuit", "m", "food snack good gros round bought made"),
    Noun("egg", "œuf", "m", "food gros bought cooked"),
    Noun("pizza", "pizza", "f", "served food good bought made grand"),
    Noun("sandwich", "sandwich", "m", "food good gros bought made", "sandwiches"),
    Noun("fish", "poisson", "m", "food good gros painted swimmer_only drawable seen bought cooked no_plural"),
    Noun("bread", "pain", "m", "food snack mass bought made"),
    Noun("cheese", "fromage", "m", "food mass bought"),
    Noun("chocolate", "chocolat", "m", "food mass bought"),
    Noun("rice", "riz", "m", "served food mass bought cooked"),
    Noun("meat", "viande", "f", "served food mass bought cooked"),
    Noun("soup", "soupe", "f", "served food mass made cooked"),
    Noun("salad", "salade", "f", "food made good"),
    Noun("milk", "lait", "m", "served drink mass bought"),
    Noun("water", "eau", "f", "served drink mass"),
    Noun("tea", "thé", "m", "served drink mass made"),
    Noun("coffee", "café", "m", "served drink mass made"),
)

PLACES = (
    Noun("garden", "jardin", "m", "within work_in place in outside into out_of wild lovely grand"),
    Noun("kitchen", "cuisine", "f", "within work_in larder place in into out_of grand cleanable"),
    Noun("bedroom", "chambre", "f", "within place in into out_of grand cleanable"),
    Noun("house", "maison", "f",
         "within live place plural_place in behind front near into out_of aged lovely drawable grand "
         "new bought_big cleanable"),
    Noun("school", "école", "f", "public place behind front near to at into out_of new"),
    Noun("forest", "forêt", "f", "live within place in outside near wild into out_of grand"),
    Noun("park", "parc", "m", "within place in outside near to into out_of wild grand"),
    Noun("market", "marché", "m", "place to at"),
    Noun("church", "église", "f", "place behind front near to into out_of aged", "churches"),
    Noun("station", "gare", "f", "public place front near to at"),
    Noun("beach", "plage", "f", "place on_ground to at wild lovely grand", "beaches"),
    Noun("castle", "château", "m",
         "within live place in behind front near at into out_of aged lovely drawable grand"),
    Noun("hotel", "hôtel", "m", "public place behind front near at out_of aged grand into"),
    Noun("restaurant", "restaurant", "m", "public place front near to at out_of into"),
    Noun("shop", "magasin", "m", "within work_in larder place in front near into out_of openable_place"),
    Noun("museum", "musée", "m", "public place front near to at out_of into"),
    Noun("farm", "ferme", "f", "place near behind to at wild aged"),
    Noun("village", "village", "m", "within place in outside near into wild lovely live"),
    Noun("city", "ville", "f", "place grand", "cities"),
    Noun("street", "rue", "f", "within place in outside"),
    Noun("river", "rivière", "f", "place near to swim wild fall"),
    Noun("lake", "lac", "m", "place near to swim wild lovely grand fall"),
    Noun("sea", "mer", "f", "place near swim seen fall"),
    Noun("bridge", "pont", "m", "place under near wild aged"),
    Noun("tree", "arbre", "m",
         "place plural_place under behind near beside wild aged lovely perch drawable grand seen"),
    Noun("car", "voiture", "f",
         "within place plural_place in behind front beside out_of painted aged new expensive washable gros "
         "bought_big inside owned seen cleanable"),
    Noun("bike", "vélo", "m", "belonging painted aged new expensive washable owned bought_big beside seen"),
    Noun("boat", "bateau", "m", "place plural_place painted aged new lovely grand near owned bought_big seen"),
    Noun("train", "train", "m", "place vehicle seen aboard"),
    Noun("bus", "bus", "m", "place vehicle painted seen aboard", "buses"),
    Noun("table", "table", "f",
         "serve place plural_place roost beneath beside onto upon aged new round grand cleanable"),
    Noun("chair", "chaise", "f", "place plural_place seat beneath behind beside onto painted upon aged new"),
    Noun("bed", "lit", "m", "place seat lying beneath beside onto upon grand new"),
    Noun("sofa", "canapé", "m", "place seat lying behind beside onto upon aged new"),
    Noun("mat", "tapis", "m", "place seat lying washable aged new"),
    Noun("wall", "mur", "m", "place seat behind onto painted"),
    Noun("door", "porte", "f", "place plural_place behind front openable near painted aged new"),
    Noun("window", "fenêtre", "f", "place plural_place front near openable broken grand cleanable"),
    Noun("fridge", "frigo", "m", "larder inside openable empty new grand"),
    Noun("sky", "ciel", "m", "watched_thing bluish only", "skies"),
    Noun("moon", "lune", "f", "watched_thing round lovely only"),
    Noun("star", "étoile", "f", "watched_thing lovely seen"),
)

# fmt: on
ANIMATES = PEOPLE + ANIMALS
NOUNS = PEOPLE + ANIMALS + TOYS_AND_TOOLS + CLOTHES + FOOD + PLACES
