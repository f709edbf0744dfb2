"""The learner's own photographs: a folder with one folder per class."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from helpers.data.pictures import Pictures, PictureSet
from helpers.errors import CourseError
from helpers.progress import track

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
SPLIT_FOLDERS = {"train": ("train",), "valid": ("valid", "val", "validation"), "test": ("test",)}
SHARES = (0.70, 0.15, 0.15)
FEWEST = 3  # pictures of a class: one for each split
_MOST_PIXELS = 200_000_000  # beyond this a file is a bomb or a mistake
MOST_BYTES = 30 * 2**20
"""Of an upload. Beyond this a file is no photograph from a phone or a camera."""
_ROOM = 2  # photographs are kept at this multiple of the size, so that crops stay sharp

Item = tuple[Path, int]  # a file and its label


class FilesSource:
    """Photographs that stay on the disk and are decoded one at a time."""

    def __init__(self, paths: Sequence[Path], size: int, fingerprint: str) -> None:
        """Keep the paths; `size` is the side in pixels that pictures will be used at."""
        self._paths = tuple(paths)
        self._size = size
        self.fingerprint = fingerprint

    def __len__(self) -> int:
        return len(self._paths)

    def picture(self, index: int) -> Image.Image:
        path = self._paths[index]
        try:
            return decode(path.read_bytes(), self._size)
        except OSError as error:
            raise CourseError(
                f"{path} can no longer be read ({error}): load the folder again."
            ) from error


def image_folder(path: str | Path, size: int = 128, seed: int = 0) -> PictureSet:
    """Load photographs from `path/<class>/*` or from `path/{train,valid,test}/<class>/*`.

    Without split folders each class is split 70/15/15, the same way each time. Where there is a
    train folder but no test folder, half of the validation pictures become the test pictures.
    Files that are not pictures are skipped, and listed in one line.

    Args:
        path: the folder.
        size: side in pixels that the lessons train at. Photographs keep their proportions and are
            shrunk to about twice that.
        seed: of the split.

    Raises:
        CourseError: the folder is missing, has fewer than two classes or too few pictures.
    """
    root = Path(path).expanduser()
    if not root.is_dir():
        raise CourseError(f"There is no folder {root}: give the folder that holds one per class.")
    folders = _split_folders(root)
    if list(folders) == ["train"]:  # everything is in there: split that
        root, folders = root / "train", {}
    classes = _class_names(list(folders.values()) if folders else [root])
    if len(classes) < 2:
        raise CourseError(
            f"{root} has {_count(len(classes), 'class folder')} with pictures: put the pictures of "
            "each class in a folder of its own, at least two of them."
        )
    bad: list[Path] = []
    digests: dict[Path, str] = {}
    if folders:
        parts = {name: _verified(_items(at, classes), digests, bad) for name, at in folders.items()}
        parts = _with_three_splits(parts, seed)
    else:
        parts = _stratified(_verified(_items(root, classes), digests, bad), seed)
    _report(bad)
    _refuse_too_few(root, classes, parts)
    splits = {
        name: Pictures(
            FilesSource([file for file, _ in items], size, _fingerprint(items, digests, size)),
            [label for _, label in items],
            classes,
            name,
        )
        for name, items in parts.items()
    }
    return PictureSet(root.name or str(root), classes, size, **splits)


def decode(content: bytes, size: int) -> Image.Image:
    """Return the picture in a file's content as RGB, upright, its short side at most 2 x size.

    Animations give their first frame; transparency is laid on white; CMYK, palettes, 16 bits and
    EXIF rotation are taken care of.

    Raises:
        OSError: the content is not a whole picture, or is unreasonably large.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd metadata on stderr
        try:
            return _decode(content, size)
        except OSError:
            raise
        except Exception as error:  # broken files raise anything: struct.error, SyntaxError, ...
            raise OSError(f"not a whole picture: {error}") from error


def read_photograph(content: bytes, name: str, size: int) -> Image.Image:
    """Return the picture in an uploaded file, as `decode` does.

    Args:
        content: of the file.
        name: of the file, for the message.
        size: side in pixels that it will be looked at.

    Raises:
        CourseError: it is empty, too large, or not a whole picture of a kind that can be read.
    """
    if not content:
        raise CourseError(f"{name} is empty: choose another file.")
    if len(content) > MOST_BYTES:
        raise CourseError(
            f"{name} has {len(content) / 2**20:.0f} MB, more than the {MOST_BYTES >> 20} MB that "
            "are read: save it smaller."
        )
    try:
        return decode(content, size)
    except OSError as error:
        raise CourseError(f"{name} {_what_is_wrong(content, str(error))}") from error


_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def _what_is_wrong(content: bytes, problem: str) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return "is an HEIC photograph, which cannot be read here: save it as a JPEG."
    if "pixels" in problem or "exceeds limit" in problem:
        return "has too few or too many pixels for a photograph: choose another one."
    if "cannot identify" in problem:
        return "is not a picture that can be read: choose a JPEG, PNG, WebP, GIF, BMP or TIFF."
    return "is a picture that is damaged or not whole: save it anew, or choose another one."


