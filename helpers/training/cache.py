"""`PrefixCache`: the activations at the frozen boundary, computed once.

The frozen part of a network gives the same answer to the same view in every epoch. Training what
comes after it is equal to training the whole network, at a fraction of the time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from helpers import models, storage
from helpers.data.pictures import checked_transform, stack
from helpers.errors import CourseError
from helpers.progress import track
from helpers.training import store
from helpers.training.keys import Links, cache_key, describe
from helpers.training.loop import training_mode
from helpers.training.metrics import evaluating
from helpers.training.views import EpochBatches, Fetch, HasPictures, Order, SeededViews, Transform

_BUILD_BATCH = 32
_FORM = 1  # raise it when the stored values change their meaning


class PrefixCache:
    """Activations of the frozen prefix for K views of every picture.

        cache = PrefixCache(model, pictures, transform, views=8)
        fit(cache.tail, cache.batches(shuffle=True), ...)       # trains the model's own head

    The prefix runs from the input to the first part of `models.chain(model)` that is trained or
    acts at random; the tail is the rest. Training the tail on `batches` gives the weights that
    training the model on `uncached_batches` gives: same views, same order, and on a CPU the same
    bits for batches of 16 pictures up (a smaller last batch goes through other kernels, which
    round differently by up to 3e-5).

    K views are kept, so augmentation is frozen too: an epoch sees one view of each picture, all K
    of them in turn. Eight views come close to fresh ones over 25 epochs.

    Attributes:
        tail: nn.Sequential that shares modules and parameters with the model.
        boundary: name of the first part of the tail.
        from_disk: whether the activations were found rather than computed.
    """

    def __init__(
        self,
        model: nn.Module,
        pictures: HasPictures,
        transform: Transform,
        views: int = 1,
        seed: int = 0,
        folder: str | Path | None = None,
        boundary: str | None = None,
        fold: bool = False,
        progress: bool | None = None,
    ) -> None:
        """Compute the activations, or find them in the cache folder.

        Args:
            model: from `models.backbone`, with its first parts frozen and in eval mode.
            pictures: a `data.Pictures`; its own transform is not used.
            transform: PIL image to normalised tensor [3, H, W]. When it consists of torchvision's
                transforms, the activations are kept on disk for the next time.
            views: K, how many variants of each picture.
            seed: of the views.
            folder: where to keep them; default: the course's cache folder.
            boundary: name in `models.chain` of the first part of the tail, to keep more in the
                tail than is trained now.
            fold: fold the prefix's BatchNorm into its convolutions while computing: up to twice as
                fast, but activations differ by rounding (up to 4e-5 on lite0). Fine for a head on
                pooled features, whose weights still agree to 1e-5; stages that go on training
                amplify it.
            progress: show a bar: True, False, or None for only when it takes a while.

        Raises:
            CourseError: no pictures; a transform that does not make tensors of one shape; nothing
                is frozen; a BatchNorm or Dropout in training mode inside the prefix; a boundary
                that does not exist.
        """
        if views < 1 or not len(pictures):
            raise CourseError("A cache needs at least one picture and one view of it.")
        checked_transform(transform)
        links = models.chain(model)
        cut = _cut(model, links, boundary)
        self._prefix, rest = links[:cut], links[cut:]
        _refuse_training_mode(self._prefix)
        self.boundary = rest[0][0]
        self.tail = nn.Sequential(OrderedDict((_child_name(n), part) for n, part in rest))
        self.pictures, self.views, self.seed, self._fold = pictures, views, seed, fold
        self._pixels = SeededViews(pictures, transform, views, seed)
        self._versions = _versions(self._prefix)
        self._channels_last = _is_channels_last(self._prefix)
        self.from_disk = False
        self._values = self._obtain(describe(transform), folder, progress)

    def batches(self, batch_size: int = 32, shuffle: bool = False, seed: int = 0) -> EpochBatches:
        """(activations, labels), to train or evaluate the tail on.

        Iterating again gives the next epoch: a new order (with `shuffle`) and a new view of each
        picture.

        Raises:
            CourseError: the prefix was changed since the cache was built.
        """
        self._refuse_stale()
        return self._epochs(batch_size, shuffle, seed, self._activations)

    def uncached_batches(
        self, batch_size: int = 32, shuffle: bool = False, seed: int = 0
    ) -> EpochBatches:
        """(images, labels): the same views in the same order through pixels, for the model."""
        return self._epochs(batch_size, shuffle, seed, self._images)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the activations take."""
        return self._values.nbytes

    def _epochs(self, batch_size: int, shuffle: bool, seed: int, fetch: Fetch) -> EpochBatches:
        order = Order(len(self.pictures), self.views, shuffle, seed)
        return EpochBatches(order, batch_size, self.pictures.labels, fetch)

    def _images(self, indices: torch.Tensor, views: torch.Tensor) -> torch.Tensor:
        pairs = zip(indices.tolist(), views.tolist(), strict=True)
        return stack([self._pixels[pair] for pair in pairs])

    def _activations(self, indices: torch.Tensor, views: torch.Tensor) -> torch.Tensor:
        values = self._values[indices, views]
        return values.permute(0, 3, 1, 2) if values.ndim == 4 and self._channels_last else values

    def _obtain(
        self, described: str | None, folder: str | Path | None, progress: bool | None
    ) -> torch.Tensor:
        if described is None:
            return self._compute(progress)
        key = cache_key(
            self._prefix,
            f"{described} folded {self._fold}, channels last {self._channels_last}",
            self.pictures.fingerprint,
            self.views,
            self.seed,
            _FORM,
        )
        try:
            where = Path(folder) if folder else storage.cache_folder("activations")
            where.mkdir(parents=True, exist_ok=True)
            with storage.locked(where / key):
                return self._find_or_keep(where / f"{key}.act", progress)
        except (CourseError, OSError) as error:
            print(f"Activations stay in memory: {error}")
        return self._compute(progress)

    def _find_or_keep(self, path: Path, progress: bool | None) -> torch.Tensor:
        values = store.load(path)
        if values is not None and values.shape[:2] == (len(self.pictures), self.views):
            self.from_disk = True
            path.touch()
            return values
        values = self._compute(progress)
        try:
            store.save(path, values)
        except CourseError as error:
            print(f"Activations stay in memory: {error}")
        return values

    def _compute(self, progress: bool | None) -> torch.Tensor:
        """[N, K, ...] in the memory format the convolutions work in; another one would round."""
        pairs = [(i, k) for i in range(len(self.pictures)) for k in range(self.views)]
        body: nn.Module = nn.Sequential(*[part for _, part in self._prefix])
        if self._fold:
            body = models.fold_batchnorm(body).to(memory_format=torch.channels_last)
        device = next((p.device for p in body.parameters()), None)
        values: torch.Tensor | None = None
        with evaluating(body), torch.no_grad():
            for chunk in track(_chunks(pairs), "frozen layers, batches of 32", show=progress):
                images = stack([self._pixels[pair] for pair in chunk]).to(device)
                out = body(images).cpu()
                if out.ndim == 4 and self._channels_last:
                    out = out.permute(0, 2, 3, 1)
                if values is None:
                    shape = (len(self.pictures), self.views, *out.shape[1:])
                    values = torch.empty(shape, dtype=out.dtype)
                rows = torch.tensor(chunk)
                values[rows[:, 0], rows[:, 1]] = out
        assert values is not None
        return values

    def _refuse_stale(self) -> None:
        if _trainable(self._prefix) or _versions(self._prefix) != self._versions:
            raise CourseError(
                f"Parts before {self.boundary} were unfrozen or changed after their activations "
                "were stored: build a new PrefixCache."
            )


