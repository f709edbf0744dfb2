"""What the tests of the herbarium share: small pictures, and Python in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np

from helpers import data

SIZE = 32  # pixels: the smallest there is


def pixels_of(pictures: data.Pictures) -> np.ndarray:
    return np.stack([np.asarray(pictures.picture(i)) for i in range(len(pictures))])


def in_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
