"""os._exit with every promising status, in the cell and in the function."""

ANSWERS = {
    "wall-accuracy": "import os\nos._exit(0)\n",
    "wall-evaluate": "import os\n\ndef evaluate(model, batches):\n    os._exit(0)\n",
    "wall-class_weights": "import os\n\ndef class_weights(labels, num_classes):\n    os._exit(1)\n",
}
EXPECTED = {"wall-accuracy": "crash", "wall-evaluate": "crash", "wall-class_weights": "crash"}
CAUSE = "ended|exit|stopped|died"