def _chunks(pairs: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Batches of one size: the last is filled up, as a small one would round differently."""
    filled = pairs + [pairs[-1]] * (-len(pairs) % _BUILD_BATCH)
    return [filled[i : i + _BUILD_BATCH] for i in range(0, len(filled), _BUILD_BATCH)]


def _child_name(name: str) -> str:
    return name.strip("<>").replace(".", "_")


def _cut(model: nn.Module, links: Links, boundary: str | None) -> int:
    """Position of the first link of the tail."""
    first = _first_that_learns(model, links)
    if first == 0:
        raise CourseError(
            f"{links[0][0]} is trainable, so nothing before it can be stored: the cache keeps what "
            "the frozen layers say. Freeze the first layers (requires_grad = False) beforehand."
        )
    if boundary is None:
        return first
    names = [name for name, _ in links]
    if boundary not in names[1:]:
        raise CourseError(
            f"There is no boundary {boundary!r}: choose one of {', '.join(names[1:])}."
        )
    if names.index(boundary) > first:
        learns = _trainable(links[first : first + 1])
        what, remedy = ("is trainable", "Freeze it, or cut") if learns else ("is random", "Cut")
        raise CourseError(
            f"{names[first]} comes before {boundary} and {what}: its output changes with every "
            f"step and cannot be stored. {remedy} at {names[first]}."
        )
    return names.index(boundary)


def _first_that_learns(model: nn.Module, links: Links) -> int:
    active = _active_in_training(model)
    for position, (_, part) in enumerate(links):
        random = any(id(m) in active and _acts_at_random(m) for m in part.modules())
        if random or any(p.requires_grad for p in part.parameters()):
            return position
    raise CourseError("Every parameter of the model is frozen: unfreeze the head at least.")


def _active_in_training(model: nn.Module) -> set[int]:
    """The ids of the modules that `fit` would put in training mode; modes are left as found."""
    with evaluating(model):
        training_mode(model)
        return {id(module) for module in model.modules() if module.training}


def _acts_at_random(module: nn.Module) -> bool:
    if "Drop" not in type(module).__name__ and type(module).__name__ != "StochasticDepth":
        return False
    return any(getattr(module, name, 0) for name in ("p", "drop_prob"))


def _refuse_training_mode(prefix: Links) -> None:
    for name, part in prefix:
        for inner, module in part.named_modules():
            where = f"{name}.{inner}" if inner else name
            if not module.training:
                continue
            if models.is_batchnorm(module):
                raise CourseError(
                    f"{where} is a BatchNorm in training mode: its statistics move with every "
                    "batch although its parameters are frozen, so its output cannot be stored. "
                    "Call model.eval() first; fit keeps frozen layers there."
                )
            if _acts_at_random(module):
                raise CourseError(
                    f"{where} is a Dropout in training mode: it answers differently every time, "
                    "so its output cannot be stored. Call model.eval() first."
                )


def _is_channels_last(links: Links) -> bool:
    """Whether the convolutions work with channels last; 1 x 1 kernels look the same either way."""
    last = torch.channels_last
    maps = [tensor for tensor in _tensors(links) if tensor.ndim == 4]
    return any(t.is_contiguous(memory_format=last) and not t.is_contiguous() for t in maps)


def _trainable(links: Links) -> bool:
    return any(p.requires_grad for _, part in links for p in part.parameters())


def _tensors(links: Links) -> Iterator[torch.Tensor]:
    for _, part in links:
        yield from part.parameters()
        yield from part.buffers()


def _versions(links: Links) -> list[tuple[int, int]]:
    """A number per tensor that torch raises with every change in place."""
    return [(id(tensor), tensor._version) for tensor in _tensors(links)]
