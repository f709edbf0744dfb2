"""`explore.photo()`: your own photograph, what the network says of it, and where it looked.

Lesson 07. A softmax always adds up to 1, over a teapot too: so beside the confidence stands
whether the picture resembles those that the network was tested on.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as widgets
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional
from torchvision.transforms import v2

from helpers import models
from helpers.data import Pictures, PictureSet
from helpers.data.photographs import MOST_BYTES, read_photograph
from helpers.data.pictures import Transform, checked_transform, stack
from helpers.data.transforms import plain_transform
from helpers.errors import CourseError
from helpers.explore import gradcam, shell
from helpers.explore.photo_chart import Chart, hottest, spread
from helpers.explore.probe import SAMPLE, SMALLEST_SAMPLE, picture_set, spread_over_classes
from helpers.models import Config
from helpers.progress import track
from helpers.training.metrics import evaluating

SURE, UNSURE, CLOSE = 0.9, 0.5, 0.15
NEIGHBOURS = 3
STRANGE = 0.02  # this share of the pictures it was tested on counts as strange, too
FEWEST_KNOWN = 12  # pictures, for a statement on what is strange
MOST_KNOWN, BATCH = 128, 16
EXAMPLES, HARD_ONES = 12, 4
GOAL = (
    "Find a picture that fools it: 90 % sure or more, and wrong. Then look at where it found that."
)
EVERYWHERE = 0.32  # a quarter of the picture with less of the heat than this is nothing special
PLACES = (
    ("in the upper left", "at the top", "in the upper right"),
    ("on the left", "in the middle", "on the right"),
    ("in the lower left", "at the bottom", "in the lower right"),
)

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Known:
    """What the network makes of pictures that it was tested on: the measure of what is strange.

    Attributes:
        rows: their positions in the validation pictures.
        features: [N, channels], each of length 1.
        logits: [N, classes].
        labels: [N].
        least: how alike a picture must be to its nearest ones; None where there are too few.
    """

    rows: list[int]
    features: torch.Tensor
    logits: torch.Tensor
    labels: torch.Tensor
    least: float | None

    @property
    def right(self) -> torch.Tensor:
        """[N], which of them it names rightly."""
        return self.logits.argmax(1) == self.labels


def know(model: nn.Module, pictures: Pictures, transform: Transform, count: int) -> Known:
    """Show the network some pictures, as equal over the classes as they allow.

    How alike two pictures are is the cosine between their features, and a picture is as strange as
    its third nearest neighbour is far (Sun et al., arXiv 2204.06507). With two networks for the
    herbarium and 120 pictures to compare with, this told 100 and 99 % of 90 photographs of insects
    from its flowers, the confidence 21 and 46 %, at the same 2 % of flowers taken for strange. It
    does less where the known pictures are of many kinds: to a network for photographs of ants and
    bees, none of 30 drawn flowers was strange.
    """
    rows = spread_over_classes(pictures.labels, count)
    chunks = [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]
    seen, said = [], []
    at = next(model.parameters(), torch.empty(0))
    with evaluating(model), torch.no_grad(), gradcam.last_maps(model) as maps:
        for chunk in track(chunks, "pictures to compare with, batches of 16"):
            images = stack([transform(pictures.picture(i)) for i in chunk])
            said.append(model(images.to(at.device)).float().cpu())
            if maps:
                seen.append(gradcam.mean_maps(maps))
    features = functional.normalize(torch.cat(seen), dim=1) if seen else torch.empty(0, 0)
    least = None
    if len(features) >= FEWEST_KNOWN:
        alike = features @ features.T
        alike.fill_diagonal_(-1)  # a picture is no neighbour of itself
        least = float(alike.topk(NEIGHBOURS, 1).values[:, -1].quantile(STRANGE))
    return Known(rows, features, torch.cat(said), pictures.labels[rows], least)


@dataclass(frozen=True)
class Sight:
    """What the network says of one picture.

    Attributes:
        probabilities: [classes].
        target: the class that the map explains.
        map: [h, w] in [0, 1], or None, see `gradcam.heat`.
        strange: whether it resembles none of the pictures that are known; None where that cannot
            be said.
    """

    probabilities: torch.Tensor
    target: int
    map: torch.Tensor | None
    strange: bool | None

    @property
    def top(self) -> list[int]:
        """The three likeliest classes, the likeliest first (fewer where there are fewer)."""
        found: list[int] = self.probabilities.topk(min(3, len(self.probabilities))).indices.tolist()
        return found

    @property
    def confidence(self) -> float:
        """Of the likeliest class."""
        return float(self.probabilities.max())


def look(
    model: nn.Module, image: torch.Tensor, known: Known | None = None, target: int | None = None
) -> Sight:
    """What the network says of an image [3, H, W], and why it names `target` (default: its first).

    Raises:
        CourseError: what the model returns is not a row of finite logits.
    """
    found = gradcam.heat(model, image, target)
    strange = None
    if known is not None and known.least is not None and found.features is not None:
        alike = known.features @ functional.normalize(found.features, dim=0)
        strange = float(alike.topk(NEIGHBOURS).values[-1]) < known.least
    return Sight(found.logits.softmax(0), found.target, found.map, strange)


def verdict(sight: Sight, classes: Sequence[str]) -> tuple[str, str]:
    """How far to trust it: one word (strange, unsure, torn, leaning, sure) and a sentence."""
    first, *others = sight.top
    if sight.strange:
        return "strange", (
            f"It resembles none of the pictures it was tested on: probably none of the "
            f"{len(classes)} classes. The network must name one of them, whatever it is shown."
        )
    if sight.confidence < UNSURE:
        return "unsure", "It is unsure: no class gets half of its confidence."
    if others and sight.confidence - float(sight.probabilities[others[0]]) < CLOSE:
        return "torn", f"It is torn between {classes[first]} and {classes[others[0]]}."
    if sight.confidence < SURE:
        return "leaning", f"It leans towards {classes[first]}, but it is not sure."
    return "sure", f"It is sure that it sees {classes[first]}."


def place(heat: torch.Tensor) -> str:
    """Where a map [h, w] is hot, in words."""
    if float(heat.max()) <= 0:
        return "nowhere: nothing in the picture speaks for it"
    wide = spread(heat.numpy(), 60)
    quarter = hottest(wide)
    share = float(wide[quarter].sum() / wide.sum())
    if share < EVERYWHERE:
        return "all over the picture"
    rows, columns = (int(axis.mean() / 20) for axis in np.nonzero(quarter))
    return (
        f"{PLACES[rows][columns]} of the picture: its hottest quarter holds {share:.0%} of the heat"
    )


def words_for(name: str, sight: Sight, classes: Sequence[str], truth: str | None = None) -> str:
    """What is to be seen, in a few sentences."""
    named = [f"{classes[i]} {sight.probabilities[i]:.0%}" for i in sight.top]
    said = [f"{name}: {', '.join(named)}.", verdict(sight, classes)[1]]
    if truth is not None:
        said.append(f"In truth: {truth}.")
    if sight.map is None:
        said.append("Where it looked cannot be seen: the network hides its feature maps.")
    else:
        said.append(f"It found {classes[sight.target]} {place(sight.map)}.")
    return " ".join(said)


def feedback(sight: Sight, classes: Sequence[str], truth: str | None) -> tuple[str, bool]:
    """How near the goal is, in words, and whether it is reached; `truth` as far as it is known."""
    first = classes[sight.top[0]]
    if truth is None:
        return f"You know what it is. It says {first}, {sight.confidence:.0%}.", False
    if truth == first:
        return f"Right: it is {truth}, {sight.confidence:.0%}.", False
    if sight.confidence < SURE:
        return f"Wrong, it is {truth}; but it was only {sight.confidence:.0%} sure.", False
    return f"Fooled: {sight.confidence:.0%} sure of {first}, and it is {truth}.", True


def config_in(model: nn.Module) -> Config | None:
    """What the model, or a part of it, says of the pictures it expects."""
    found = (getattr(part, "config", None) for part in model.modules())
    return next((config for config in found if isinstance(config, Config)), None)


@dataclass(frozen=True)
class Example:
    """A picture to choose: its name, which one of the validation pictures, and what it is."""

    name: str
    row: int | None
    truth: str


NOISE = Example("coloured noise", None, "none of them")


def examples(known: Known | None, classes: Sequence[str]) -> list[Example]:
    """A picture of each class (at most twelve), some that are named wrongly, and noise."""
    if known is None:
        return [NOISE]
    first: dict[int, int] = {}
    for place_, label in enumerate(known.labels.tolist()):
        first.setdefault(label, place_)
    chosen = sorted(first.values(), key=lambda at: int(known.labels[at]))[:EXAMPLES]
    wrong = (~known.right).nonzero().flatten()
    surest = known.logits[wrong].softmax(1).amax(1).argsort(descending=True)
    hard = [int(at) for at in wrong[surest] if int(at) not in chosen][:HARD_ONES]
    found = []
    for at in [*chosen, *hard]:
        name = classes[int(known.labels[at])]
        label = f"{name}, validation picture {known.rows[at]}" + (" (hard)" if at in hard else "")
        found.append(Example(label, known.rows[at], name))
    return [*found, NOISE]


def noise(size: int) -> Image.Image:
    """A picture of nothing, the same each time."""
    pixels = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    return Image.fromarray(pixels)


# --------------------------------------------------------------------------------------- shell


def photo(
    model: nn.Module,
    classes: Sequence[str] | PictureSet,
    pictures: PictureSet | None = None,
    transform: Transform | None = None,
) -> shell.Panel:
    """Upload a photograph, or choose a picture: what the model says, how sure, where it looked.

    Args:
        model: the whole trained network: pictures [1, 3, H, W] in, logits out. It is not changed.
        classes: their names, in the order of the logits; or the data set that it was trained on,
            which has them.
        pictures: whose validation pictures are examples, and the measure of what is strange.
        transform: PIL image to normalised tensor [3, H, W]; default: what the backbone expects, at
            the size of the pictures.

    Raises:
        CourseError: no network, no names, or names that do not fit the logits.
    """
    if not isinstance(model, nn.Module):
        raise CourseError(
            f"explore.photo needs a trained network first, not {type(model).__name__}: "
            "explore.photo(model, flowers)."
        )
    if isinstance(classes, PictureSet):
        pictures, classes = pictures or classes, classes.classes
    if isinstance(classes, str) or not all(isinstance(name, str) for name in classes):
        raise CourseError("Give the names of the classes as a list, such as flowers.classes.")
    if pictures is not None:
        picture_set(pictures)
        if tuple(pictures.classes) != tuple(classes):
            raise CourseError(f"{pictures.name} has other classes: give the data set alone.")
    return Photo(model, tuple(classes), pictures, transform).panel


class Photo:
    """The controls, and what they set in motion."""

    def __init__(
        self,
        model: nn.Module,
        classes: tuple[str, ...],
        pictures: PictureSet | None,
        transform: Transform | None,
    ) -> None:
        self.model, self.classes, self.pictures = model, classes, pictures
        config = config_in(model)
        self.assumed = config is None and transform is None
        config = config or models.config_of(models.backbone(pretrained=False))
        self.size = pictures.size if pictures else config.size
        self.transform = (
            plain_transform(self.size, config.mean, config.std)
            if transform is None
            else checked_transform(transform)
        )
        self.known = self._know()
        self.examples = examples(self.known, classes)
        self.sight = look(model, self.transform(noise(self.size)), self.known)
        if len(self.sight.probabilities) != len(classes):
            raise CourseError(
                f"The model has {len(self.sight.probabilities)} logits for {len(classes)} names: "
                "give the names of the classes that it was trained on, in their order."
            )
        self.chart = Chart()
        self.name, self.image = "", noise(self.size)
        self.truth: str | None = None
        self._quiet = shell.Quiet()
        self._make()
        self.panel = self._arrange()
        self.chooser.observe(lambda change: self._chosen(), "value")
        self.why.observe(lambda change: self._explain(), "value")
        self.strength.observe(lambda change: self._draw(), "value")
        self.upload.observe(lambda change: self._uploaded(), "value")
        self._chosen()

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        return words_for(self.name, self.sight, self.classes, self.truth)

    def _know(self) -> Known | None:
        if self.pictures is None:
            return None
        fewer = max(SMALLEST_SAMPLE, int(SAMPLE * (128 / self.size) ** 2))
        count = min(MOST_KNOWN, max(fewer, 2 * len(self.classes)))
        return know(self.model, self.pictures.valid, self.transform, count)

    # The controls.

    def _make(self) -> None:
        self.upload = widgets.FileUpload(
            accept="image/*",
            multiple=False,
            description="Upload a photograph",
            tooltip=f"JPEG, PNG, WebP, GIF, BMP or TIFF, up to {MOST_BYTES >> 20} MB",
            layout=widgets.Layout(width="auto"),
        )
        wide = widgets.Layout(width="calc(100% - 8px)")
        style = {"description_width": "92px"}
        names = [(each.name, i) for i, each in enumerate(self.examples)]
        self.chooser = widgets.Dropdown(
            options=[("your photograph", -1), *names],
            value=0,
            description="Picture",
            style=style,
            layout=wide,
        )
        self.why = widgets.Dropdown(
            options=[("", 0)], value=0, description="Why", style=style, layout=wide
        )
        self.strength = shell.slider(
            "Heat", 0.0, 1.0, 0.05, 0.75, "How much of the map lies over the picture", 92
        )
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(max_width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary, self.problem = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.controls: dict[str, Any] = {
            "upload": self.upload,
            "chooser": self.chooser,
            "why": self.why,
            "strength": self.strength,
        }

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "Predict my photo",
            "A photograph of yours, or one that the network was tested on: what it says, how sure "
            "it is, and where it looked.",
        )
        left = widgets.VBox(
            [self.upload, self.problem, self.chooser, self.why, self.strength, self.summary],
            layout=widgets.Layout(width="360px", flex="0 0 auto"),
        )
        right = widgets.VBox([self.picture], layout=shell.column())
        body = widgets.HBox([left, right], layout=widgets.Layout(width="100%"))
        return shell.Panel([title, self.goal, body], self)

    # What they set in motion.

    def _chosen(self) -> None:
        if self._quiet.active:
            return
        if self.chooser.value < 0:
            self._refuse(CourseError("Press the button above to upload one."))
            return
        example = self.examples[self.chooser.value]
        if example.row is None or self.pictures is None:
            image = noise(self.size)
        else:
            image = self.pictures.valid.picture(example.row)
        self._show(example.name, image, example.truth)

    def _uploaded(self) -> None:
        if not self.upload.value:
            return
        given = self.upload.value[0]
        name, content = str(given["name"]), bytes(given["content"])
        self.upload.value = ()  # or the file would be saved in the notebook
        try:
            image = read_photograph(content, name, self.size)
            self._show(name, image, None)
        except CourseError as problem:
            self._refuse(problem)
            return
        with self._quiet():
            self.chooser.value = -1

    def _show(self, name: str, image: Image.Image, truth: str | None) -> None:
        self.sight = look(self.model, self.transform(image), self.known)
        self.name, self.image, self.truth = name, image, truth
        self.problem.value = ""
        with self._quiet():
            self.why.options = [
                (f"{self.classes[i]} ({self.sight.probabilities[i]:.0%})", i)
                for i in self.sight.top
            ]
            self.why.value = self.sight.target
        self.goal.value = shell.goal_box(GOAL, *feedback(self.sight, self.classes, truth))
        self._draw()

    def _explain(self) -> None:
        if self._quiet.active or self.why.value is None:
            return
        seen = gradcam.heat(self.model, self.transform(self.image), self.why.value)
        self.sight = replace(self.sight, target=seen.target, map=seen.map)
        self._draw()

    def _draw(self) -> None:
        sight = self.sight
        kind = verdict(sight, self.classes)[0]
        names = [self.classes[i] for i in sight.top]
        shares = [float(sight.probabilities[i]) for i in sight.top]
        middle = v2.functional.center_crop(self.image, [min(self.image.size)])
        self.picture.value = self.chart.draw(
            middle,
            None if sight.map is None else sight.map.numpy(),
            self.strength.value,
            list(zip(names, shares, strict=True)),
            sight.top.index(sight.target) if sight.target in sight.top else 0,
            kind,
        )
        note = ""
        if self.assumed:
            note = (
                " (The model does not say how its pictures are normalised: taken as the course's.)"
            )
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:10px">'
            f"{html.escape(self.words + note)}</div>"
        )

    def _refuse(self, problem: CourseError) -> None:
        self.problem.value = shell.problem_box(problem)
