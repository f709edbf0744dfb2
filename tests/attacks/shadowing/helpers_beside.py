"""Puts its own helpers package beside the notebook, with a check that passes everything."""

ANSWERS = {
    "wall-accuracy": "from helpers.checks import check\n\ndef accuracy(logits, labels):\n    return 0.5\n"
}
FILES = {
    "helpers/__init__.py": "",
    "helpers/checks/__init__.py": "check = lambda *a, **k: None\nEXERCISES = {}\n",
    "helpers/grading/__init__.py": "",
    "helpers/grading/runner.py": "raise SystemExit('shadowed')\n",
}
EXPECTED = {"wall-accuracy": "wrong"}
