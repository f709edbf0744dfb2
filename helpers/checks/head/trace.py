"""What a module computes, noted while it runs: which layers, in which order, with which numbers.

Torch's functions are watched, not modules, so that it makes no difference whether an answer is
built of layers or calls functions.
"""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode

from helpers.checks.core import Evidence

NORM = ("input", "mean", "var", "weight", "bias", "training", "momentum", "eps")
OTHER_NORMS = ("layer_norm", "group_norm", "instance_norm", "rms_norm")
DROPOUTS = (
    "dropout", "dropout_", "dropout1d", "dropout2d", "alpha_dropout", "feature_dropout",
    "feature_alpha_dropout",
)  # fmt: skip
#: A linear layer that is written out: x @ weight + bias.
PRODUCTS = ("matmul", "__matmul__", "mm")
SUMS = ("add", "__add__", "__radd__", "add_", "__iadd__")
ACTIVATIONS = (
    "relu", "relu_", "gelu", "silu", "leaky_relu", "elu", "sigmoid", "tanh", "softmax",
    "log_softmax", "relu6", "selu", "hardswish",
)  # fmt: skip


class Trace(TorchFunctionMode):
    """The layers that are computed inside the block.

    Args:
        module: whose parameters count as registered.
        keep: whether the numbers of the layers are kept, not only their shapes.
    """

    def __init__(self, module: nn.Module, keep: bool = True) -> None:
        super().__init__()
        self._module = module
        self._keep = keep
        self.steps: list[Evidence] = []

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name, options = getattr(func, "__name__", ""), kwargs or {}
        if len(self.steps) < 60:
            if name in ("linear", "conv2d"):
                self._linear(
                    *args[:3], **{k: options[k] for k in ("weight", "bias") if k in options}
                )
            elif name in PRODUCTS and self._is_own(args[1]):
                self._linear(args[0], args[1].T)
            elif name in SUMS:
                self._bias(args)
            elif name == "batch_norm":
                self._norm(dict(zip(NORM, args, strict=False)) | options)
            elif name in DROPOUTS:
                self.steps.append({"op": "dropout", "name": name})
            elif name in OTHER_NORMS:
                self.steps.append({"op": "other norm", "name": name})
            elif name in ACTIVATIONS:
                self.steps.append({"op": name.rstrip("_")})
        return func(*args, **options)

    def _linear(self, given: Any, weight: Any, bias: Any = None) -> None:
        flat = weight.detach().reshape(weight.shape[0], -1)
        zeros = (given.detach() == 0).double()
        self.steps.append({
            "op": "linear",
            "sizes": [int(flat.shape[1]), int(flat.shape[0])],
            "own": self._is_own(weight),
            "input": [int(side) for side in given.shape],
            "zeros": float(zeros.mean()),
            "empty": float(zeros.flatten(1).all(1).double().mean()),
            "weight": _plain(flat) if self._keep else None,
            "bias": _plain(bias) if self._keep else None,
        })  # fmt: skip

    def _bias(self, terms: tuple[Any, ...]) -> None:
        """What is added to a product right after it: the bias of a layer that is written out."""
        last = self.steps[-1] if self.steps else {}
        bias = next((term for term in terms if self._is_own(term)), None)
        if last.get("op") == "linear" and last["bias"] is None and bias is not None:
            last["bias"] = _plain(bias) if self._keep else None

    def _is_own(self, tensor: Any) -> bool:
        """Whether it is one of the module's parameters, or the same numbers seen otherwise."""
        own = (p for p in self._module.parameters() if not is_lazy(p))
        return isinstance(tensor, torch.Tensor) and any(
            tensor is parameter or tensor.data_ptr() == parameter.data_ptr() for parameter in own
        )

    def _norm(self, parts: dict[str, Any]) -> None:
        given, weight = parts["input"], parts.get("weight")
        self.steps.append({
            "op": "norm",
            "size": int(parts["mean"].numel() if parts.get("mean") is not None else given.shape[1]),
            "input": [int(side) for side in given.shape],
            "own": self._is_own(weight),
            "affine": weight is not None,
            "batch": bool(parts.get("training", False)),
            "eps": float(parts.get("eps", 1e-5)),
            **{k: _plain(parts.get(k)) if self._keep else None
               for k in ("mean", "var", "weight", "bias")},
        })  # fmt: skip


def _plain(tensor: Any) -> np.ndarray | None:
    if not isinstance(tensor, torch.Tensor) or tensor.numel() > 20_000:
        return None
    values: np.ndarray = tensor.detach().double().numpy().copy()
    return values


def order_of(steps: list[Evidence]) -> str:
    """The layers in words, in their order."""
    names = {
        "norm": "BatchNorm", "linear": "Linear", "relu": "ReLU", "dropout": "Dropout",
        "gelu": "GELU", "silu": "SiLU", "leaky_relu": "LeakyReLU", "elu": "ELU",
        "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax", "log_softmax": "LogSoftmax",
    }  # fmt: skip
    words = [str(step.get("name", step["op"])) for step in steps]
    return ", ".join(names.get(word, word) for word in words) or "nothing"
