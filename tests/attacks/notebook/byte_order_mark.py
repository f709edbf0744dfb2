"""UTF-8 with a byte order mark, which JSON readers refuse; nobody's points hang on that."""

EXPECTED = {}


def edit(notebook, lesson):
    from helpers.authoring.release import as_bytes

    return b"\xef\xbb\xbf" + as_bytes(notebook)
