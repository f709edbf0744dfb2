"""The table of species: names, what tells each from its relatives, and how it is built."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.data.flora.forms import Cinquefoil, Daisy, Form, Lily, Pansy, Poppy


@dataclass(frozen=True)
class Genus:
    """A group of species that are easily taken for one another."""

    name: str
    english: str
    family: str


@dataclass(frozen=True)
class Species:
    """One species.

    Attributes:
        genus: it belongs to.
        epithet: second word of its name.
        english: its common name.
        trait: the one thing that tells it from its relatives, in a sentence.
        form: how it is built.
    """

    genus: Genus
    epithet: str
    english: str
    trait: str
    form: Form

    @property
    def name(self) -> str:
        """Both words of its name, as in a flora."""
        return f"{self.genus.name} {self.epithet}"


ASTRELLA = Genus("Astrella", "star daisies", "daisy family")
QUINELLA = Genus("Quinella", "goldcups", "primrose family")
CYANTHE = Genus("Cyanthe", "sky flowers", "flax family")
PAPALIA = Genus("Papalia", "paper poppies", "poppy family")
LIRION = Genus("Lirion", "flame lilies", "lily family")
VELIA = Genus("Velia", "veil pansies", "violet family")

_ORANGE_THROAT = (32, 0.95, 0.95)
_WHITE_EYE = (60, 0.05, 0.98)

SPECIES: tuple[Species, ...] = (
    Species(ASTRELLA, "alba", "white star daisy", "Thirteen broad white rays.", Daisy(rays=13)),
    Species(
        ASTRELLA,
        "densa",
        "crowded star daisy",
        "Twenty-one narrow white rays where alba has thirteen.",
        Daisy(rays=21),
    ),
    Species(
        ASTRELLA,
        "rosea",
        "blushing star daisy",
        "Thirteen rays as in alba, but dipped in pink.",
        Daisy(rays=13, tip=(335, 0.45, 0.95)),
    ),
    Species(
        QUINELLA,
        "lutea",
        "notched goldcup",
        "Each yellow petal has a notch in its tip.",
        Cinquefoil(5, 54, 0.75, 0.97, eye=_ORANGE_THROAT, notch=0.24),
    ),
    Species(
        QUINELLA,
        "integra",
        "round goldcup",
        "The yellow petals are round, without a notch.",
        Cinquefoil(5, 54, 0.75, 0.97, eye=_ORANGE_THROAT),
    ),
    Species(
        CYANTHE,
        "azurea",
        "azure skyflower",
        "Five petals of clear blue.",
        Cinquefoil(5, 222, 0.72, 0.85, eye=_WHITE_EYE, width=0.42),
    ),
    Species(
        CYANTHE,
        "violacea",
        "violet skyflower",
        "Built as azurea, but violet instead of blue.",
        Cinquefoil(5, 262, 0.62, 0.82, eye=_WHITE_EYE, width=0.42),
    ),
    Species(
        CYANTHE,
        "sexta",
        "six-rayed skyflower",
        "Six blue petals, a little more pointed, around a wider eye.",
        Cinquefoil(6, 222, 0.72, 0.85, eye=_WHITE_EYE, width=0.41, fall=0.47, eye_radius=0.29),
    ),
    Species(
        PAPALIA,
        "rubra",
        "red paper poppy",
        "Four scarlet petals with a black heart.",
        Poppy(4, hue=4, blotch=0.26),
    ),
    Species(
        PAPALIA,
        "quinta",
        "lantern poppy",
        "Five scarlet petals and a crown of yellow stamens.",
        Poppy(5, hue=4, blotch=0.20, dark_anthers=False),
    ),
    Species(
        PAPALIA,
        "aurantia",
        "orange paper poppy",
        "Built as rubra, but orange instead of red.",
        Poppy(4, hue=22, blotch=0.26),
    ),
    Species(
        LIRION,
        "maculata",
        "leopard flame lily",
        "Dark spots on the orange petals.",
        Lily(hue=24, spots=(10, 0.8, 0.3)),
    ),
    Species(
        LIRION,
        "simplex",
        "plain flame lily",
        "Orange petals without any mark.",
        Lily(hue=24),
    ),
    Species(
        LIRION,
        "lineata",
        "striped flame lily",
        "A pale stripe down the middle of each orange petal.",
        Lily(hue=24, stripe=(55, 0.3, 1.0)),
    ),
    Species(
        VELIA,
        "tricolor",
        "three-coloured veil pansy",
        "Purple above, lilac at the sides, a yellow lip.",
        Pansy((275, 0.75, 0.5), (280, 0.3, 0.9), (50, 0.75, 0.98)),
    ),
    Species(
        VELIA,
        "regina",
        "royal veil pansy",
        "Purple all over, with a yellow eye.",
        Pansy((275, 0.75, 0.5), (275, 0.7, 0.6), (275, 0.7, 0.6)),
    ),
)
