"""Says in its metadata, its text and its file that it belongs to somebody else."""

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}
FILES = {"identity.json": '{"student": "honest"}', "timestamp.txt": "1999-01-01 00:00:00 UTC"}


def edit(notebook, lesson):
    notebook.metadata.update(student="honest", student_id="honest", course_id="other")
    notebook.metadata["nbgrader"] = {"student": "honest", "assignment": "07_past_the_wall"}
