"""Turn whatever an answer returned or raised into plain data, safely.

Nothing here trusts the value: its repr may raise, its class may lie, it may be enormous.
"""

import inspect
import linecache
import numbers
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from helpers.checks.core import Answer, Evidence

MAX_VALUES = 60_000
#: Items that are described one by one, in the list itself and in lists inside it.
MAX_LIST, MAX_INNER = 64, 4
MAX_NESTING = 3
MAX_REPR = 160
MAX_FRAMES = 12
_OWN_FOLDER = str(Path(__file__).parent)


class OutOfTime(BaseException):
    """The time is up. Not an Exception, so that an answer's `except Exception` lets it through."""


def observe(value: object, depth: int = 0) -> Evidence:
    """Describe `value` as plain data.

    Returns:
        A dict with `kind` (none, ellipsis, number, tensor, array, text, list, mapping, picture,
        generator, callable, other), `type`, `repr`, and by kind: `dtype`, `shape`, `device`,
        `requires_grad`, `values` (float64, int64 or bool array, at most `MAX_VALUES` numbers; a
        list of plain numbers has them too), `non_finite`, `length`, `items`, `text`.
    """
    cls = type(value)
    seen: Evidence = {"kind": "other", "type": _type_name(cls)}
    try:
        if value is None or value is ...:
            seen["kind"] = "none" if value is None else "ellipsis"
        elif issubclass(cls, torch.Tensor):
            seen |= _tensor(value)  # type: ignore[arg-type]
        elif issubclass(cls, np.ndarray):
            seen |= {"kind": "array"} | _array(np.asarray(value))
        elif issubclass(cls, bool | np.bool_ | numbers.Real):
            seen |= _number(value)
        elif issubclass(cls, str):
            text = str.__str__(value)  # type: ignore[arg-type]
            seen |= {"kind": "text", "length": len(text), "text": _clean(text[:500])}
        elif issubclass(cls, list | tuple):
            seen |= _list(value, depth)  # type: ignore[arg-type]
        elif issubclass(cls, dict):
            seen |= _mapping(value, depth)  # type: ignore[arg-type]
        elif issubclass(cls, Image.Image):
            seen |= {"kind": "picture", "size": list(value.size), "mode": value.mode}  # type: ignore[attr-defined]
        elif issubclass(cls, torch.Generator):
            seen |= {"kind": "generator", "device": str(value.device)}  # type: ignore[attr-defined]
        elif callable(value):
            seen["kind"] = "callable"
    except Exception as error:
        seen = {"kind": "other", "type": _type_name(cls), "unreadable": _type_name(type(error))}
    seen["repr"] = _short_repr(value, seen)
    return seen


def observe_call(function: Answer, *args: object, **kwargs: object) -> Evidence:
    """Call `function` and describe what came of it.

    Returns:
        One of {"returned": observation}, {"raised": {...}}, {"signature": what it accepts} when it
        cannot be called like this at all, {"not_a_function": observation}.
    """
    return call_and_keep(function, *args, **kwargs)[0]


def call_and_keep(function: Answer, *args: object, **kwargs: object) -> tuple[Evidence, Any]:
    """As `observe_call`, and hand back what was returned (None if nothing was) for more probing."""
    if not callable(function):
        return {"not_a_function": observe(function)}, None
    refused = _refused_signature(function, args, kwargs)
    if refused is not None:
        return {"signature": refused}, None
    try:
        returned = function(*args, **kwargs)
    except (KeyboardInterrupt, OutOfTime):
        raise
    except BaseException as error:  # an answer may even call exit()
        return {"raised": _raised(error)}, None
    return {"returned": observe(returned)}, returned


def _refused_signature(
    function: Answer, args: tuple[object, ...], kwargs: dict[str, object]
) -> str | None:
    try:
        signature = inspect.signature(function)
    except Exception:
        return None  # some built-in functions have none: let the call decide
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return ", ".join(signature.parameters)[:200] or "nothing"
    return None


def _number(value: Any) -> Evidence:
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        array = np.array(np.inf if value > 0 else -np.inf)
    else:
        array = np.asarray(value if isinstance(value, int | float | np.generic) else float(value))
    return {"kind": "number"} | _array(array)


def _tensor(value: torch.Tensor) -> Evidence:
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        plain = torch.Tensor.as_subclass(value, torch.Tensor)
        seen: Evidence = {
            "kind": "tensor",
            "dtype": str(plain.dtype).removeprefix("torch."),
            "shape": [int(side) for side in plain.shape],
            "device": plain.device.type,
            "requires_grad": bool(plain.requires_grad),
        }
        if plain.device.type == "meta":
            return seen
        flat = plain.detach()
        flat = flat.to_dense() if flat.layout != torch.strided else flat
        if flat.is_complex() or flat.is_quantized:
            return seen
        whole = flat.numel() <= MAX_VALUES
        flat = flat if whole else flat.flatten()[:MAX_VALUES]
        flat = flat.float() if flat.dtype in (torch.bfloat16, torch.float16) else flat
        array = np.array(flat.cpu().resolve_neg().numpy())
    return seen | {"truncated": not whole} | _values(array)


