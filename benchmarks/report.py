"""What the benchmarks share: the machine they ran on, and results written whole or not at all."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import torch
import torchvision

from helpers.storage import write_atomically

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "load": load and round(load, 1),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "date": datetime.now(UTC).date().isoformat(),
    }


def save(name: str, content: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write results/<name>.json; a run that is killed leaves the old file as it was."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    text = json.dumps(content, indent=1) + "\n"

    def write(file: BinaryIO) -> None:
        file.write(text.encode())

    write_atomically(path, write)
    return path
