"""Turns every cell that follows into a harmless line; known from attacks on nbgrader."""

ANSWERS = {
    "wall-accuracy": """
def harmless(lines):
    return ["passed = True\\n"]

get_ipython().input_transformers_cleanup.append(harmless)
get_ipython().input_transformers_post.append(harmless)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong"}
