"""The answer is no function: a class, a module, a mock that allows everything."""

ANSWERS = {
    "wall-accuracy": "from unittest.mock import MagicMock\naccuracy = MagicMock()\n",
    "wall-evaluate": "import math as evaluate\n",
    "wall-class_weights": """
class Meta(type):
    def __call__(cls, *arguments, **options):
        raise SystemExit(0)
    def __instancecheck__(cls, other):
        return True

class class_weights(metaclass=Meta):
    pass
""",
}
EXPECTED = {
    "wall-accuracy": "wrong|error",
    "wall-evaluate": "wrong|error",
    "wall-class_weights": "error",
}
CAUSE = "."
