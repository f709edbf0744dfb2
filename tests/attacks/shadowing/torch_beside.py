"""Puts a torch.py, a numpy folder and a json.py beside the notebook."""

ANSWERS = {"wall-accuracy": "import torch\n\ndef accuracy(logits, labels):\n    return 0.5\n"}
FILES = {
    "torch.py": "raise SystemExit('shadowed')\n",
    "json.py": "raise SystemExit('shadowed')\n",
    "random.py": "raise SystemExit('shadowed')\n",
    "IPython.py": "raise SystemExit('shadowed')\n",
    "numpy.py": "raise SystemExit('shadowed')\n",
}
EXPECTED = {"wall-accuracy": "wrong"}
