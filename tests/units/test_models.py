"""Backbones: real weights, one naming, one chain, one line when something is wrong."""

from __future__ import annotations

import copy
import hashlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch
from PIL import Image
from support import PHOTOS, needs_photos
from torch import nn

from helpers import data, models, training
from helpers.data.transforms import plain_transform
from helpers.errors import CourseError
from helpers.models import lite0
from helpers.models.config import Config

REPOSITORY = Path(__file__).resolve().parents[2]
FAMILIES = {
    "lite0": 64,
    "resnet18": 64,
    "densenet121": 64,
    "efficientnet_b0": 64,
    "mobilenet_v2": 64,
    "mobilenet_v3_small": 64,
    "vgg11": 64,
    "vit_b_16": 224,
}


@pytest.fixture(scope="module")
def pretrained() -> nn.Module:
    return models.backbone("lite0")


def test_lite0_has_the_children_of_a_resnet(pretrained: nn.Module) -> None:
    names = " ".join(name for name, _ in pretrained.named_children())
    assert names == "conv1 bn1 act1 layer1 layer2 layer3 layer4 avgpool fc"


def test_the_articles_loop_runs_word_for_word() -> None:
    model = models.backbone("lite0", classes=16)
    for name, child in model.named_children():
        for param in child.parameters():
            param.requires_grad = name in ["layer3", "layer4"]
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    assert 0.7 < trained / total < 0.85


def test_lite0_equals_the_network_its_weights_were_made_for(pretrained: nn.Module) -> None:
    from timm.models.efficientnet import tf_efficientnet_lite0

    network = tf_efficientnet_lite0(pretrained=False)
    lite0.load_weights(network, lite0.weights_path())
    x = torch.rand(2, 3, 96, 96)
    with torch.no_grad():
        assert torch.allclose(pretrained(x), network.eval()(x), atol=1e-4)


@needs_photos
def test_lite0_knows_ants_from_bees(pretrained: nn.Module) -> None:
    config = models.config_of(pretrained)
    transform = plain_transform(224, config.mean, config.std)
    hits = []
    for folder, label in (("ants", 310), ("bees", 309)):
        for file in sorted((PHOTOS / "val" / folder).glob("*.jpg"))[:12]:
            with Image.open(file) as picture, torch.no_grad():
                logits = pretrained(transform(picture.convert("RGB"))[None])
            hits.append(int(logits.argmax()) == label)
    # Of a thousand classes, among them other insects. Wrong statistics or a tensor out of place
    # give a few per cent.
    assert sum(hits) / len(hits) > 0.6


@needs_photos
def test_a_linear_probe_on_photographs_passes_92_percent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    model = models.backbone("lite0", classes=2)
    config = models.config_of(model)
    photographs = data.image_folder(PHOTOS, size=224)
    plain = plain_transform(224, config.mean, config.std)
    _, tail = training.train_head(
        model, photographs.train, photographs.valid, plain, plain, views=1, epochs=20
    )
    unseen = [
        training.PrefixCache(model, pictures, plain, fold=True, progress=False).batches(128)
        for pictures in (photographs.valid, photographs.test)
    ]
    _, accuracy = training.evaluate(tail, [batch for batches in unseen for batch in batches])
    assert accuracy > 0.92


def test_a_damaged_weight_file_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(lite0.weights_path().read_bytes())
    content[len(content) // 2] ^= 1
    broken = tmp_path / "weights.pth"
    broken.write_bytes(content)
    monkeypatch.setattr(lite0, "weights_path", lambda: broken)
    with pytest.raises(CourseError, match="damaged") as caught:
        models.backbone("lite0")
    assert "\n" not in str(caught.value) and str(broken) in str(caught.value)


def test_a_missing_weight_file_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lite0, "weights_path", lambda: tmp_path / "gone.pth")
    with pytest.raises(CourseError, match=r"missing.*reinstall"):
        models.backbone("lite0")
    monkeypatch.undo()
    monkeypatch.setattr(lite0, "PACKAGE", "no-such-package-at-all")
    with pytest.raises(CourseError, match="install the package no-such-package-at-all"):
        models.backbone("lite0")


def test_weights_of_another_network_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pth"
    torch.save({"weight": torch.zeros(3)}, other)
    monkeypatch.setattr(lite0, "SHA256", hashlib.sha256(other.read_bytes()).hexdigest())
    with pytest.raises(CourseError, match="belong to another network"):
        lite0.load_weights(nn.Linear(2, 2), other)


@pytest.mark.parametrize("name", FAMILIES)
def test_chain_composes_to_the_model(name: str) -> None:
    model = models.backbone(name, classes=5, pretrained=False)
    x = torch.rand(2, 3, FAMILIES[name], FAMILIES[name])
    links = models.chain(model)
    with torch.no_grad():
        expected, value = model(x), x
        for _, part in links:
            value = part(value)
    assert expected.shape == (2, 5)
    assert torch.equal(value, expected)
    assert len(links) > 2 or name == "vit_b_16"
    shared = {id(p) for _, part in links for p in part.parameters()}
    assert shared == {id(p) for p in model.parameters()}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_model_knows_itself(name: str) -> None:
    config = models.config_of(models.backbone(name, classes=5, pretrained=False))
    assert config.name == name
    assert config.stages and all("<" not in stage for stage in config.stages)
    assert config.head not in config.stages
    assert len(config.mean) == len(config.std) == 3
    if name == "lite0":
        assert config == Config(
            "lite0",
            128,
            (0.498,) * 3,
            (0.502,) * 3,
            1280,
            ("conv1", "bn1", "layer1", "layer2", "layer3", "layer4"),
            "fc",
        )


