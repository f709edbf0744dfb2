"""The gauge: what a reading of the probe means, and how it is shown.

Article, Data Augmentation: "Am I doing enough? Am I doing too much?" Each answer is a `Reading`:
affinity and diversity (Gontijo-Lopes et al., arXiv 2002.08973).
"""

from __future__ import annotations

from helpers import figures
from helpers.explore.probe import Reading

ENOUGH_DIVERSITY = 0.5  # below this it is too little: nearly copies
HIGHEST_PRICE = 0.23  # affinity lost per unit of diversity; above this it is too much
TOO_LITTLE, ABOUT_RIGHT, TOO_MUCH = "too little", "about right", "too much"
VERDICTS = (TOO_LITTLE, ABOUT_RIGHT, TOO_MUCH)

# ------------------------------------------------------------------------------------- compute


def price(reading: Reading) -> float:
    """Affinity lost for each unit of diversity gained.

    A guide, not a verdict. On the herbarium a head trained with what costs more than
    `HIGHEST_PRICE` got worse for hue jitter and grey, but better for blur, which the field has and
    the probe has never seen. Only training tells: hence the button. Near zero diversity one wrong
    picture would decide, hence the 0.1.
    """
    return max(0.0, 1 - reading.affinity) / (reading.diversity + 0.1)


def verdict(reading: Reading) -> str:
    """Too little, about right or too much."""
    if price(reading) > HIGHEST_PRICE:
        return TOO_MUCH
    return TOO_LITTLE if reading.diversity < ENOUGH_DIVERSITY else ABOUT_RIGHT


def position(reading: Reading) -> float:
    """Where the needle stands, from 0 (copies) to 1 (unrecognisable), a third for each verdict."""
    said = verdict(reading)
    within = {
        TOO_LITTLE: reading.diversity / ENOUGH_DIVERSITY,
        ABOUT_RIGHT: price(reading) / HIGHEST_PRICE,
        TOO_MUCH: price(reading) / HIGHEST_PRICE - 1,
    }[said]
    return (VERDICTS.index(said) + min(1.0, max(0.0, within))) / 3


# ---------------------------------------------------------------------------------------- draw


def as_text(reading: Reading) -> str:
    """The reading in two sentences."""
    named = round(reading.accuracy * reading.pictures)
    clean = round(reading.clean_accuracy * reading.pictures)
    return (
        f"Affinity {reading.affinity:.2f} (±{reading.margin:.2f}): a linear head trained without "
        f"augmentation gets {named} of {reading.pictures} augmented validation pictures right, "
        f"and {clean} of the same pictures as they are. "
        f"Diversity {reading.diversity:.2f}: 0 is a copy, 1 as different as another picture "
        "of the same species."
    )


# Each third is also named, and has a needle: colour is not all that tells them apart.
COLOURS = {
    TOO_LITTLE: figures.BLUE,
    ABOUT_RIGHT: figures.GREEN,
    TOO_MUCH: figures.VERMILION,
}


def _lit(colour: str) -> str:
    return f"background:{colour};color:#fff;font-weight:700"


def _dim(colour: str) -> str:
    return f"background:{colour}33;box-shadow:inset 0 -3px {colour}"


def as_html(reading: Reading | None, stale: bool = False) -> str:
    """The gauge as HTML: three zones, a needle, two numbers."""
    if reading is None:
        return '<div class="explore-text explore-muted">Measuring …</div>'
    said, place = verdict(reading), 100 * position(reading)
    zones = "".join(
        f'<span style="flex:1;text-align:center;padding:3px 0;'
        f'{_lit(colour) if name == said else _dim(colour)}">'
        f"{name}</span>"
        for name, colour in COLOURS.items()
    )
    numbers = "".join(
        f'<span style="margin-right:22px">{name} <b style="font-size:17px">{value:.2f}</b></span>'
        for name, value in (("Affinity", reading.affinity), ("Diversity", reading.diversity))
    )
    return (
        f'<div class="explore-text" style="opacity:{0.45 if stale else 1}" role="meter" '
        f'aria-label="Amount of augmentation" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{place:.0f}" aria-valuetext="{said}">'
        f'<div style="position:relative;padding-top:12px;margin-top:6px">'
        f'<div style="position:absolute;top:0;left:calc({place:.1f}% - 7px);border:7px solid '
        f'transparent;border-top:11px solid var(--jp-ui-font-color1,#222)"></div>'
        f'<div style="display:flex;border-radius:4px;overflow:hidden">{zones}</div></div>'
        f'<div style="margin-top:5px">{numbers}'
        f'<span class="explore-muted">{"measuring …" if stale else ""}</span></div></div>'
    )
