"""The rule for words: one thing has one name in the whole course."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.authoring.lint.course import Course, Flaw
from helpers.authoring.lint.prose import only_prose
from helpers.authoring.lint.word_lists import Word
from helpers.authoring.lint.word_lists import vocabulary as words_of_the_course
from helpers.checks import Exercise


def vocabulary(course: Course) -> Iterator[Flaw]:
    """Prose and findings use the words of `words.toml`."""
    words = words_of_the_course()
    for page in course.pages:
        for cell in page.prose():
            for word, place, found in _avoided(_without_quotes(only_prose(cell.text)), words):
                yield page.flaw(cell.line_at(place), *_instead(found, word))
    prefixes = {
        cell.exercise.partition(".")[0] for page in course.pages for cell in page.code()
    } - {""}
    for exercise in course.exercises.values():
        if exercise.id.partition(".")[0] in prefixes:
            yield from _in_findings(exercise, words)


def _in_findings(exercise: Exercise, words: tuple[Word, ...]) -> Iterator[Flaw]:
    for code, mistake in exercise.mistakes.items():
        text = only_prose(f"{mistake.message} {mistake.look_again}")
        for word, _, found in _avoided(text, words):
            wrong, remedy = _instead(found, word)
            path = type(exercise).__module__.replace(".", "/") + ".py"
            yield Flaw(path, 1, f"the finding {code}: {wrong}", remedy)


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
