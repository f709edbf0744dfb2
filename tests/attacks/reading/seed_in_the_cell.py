"""Looks for the seed while its cell runs, in frames, gc and memory: it must not be there yet."""

ANSWERS = {
    "wall-accuracy": """
import gc, re, sys

found = []
frame = sys._getframe()
while frame is not None:
    found += [v for k, v in frame.f_locals.items() if "seed" in k and isinstance(v, int)]
    frame = frame.f_back
for thing in gc.get_objects():
    if isinstance(thing, dict) and isinstance(thing.get("seed"), int):
        found.append(thing["seed"])
for line in open("/proc/self/maps"):
    where, rights = line.split()[:2]
    start, end = (int(part, 16) for part in where.split("-"))
    if rights[:2] != "rw" or end - start > 2**27:
        continue
    try:
        with open("/proc/self/mem", "rb") as memory:
            memory.seek(start)
            found += map(int, re.findall(rb"seed[^0-9]{1,9}([0-9]{12,20})", memory.read(end - start)))
    except OSError:
        pass
print("FOUND" if {@SEEDS@} & set(found) else "not found", len(found))

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
FORBIDDEN = "FOUND"
