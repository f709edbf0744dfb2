"""Attachments and outputs of 60 MB hang on the notebook; the answers are small and right."""

REFUSED_OR_CORRECT = True
REFUSED = "large|MB"


def edit(notebook, lesson):
    text = "QUJD" * 5_000_000
    notebook.cells[0]["attachments"] = {"a.png": {"image/png": text}, "b.png": {"image/png": text}}
    code = next(c for c in notebook.cells if c.cell_type == "code")
    code.outputs = [{"output_type": "stream", "name": "stdout", "text": text}]
