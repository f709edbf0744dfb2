"""Opens comms and talks to a front end that is not there; known from widgets that hang."""

ANSWERS = {
    "wall-accuracy": """
import ipywidgets
from comm import create_comm
create_comm(target_name="grader", data={"verdict": "correct"}).send({"points": 100})
slider = ipywidgets.IntSlider()
slider.value = 7
display(slider)

def accuracy(logits, labels):
    return 0.5
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
CAUSE = "."
