"""Replaces judge, judge_evidence and the verdict where the learner's code runs."""

ANSWERS = {
    "wall-accuracy": """
import helpers.checks as checks
import helpers.checks.core as core
import helpers.checks.run as run

for exercise in checks.EXERCISES.values():
    type(exercise).judge = lambda self, evidence, seed: []
run.judge_evidence = lambda *arguments: core.Verdict("correct")
run.check_exercise = checks.check = lambda *arguments, **options: None
core.Verdict.__init__ = lambda self, *a, **k: object.__setattr__(self, "name", "correct")

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
