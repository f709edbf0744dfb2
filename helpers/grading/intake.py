"""What was handed in: found, named and checked, but neither unpacked nor changed.

Who handed something in follows from the name of the folder or file, or from the roster, never from
inside. These forms are understood; LESSON is the lesson's full name:

    STUDENT/LESSON/LESSON.ipynb         nbgrader's own, with files beside the notebook
    STUDENT/ANY.zip, STUDENT.zip        any number of lessons in it
    STUDENT/LESSON.ipynb
    STUDENT_LESSON.ipynb, STUDENT_LESSON.zip
    LESSON/STUDENT.ipynb, LESSON/STUDENT.zip, LESSON/STUDENT/ANY.ipynb
    STUDENT.ipynb                       when one lesson is graded
    NAME_12_345_LESSON.ipynb and        names that learning platforms make: with a roster
    NAME_12_assignsubmission_file_/

All that does not fit, or fits twice, is refused with one line; the rest goes on.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.errors import CourseError
from helpers.grading.roster import Roster, Unknown, identify
from helpers.grading.trees import (
    Bad,
    Entry,
    IntakeLimits,
    is_junk,
    kind_problem,
    name_problem,
    one_file,
    printable,
    read_folder,
    read_zip,
    same_name_key,
    size_text,
)
from helpers.places import CLASS_FILE, LESSON_NAME, PREDICTIONS

NOTEBOOK, ARCHIVE = ".ipynb", ".zip"

CODE = (".py", ".pyc", ".pyo", ".pyd", ".pyx", ".so", ".dll", ".dylib", ".pth", ".egg", ".whl")
ARCHIVES = (ARCHIVE, ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst")
LEFT_OUT_QUIETLY = {CLASS_FILE, "logbook.jsonl", "timestamp.txt"}
"""The class's own pictures come from the class; the others say nothing about an answer."""

_COPY = re.compile(r"(?:[ _-]?\(\d+\)|-Copy\d*|[ -]\d+)+$", re.IGNORECASE)


@dataclass(frozen=True)
class Submission:
    """One learner's notebook of one lesson. Nothing in it has been looked at yet."""

    student: str
    lesson: str
    notebook: bytes
    files: dict[str, bytes]  #: beside the notebook, by relative name with "/"
    origin: Path  #: the notebook, or the zip that holds it
    notes: tuple[str, ...] = ()  #: what was left out or decided, a line each


@dataclass(frozen=True)
class Refused:
    """Something that cannot be graded. `student` and `lesson` are "" where nobody can tell."""

    student: str
    lesson: str
    origin: Path
    cause: str  #: one line


class Intake:
    """What was found. Submissions are read one at a time, when their turn comes."""

    def __init__(self, found: Sequence[_Found | Refused], limits: IntakeLimits) -> None:
        self._found = tuple(found)
        self._limits = limits

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Submission | Refused]:
        for one in self._found:
            yield one if isinstance(one, Refused) else _load(one, self._limits)


@dataclass(frozen=True)
class _Found:
    """A notebook that is to be read: whose, where, and what lies beside it."""

    student: str
    lesson: str
    origin: Path
    notebook: Entry
    beside: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> Path:
        """For people: the notebook's path, through the zip that holds it."""
        zipped = self.origin.suffix.lower() == ARCHIVE
        return self.origin.joinpath(*self.notebook.parts) if zipped else self.origin


def intake(
    submissions: Path,
    lessons: Sequence[str],
    roster: Path | None = None,
    limits: IntakeLimits | None = None,
    known: Sequence[str] | None = None,
) -> Intake:
    """Find all that was handed in.

    Args:
        submissions: a folder in one of the forms above; forms may be mixed.
        lessons: to be graded.
        roster: a CSV file, see `Roster.read`.
        limits: of sizes and numbers.
        known: all lessons of the class: what was handed in for those that are not graded now is
            passed over. None: whatever is named like a lesson is.

    Returns:
        Submissions and refusals, by student and lesson. Iterating again reads them again.

    Raises:
        CourseError: there is no such folder, or the roster cannot be used.
    """
    if not submissions.is_dir():
        raise CourseError(
            f"{submissions} is no folder: name the folder that holds what was handed in "
            "(unpack it first if it is one zip of all)"
        )
    root = submissions.resolve()
    limits = limits or IntakeLimits()
    search = _Search(root, lessons, known, roster, limits)
    found = _without_rivals(search.run(), limits)
    found.sort(key=lambda one: (one.student, one.lesson, str(one.origin)))
    return Intake(found, limits)


