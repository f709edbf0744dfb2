"""Kills itself: SIGKILL, SIGSEGV through a null pointer, abort()."""

ANSWERS = {
    "wall-accuracy": "import os\nos.kill(os.getpid(), 9)\n",
    "wall-evaluate": "import ctypes\n\ndef evaluate(model, batches):\n    ctypes.string_at(0)\n",
    "wall-class_weights": "import os\n\ndef class_weights(labels, num_classes):\n    os.abort()\n",
}
EXPECTED = {"wall-accuracy": "crash", "wall-evaluate": "crash", "wall-class_weights": "crash"}
CAUSE = "signal|SIG|killed"
