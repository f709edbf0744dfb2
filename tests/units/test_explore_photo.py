"""Predict my photo: Grad-CAM, honest words, every kind of file, and the widget."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest
import torch
from explore_pictures import CLASSES, SIZE, picture_set
from PIL import Image
from torch import nn

from helpers import explore, models
from helpers.data import photographs
from helpers.data.pictures import PictureSet
from helpers.data.transforms import plain_transform
from helpers.errors import CourseError
from helpers.explore import gradcam, photo_chart, photographer
from helpers.explore.photographer import Known, Photo, Sight
from helpers.explore.probe import Backbone, train_on_features
from helpers.models import chain, concat_head, config_of, freeze_backbone, head_name


def trained(pictures: PictureSet) -> nn.Module:
    """lite0, frozen, with a linear head that knows the discs."""
    model = freeze_backbone(models.backbone("lite0", len(CLASSES)))
    features = Backbone(model, len(CLASSES), SIZE).clean(pictures.train)
    model.set_submodule("fc", train_on_features(features, len(CLASSES), epochs=30).head)
    return model


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return trained(picture_set())


@pytest.fixture(scope="module")
def shared(model: nn.Module) -> Photo:
    explorer: Photo = explore.photo(model, picture_set()).explorer
    return explorer


@pytest.fixture
def explorer(shared: Photo) -> Photo:
    shared.chooser.value = 0
    shared.why.value = shared.sight.top[0]
    return shared


def image_for(model: nn.Module, picture: Image.Image) -> torch.Tensor:
    config = config_of(model)
    image: torch.Tensor = plain_transform(SIZE, config.mean, config.std)(picture)
    return image


# Grad-CAM.


def plain_pictures(side: int, corner: int | None) -> torch.Tensor:
    """Grey, with a striped patch in a corner (0 to 3, row by row) or without."""
    image = torch.full((3, side, side), 0.1)
    if corner is not None:
        rows = slice(0, side // 2) if corner < 2 else slice(side // 2, side)
        columns = slice(0, side // 2) if corner % 2 == 0 else slice(side // 2, side)
        image[:, rows, columns] = 2.0
        image[0, rows, columns][:, ::4] = -2.0
    return image


@pytest.mark.parametrize("name", ["lite0", "resnet18", "densenet121", "efficientnet_b0"])
def test_the_map_follows_the_patch_that_decides_the_class(name: str) -> None:
    network = freeze_backbone(models.backbone(name, 3, pretrained=name == "lite0"))
    side = 128
    looks = {c: gradcam.heat(network, plain_pictures(side, c)) for c in (None, 0, 1, 2, 3)}
    features = {c: found.features for c, found in looks.items() if found.features is not None}
    patch = torch.stack([features[c] for c in range(4)]).mean(0) - features[None]
    head = network.get_submodule(head_name(network))
    assert isinstance(head, nn.Linear)
    with torch.no_grad():  # the first class is the patch, the second its opposite
        head.weight.copy_(torch.stack([patch, -patch, torch.zeros_like(patch)]))
        head.bias.zero_()
    for corner in range(4):
        found = gradcam.heat(network, plain_pictures(side, corner), target=0).map
        assert found is not None
        quarters = nn.functional.adaptive_avg_pool2d(found[None, None], 2).flatten()
        assert int(quarters.argmax()) == corner
        assert float(found.max()) == pytest.approx(1) and float(found.min()) >= 0


@pytest.mark.parametrize("name", ["lite0", "densenet121"])
def test_one_look_is_the_weighted_sum_of_the_last_maps(name: str) -> None:
    network = models.backbone(name, 5, pretrained=False)
    image = torch.randn(3, 96, 96, generator=torch.Generator().manual_seed(0))
    found = gradcam.heat(network, image, fine=1)
    maps = image[None]
    with torch.no_grad():
        for link, part in chain(network):
            if link in ("avgpool", "<avgpool>"):
                break
            maps = part(maps)
        weight = network.get_submodule(head_name(network)).weight
        wanted = torch.einsum("c,chw->hw", weight[found.target] - weight.mean(0), maps[0]).clamp(
            min=0
        )
    assert found.map is not None and wanted.max() > 0
    torch.testing.assert_close(found.map, wanted / wanted.max(), atol=1e-5, rtol=1e-4)
    assert found.features is not None
    torch.testing.assert_close(found.features, maps.mean((2, 3))[0])


def test_several_looks_agree_with_one_and_are_finer(model: nn.Module) -> None:
    image = image_for(model, picture_set().valid.picture(0))
    once, fine = gradcam.heat(model, image, fine=1), gradcam.heat(model, image)
    assert once.map is not None and fine.map is not None
    assert once.map.shape == (2, 2) and fine.map.shape == (SIZE, SIZE)
    torch.testing.assert_close(once.logits, fine.logits)
    assert once.target == fine.target


def state_of(network: nn.Module) -> list[Any]:
    hooks = [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules()]
    modes = [m.training for m in network.modules()]
    wanted = [(p.requires_grad, p.grad is None) for p in network.parameters()]
    versions = [tensor._version for tensor in network.state_dict().values()]
    return [hooks, modes, wanted, versions, torch.get_rng_state().tolist(), torch.is_grad_enabled()]


@pytest.mark.parametrize("block", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_model_is_left_as_it_was(block: Callable[[], Any]) -> None:
    network = models.backbone("lite0", 4)
    network.train()
    network.layer1.eval()
    network.layer2.requires_grad_(False)
    network.fc.bias.grad = torch.ones(4)
    image = torch.randn(3, SIZE, SIZE)
    before, values = state_of(network), {k: v.clone() for k, v in network.state_dict().items()}
    given = image.clone()
    with block():
        found = gradcam.heat(network, image)
    assert found.map is not None
    assert state_of(network) == before
    assert torch.equal(image, given) and not image.requires_grad
    assert torch.equal(network.fc.bias.grad, torch.ones(4))
    assert all(torch.equal(values[k], v) for k, v in network.state_dict().items())


def test_a_model_that_fails_is_left_as_it_was(model: nn.Module) -> None:
    before = state_of(model)
    with pytest.raises(RuntimeError):
        gradcam.heat(model, torch.zeros(5, SIZE, SIZE))
    assert state_of(model) == before


@pytest.mark.parametrize("kind", ["concat", "wrapped", "sequential"])
def test_any_head_and_any_wrapping_will_do(kind: str) -> None:
    base = models.backbone("lite0", 4)
    if kind == "concat":
        network = concat_head(base, 4)
    elif kind == "wrapped":
        network = nn.ModuleDict({"inner": base})
        network.forward = lambda x: network["inner"](x)  # type: ignore[method-assign]
    else:
        parts = [part for link, part in chain(base)]
        network = nn.Sequential(*parts)
    freeze = network.requires_grad_(False)
    found = gradcam.heat(freeze, torch.randn(3, SIZE, SIZE))
    assert found.map is not None and found.map.shape == (SIZE, SIZE)
    assert found.logits.shape == (4,)


class Hidden(nn.Module):
    """A backbone that is run without a graph."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            features = self.body(x).mean((2, 3))
        return self.head(features)


