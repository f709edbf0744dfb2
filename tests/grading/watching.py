"""Formgrader's pages are read, again and again, while submissions are entered."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from gradebook_class import DOTS, dots
from support import Server, formgrader_page

from helpers.grading.gradebook import GradebookWriter


def watched_by_formgrader(folder: Path, server: Server, submissions: int) -> None:
    """Enter submissions of w00, w01, …; every page read meanwhile is whole."""
    done = threading.Event()
    problems: list[str] = []
    reads: list[int] = []

    def read() -> None:
        try:
            while not done.is_set():
                listed = json.loads(formgrader_page(server, f"/api/submissions/{DOTS}"))
                formgrader_page(server, f"/gradebook/{DOTS}/{DOTS}")
                for entry in listed:  # a submission is there as a whole, or not at all
                    if entry["student"].startswith("w") and entry["submitted"]:
                        assert entry["score"] == 2.0, entry
                reads.append(len(listed))
        except Exception as error:
            problems.append(f"{type(error).__name__}: {error}")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        with GradebookWriter(folder) as writer:
            for number in range(submissions):
                graded = dots(folder, f"w{number:02}", "number * 2", "Words.")
                writer.enter(graded.record, graded.notebook)
    finally:
        while not reads and not problems and reader.is_alive():
            reader.join(0.1)
        done.set()
        reader.join(120)
    assert problems == []
