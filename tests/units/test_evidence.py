"""Evidence travels as bytes without pickle, unchanged; what is not evidence is refused."""

import json
import pickle
import struct
from typing import Any

import numpy as np
import pytest

from helpers.checks.evidence import (
    MAGIC,
    MAX_DEPTH,
    BadEvidence,
    from_bytes,
    to_bytes,
    validate_evidence,
)


def packed(text: object, tail: bytes = b"") -> bytes:
    raw = text if isinstance(text, bytes) else json.dumps(text).encode()
    return MAGIC + struct.pack("<I", len(raw)) + raw + tail


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return {"value": value}


EVIDENCE: dict[str, Any] = {
    "none": None,
    "flag": True,
    "whole": -(2**63) + 1,
    "real": 0.1,
    "text": "größer als 0 → ✓",
    "list": [1, "two", [3.0, {"four": []}]],
    "empty": np.empty((0, 3)),
    "scalar": np.array(float("nan")),
    "infinite": np.array([1.0, np.inf, -np.inf]),
    "counts": np.arange(6).reshape(2, 3),
    "pixels": np.arange(8, dtype=np.uint8)[::2],
    "small": np.ones((2, 2), dtype=np.float32).T,
    "flags": np.array([True, False]),
}


def test_evidence_comes_back_unchanged() -> None:
    back = from_bytes(to_bytes(EVIDENCE))
    assert list(back) == list(EVIDENCE)
    for key, value in EVIDENCE.items():
        if isinstance(value, np.ndarray):
            assert back[key].dtype == value.dtype
            np.testing.assert_array_equal(back[key], value)
            assert back[key].shape == value.shape
        else:
            assert back[key] == value and type(back[key]) is type(value)


def test_the_same_evidence_gives_the_same_bytes() -> None:
    assert to_bytes(EVIDENCE) == to_bytes(from_bytes(to_bytes(EVIDENCE)))


class Sneaky(str):
    """Looks like text, and is not."""


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**63,
        (1, 2),
        {1, 2},
        b"bytes",
        1j,
        object(),
        Sneaky("text"),
        np.float64(1.0),
        np.array(["text"]),
        np.array([None]),
        np.array([1j]),
        np.ma.masked_array([1.0]),
        np.zeros(10**7),
        "x" * 10**6,
        [0] * 10**6,  # too many items
        {1: "a key that is not text"},
        {"$array": ["float64", [1]]},
        nested(MAX_DEPTH + 1)["value"],
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_or_too_large_is_refused(value: object) -> None:
    with pytest.raises(BadEvidence):
        validate_evidence({"value": value})
    with pytest.raises(BadEvidence):
        to_bytes({"value": value})


def test_evidence_is_a_dict() -> None:
    with pytest.raises(BadEvidence, match="must be a dict"):
        validate_evidence([])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"EVI",
        b"EVI1",
        b"EVI1\x00",
        b"PK\x03\x04 something else",
        pickle.dumps({"a": 1}),
        packed(b"not json"),
        packed(b"\xff\xfe"),
        packed([1, 2]),
        packed(b'{"a": NaN}'),
        packed(b'{"a": -Infinity}'),
        packed(b'{"a": 1e999}'),
        packed(b'{"a": ' + b"9" * 5000 + b"}"),
        packed(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
        packed({"a": {"$array": ["object", [1]]}}, b"\x00" * 8),
        packed({"a": {"$array": ["float64", [2]]}}, b"\x00" * 8),
        packed({"a": {"$array": ["float64", [1]]}}, b"\x00" * 9),
        packed({"a": {"$array": ["float64", [-1]]}}, b""),
        packed({"a": {"$array": ["float64", [10**18]]}}, b"\x00" * 8),
        packed({"a": {"$array": ["float64", [0, 10**18]]}}),
        packed({"a": {"$array": ["float64", [1.0]]}}, b"\x00" * 8),
        packed({"a": {"$array": ["float64", "1"]}}, b"\x00" * 8),
        packed({"a": {"$array": [["float64"], [1]]}}, b"\x00" * 8),
        packed({"a": {"$array": "float64"}}, b"\x00" * 8),
        packed({"a": {"$array": None}}),
        packed({"a": {"$array": ["bool", [2]]}}, b"\x01\x02"),
        packed({"a": {"$array": ["float64", [1]], "more": 1}}, b"\x00" * 8),
        packed({"a": 1}, b"trailing"),
        MAGIC + struct.pack("<I", 2**32 - 1) + b"{}",
    ],
    ids=range(29),
)
def test_bytes_that_are_not_evidence_are_refused(data: bytes) -> None:
    with pytest.raises(BadEvidence):
        from_bytes(data)


def test_every_cut_of_good_bytes_is_refused() -> None:
    whole = to_bytes({"a": [1, 2.5], "b": np.arange(3.0)})
    assert from_bytes(whole)
    for end in range(len(whole)):
        with pytest.raises(BadEvidence):
            from_bytes(whole[:end])
