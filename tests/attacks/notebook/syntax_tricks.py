"""Source that readers choke on: null bytes, lone surrogates, a coding line, unmatched quotes."""

ANSWERS = {
    "wall-accuracy": "x = 1\x00\n\ndef accuracy(logits, labels):\n    return 0.5\n",
    "wall-evaluate": "# -*- coding: utf-7 -*-\n'''\ndef evaluate(model, batches):\n    return 0.0, 1.0\n",
    "wall-class_weights": "name = '\ud800'\n\ndef class_weights(labels, num_classes):\n    return name\n",
}
EXPECTED = {
    "wall-accuracy": "error|wrong|unreadable",
    "wall-evaluate": "error|unreadable",
    "wall-class_weights": "error|wrong|unreadable",
}
CAUSE = "."


def edit(notebook, lesson):
    import json

    return json.dumps(notebook).encode()
