"""Drops every assert and every raise from the cells that follow; known from attacks on nbgrader."""

ANSWERS = {
    "wall-accuracy": """
import ast

class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return None
    def visit_Raise(self, node):
        return ast.Pass()

get_ipython().ast_transformers.append(Drop())

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