def test_a_network_that_hides_its_maps_still_gets_its_prediction() -> None:
    sight = photographer.look(Hidden(), torch.randn(3, SIZE, SIZE))
    assert sight.map is None
    assert "hides its feature maps" in photographer.words_for("x.jpg", sight, CLASSES)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (nn.Sequential(nn.Conv2d(3, 4, 3)), r"returns \[1, 4, 62, 62\], not logits"),
        (nn.Sequential(nn.Flatten(), nn.Linear(3 * SIZE * SIZE, 2)), "no class 3: .* knows 2"),
    ],
)
def test_what_is_no_classifier_gets_one_line(network: nn.Module, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        gradcam.heat(network, torch.zeros(3, SIZE, SIZE), target=3)


def test_a_model_that_diverged_gets_one_line() -> None:
    network = models.backbone("lite0", 4)
    nn.init.constant_(network.fc.bias, float("nan"))
    with pytest.raises(CourseError, match="not finite"):
        gradcam.heat(network, torch.zeros(3, SIZE, SIZE))


# Honest words.


def sight(*shares: float, strange: bool | None = False, heat: Any = None) -> Sight:
    rest = (1 - sum(shares)) / (len(CLASSES) - len(shares)) if len(shares) < len(CLASSES) else 0
    probabilities = torch.tensor([*shares, *[rest] * (len(CLASSES) - len(shares))])
    return Sight(probabilities, int(probabilities.argmax()), heat, strange)


@pytest.mark.parametrize(
    ("seen", "kind", "said"),
    [
        (sight(0.97), "sure", "sure that it sees red"),
        (sight(0.8), "leaning", "leans towards red"),
        (sight(0.52, 0.45), "torn", "torn between red and yellow"),
        (sight(0.4, 0.2), "unsure", "no class gets half"),
        (sight(0.99, strange=True), "strange", "probably none of the 4 classes"),
        (sight(0.97, strange=None), "sure", "sure"),
    ],
)
def test_it_says_how_far_to_trust_it(seen: Sight, kind: str, said: str) -> None:
    found, sentence = photographer.verdict(seen, CLASSES)
    assert found == kind
    assert said in sentence
    assert kind in photo_chart.VERDICTS


@pytest.mark.parametrize(
    ("seen", "truth", "said", "reached"),
    [
        (sight(0.97), "red", "Right", False),
        (sight(0.97), "blue", "Fooled: 97% sure of red, and it is blue", True),
        (sight(0.6), "blue", "only 60% sure", False),
        (sight(0.95), "none of them", "Fooled", True),
        (sight(0.95), None, "You know what it is", False),
    ],
)
def test_the_goal_is_to_fool_it(seen: Sight, truth: str | None, said: str, reached: bool) -> None:
    words, found = photographer.feedback(seen, CLASSES, truth)
    assert said in words
    assert found is reached


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [(0, 0, "upper left"), (5, 3, "at the bottom"), (2, 5, "on the right"), (2, 2, "the middle")],
)
def test_the_place_is_told_in_words(row: int, column: int, said: str) -> None:
    heat = torch.zeros(6, 6)
    heat[row, column] = 1
    assert said in photographer.place(heat)


