"""Magics, aliases and top-level shell commands in an answer: none may reach beyond the room."""

ANSWERS = {
    "wall-accuracy": """
%alias_magic t timeit
!echo attack-was-here > /tmp/@MARK@; echo attack-was-here > @CLASS@/@MARK@; true
%cd -q /tmp
%config InteractiveShell.ast_node_interactivity = 'all'
%load_ext autoreload

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
