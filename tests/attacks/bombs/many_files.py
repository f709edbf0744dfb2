"""Makes a million small files: a bomb for inodes."""

ANSWERS = {
    "wall-accuracy": """
for number in range(1_000_000):
    open(f"f{number}", "w").close()
"""
}
EXPECTED = {"wall-accuracy": "error|timeout|crash|memory"}
CAUSE = "."
