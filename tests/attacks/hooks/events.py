"""Replaces the answer in IPython's events before and after every cell."""

ANSWERS = {
    "wall-accuracy": """
def change(*arguments):
    import helpers.checks as checks
    checks.check = lambda *a, **k: None
    get_ipython().user_ns["check"] = checks.check

for event in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
    get_ipython().events.register(event, change)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