class _Search:
    def __init__(
        self,
        root: Path,
        lessons: Sequence[str],
        known: Sequence[str] | None,
        roster: Path | None,
        limits: IntakeLimits,
    ) -> None:
        self._root = root
        self._lessons = tuple(lessons)
        self._known = None if known is None else {*known, *lessons}
        self._roster_path = roster.resolve() if roster else None
        self._roster = Roster.read(roster) if roster else None
        self._limits = limits
        self._found: list[_Found | Refused] = []

    def run(self) -> list[_Found | Refused]:
        self._folder((), lesson="")
        return self._found

    def _folder(self, parts: tuple[str, ...], lesson: str) -> None:
        """Look at the top folder, or at a lesson's, where each entry is somebody's."""
        try:
            with os.scandir(self._root.joinpath(*parts)) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            if not parts:
                raise CourseError(f"{self._root} cannot be read: {error.strerror}") from error
            self._refuse("", lesson, parts, f"the folder cannot be read ({error.strerror})")
            return
        for entry in entries:
            here = (*parts, entry.name)
            if is_junk((entry.name,)) or self._root.joinpath(*here) == self._roster_path:
                continue
            try:
                self._entry(entry, here, lesson)
            except (Bad, Unknown) as problem:
                self._refuse("", lesson, here, str(problem))

    def _entry(self, entry: os.DirEntry[str], here: tuple[str, ...], lesson: str) -> None:
        shown = printable(entry.name)
        if problem := name_problem(entry.name):
            raise Bad(f"{shown} {problem}")
        if entry.is_dir(follow_symlinks=False):
            if len(here) == 1 and self._is_lesson(entry.name):
                if entry.name in self._lessons:
                    self._folder(here, entry.name)
                return
            student = identify(entry.name, self._roster, is_file=False)
            self._students_folder(student, here, lesson)
            return
        try:
            problem = kind_problem(entry.stat(follow_symlinks=False))
        except OSError as error:
            problem = f"cannot be read ({error.strerror})"
        if problem:
            raise Bad(f"{shown} {problem}")
        stem, suffix = os.path.splitext(entry.name)
        if suffix.lower() not in (NOTEBOOK, ARCHIVE):
            raise Bad(f"{shown} is neither a notebook nor a zip")
        self._students_file(here, stem, suffix.lower(), lesson)

    def _students_file(self, here: tuple[str, ...], stem: str, suffix: str, lesson: str) -> None:
        """`STUDENT_LESSON.ipynb`, `STUDENT.zip` and the like."""
        who, said = self._split(stem)
        if said and lesson and said != lesson:
            raise Bad(f"{printable(here[-1])} is named after another lesson than its folder")
        lesson = said or lesson
        if lesson and lesson not in self._lessons:
            return
        if not who:
            raise Unknown(f"{printable(here[-1])} does not say whose it is")
        student = identify(who, self._roster, is_file=True)
        if suffix == ARCHIVE:
            self._archive(student, here, lesson)
            return
        lesson = lesson or self._only_lesson()
        if not lesson:
            self._refuse(student, "", here, "the name does not say which lesson: use --lesson")
            return
        entry = one_file(self._root, here)
        self._found.append(_Found(student, lesson, self._root.joinpath(*here), entry))

    def _students_folder(self, student: str, here: tuple[str, ...], lesson: str) -> None:
        """All that lies in one learner's folder, zips included."""
        try:
            entries = read_folder(self._root, here, self._limits)
        except Bad as problem:
            self._refuse(student, lesson, here, str(problem))
            return
        zips = [
            e
            for e in entries
            if e.name.lower().endswith(ARCHIVE) and e.name not in LEFT_OUT_QUIETLY
        ]
        before = len(self._found)
        open_zips = [] if self._notebooks(entries) else zips
        if not self._choose(student, here, lesson, entries) and not open_zips:
            self._refuse(student, lesson, here, self._nothing_in(entries))
        for entry in open_zips:
            said = self._lesson_of(entry) or lesson
            if not said or said in self._lessons:
                self._archive(student, (*here, *entry.parts), said)
        self._one_each(before)

    def _archive(self, student: str, here: tuple[str, ...], lesson: str) -> None:
        try:
            entries = read_zip(self._root, here, self._limits)
        except Bad as problem:
            self._refuse(student, lesson, here, str(problem))
            return
        if not self._choose(student, here, lesson, entries):
            self._refuse(student, lesson, here, self._nothing_in(entries))

    def _one_each(self, before: int) -> None:
        """Refusals of a folder's zips are enough once: the same words twice help nobody."""
        fresh = self._found[before:]
        self._found[before:] = list(dict.fromkeys(one for one in fresh if isinstance(one, Refused)))
        self._found += [one for one in fresh if isinstance(one, _Found)]

    def _nothing_in(self, entries: Sequence[Entry]) -> str:
        if any(entry.name.lower().endswith(ARCHIVES) for entry in entries):
            return "it holds another archive and no notebook: hand in the notebook itself"
        odd = next((entry for entry in entries if entry.problem), None)
        if odd is not None:
            return f"it holds no notebook: {printable(odd.path)} {odd.problem}"
        return "it holds no notebook" if entries else "it is empty"

    def _notebooks(self, entries: Sequence[Entry]) -> list[Entry]:
        return [entry for entry in entries if entry.name.lower().endswith(NOTEBOOK)]

    def _choose(
        self, student: str, here: tuple[str, ...], lesson: str, entries: Sequence[Entry]
    ) -> bool:
        """Find one notebook for each lesson. False: there is no notebook at all."""
        notebooks = self._notebooks(entries)
        by_lesson: dict[str, list[Entry]] = defaultdict(list)
        for entry in notebooks:
            by_lesson[lesson or self._lesson_of(entry)].append(entry)
        nameless = by_lesson.pop("", [])
        if nameless and not by_lesson:
            only = self._only_lesson()
            if not only:
                names = ", ".join(printable(entry.path) for entry in nameless[:3])
                self._refuse(student, "", here, f"{names}: the name of no lesson")
                return True
            by_lesson[only] = nameless
        for name in sorted(by_lesson):
            if name in self._lessons:
                self._add(student, here, name, by_lesson[name], entries)
        return bool(notebooks)

    def _add(
        self,
        student: str,
        here: tuple[str, ...],
        lesson: str,
        candidates: list[Entry],
        entries: Sequence[Entry],
    ) -> None:
        exact = [entry for entry in candidates if entry.name == lesson + NOTEBOOK]
        chosen = exact or candidates
        notes = [
            f"{printable(entry.path)} was left out: {printable(chosen[0].path)} is graded"
            for entry in candidates
            if entry not in chosen
        ]
        for entry in chosen:
            at = entry.parts[:-1]
            beside = tuple(
                other
                for other in entries
                if other.parts[: len(at)] == at
                and not other.name.lower().endswith(NOTEBOOK)
                and not any(self._is_lesson(part) for part in other.parts[len(at) : -1])
            )
            beside = tuple(replace(other, parts=other.parts[len(at) :]) for other in beside)
            origin = self._root.joinpath(*here)
            if origin.is_dir():
                origin = origin.joinpath(*entry.parts)
            self._found.append(_Found(student, lesson, origin, entry, beside, tuple(notes)))

    def _lesson_of(self, entry: Entry) -> str:
        """The lesson that an entry belongs to: by its own name, else by a folder it lies in."""
        said = self._split(os.path.splitext(entry.name)[0])[1]
        if said:
            return said
        return next((part for part in reversed(entry.parts[:-1]) if self._is_lesson(part)), "")

    def _split(self, stem: str) -> tuple[str, str]:
        """Take "ada_02_selective_unfreezing (1)" apart: who, and which lesson; "" if unsaid."""
        for text in (stem, _COPY.sub("", stem)):
            if self._is_lesson(text):
                return "", text
            for lesson in self._all_lessons():
                if text.endswith(("_" + lesson, "-" + lesson)):
                    return text[: -len(lesson) - 1], lesson
            if self._known is None and (
                match := re.fullmatch(rf"(.+?)[_-]({LESSON_NAME.pattern})", text)
            ):
                return match[1], match[2]
        return stem, ""

    def _is_lesson(self, name: str) -> bool:
        if self._known is None:
            return name in self._lessons or LESSON_NAME.fullmatch(name) is not None
        return name in self._known

    def _all_lessons(self) -> list[str]:
        return sorted(self._known or self._lessons, key=len, reverse=True)

    def _only_lesson(self) -> str:
        return self._lessons[0] if len(self._lessons) == 1 else ""

    def _refuse(self, student: str, lesson: str, here: tuple[str, ...], cause: str) -> None:
        self._found.append(Refused(student, lesson, self._root.joinpath(*here), cause))