def test_a_map_without_a_place_is_told_so() -> None:
    assert photographer.place(torch.ones(6, 6)) == "all over the picture"
    assert photographer.place(torch.zeros(6, 6)).startswith("nowhere")


def test_what_resembles_nothing_known_is_strange(shared: Photo) -> None:
    assert shared.known is not None
    seen = photographer.look(shared.model, shared.transform(photographer.noise(SIZE)), shared.known)
    assert seen.strange is True
    test = picture_set().test
    found = [
        photographer.look(shared.model, shared.transform(test.picture(i)), shared.known).strange
        for i in range(0, len(test), 4)
    ]
    assert sum(map(bool, found)) <= 1


def test_too_few_pictures_make_no_statement(model: nn.Module) -> None:
    transform = plain_transform(SIZE, config_of(model).mean, config_of(model).std)
    known = photographer.know(model, picture_set().valid, transform, photographer.FEWEST_KNOWN - 1)
    assert known.least is None
    assert photographer.look(model, transform(photographer.noise(SIZE)), known).strange is None


# Every kind of file.


def encoded(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """A red picture, 80 wide and 40 high, its left half black."""
    picture = Image.new("RGB", (80, 40), (220, 20, 20))
    picture.paste((0, 0, 0), (0, 0, 40, 40))
    buffer = io.BytesIO()
    picture.convert(mode).save(buffer, kind, **options)
    return buffer.getvalue()


def rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    return encoded("JPEG", exif=exif)


def animated() -> bytes:
    frames = [Image.new("P", (40, 40), colour) for colour in (1, 2, 3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def sixteen_bits() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.arange(1600, dtype=np.uint16).reshape(40, 40) * 40).save(buffer, "PNG")
    return buffer.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has 3.6 thousand million pixels."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(
            ">I", zlib.crc32(name + content)
        )  # fmt: skip

    header = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    data = part(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + data + part(b"IEND", b"")


def large() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8000, 6000), (220, 20, 20)).save(buffer, "JPEG")
    return buffer.getvalue()


GOOD: dict[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: encoded("JPEG"),
    "cmyk.jpg": lambda: encoded("JPEG", "CMYK"),
    "grey.jpg": lambda: encoded("JPEG", "L"),
    "rotated.jpg": rotated,
    "palette.png": lambda: encoded("PNG", "P"),
    "clear.png": lambda: encoded("PNG", "RGBA"),
    "bits.png": sixteen_bits,
    "moving.gif": animated,
    "photo.webp": lambda: encoded("WEBP"),
    "scan.tiff": lambda: encoded("TIFF"),
    "48 megapixels.jpg": large,
}
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.jpg": (lambda: b"", "is empty"),
    "letter.jpg": (lambda: b"Dear course,\n" * 50, "not a picture that can be read"),
    "page.pdf": (lambda: b"%PDF-1.7\n" + b"x" * 500, "not a picture that can be read"),
    "drawing.svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    "phone.heic": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 500, "HEIC photograph"),
    "torn.jpg": (lambda: encoded("JPEG")[:400], "damaged or not whole"),
    "torn.png": (lambda: encoded("PNG")[:90], "damaged or not whole"),
    "bomb.png": (bomb, "too few or too many pixels"),
    "dot.png": (lambda: encoded_dot(), "too few or too many pixels"),
}


