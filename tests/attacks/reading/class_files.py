"""Reads the gradebook, solutions, secret, seed and the work of others; known from nbgrader."""

ANSWERS = {
    "wall-accuracy": """
import glob, os
for pattern in ("@CLASS@/gradebook.db", "@CLASS@/source/**/*.ipynb", "@CLASS@/.course/*",
                "@CLASS@/.course/*/*/*", "@SUBMITTED@/**/*.ipynb", "../*/*/*.ipynb",
                "@CLASS@/autograded/**/*.ipynb", "@CANARY_FILE@", "@REPO@/solutions/*.py",
                "@REPO@/tests/wrong_answers/wall/*/right*.py"):
    for path in glob.glob(pattern, recursive=True):
        if os.path.isfile(path):
            print("FOUND", path)
            print(open(path, errors="replace").read()[:3000])

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
