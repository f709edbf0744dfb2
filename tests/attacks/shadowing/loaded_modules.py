"""Replaces modules that are loaded already, and the machinery that loads more."""

ANSWERS = {
    "wall-accuracy": """
import builtins, sys, types

class Anything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *arguments, **options: True

for name in [n for n in sys.modules if n.startswith("helpers.checks")]:
    sys.modules[name] = Anything(name)
sys.modules["json"] = Anything("json")
sys.meta_path.insert(0, Anything("finder"))
sys.path.insert(0, "/tmp")
builtins.__import__ = lambda name, *arguments, **options: Anything(name)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error|crash|unreadable"}
CAUSE = "."
