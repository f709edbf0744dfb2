"""The reflection holds scripts, iframes, data links and forms in Markdown and HTML."""

from attacking import find

EXPECTED = {}
NO_SCRIPTS = True


def edit(notebook, lesson):
    find(notebook, "wall-reflection").source = (
        "<script>document.title='pwned'</script>\n"
        "<iframe srcdoc=\"<script>parent.document.title='pwned'</script>\"></iframe>\n"
        "[click](javascript:document.title='pwned') ![x](x\"onerror=\"document.title='pwned')\n"
        "<form action=http://example.invalid><input autofocus onfocus=\"document.title='pwned'\">\n"
        "<style>body{display:none}</style> $\\href{javascript:document.title='pwned'}{x}$\n"
        "<meta http-equiv=refresh content='0;url=http://example.invalid/'>\n"
    )
