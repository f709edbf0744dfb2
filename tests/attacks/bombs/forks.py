"""A fork bomb."""

ANSWERS = {
    "wall-accuracy": "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n"
}
EXPECTED = {"wall-accuracy": "timeout|crash|error|memory"}
CAUSE = "."
