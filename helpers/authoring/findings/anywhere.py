"""Wrong answers that any exercise may get, and that are therefore no mistake of one of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers.checks import PUBLIC_SEED, Exercise
from helpers.checks.core import Evidence
from helpers.checks.run import collect

Example = tuple[str, Path]

#: By finding: the exercise that shows it, where it comes from, and the code.
EXAMPLES = {
    "not-started": (
        "wall.accuracy",
        "The cell as it was handed out.",
        "def accuracy(logits, labels):\n    return ...\n",
    ),
    "not-a-function": (
        "wall.accuracy",
        "The check is given a result instead of the function.",
        "accuracy = 0.5833\n",
    ),
    "wrong-signature": (
        "wall.accuracy",
        "One argument is missing.",
        "def accuracy(logits):\n    return 1.0\n",
    ),
    "raised": (
        "wall.accuracy",
        "A name is misspelled.",
        "def accuracy(logits, labels):\n"
        "    hits = logits.argmax(dim=1) == label\n"
        "    return hits.float().mean().item()\n",
    ),
    "returned-none": (
        "wall.accuracy",
        "The return is forgotten.",
        "def accuracy(logits, labels):\n"
        "    share = (logits.argmax(dim=1) == labels).float().mean().item()\n",
    ),
    "timeout": (
        "wall.accuracy",
        "A loop never ends.",
        "def accuracy(logits, labels):\n"
        "    hits = i = 0\n"
        "    while i < len(labels):\n"
        "        hits += int(logits[i].argmax() == labels[i])\n"
        "    return hits / len(labels)\n",
    ),
    "printed-too-much": (
        "wall.accuracy",
        "A print is left over inside a loop.",
        "def accuracy(logits, labels):\n"
        "    hits = 0\n"
        "    for scores, label in zip(logits, labels):\n"
        "        print(logits.tolist() * 20)\n"
        "        hits += int(scores.argmax() == label)\n"
        "    return hits / len(labels)\n",
    ),
    "wrong-type": (
        "wall.class_weights",
        "A list is handed back.",
        "def class_weights(labels, num_classes):\n    return [1.0] * num_classes\n",
    ),
    "wrong-dtype": (
        "wall.class_weights",
        "Counts are whole numbers.",
        "import torch\n\n\n"
        "def class_weights(labels, num_classes):\n"
        "    return torch.bincount(labels, minlength=num_classes)\n",
    ),
    "wrong-shape": (
        "augment.unnormalise",
        "A dimension is added and stays.",
        "import torch\n\n\n"
        "def unnormalise(images, mean, std):\n"
        "    mean, std = torch.tensor(mean), torch.tensor(std)\n"
        "    return (images * std[:, None, None] + mean[:, None, None]).clamp(0, 1)[None]\n",
    ),
    "wrong-device": (
        "wall.class_weights",
        "The result is made on a device of its own.",
        "import torch\n\n\n"
        "def class_weights(labels, num_classes):\n"
        "    return torch.ones(num_classes, device='meta')\n",
    ),
    "not-finite": (
        "wall.accuracy",
        "Zero is divided by zero.",
        "def accuracy(logits, labels):\n    return float('nan')\n",
    ),
}
_SOON = 0.05  # seconds: nobody needs to wait for what never ends


@contextmanager
def files() -> Iterator[Iterator[Example]]:
    """Give the answers as files, which the checks can quote lines from."""
    with tempfile.TemporaryDirectory() as folder:
        yield (
            (exercise, _write(Path(folder) / f"{code}.py", origin, source))
            for code, (exercise, origin, source) in EXAMPLES.items()
        )


def _write(path: Path, origin: str, source: str) -> Path:
    path.write_text(f'"""{origin}"""\n\n{source}', encoding="utf-8")
    return path


def evidence(exercise: Exercise, answer: Any) -> Evidence:
    """Collect as the checks do; what is still running soon is taken to run until the limit."""
    patient = collect(exercise, answer, PUBLIC_SEED, time_limit=_SOON)
    if patient["timed_out"] is None:
        return patient
    again = collect(exercise, answer, PUBLIC_SEED, time_limit=20 * _SOON)
    return again if again["timed_out"] is None else {**again, "timed_out": exercise.time_limit}
