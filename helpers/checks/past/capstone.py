"""Scoring predictions: rows of a table against what is right, without drawing a pixel.

`score` is pure: it gets the rows and a `Key`. Where a key comes from is another matter. In a class
directory `key_here` finds the class's secret; on a learner's machine there is none, and only the
form of the predictions can be judged. A grader with a secret of its own gives the steps its own
source of keys: `field_steps(lambda claim: class_key(secret))`.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.data.field import HERBARIUM_SET, OWN_PREFIX
from helpers.data.flora import splits
from helpers.data.flora.class_set import checked_secret, picture_names, set_id, species_of
from helpers.errors import CourseError
from helpers.places import SECRET_VARIABLE

_PICTURE = re.compile(r"(?:.*[/\\])?([a-z][a-z0-9-]*)-([0-9]{1,6})(?:\.jpe?g)?", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+(?:\.0*)?")


@dataclass(frozen=True)
class Claim:
    """What predictions say about themselves: to be believed on the learner's own machine only."""

    beside: str  #: id of the class's pictures beside the notebook, "" if there are none
    count: int  #: pictures in that set
    rows: str  #: id of the set that most rows name pictures of, "" if they name none


@dataclass(frozen=True)
class Key:
    """What is right for one set of pictures, as far as it is known.

    Attributes:
        set_id: of the set.
        count: pictures in it; 0 where it is not known.
        species: of each picture, in order; None where it is not known.
        classes: the names there are; empty where they are not known.
    """

    set_id: str
    count: int = 0
    species: tuple[str, ...] | None = None
    classes: tuple[str, ...] = ()


KeyOf = Callable[[Claim], Key]


def class_key(secret: str) -> Key:
    """The key of a class's own set."""
    right = species_of(secret)
    return Key(set_id(secret), len(right), right, splits.CLASSES)


def public_key() -> Key:
    """The key of the herbarium's own field pictures."""
    (split,) = (split for split in splits.SPLITS if split.name == "field")
    right = tuple(splits.CLASSES[label] for label in splits.labels_of(split, 0))
    return Key(HERBARIUM_SET, len(right), right, splits.CLASSES)


def key_here(claim: Claim) -> Key:
    """The key this machine has: the class's, where its secret is; else the public one, or none.

    Raises:
        CourseError: the file of the secret is named, but cannot be read.
    """
    file = os.environ.get(SECRET_VARIABLE)
    if file:
        return class_key(read_secret(Path(file)))
    if claim.beside:
        return Key(claim.beside, claim.count, None, splits.CLASSES)
    if claim.rows.startswith(OWN_PREFIX):
        return Key(claim.rows)
    return public_key()


def read_secret(path: Path) -> str:
    """The secret in a class's file.

    Raises:
        CourseError: there is none.
    """
    try:
        return checked_secret(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise CourseError(
            f"the class's secret, {path.parent.name}/{path.name}, cannot be read: restore it from "
            "a copy of the class"
        ) from error


@dataclass(frozen=True)
class Score:
    """How many predictions are right, and which rows say nothing that could be.

    Everything but the numbers is a list of examples in the words of the file.
    """

    right: int
    count: int
    predicted: int
    missing: tuple[str, ...]
    unknown_pictures: tuple[str, ...]
    numbered_pictures: tuple[str, ...]
    other_sets: tuple[str, ...]
    unknown_species: tuple[str, ...]
    numbered_species: tuple[str, ...]
    contradicted: tuple[str, ...]

    def reaches(self, percent: int) -> bool:
        """Whether at least so many percent of all pictures are named correctly."""
        return 100 * self.right >= percent * self.count


def score(rows: Sequence[tuple[str, str]], key: Key) -> Score:
    """Compare (picture, species) with the key; a picture with two different species is wrong."""
    places = dict(enumerate(picture_names(key.set_id, key.count), start=1))
    found: dict[str, list[str]] = defaultdict(list)
    said: dict[str, dict[str, None]] = defaultdict(dict)  # dicts keep the order, sets do not
    known = {plain(name) for name in key.classes}
    for picture, species in rows:
        place = _picture_meant(picture, key, places, found)
        if place is None:
            if key.classes and _NUMBER.fullmatch(species):
                found["numbered"].append(species)  # a number is no name, whatever the picture
            continue
        said[place][plain(species)] = None
        if key.classes and plain(species) not in known:
            found["numbered" if _NUMBER.fullmatch(species) else "unknown"].append(species or "''")
        elif not species:
            found["unknown"].append("''")
    right = 0
    if key.species is not None:
        answers = zip(places.values(), key.species, strict=True)
        right = sum(list(said.get(name, {})) == [plain(wanted)] for name, wanted in answers)
    return Score(
        right=right,
        count=key.count,
        predicted=len(said),
        missing=tuple(name for name in places.values() if name not in said),
        unknown_pictures=tuple(found["pictures"]),
        numbered_pictures=tuple(found["positions"]),
        other_sets=tuple(found["others"]),
        unknown_species=tuple(found["unknown"]),
        numbered_species=tuple(found["numbered"]),
        contradicted=tuple(name for name, names in said.items() if len(names) > 1),
    )


def set_of(pictures: Sequence[str]) -> str:
    """The id of the set that most of these names belong to; "" if they belong to none."""
    counts: dict[str, int] = defaultdict(int)
    for picture in pictures:
        if match := _PICTURE.fullmatch(picture):
            counts[match[1].lower()] += 1
    return max(counts, key=lambda name: counts[name]) if counts else ""


def names_a_picture(text: str) -> bool:
    """Whether this cell is the name of a picture rather than of a column."""
    return _PICTURE.fullmatch(text) is not None


def plain(species: str) -> str:
    """A name without what does not matter: capitals, underscores, spaces."""
    return " ".join(re.sub(r"[\W_]+", " ", species).split()).casefold()


def _picture_meant(
    picture: str, key: Key, places: dict[int, str], found: dict[str, list[str]]
) -> str | None:
    """The name of the picture that a row means; None, and a note in `found`, if it means none."""
    match = _PICTURE.fullmatch(picture)
    if match is None:
        found["positions" if _NUMBER.fullmatch(picture) else "pictures"].append(picture or "''")
    elif match[1].lower() != key.set_id:
        known = match[1].lower() == HERBARIUM_SET or match[1].lower().startswith(("class-", "own-"))
        found["others" if known else "pictures"].append(picture)
    elif not key.count:
        return f"{key.set_id}-{int(match[2])}"
    elif int(match[2]) in places:
        return places[int(match[2])]
    else:
        found["pictures"].append(picture)
    return None
