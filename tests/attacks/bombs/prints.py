"""Prints without end; known as what fills a grader's memory long before any limit on lines."""

ANSWERS = {"wall-accuracy": "while True:\n    print('x' * 10_000)\n"}
EXPECTED = {"wall-accuracy": "output|timeout"}
CAUSE = "print|output|second"