def _without_rivals(
    found: Sequence[_Found | Refused], limits: IntakeLimits
) -> list[_Found | Refused]:
    """Refuse what claims the same learner and lesson twice, unless both are the same."""
    kept: list[_Found | Refused] = [one for one in found if isinstance(one, Refused)]
    spellings: dict[str, set[str]] = defaultdict(set)
    rivals: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for one in found:
        if isinstance(one, _Found):
            spellings[same_name_key(one.student)].add(one.student)
            rivals[same_name_key(one.student), one.lesson].append(one)
    for (key, _), group in rivals.items():
        if len(spellings[key]) > 1:
            names = " and ".join(printable(name) for name in sorted(spellings[key]))
            kept += [_refused(one, f"{names} differ only by case: who is who?") for one in group]
        elif len(group) > 1:
            kept += _one_of(group, limits)
        else:
            kept += group
    return kept


def _one_of(group: list[_Found], limits: IntakeLimits) -> list[_Found | Refused]:
    loaded = [_load(one, limits) for one in group]
    if len({_content(one) for one in loaded}) == 1:
        note = f"handed in {len(group)} times, each time the same"
        return [replace(group[0], notes=(*group[0].notes, note))]
    places = [str(one.place) for one in group]
    names = " and ".join(printable(os.path.relpath(p, _common(places)), 100) for p in places[:3])
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    cause = f"there are several different ones: {names}{more}; leave one of them"
    return [_refused(one, cause) for one in group]