def test_config_survives_copy_and_pickle() -> None:
    model = models.backbone("resnet18", classes=3, pretrained=False)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert models.config_of(twin) == models.config_of(model)
        assert models.head_name(twin) == "fc"


def test_a_model_of_another_house_has_no_config() -> None:
    with pytest.raises(CourseError, match=r"models\.backbone"):
        models.config_of(nn.Linear(2, 2))


@pytest.mark.parametrize("name", FAMILIES)
def test_freeze_backbone_leaves_the_head(name: str) -> None:
    model = models.freeze_backbone(models.backbone(name, classes=5, pretrained=False))
    trainable = {n for n, p in model.named_parameters() if p.requires_grad}
    head = models.config_of(model).head
    assert trainable == {f"{head}.weight", f"{head}.bias"}
    assert not any(module.training for module in model.modules())


def test_a_head_in_place_of_the_container_is_the_head() -> None:
    model = models.backbone("efficientnet_b0", classes=5, pretrained=False)
    assert models.head_name(model) == "classifier.1"
    model.classifier = nn.Sequential(nn.BatchNorm1d(1280), nn.Linear(1280, 5))
    models.freeze_backbone(model)
    assert models.head_name(model) == "classifier"
    assert all(p.requires_grad for p in model.classifier.parameters())


def test_the_head_depends_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = models.backbone("resnet18", classes=4, seed=3, pretrained=False)
    torch.manual_seed(2)
    again = models.backbone("resnet18", classes=4, seed=3, pretrained=False)
    other = models.backbone("resnet18", classes=4, seed=4, pretrained=False)
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True)
    )
    assert not torch.equal(first.fc.weight, other.fc.weight)


@pytest.mark.parametrize("name", ["lite0", "resnet18"])
def test_the_global_random_state_is_left_alone(name: str) -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    models.concat_head(models.backbone(name, classes=4, pretrained=False), 4)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("classes", [0, "16", 16.0, ("a", "b")])
def test_classes_are_a_number(classes: Any) -> None:
    with pytest.raises(CourseError, match="not a number of classes"):
        models.backbone(classes=classes, pretrained=False)


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(CourseError, match="did you mean 'resnet18'"):
        models.backbone("resnet-18")
    with pytest.raises(CourseError, match="no backbone called 'zzz'"):
        models.backbone("zzz")
    with pytest.raises(CourseError, match="no backbone called 18"):
        models.backbone(18)  # type: ignore[arg-type]


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_BACKBONE", "mobilenet_v3_small")
    model = models.backbone(classes=2, pretrained=False)
    assert models.config_of(model).name == "mobilenet_v3_small"


def test_without_a_network_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def offline(*_: object, **__: object) -> None:
        raise URLError("Name or service not known")

    monkeypatch.setattr("torch.hub.download_url_to_file", offline)
    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path))
    with pytest.raises(CourseError, match=r"could not be downloaded.*lite0") as caught:
        models.backbone("resnet18", classes=2)
    assert "\n" not in str(caught.value)


def test_half_a_download_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from torchvision.models import ResNet18_Weights

    monkeypatch.setattr("torch.hub._hub_dir", str(tmp_path))
    file = tmp_path / "checkpoints" / ResNet18_Weights.DEFAULT.url.rpartition("/")[2]
    file.parent.mkdir()
    file.write_bytes(b"PK\x03\x04 and then the train entered a tunnel")
    with pytest.raises(CourseError, match="damaged: delete its file in"):
        models.backbone("resnet18", classes=2)


def _with_used_statistics(name: str) -> nn.Module:
    model = models.backbone(name, classes=5, pretrained=False)
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)  # type: ignore[union-attr]
            module.running_var.uniform_(0.5, 1.5, generator=generator)  # type: ignore[union-attr]
    return model.eval()


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "efficientnet_b0", "lite0"])
def test_folding_keeps_the_function(name: str) -> None:
    model = _with_used_statistics(name)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    folded = models.fold_batchnorm(model)
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        expected = model(x)
        assert torch.allclose(folded(x), expected, rtol=1e-3, atol=1e-3 * float(expected.std()))
    # A DenseNet normalises before its convolutions, so about half of its norms must stay.
    assert _norms(folded) <= (_norms(model) * 0.55 if name == "densenet121" else 0)
    assert all(torch.equal(before[key], value) for key, value in model.state_dict().items())


def _norms(model: nn.Module) -> int:
    return sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())


def test_concat_head_pools_both_ways() -> None:
    model = models.concat_head(models.backbone("resnet18", classes=5, pretrained=False), 7)
    assert model(torch.rand(2, 3, 64, 64)).shape == (2, 7)
    x = torch.rand(2, 3, 4, 4)
    pooled = models.ConcatPool()(x).flatten(1)
    assert torch.equal(pooled, torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1))
    with pytest.raises(CourseError, match="densenet121 has no avgpool"):
        models.concat_head(models.backbone("densenet121", classes=5, pretrained=False), 7)


def test_importing_models_writes_nothing_to_stderr() -> None:
    code = (
        "import torch; from helpers import models, training\n"
        "m = models.backbone('lite0', classes=3)\n"
        "m(torch.rand(2, 3, 64, 64)).sum().backward()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, timeout=300
    )
    assert run.returncode == 0 and run.stderr == ""
