"""Returns an object that is equal to, larger and smaller than everything, and always true."""

ANSWERS = {
    "wall-accuracy": """
class Everything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __hash__(self): return 0
    def __bool__(self): return True
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mul__ = __sub__
    def __abs__(self): return 0
    def __float__(self): return 0.5
    def __getattr__(self, name): return self
    def __call__(self, *arguments, **options): return self
    def __iter__(self): return iter([self])
    def __len__(self): return 1

def accuracy(logits, labels):
    return Everything()
"""
}
EXPECTED = {"wall-accuracy": "wrong|error"}
