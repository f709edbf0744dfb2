"""The rule for words: one thing has one name in the whole course."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from helpers.authoring.lint.course import WHOLE_FILE, Course, Flaw
from helpers.authoring.lint.prose import only_prose
from helpers.authoring.lint.word_lists import Word
from helpers.authoring.lint.word_lists import vocabulary as words_of_the_course
from helpers.checks import Exercise

WIDGETS = "helpers/explore"


def vocabulary(course: Course) -> Iterator[Flaw]:
    """Prose, findings and widgets use the words of `words.toml`."""
    words = words_of_the_course(course.root)
    for page in course.pages:
        for cell in page.prose():
            for word, place, found in _avoided(_without_quotes(only_prose(cell.text)), words):
                yield page.flaw(cell.line_at(place), *_instead(found, word))
    used = {cell.exercise.partition(".")[0] for page in course.pages for cell in page.code()}
    for exercise in course.exercises.values():
        if exercise.id.partition(".")[0] in used:
            yield from _in_findings(exercise, words)
    if course.whole:
        for path in sorted((course.root / WIDGETS).glob("*.py")):
            yield from _in_texts(path, path.relative_to(course.root).as_posix(), words)


def _in_findings(exercise: Exercise, words: tuple[Word, ...]) -> Iterator[Flaw]:
    path = type(exercise).__module__.replace(".", "/") + ".py"
    arguments = r"(?<!\w)(?:" + "|".join(map(re.escape, exercise.parameters or ("-",))) + r")(?!\w)"
    for code, mistake in exercise.mistakes.items():
        # A finding has no backticks: the name of an argument stands in it as it is.
        text = re.sub(arguments, "", f"{mistake.message} {mistake.look_again}")
        for word, _, found in _avoided(text, words):
            wrong, remedy = _instead(found, word)
            yield Flaw(path, WHOLE_FILE, f"the finding {code}: {wrong}", remedy)


def _in_texts(path: Path, name: str, words: tuple[Word, ...]) -> Iterator[Flaw]:
    """Look at what a widget says: the texts in its code that are sentences, not its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # Docstrings, and what stands below constants.
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in statements and _is_sentence(node.value):
            for word, _, found in _avoided(only_prose(node.value), words):
                yield Flaw(name, node.lineno, *_instead(found, word))


def _is_sentence(text: str) -> bool:
    return " " in text.strip() and not re.search(r"[<>{}=;]", text)


def _avoided(text: str, words: tuple[Word, ...]) -> Iterator[tuple[Word, int, str]]:
    for word in words:
        for found in word.finds(text):
            yield word, found.start(), " ".join(found[0].split())


def _instead(found: str, word: Word) -> tuple[str, str]:
    return f"'{found}' is not the course's word", f"write '{word.preferred}': {word.reason}"


def _without_quotes(text: str) -> str:
    """Blank out what the article says, which stands in single asterisks: its words are its own."""
    kept, inside, position = [], False, 0
    while position < len(text):
        if text.startswith("**", position):
            kept.append("  ")
            position += 2
            continue
        letter = text[position]
        if letter == "*" or text.startswith("\n\n", position):
            inside = letter == "*" and not inside
            kept.append(" " if letter == "*" else letter)
        else:
            kept.append(" " if inside and letter != "\n" else letter)
        position += 1
    return "".join(kept)