def encoded_dot() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (1, 1)).save(buffer, "PNG")
    return buffer.getvalue()


def upload(explorer: Photo, name: str, content: bytes) -> None:
    file = {
        "name": name,
        "type": "image/jpeg",
        "size": len(content),
        "content": memoryview(content),
        "last_modified": datetime.now(UTC),
    }
    explorer.upload.value = (file,)


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_of_photograph_is_shown(
    explorer: Photo, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = explorer.picture.value
    upload(explorer, name, GOOD[name]())
    assert explorer.problem.value == ""
    assert explorer.picture.value != before
    assert explorer.words.startswith(f"{name}: ")
    assert explorer.truth is None
    assert explorer.upload.value == (), "the file must not be saved in the notebook"
    assert explorer.chooser.value == -1
    assert capfd.readouterr().err == ""


def test_a_photograph_is_seen_upright(explorer: Photo) -> None:
    upload(explorer, "rotated.jpg", rotated())
    assert explorer.image.size[0] < explorer.image.size[1]
    assert explorer.image.getpixel((5, 5)) < (60, 60, 60), "the left half is above now"


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_in_one_line(
    explorer: Photo, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    make, said = BAD[name]
    before = (explorer.picture.value, explorer.words, explorer.chooser.value)
    upload(explorer, name, make())
    assert name in explorer.problem.value and said in explorer.problem.value
    assert "<_io" not in explorer.problem.value and "\n" not in explorer.problem.value
    assert (explorer.picture.value, explorer.words, explorer.chooser.value) == before
    assert explorer.upload.value == ()
    assert capfd.readouterr().err == ""
    explorer.chooser.value = 2
    assert explorer.problem.value == ""


def test_a_file_that_is_too_large_is_not_even_opened(
    explorer: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photographs, "MOST_BYTES", 2**20)
    upload(explorer, "raw.jpg", b"\xff\xd8" * 2**20)
    assert "raw.jpg has 2 MB, more than the 1 MB" in explorer.problem.value


def test_a_name_cannot_write_html(explorer: Photo) -> None:
    upload(explorer, "<img src=x>.jpg", encoded("JPEG"))
    assert "<img" not in explorer.summary.value
    upload(explorer, "<img src=x>.jpg", b"")
    assert "<img" not in explorer.problem.value


# The widget.


def everything_in(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


def test_it_names_its_examples_rightly_and_lists_noise(explorer: Photo) -> None:
    for position, name in enumerate(CLASSES):
        explorer.chooser.value = position
        assert explorer.truth == name
        assert f"In truth: {name}." in explorer.words
    assert explorer.examples[-1] is photographer.NOISE
    explorer.chooser.value = len(explorer.examples) - 1
    assert "probably none of the 4 classes" in explorer.summary.value


def test_the_second_guess_can_be_asked_why(explorer: Photo) -> None:
    before = (explorer.picture.value, explorer.words)
    options = [value for _, value in explorer.why.options]
    assert options == explorer.sight.top
    explorer.why.value = options[1]
    assert explorer.sight.target == options[1]
    assert explorer.picture.value != before[0]
    assert f"It found {CLASSES[options[1]]}" in explorer.words
    explorer.why.value = options[0]
    assert (explorer.picture.value, explorer.words) == before


def test_the_heat_can_be_turned_off(explorer: Photo) -> None:
    before = explorer.picture.value
    explorer.strength.value = 0.0
    assert explorer.picture.value != before
    explorer.strength.value = 0.75
    assert explorer.picture.value == before


def test_your_photograph_before_there_is_one(explorer: Photo) -> None:
    explorer.chooser.value = -1
    assert "upload one" in explorer.problem.value


def test_every_control_has_a_name_and_can_be_reached(explorer: Photo) -> None:
    kinds = (widgets.FloatSlider, widgets.Dropdown, widgets.FileUpload)
    found = [each for each in everything_in(explorer.panel) if isinstance(each, kinds)]
    assert {id(each) for each in found} == {id(each) for each in explorer.controls.values()}
    assert len({each.description for each in found}) == len(found)
    for each in found:
        assert each.description.strip() and not each.disabled and each.tabbable is not False
    assert explorer.picture.tooltip is None, "a browser would read it out on every change"


def test_without_a_kernel_there_is_a_picture_and_its_words(explorer: Photo) -> None:
    bundle = explorer.panel._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.words
    assert bundle["image/jpeg"].startswith("/9j/")


def test_names_alone_will_do(model: nn.Module) -> None:
    explorer = explore.photo(model, CLASSES).explorer
    assert explorer.size == config_of(model).size
    assert [each.name for each in explorer.examples] == [photographer.NOISE.name]
    upload(explorer, "plain.jpg", encoded("JPEG"))
    assert "plain.jpg" in explorer.words and explorer.sight.strange is None


def test_a_model_in_training_stays_the_learners() -> None:
    network = trained(picture_set()).train()
    before = [network.training, network.layer4.training]
    explore.photo(network, picture_set())
    assert [network.training, network.layer4.training] == before
    assert all(not m._forward_hooks and not m._forward_pre_hooks for m in network.modules())


def test_a_network_without_a_config_is_taken_as_the_courses(model: nn.Module) -> None:
    network = nn.Sequential(*[part for _, part in chain(model)])
    explorer = explore.photo(network, picture_set()).explorer
    assert "does not say how its pictures are normalised" in explorer.summary.value
    assert explorer.truth == CLASSES[explorer.sight.top[0]]
    wrapped = nn.Sequential(model)
    assert photographer.config_in(wrapped) is config_of(model)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (lambda m: (picture_set(), m), "needs a trained network first, not PictureSet"),
        (lambda m: (m, "red"), "as a list, such as flowers.classes"),
        (lambda m: (m, ["red", "green"]), "4 logits for 2 names"),
        (lambda m: (m, ["a", "b", "c", "d"], picture_set()), "discs has other classes"),
        (lambda m: (m, CLASSES, "discs"), "all splits of a data set, not str"),
        (lambda m: (m, picture_set(), None, "resize"), "is not a transform"),
    ],
)
def test_wrong_arguments_get_one_line(
    model: nn.Module, arguments: Callable[[nn.Module], tuple[Any, ...]], message: str
) -> None:
    with pytest.raises(CourseError, match=message):
        explore.photo(*arguments(model))


def test_hard_ones_are_the_surest_mistakes() -> None:
    labels = torch.arange(4).repeat_interleave(4)
    logits = nn.functional.one_hot(labels, 4) * 5.0
    logits[3] = torch.tensor([0.0, 9.0, 0.0, 0.0])
    logits[6] = torch.tensor([2.0, 0.0, 0.0, 0.0])
    known = Known(list(range(16)), torch.empty(16, 0), logits, labels, None)
    found = photographer.examples(known, CLASSES)
    assert [each.row for each in found] == [0, 4, 8, 12, 3, 6, None]
    assert found[4].name == "red, validation picture 3 (hard)"


# The picture.


def test_the_hottest_quarter_is_a_quarter() -> None:
    heat = photo_chart.spread(np.random.default_rng(0).random((4, 4), np.float32))
    assert photo_chart.hottest(heat).mean() == pytest.approx(0.25, abs=0.01)
    assert not photo_chart.hottest(np.ones((8, 8), np.float32)).any()
    assert not photo_chart.hottest(np.zeros((8, 8), np.float32)).any()


def test_the_overlay_is_bright_where_it_is_hot() -> None:
    picture = np.full((60, 60, 3), 120, np.uint8)
    heat = np.zeros((60, 60), np.float32)
    heat[:30] = 1
    drawn = photo_chart.overlay(picture, heat, 1.0)
    assert drawn[:25].mean() > 2 * drawn[35:].mean()
    assert np.array_equal(photo_chart.overlay(picture, heat, 0.0), picture)


def test_nothing_goes_to_stderr(model: nn.Module, capfd: pytest.CaptureFixture[str]) -> None:
    explorer = explore.photo(model, picture_set()).explorer
    explorer.chooser.value = 1
    assert capfd.readouterr().err == ""


def test_two_classes_make_two_bars() -> None:
    picture = Image.new("RGB", (64, 64))
    chart = photo_chart.Chart()
    shares = [("ants", 0.9), ("bees", 0.1), ("wasps", 0.0)]
    three, two = (chart.draw(picture, None, 0.5, shares[:n], 0, "sure") for n in (3, 2))
    rows = [np.asarray(Image.open(io.BytesIO(each)).convert("L"))[-30:] for each in (three, two)]
    assert (rows[0] < 250).any() and not (rows[1] < 250).any()
