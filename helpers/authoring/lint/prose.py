"""Prose without what is none: code, addresses, comments, announcements."""

from __future__ import annotations

import re

_NO_PROSE = re.compile(
    r"""
      <!--.*?-->                  # comments
    | ```.*?```                   # blocks of code
    | (?<!`)`[^`]+`(?!`)          # code within a line
    | <code>.*?</code> | <pre>.*?</pre>
    | <(?!/?(?:em|b|i|strong)\b)[^>]*>   # tags, pictures
    | \]\([^)]*\)                 # addresses of links
    | arXiv\s\d+\.\d+
    | \*\*(?:Exercise|Reflection)[ ][^\n]*
    """,
    re.X | re.S,
)


def only_prose(text: str) -> str:
    """Return the text with blanks in the place of all else, so that places stay the same."""
    return _NO_PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
