"""Errors that begin like a formula, for whoever opens grades.csv in a spreadsheet."""

ANSWERS = {
    "wall-accuracy": """
def accuracy(logits, labels):
    raise type("=cmd|' /C calc'!A1", (Exception,), {})('@SUM(1+1)*cmd|" /C calc"!A0')
""",
    "wall-class_weights": """
def class_weights(labels, num_classes):
    raise type("+1", (Exception,), {})("\\t=1+1\\r\\n-2,\\"x\\"")
""",
}
EXPECTED = {"wall-accuracy": "error", "wall-class_weights": "error"}
CAUSE = "."
