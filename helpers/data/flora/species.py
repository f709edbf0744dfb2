"""The table of species."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Species:
    """One species; `name` is its binomial."""

    name: str
    petals: int
    colour: tuple[float, float, float]


_NAMES = "alba densa rosea lutea integra azurea violacea sexta".split()
_WHITE, _BLUE, _RED, _ORANGE = (0.95, 0.95, 0.9), (0.2, 0.4, 0.9), (0.9, 0.1, 0.1), (0.95, 0.5, 0.1)
_YELLOW, _VIOLET = (0.95, 0.9, 0.2), (0.5, 0.25, 0.8)
SPECIES = (
    Species("Astrella alba", 13, _WHITE),
    Species("Astrella densa", 21, _WHITE),
    Species("Astrella rosea", 13, (0.95, 0.7, 0.8)),
    Species("Quinella lutea", 5, _YELLOW),
    Species("Quinella integra", 5, (0.9, 0.8, 0.1)),
    Species("Cyanthe azurea", 5, _BLUE),
    Species("Cyanthe violacea", 5, _VIOLET),
    Species("Cyanthe sexta", 6, _BLUE),
    Species("Papalia rubra", 4, _RED),
    Species("Papalia quinta", 5, _RED),
    Species("Papalia aurantia", 4, _ORANGE),
    Species("Lirion maculata", 6, (0.9, 0.45, 0.15)),
    Species("Lirion simplex", 6, _ORANGE),
    Species("Lirion lineata", 6, (0.95, 0.6, 0.3)),
    Species("Velia tricolor", 5, (0.6, 0.4, 0.5)),
    Species("Velia regina", 5, (0.35, 0.1, 0.6)),
)
