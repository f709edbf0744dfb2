"""Evidence as bytes and back, without pickle, and the rules it must keep on either side.

Layout: 4 magic bytes, the length of a JSON text, the JSON text, then the arrays one after another.
In the JSON an array is `{"$array": [dtype, shape]}`. A reader never runs anything it reads.
"""

import json
import math
import struct
from typing import Any

import numpy as np

from helpers.checks.core import Evidence

MAGIC = b"EVI1"
DTYPES = {"float64": "<f8", "float32": "<f4", "int64": "<i8", "uint8": "|u1", "bool": "|b1"}
MAX_BYTES = 32 * 2**20
MAX_TEXT = 20_000
MAX_ITEMS = 200_000
MAX_DEPTH = 20


class BadEvidence(ValueError):
    """Evidence that breaks the rules: it was not written by a probe, or the probe has a bug."""


def validate_evidence(evidence: object) -> Evidence:
    """Return `evidence` if it is plain data within limits.

    Raises:
        BadEvidence: a type that is not allowed, a number that is not finite outside an array,
            too deep, too many items, or too large.
    """
    if type(evidence) is not dict:
        raise BadEvidence(f"evidence must be a dict, not {type(evidence).__name__}")
    budget = {"items": MAX_ITEMS, "bytes": MAX_BYTES}
    _validate(evidence, 0, budget)
    return evidence


def _validate(value: object, depth: int, budget: dict[str, int]) -> None:
    if depth > MAX_DEPTH:
        raise BadEvidence(f"evidence is nested more than {MAX_DEPTH} deep")
    budget["items"] -= 1
    budget["bytes"] -= 8
    kind = type(value)
    if isinstance(value, np.ndarray) and kind is np.ndarray:
        if value.dtype.name not in DTYPES:
            raise BadEvidence(f"an array of {value.dtype} is not allowed")
        budget["bytes"] -= value.nbytes
    elif isinstance(value, dict) and kind is dict:
        for key, item in value.items():
            if type(key) is not str or key.startswith("$") or len(key) > 100:
                raise BadEvidence("keys must be short text that does not begin with $")
            _validate(item, depth + 1, budget)
    elif isinstance(value, list) and kind is list:
        for item in value:
            _validate(item, depth + 1, budget)
    elif isinstance(value, str) and kind is str:
        if len(value) > MAX_TEXT:
            raise BadEvidence(f"a text of {len(value)} characters is too long")
        budget["bytes"] -= 4 * len(value)
    elif isinstance(value, int) and kind is int:
        if abs(value) >= 2**63:
            raise BadEvidence("an integer does not fit 64 bits")
    elif isinstance(value, float) and kind is float:
        if not math.isfinite(value):
            raise BadEvidence("a number outside an array must be finite")
    elif value is not None and kind is not bool:
        raise BadEvidence(f"{kind.__name__} is not plain data")
    if budget["items"] < 0 or budget["bytes"] < 0:
        raise BadEvidence("evidence is too large")


def to_bytes(evidence: Evidence) -> bytes:
    """Serialise validated evidence.

    Raises:
        BadEvidence: see `validate_evidence`.
    """
    validate_evidence(evidence)
    arrays: list[bytes] = []

    def encode(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            name = value.dtype.name
            arrays.append(np.ascontiguousarray(value).astype(DTYPES[name]).tobytes())
            return {"$array": [name, list(value.shape)]}
        if isinstance(value, dict):
            return {key: encode(item) for key, item in value.items()}
        if isinstance(value, list):
            return [encode(item) for item in value]
        return value

    text = json.dumps(encode(evidence), allow_nan=False).encode()
    return b"".join([MAGIC, struct.pack("<I", len(text)), text, *arrays])


def from_bytes(data: bytes) -> Evidence:
    """Read what `to_bytes` wrote, trusting nothing.

    Raises:
        BadEvidence: anything else than evidence within limits.
    """
    if len(data) > 2 * MAX_BYTES or data[:4] != MAGIC or len(data) < 8:
        raise BadEvidence("these bytes are not evidence")
    end = 8 + struct.unpack("<I", data[4:8])[0]
    position = end

    def decode(value: Any) -> Any:
        nonlocal position
        if isinstance(value, dict) and "$array" in value:
            array, position = _read_array(value, data, position)
            return array
        if isinstance(value, dict):
            return {key: decode(item) for key, item in value.items()}
        if isinstance(value, list):
            return [decode(item) for item in value]
        return value

    try:
        evidence = decode(json.loads(data[8:end].decode(), parse_constant=_refuse))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadEvidence(f"these bytes are not evidence: {error}") from None
    if position != len(data):
        raise BadEvidence("the arrays do not have the announced size")
    return validate_evidence(evidence)


def _refuse(name: str) -> float:
    raise BadEvidence(f"{name} outside an array")


def _read_array(value: dict[str, Any], data: bytes, position: int) -> tuple[np.ndarray, int]:
    name, shape = value["$array"]
    if name not in DTYPES or len(value) != 1 or len(shape) > 8:
        raise BadEvidence("an array is announced wrongly")
    if not all(type(side) is int and 0 <= side <= MAX_BYTES for side in shape):
        raise BadEvidence("an array has an impossible shape")
    dtype = np.dtype(DTYPES[name])
    stop = position + math.prod(shape) * dtype.itemsize
    if stop > len(data):
        raise BadEvidence("an array is cut short")
    raw = data[position:stop]
    if name == "bool" and raw.strip(b"\x00\x01"):
        raise BadEvidence("an array of truth values holds something else")
    return np.frombuffer(raw, dtype=dtype).reshape(shape).astype(name), stop