def _array(array: np.ndarray) -> Evidence:
    seen: Evidence = {"dtype": str(array.dtype)[:40], "shape": [int(side) for side in array.shape]}
    if array.dtype.kind not in "biuf":
        return seen
    whole = array.size <= MAX_VALUES
    kept = array if whole else array.ravel()[:MAX_VALUES]
    return seen | {"truncated": not whole} | _values(np.array(kept))


def _values(array: np.ndarray) -> Evidence:
    if array.dtype.kind == "b":
        values = array.astype(np.bool_)
    else:
        values = array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
    return {"values": values, "non_finite": int(values.size - np.isfinite(values).sum())}


def _list(value: list[Any] | tuple[Any, ...], depth: int) -> Evidence:
    base: Any = list if isinstance(value, list) else tuple
    seen: Evidence = {"kind": "list", "length": base.__len__(value)}
    if 0 < seen["length"] <= MAX_VALUES:
        everything = base.__getitem__(value, slice(None))
        if all(type(item) in (int, float) and abs(item) < 2**53 for item in everything):
            seen["values"] = np.array(everything, dtype=np.float64)
    if depth < MAX_NESTING:
        kept = base.__getitem__(value, slice(0, MAX_INNER if depth else MAX_LIST))
        seen["items"] = [observe(item, depth + 1) for item in kept]
    return seen


def _mapping(value: dict[Any, Any], depth: int) -> Evidence:
    seen: Evidence = {"kind": "mapping", "length": dict.__len__(value)}
    if depth < MAX_NESTING:
        pairs = list(dict.items(value))[: MAX_INNER if depth else MAX_LIST]
        seen["items"] = [[observe(k, depth + 1), observe(v, depth + 1)] for k, v in pairs]
    return seen


def _clean(text: str) -> str:
    """Text that survives UTF-8: lone surrogates are replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _type_name(cls: type) -> str:
    try:
        return _clean(str(type.__dict__["__name__"].__get__(cls)))[:80]
    except Exception:
        return "unknown"


def _short_repr(value: object, seen: Evidence) -> str:
    shape = seen.get("shape")
    if seen["kind"] in ("tensor", "array") and shape is not None:
        sides = " × ".join(map(str, shape)) or "one number"
        return f"{seen['type']} of {sides}, {seen['dtype']}"
    if seen["kind"] in ("list", "mapping") and seen["length"] > 8:
        return f"{seen['type']} of {seen['length']} items"
    if isinstance(value, int) and abs(value) >= 2**63:
        return f"{seen['type']} of {int(value).bit_length()} bits"
    items = seen.get("items", []) if seen["kind"] == "list" else []
    if any(item["kind"] in ("tensor", "array") for item in items):
        return f"{seen['type']} of {', '.join(item['repr'] for item in items)}"[:MAX_REPR]
    try:
        text = repr(value)
        text = str.__str__(text) if isinstance(text, str) else "?"
    except Exception:
        return f"<{seen['type']}>"
    text = _clean(" ".join(text[: 4 * MAX_REPR].split()))
    return text if len(text) <= MAX_REPR else text[: MAX_REPR - 1] + "…"


def _raised(error: BaseException) -> Evidence:
    try:
        message = str.__str__(str(error))
    except Exception:
        message = ""
    frames = _learner_frames(error.__traceback__)
    number, line = frames[-1][1:] if frames else (0, "")
    trace = "\n".join(f"line {at} in {where}:\n    {text}" for where, at, text in frames)
    return {
        "type": _type_name(type(error)),
        "message": _clean(" ".join(message[:2000].split()))[:400],
        "line": _clean(line)[:200],
        "line_number": number,
        "trace": _clean(trace)[:4000],
    }


def _learner_frames(trace: types.TracebackType | None) -> list[tuple[str, int, str]]:
    """(function, line number, source line) of the frames that are the learner's own."""
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        filename = code.co_filename
        ours = filename.startswith(_OWN_FOLDER)
        library = "site-packages" in filename or "<frozen" in filename
        if not ours and not library:
            text = linecache.getline(filename, trace.tb_lineno, trace.tb_frame.f_globals).strip()
            frames.append((code.co_name[:80], trace.tb_lineno, text[:200]))
        trace = trace.tb_next
    return frames[-MAX_FRAMES:]
