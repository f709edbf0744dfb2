"""The grading engine: a class of submissions in, verdicts, a gradebook and reports out.

The stages, in order: `intake` (what was handed in), `rebuild` (the learner's answers in the
master's notebook), `sandbox` and `runner` (execute), `grade_one` (execute and judge; pure),
`records`, `engine` (many at once), `gradebook`, `reports`. They share the plain data of `core`.
"""
