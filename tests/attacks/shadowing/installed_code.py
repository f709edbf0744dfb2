"""Changes the course's and torch's own files, so that the next submission runs other code."""

ANSWERS = {
    "wall-accuracy": """
import pathlib, sys, sysconfig
import helpers, torch
for package in (helpers, torch, __import__("IPython")):
    for name in ("__init__.py", "@MARK@"):
        path = pathlib.Path(package.__file__).with_name(name)
        try:
            with path.open("a") as file:
                file.write("\\nimport os; os._exit(9)  # attack-was-here\\n")
        except OSError as error:
            print(type(error).__name__)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
