"""Small lists of words from which the simulated service makes titles, plots and people."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(","))


# Taste clusters: two genres that go together, and the words their plots are made of.
CLUSTERS: tuple[tuple[tuple[str, str], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("Crime", "Thriller"),
        ("a weary detective", "a safecracker", "an honest informer", "a rookie prosecutor"),
        ("one last robbery", "a string of murders", "a stolen ledger", "a corrupt precinct"),
    ),
    (
        ("Science Fiction", "Adventure"),
        ("a stranded pilot", "an android", "a terraforming crew", "a signal analyst"),
        ("a dying colony", "a message from deep space", "a broken starship", "a planet without night"),
    ),
    (
        ("Romance", "Comedy"),
        ("a wedding planner", "two rival bakers", "a shy translator", "a divorced florist"),
        ("a mistaken letter", "a summer on the coast", "an ex who returns", "a fake engagement"),
    ),
    (
        ("Drama", "History"),
        ("a young queen", "a village teacher", "an exiled general", "a court painter"),
        ("the last year of a war", "a divided country", "a forbidden archive", "a famine"),
    ),
    (
        ("Horror", "Mystery"),
        ("a night nurse", "a sceptical medium", "four students", "a lighthouse keeper"),
        ("a house that remembers", "voices under the ice", "an old ritual", "a missing child"),
    ),
    (
        ("Animation", "Family"),
        ("a curious fox", "a clockwork girl", "a clumsy dragon", "two lost penguins"),
        ("a way home across the mountains", "a stolen song", "a festival of lanterns", "a shy giant"),
    ),
    (
        ("Action", "Adventure"),
        ("a retired courier", "a stunt driver", "a former spy", "a mountain ranger"),
        ("a hijacked train", "a jungle fortress", "a ransom", "a race against a storm"),
    ),
    (
        ("Documentary", "Nature"),
        ("a marine biologist", "a family of elephants", "three beekeepers", "a glacier photographer"),
        ("a changing reef", "a year in the wild", "a vanishing forest", "the longest migration"),
    ),
    (
        ("Fantasy", "Drama"),
        ("an orphaned mage", "a banished prince", "a mapmaker", "a blind oracle"),
        ("a kingdom under a curse", "a sword nobody can lift", "a broken oath", "a door between worlds"),
    ),
    (
        ("Music", "Drama"),
        ("a street drummer", "a forgotten singer", "a deaf composer", "two brothers in a band"),
        ("one last tour", "a lost recording", "a contest in the capital", "a theatre about to close"),
    ),
    (
        ("War", "Action"),
        ("a field medic", "a deserter", "a submarine crew", "a radio operator"),
        ("a bridge that must hold", "a winter siege", "an order nobody believes", "an island landing"),
    ),
    (
        ("Comedy", "Family"),
        ("a hopeless football coach", "three grandmothers", "a substitute teacher", "a town mayor"),
        ("a talent show", "a goat that inherits a farm", "a school trip gone wrong", "a haunted camper van"),
    ),
)
FURTHER_GENRES = _listed(
    """
    Drama, Comedy, Thriller, Adventure, Romance, Mystery, Biography, Sport, Western
    """
)
ADJECTIVES = _listed(
    """
    Silent, Crimson, Last, Broken, Golden, Hidden, Burning, Distant, Frozen, Hollow, Electric, Velvet,
    Lonely, Savage, Gentle, Restless, Bitter, Quiet, Wild, Paper, Northern, Endless, Second, Stolen,
    Perfect, Invisible, Sudden, Secret, Midnight, Iron, Reckless, Forgotten, Borrowed, Scarlet, Glass,
    Winter, Neon, Sacred, Faithful, Empty
    """
)
NOUNS = _listed(
    """
    River, Harbour, Promise, Empire, Garden, Witness, Horizon, Shadow, Bridge, Letter, Orchard, Signal,
    Stranger, Tide, Kingdom, Mirror, Engine, Island, Verdict, Lantern, Season, Hunter, Daughter,
    Passage, Echo, Summer, Machine, Fortune, Wolves, Sparrow, Silence, Tower, Carnival, Debt, Voyage,
    Crown, Heist, Station, Waltz, Frontier, Memory, Avalanche, Detour, Harvest, Masquerade, Outlaw,
    Pilgrim, Reunion, Storm, Thief
    """
)
PLACES = _listed(
    """
    Lisbon, Marrakesh, the North, Kyoto, Trieste, Havana, the Valley, Reykjavik, Odessa, Naples, the
    Pacific, Cracow, Jaipur, Montevideo, Dakar, the Alps, Glasgow, Tallinn, Oaxaca, Hanoi
    """
)
# Filled with an adjective, a noun, a second noun and a place.
TITLE_FORMS = (
    "The {adjective} {noun}",
    "{adjective} {noun}",
    "{noun} of {place}",
    "The {noun} and the {other}",
    "A {noun} in {place}",
    "{adjective} {noun} of {place}",
    "The {adjective} {noun} and the {other}",
)
PLOT_FORMS = (
    "{who} will not let go of {what} in {place}.",
    "In {place}, {who} must face {what} before it is too late.",
    "With an unlikely friend, {who} must get to the bottom of {what}.",
    "Because of {what}, {who} can trust nobody in {place} any longer.",
)

FIRST_NAMES = _listed(
    """
    Ana, Ben, Chloe, David, Elif, Farid, Greta, Hugo, Ines, Jonas, Kira, Liam, Maya, Noah, Olga, Pablo,
    Quinn, Rosa, Samir, Tessa, Umar, Vera, Walter, Ximena, Yara, Zoe, Amara, Bruno, Clara, Dmitri, Emma,
    Felix, Gita, Henry, Isla, Jamal, Katrin, Luca, Mei, Nadia, Oskar, Priya, Rafael, Sofia, Theo,
    Ursula, Viktor, Wanda, Yusuf, Zainab
    """
)
LAST_NAMES = _listed(
    """
    Abbott, Berg, Castillo, Dubois, Eriksen, Ferrari, Goldberg, Haddad, Ivanov, Jensen, Kowalski,
    Lindgren, Moreau, Nakamura, Okafor, Pereira, Quintero, Rossi, Schneider, Tanaka, Ueda, Vargas,
    Weber, Xu, Yilmaz, Zimmermann, Achebe, Brandt, Costa, Dvorak, Evans, Fischer, Garcia, Hansen, Ito,
    Jones, Kaur, Larsen, Murphy, Novak, Olsen, Petrov, Reyes, Singh, Thomas, Urban, Vogel, Wong, Young,
    Zhang
    """
)
COUNTRIES = ("Germany", "France", "Spain", "Italy", "Poland", "Sweden", "Brazil", "Mexico", "Japan", "India")
LANGUAGES = (
    "German",
    "French",
    "Spanish",
    "Italian",
    "Polish",
    "Swedish",
    "Portuguese",
    "Spanish",
    "Japanese",
    "Hindi",
)
GENDERS = ("female", "male", "other")
DEVICES = ("tv", "phone", "laptop", "tablet")
PLANS = ("Free", "Basic", "Standard", "Premium")
