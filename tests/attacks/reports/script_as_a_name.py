"""A learner whose name is a script."""

STUDENT = "<script>document.title='pwned'<⁄script>"
REFUSED_OR_CORRECT = True
REFUSED = "<script>"
EXPECTED = {}
NO_SCRIPTS = True