def _common(places: list[str]) -> str:
    return os.path.commonpath([os.path.dirname(place) for place in places])


def _content(one: Submission | Refused) -> str:
    if isinstance(one, Refused):
        return str(one.origin)
    digest = hashlib.sha256(one.notebook)
    for name in sorted(one.files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(one.files[name]).digest())
    return digest.hexdigest()


def _refused(one: _Found, cause: str) -> Refused:
    return Refused(one.student, one.lesson, one.origin, cause)


def _load(one: _Found, limits: IntakeLimits) -> Submission | Refused:
    """Read one submission, within its limits."""
    try:
        if one.notebook.problem:
            raise Bad(one.notebook.problem)
        notebook = one.notebook.read(limits.notebook_bytes)
    except Bad as problem:
        return _refused(one, f"the notebook {printable(one.notebook.path)}: {problem}")
    notes = list(one.notes)
    files: dict[str, bytes] = {}
    left = limits.total_bytes - len(notebook)
    for entry in sorted(one.beside, key=lambda e: (e.name != PREDICTIONS, e.parts)):
        why = _left_out(entry, len(files), limits, left)
        if why == "":
            try:
                files[entry.path] = entry.read(min(limits.file_bytes, left))
                left -= len(files[entry.path])
            except Bad as problem:
                why = f"it {problem}"
        if why:
            notes.append(f"{printable(entry.path)} beside the notebook was left out: {why}")
    return Submission(one.student, one.lesson, notebook, files, one.origin, _bounded(notes))


def _left_out(entry: Entry, count: int, limits: IntakeLimits, left: int) -> str | None:
    """Why a file beside a notebook is not taken along; None: nobody need be told; "": it is."""
    name = entry.name.lower()
    if name in LEFT_OUT_QUIETLY:
        return None
    if entry.problem:
        return f"it {entry.problem}"
    if name.endswith(CODE):
        return "nothing is imported from there"
    if name.endswith(ARCHIVES):
        return "archives are not opened"
    if entry.size > min(limits.file_bytes, left):
        return f"it has {size_text(entry.size)}"
    if count >= limits.files:
        return f"{limits.files} files are enough"
    return ""


def _bounded(notes: list[str]) -> tuple[str, ...]:
    if len(notes) > 10:
        notes = [*notes[:9], f"and {len(notes) - 9} more files beside the notebook were left out"]
    return tuple(notes)
