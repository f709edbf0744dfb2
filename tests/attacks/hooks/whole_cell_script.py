"""The answer is a bash script: a cell magic takes the place of Python."""

ANSWERS = {
    "wall-accuracy": """%%bash
cat @CLASS@/.course/secret @CANARY_FILE@
echo attack-was-here > @CLASS@/@MARK@
"""
}
EXPECTED = {"wall-accuracy": "error"}
CAUSE = "accuracy"
