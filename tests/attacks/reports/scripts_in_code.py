"""Code, errors and prints full of HTML, SVG and event handlers, for whoever opens the feedback."""

ANSWERS = {
    "wall-accuracy": """
# </pre></code><script>document.title = 'pwned'</script>
'<svg onload="document.title=\\'pwned\\'">'

def accuracy(logits, labels):
    print("<img src=x onerror=\\"document.title='pwned'\\">")
    raise ValueError("</textarea><script>document.title='pwned'</script>")
"""
}
EXPECTED = {"wall-accuracy": "error"}
CAUSE = "ValueError"
NO_SCRIPTS = True
