"""Names for cached activations: what they depend on, as one digest."""

from __future__ import annotations

import enum
import hashlib
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import nn

from helpers.data import transforms

Links = list[tuple[str, nn.Module]]
_KNOWN = ("torchvision.transforms.", transforms.__name__)
_PLAIN = (bool, int, float, str, type(None))


def describe(transform: Any) -> str | None:
    """A transform with all its settings as text; None when that cannot be told.

    Only torchvision's and the course's own classes can be told apart by their settings. A lambda,
    or a class written in a notebook, may change its body and keep its name.
    """
    try:
        return _describe(transform)
    except _Opaque:
        return None


class _Opaque(Exception):
    pass


def _describe(value: Any) -> str:
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, _PLAIN):
        return repr(value)
    if isinstance(value, torch.dtype | torch.device):
        return str(value)
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, torch.Tensor):
        return f"tensor({value.tolist()})"
    if isinstance(value, list | tuple | nn.ModuleList):
        return "[" + ", ".join(_describe(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_describe(k)}: {_describe(v)}" for k, v in value.items()) + "}"
    kind = type(value)
    if not kind.__module__.startswith(_KNOWN) or kind.__name__ == "Lambda":
        raise _Opaque
    return f"{kind.__module__}.{kind.__name__}({_describe(_settings(value))})"


def _settings(transform: Any) -> dict[str, Any]:
    own = {k: v for k, v in vars(transform).items() if k not in vars(nn.Module())}
    if isinstance(transform, nn.Module):
        own |= dict(transform.named_children()) | dict(transform.named_buffers(recurse=False))
    return own


def cache_key(
    links: Links, transform: str, fingerprint: str, views: int, seed: int, form: int
) -> str:
    """64 hexadecimal digits that name the activations of these links on these views."""
    digest = hashlib.sha256()
    source = Path(transforms.__file__ or "").read_text(encoding="utf-8")
    texts = [torch.__version__, torchvision.__version__, source, transform, fingerprint]
    for text in [*texts, f"{views} views, seed {seed}, form {form}"]:
        digest.update(text.encode() + b"\0")
    for name, link in links:
        digest.update(f"{name} {link!r}".encode() + b"\0")
        for tensor in link.state_dict().values():
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