def _decode(content: bytes, size: int) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise OSError(f"{image.width} x {image.height} pixels are too many")
        if image.width < 2 or image.height < 2:
            raise OSError("smaller than two pixels")
        wanted = size * _ROOM
        image.draft("RGB", (wanted, wanted))  # lets the JPEG decoder skip most of its work
        image.load()
        upright = ImageOps.exif_transpose(image)
        picture = _to_rgb(upright)
    short = min(picture.size)
    if short > wanted:
        scale = wanted / short
        shape = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(shape, Image.Resampling.BICUBIC, reducing_gap=3.0)
    return picture


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.asarray(image, dtype=np.float64)
        span = float(values.max() - values.min()) or 1.0
        image = Image.fromarray(((values - values.min()) * (255 / span)).astype(np.uint8))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    return image.convert("RGB")


def _split_folders(root: Path) -> dict[str, Path]:
    """Return the folders of classes named after splits, or nothing where they are classes."""
    found = {
        split: root / name
        for split, names in SPLIT_FOLDERS.items()
        for name in names
        if (root / name).is_dir() and _class_names([root / name])
    }
    return found if "train" in found else {}


def _class_names(roots: Sequence[Path]) -> tuple[str, ...]:
    return tuple(
        sorted({at.name for root in roots for at in _visible(root) if at.is_dir() and _files(at)})
    )


def _items(root: Path, classes: Sequence[str]) -> list[Item]:
    return [
        (file, label)
        for label, name in enumerate(classes)
        if (root / name).is_dir()
        for file in _files(root / name)
    ]


def _files(folder: Path) -> list[Path]:
    return [at for at in _visible(folder) if at.is_file() and at.suffix.lower() in ENDINGS]


def _visible(folder: Path) -> list[Path]:
    return sorted(at for at in folder.iterdir() if not at.name.startswith("."))


def _verified(items: list[Item], digests: dict[Path, str], bad: list[Path]) -> list[Item]:
    """Keep the items that decode; note the digest of each and the files that do not."""
    good = []
    for file, label in track(items, "reading photographs"):
        try:
            content = file.read_bytes()
            decode(content, 16)
        except OSError:
            bad.append(file)
        else:
            digests[file] = hashlib.sha256(content).hexdigest()
            good.append((file, label))
    return good


def _stratified(items: list[Item], seed: int) -> dict[str, list[Item]]:
    """Split each class 70/15/15, at least one picture each."""
    parts: dict[str, list[Item]] = {"train": [], "valid": [], "test": []}
    for label in sorted({label for _, label in items}):
        members = [item for item in items if item[1] == label]
        order = np.random.default_rng([seed, label]).permutation(len(members))
        held_out = max(1, round(SHARES[1] * len(members)))
        parts["valid"] += [members[i] for i in sorted(order[:held_out])]
        parts["test"] += [members[i] for i in sorted(order[held_out : 2 * held_out])]
        parts["train"] += [members[i] for i in sorted(order[2 * held_out :])]
    return parts


def _with_three_splits(parts: dict[str, list[Item]], seed: int) -> dict[str, list[Item]]:
    """Halve the one held-out folder where the other is missing."""
    missing = {"valid", "test"} - parts.keys()
    if not missing:
        return {name: parts[name] for name in ("train", "valid", "test")}
    pool = parts["test" if "valid" in missing else "valid"]
    halves: tuple[list[Item], list[Item]] = ([], [])
    for label in sorted({label for _, label in pool}):
        members = [item for item in pool if item[1] == label]
        order = np.random.default_rng([seed, label]).permutation(len(members))
        for place, i in enumerate(order):
            halves[place % 2].append(members[i])
    return {"train": parts["train"], "valid": sorted(halves[0]), "test": sorted(halves[1])}


def _refuse_too_few(root: Path, classes: Sequence[str], parts: dict[str, list[Item]]) -> None:
    for label, name in enumerate(classes):
        count = sum(at == label for items in parts.values() for _, at in items)
        if count < FEWEST:
            raise CourseError(
                f"{root / name} has {_count(count, 'usable picture')}: give each class at least "
                f"{FEWEST}, one to learn from, one to decide with and one to test on."
            )
        if not any(at == label for _, at in parts["train"]):
            raise CourseError(f"{root} has no training picture of {name!r}: add some.")
    for split, items in parts.items():
        if not items:
            raise CourseError(f"{root} has no usable picture for {split!r}: add some.")


def _report(bad: list[Path]) -> None:
    if bad:
        names = ", ".join(file.name for file in bad[:3]) + (", ..." if len(bad) > 3 else "")
        print(f"Skipped {_count(len(bad), 'file')} that cannot be read as a picture: {names}")


def _fingerprint(items: list[Item], digests: dict[Path, str], size: int) -> str:
    digest = hashlib.sha256(f"photographs {size}".encode())
    for file, _ in items:
        digest.update(bytes.fromhex(digests[file]))
    return digest.hexdigest()


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
