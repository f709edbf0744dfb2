"""Leaves traps for the item after it: LD_PRELOAD, PYTHONPATH, profiles, files in every folder."""

ANSWERS = {
    "wall-accuracy": """
import os, pathlib
trap = "import os; os._exit(3)\\n"
os.environ.update(LD_PRELOAD="/tmp/evil.so", PYTHONPATH="/tmp", PYTHONSTARTUP="/tmp/torch.py",
                  PYTHONINSPECT="1", IPYTHONDIR="/tmp", OMP_NUM_THREADS="1000")
for folder in ("/tmp", "/job", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~"),
               os.path.expanduser("~/.ipython/profile_default/startup")):
    for name in ("torch.py", "sitecustomize.py", "00-first.py", "helpers.py", "random.py"):
        try:
            pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
            pathlib.Path(folder, name).write_text(trap)
        except OSError:
            pass

def accuracy(logits, labels):
    return 0.5
""",
    "wall-class_weights": """
import os, glob
seen = [p for f in ("/tmp", "/job", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~"))
        for p in glob.glob(f + "/*.py")]
print("FOUND" if seen or os.environ.get("LD_PRELOAD") else "clean", seen)

def class_weights(labels, num_classes):
    return torch.zeros(num_classes)
""",
}
EXPECTED = {"wall-accuracy": "wrong", "wall-class_weights": "wrong"}
FORBIDDEN = "FOUND"
