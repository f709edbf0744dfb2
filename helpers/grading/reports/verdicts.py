"""How a verdict is named and shown: the same words and colours on every page and figure."""

from __future__ import annotations

from dataclasses import dataclass

from helpers import figures


@dataclass(frozen=True)
class Look:
    """How one verdict is shown to learners."""

    glyph: str
    word: str
    group: str  #: a key of GROUPS
    says: str = ""  #: what happened, where no finding does


@dataclass(frozen=True)
class Group:
    """Verdicts that a figure shows as one, told apart by colour, order and words."""

    word: str
    colour: str
    ink: str  #: of a number written on it


GROUPS = {
    "correct": Group("correct", figures.GREEN, "#000000"),
    "wrong": Group("wrong", figures.VERMILION, "#000000"),
    "error": Group("error", figures.PURPLE, "#000000"),
    "stopped": Group("stopped", "#5B5B5B", "#FFFFFF"),
    "not-started": Group("not started", "#C9D6E2", "#000000"),
    "lost": Group("missing, unreadable", figures.YELLOW, "#000000"),
}

LOOKS = {
    "correct": Look("✓", "Correct", "correct"),
    "wrong": Look("✗", "Not yet", "wrong"),
    "not-started": Look("○", "Not started", "not-started", "It still returns what it was given."),
    "error": Look("✗", "Error", "error", "Your code ended with an error."),
    "timeout": Look("◔", "Out of time", "stopped", "Your code took too long and was stopped."),
    "memory": Look("◔", "Out of memory", "stopped", "Your code took too much memory."),
    "output": Look("◔", "Too much output", "stopped", "Your code printed or wrote far too much."),
    "crash": Look("◔", "Crashed", "stopped", "Your code ended the program that ran it."),
    "missing": Look("?", "Missing", "lost", "The answer is not in the file that was handed in."),
    "unreadable": Look("?", "Not readable", "lost", "What came back could not be read."),
    "": Look("✎", "To be read", "read"),
}
