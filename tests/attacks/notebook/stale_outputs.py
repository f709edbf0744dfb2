"""Green cards, saved as outputs and widget state of an earlier life."""

from attacking import find

ANSWERS = {"wall-accuracy": "def accuracy(logits, labels):\n    return 0.5\n"}
EXPECTED = {"wall-accuracy": "wrong"}


def edit(notebook, lesson):
    card = {"text/html": "<b>Correct</b><script>document.title='pwned'</script>"}
    for name in lesson.points:
        find(notebook, name).outputs = [
            {"output_type": "display_data", "data": card, "metadata": {}}
        ]
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
