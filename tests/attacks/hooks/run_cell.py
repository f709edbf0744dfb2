"""Patches the shell so that no cell runs any more and all of them succeed."""

ANSWERS = {
    "wall-accuracy": """
from IPython.core import interactiveshell as shell

class Fine:
    success, error_in_exec, error_before_exec, result = True, None, None, None
    def raise_error(self):
        pass

async def nothing(*arguments, **options):
    return False

for name in ("run_cell", "_run_cell", "run_code", "run_ast_nodes", "run_cell_async"):
    setattr(shell.InteractiveShell, name, lambda *a, **k: Fine())
    setattr(type(get_ipython()), name, lambda *a, **k: Fine())
get_ipython().run_ast_nodes = nothing
get_ipython().showtraceback = lambda *a, **k: None

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
