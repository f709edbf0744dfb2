"""What a training run leaves behind."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Epoch:
    """One row of a history.

    `loss` and `accuracy` are means over the epoch's training pictures, taken while the model was
    learning; losses are in nats, accuracies fractions in [0, 1], `seconds` of wall time.
    """

    epoch: int
    loss: float
    accuracy: float
    valid_loss: float | None
    valid_accuracy: float | None
    learning_rate: float
    seconds: float


@dataclass
class History:
    """The epochs of a run, and why it stopped when it did not run to its end.

    Attributes:
        epochs: a row for every finished epoch.
        interrupted: stopped by hand (Ctrl-C, or the stop button of the notebook).
        stopped: in words, why the run ended early; None for a full run.
    """

    epochs: list[Epoch] = field(default_factory=list)
    interrupted: bool = False
    stopped: str | None = None

    @property
    def last(self) -> Epoch | None:
        """The last finished epoch."""
        return self.epochs[-1] if self.epochs else None

    @property
    def best(self) -> Epoch | None:
        """The epoch of the best accuracy on validation, or on training without validation."""
        if not self.epochs:
            return None
        return max(
            self.epochs,
            key=lambda row: row.accuracy if row.valid_accuracy is None else row.valid_accuracy,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain data: for a logbook or a JSON file."""
        return {
            "epochs": [asdict(row) for row in self.epochs],
            "interrupted": self.interrupted,
            "stopped": self.stopped,
        }
