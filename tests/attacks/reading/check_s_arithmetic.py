"""Lets the check's own arithmetic compute the result, which some probes need to draw inputs."""

ANSWERS = {
    "wall-accuracy": """
from helpers.checks import EXERCISES

def accuracy(logits, labels):
    return EXERCISES["wall.accuracy"]._results(logits, labels)["right"]
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
CAUSE = "check|library|Error"
