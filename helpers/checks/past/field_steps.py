"""Exercises past.wall_passed, field_95, field_97, field_98: predictions for field pictures."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake
from helpers.checks.past.capstone import Claim, Key, KeyOf, Score, key_here, names_a_picture, score
from helpers.checks.past.capstone import set_of as set_of_names
from helpers.checks.past.table import MAX_BYTES, MAX_ROWS, read_table
from helpers.checks.reading import Seen, not_started
from helpers.data.field import COLUMNS, OWN_PREFIX, read_class_set
from helpers.errors import CourseError
from helpers.places import CLASS_FILE

Rows = list[tuple[str, str]]

_THE_CALL = "the cell that calls data.write_predictions"


class FieldStep(Exercise):
    """A file of predictions -> at least `percent` of the field pictures named correctly."""

    parameters = ()
    percent: ClassVar[int]
    mistakes: ClassVar = {
        "not-a-file": Mistake(
            "The check needs the name of your file of predictions.",
            "the second argument of the check, in quotes",
        ),
        "folder": Mistake(
            "{name} is not a file but a folder.", "the name you gave to data.write_predictions"
        ),
        "unreadable": Mistake(
            "{name} cannot be read.", "the name of the file, and whether you may read it"
        ),
        "too-large": Mistake(
            "{name} is far too large for a table of predictions.",
            _THE_CALL + ": one short row for each picture",
        ),
        "binary": Mistake(
            "{name} is not a table of text. It may be a spreadsheet or a picture with another "
            "name.",
            _THE_CALL + "; a spreadsheet program can save as CSV",
        ),
        "empty-file": Mistake("{name} is empty.", _THE_CALL),
        "header-only": Mistake(
            "{name} has its first line, and no predictions below it.",
            _THE_CALL + ": how long are the two lists it is given?",
        ),
        "wrong-columns": Mistake(
            "{name} does not have the columns picture and species.", _THE_CALL
        ),
        "damaged-pictures": Mistake(
            "The class's pictures beside this notebook are damaged, so nobody can tell which "
            "pictures you named.",
            "field_pictures.zip: copy it again from what your instructor handed out",
        ),
        "another-set": Mistake(
            "These predictions are for other pictures. They name pictures of the set {theirs}, but "
            "the set {wanted} is scored here.",
            "which pictures data.field_pictures gave, and whether the class's own file lay beside "
            "the notebook",
        ),
        "numbered-pictures": Mistake(
            "The column picture holds numbers. The order of the rows means nothing, only names do.",
            "the names that data.field_pictures gives along with the pictures",
        ),
        "unknown-pictures": Mistake(
            "Rows that name no picture of this set: {count}.",
            "the names that data.field_pictures gives along with the pictures",
        ),
        "numbered-species": Mistake(
            "Rows with a number where the name of a species should be: {count}.",
            "how to come from a label to its name, with flowers.classes",
        ),
        "unknown-species": Mistake(
            "Rows that name a species the herbarium does not have: {count}.",
            "the names in flowers.classes",
        ),
        "missing-pictures": Mistake(
            "Pictures without a prediction, which count as wrong: {count} of {total}.",
            "the loop that predicts: does it reach the last batch, and every picture in it?",
        ),
        "contradictions": Mistake(
            "Pictures predicted as two different species, which count as wrong: {count}.",
            "whether something wrote the rows of two runs into one file",
        ),
        "too-many-rows": Mistake(
            "{name} has more rows than any set has pictures.",
            _THE_CALL + ": does it run in a loop?",
        ),
        "too-few-right": Mistake(
            "{percent_right} % of the field pictures are named correctly. This step needs "
            "{percent} %.",
            "the pictures your model confuses in the validation split, and what would help there",
        ),
    }  # fmt: skip

    def __init__(self, key_of: KeyOf = key_here) -> None:
        """Take what is right from `key_of`, which is given what the predictions say they are."""
        self._key_of = key_of

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"table": read_table(answer), **_pictures_beside()}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        table = evidence["table"]
        if findings := self._file_findings(table):
            return findings
        rows, key = self._rows_and_key(evidence)
        if key.species is None and evidence["damaged"]:
            wanted, got = "the pictures as they were handed out", str(evidence["damaged"])
            return [self.finding("damaged-pictures", wanted, got)]
        found = score(rows, key)
        problems = self._form_findings(table, rows, found, key)
        if key.species is None:
            return problems
        if found.reaches(self.percent):
            return []
        if problems and found.right == 0:
            return problems  # the number says nothing that they do not
        return [*problems, self._too_few(found)]

    def scored(self, evidence: Evidence, seed: int) -> bool:
        _, key = self._rows_and_key(evidence)
        return key.species is not None

    def note(self, evidence: Evidence, seed: int) -> str:
        rows, key = self._rows_and_key(evidence)
        found = score(rows, key)
        if key.set_id.startswith(OWN_PREFIX):
            return (
                f"The form is right: {found.predicted} predictions for pictures of your own. The "
                "check does not know their species, so it cannot say how many are right."
            )
        if key.species is None:
            return (
                f"The form is right: {found.predicted} predictions, one for each picture. Nobody "
                "here knows what is right: your instructor scores them."
            )
        problems = self._form_findings(evidence["table"], rows, found, key)
        return " ".join(
            [
                f"{_share(found)} of the field pictures are named correctly ({found.right} of "
                f"{found.count}). This step needs {self.percent} %.",
                *(problem.message for problem in problems),
            ]
        )

    def _rows_and_key(self, evidence: Evidence) -> tuple[Rows, Key]:
        rows = rows_of(evidence["table"]["rows"])
        theirs = set_of_names([picture for picture, _ in rows])
        claim = Claim(str(evidence["beside"]), int(evidence["count"]), theirs)
        return rows, self._key_of(claim)

    def _file_findings(self, table: dict[str, Any]) -> list[Finding]:
        """Whether there is a table with predictions in it at all."""
        kind, name = str(table["file"]), str(table.get("name", "")) or "This"
        about = str(table.get("about", ""))
        if kind == "none":
            given = Seen(table["given"])
            if given.kind == "ellipsis":
                return [not_started(self)]
            return [self.finding("not-a-file", '"predictions.csv"', given.describe())]
        if kind == "missing":
            return [Finding(
                "not-started",
                f"There is no file {name} beside this notebook yet. Write your predictions first.",
                got=f"in this folder: {about}" if about else "",
                look_again=_THE_CALL,
            )]  # fmt: skip
        codes = {"folder": "folder", "large": "too-large", "binary": "binary"}
        if kind != "table":
            code = codes.get(kind, "unreadable")
            wanted, got = _KINDS_OF_FILES[code]
            return [self.finding(code, wanted, about or got, name=name)]
        if not table["rows"]:
            wanted = "one row for each picture"
            return [self.finding("empty-file", wanted, "nothing", name=name)]
        if not rows_of(table["rows"]):
            header = ",".join(map(str, table["rows"][0]))
            return [self.finding("header-only", "one row for each picture", header, name=name)]
        if max(len(row) for row in table["rows"]) < 2:
            got = ", ".join(map(str, table["rows"][0]))
            return [self.finding("wrong-columns", ",".join(COLUMNS), got, name=name)]
        return []

    def _form_findings(
        self, table: dict[str, Any], rows: Rows, found: Score, key: Key
    ) -> list[Finding]:
        """What is wrong with the rows, most basic first. An empty list: one row a picture."""
        name, findings = str(table["name"]), []
        if table["cut"]:
            findings.append(self.finding("too-many-rows", f"at most {MAX_ROWS:,}", name=name))
        if found.other_sets:
            theirs = set_of_names(found.other_sets)
            findings.append(
                self.finding(
                    "another-set", f"names such as {key.set_id}-001.jpg",
                    _examples(found.other_sets), theirs=theirs, wanted=key.set_id,
                )
            )  # fmt: skip
        for code, examples in (
            ("numbered-pictures", found.numbered_pictures),
            ("unknown-pictures", found.unknown_pictures),
            ("numbered-species", found.numbered_species),
            ("unknown-species", found.unknown_species),
            ("contradictions", found.contradicted),
        ):
            if examples:
                wanted = f"names such as {key.set_id}-001.jpg"
                if "species" in code:
                    wanted = f"names such as {key.classes[0]}" if key.classes else ""
                elif code == "contradictions":
                    wanted = "one species for each picture"
                got, count = _examples(examples), len(examples)
                findings.append(self.finding(code, wanted, got, count=count))
        if found.missing and found.predicted:
            findings.append(
                self.finding(
                    "missing-pictures", f"{found.count} predictions", _examples(found.missing),
                    count=len(found.missing), total=found.count,
                )
            )  # fmt: skip
        if not header_of(table["rows"]) and not names_a_picture(str(table["rows"][0][0])):
            got = ",".join(map(str, table["rows"][0]))
            findings.append(self.finding("wrong-columns", ",".join(COLUMNS), got, name=name))
        return findings

    def _too_few(self, found: Score) -> Finding:
        wanted = math.ceil(self.percent * found.count / 100)
        return self.finding(
            "too-few-right",
            f"at least {wanted} of {found.count}",
            f"{found.right} of {found.count}",
            percent_right=_share(found).removesuffix(" %"),
            percent=self.percent,
        )


class WallPassed(FieldStep):
    """predictions.csv -> at least 92 % of the field pictures named correctly."""

    id = "past.wall_passed"
    percent = 92
    checked = "at least 92 % of the field pictures named correctly"


class Field95(FieldStep):
    """predictions.csv -> at least 95 % of the field pictures named correctly."""

    id = "past.field_95"
    percent = 95
    checked = "at least 95 % of the field pictures named correctly"


class Field97(FieldStep):
    """predictions.csv -> at least 97 % of the field pictures named correctly."""

    id = "past.field_97"
    percent = 97
    checked = "at least 97 % of the field pictures named correctly"


class Field98(FieldStep):
    """predictions.csv -> at least 98 % of the field pictures named correctly."""

    id = "past.field_98"
    percent = 98
    checked = "at least 98 % of the field pictures named correctly"


def field_steps(key_of: KeyOf = key_here) -> tuple[FieldStep, ...]:
    """The four steps; a grader that has the key in another way gives its own `key_of`."""
    return tuple(step(key_of) for step in (WallPassed, Field95, Field97, Field98))


def header_of(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Where the two columns are; empty if the first row does not say so."""
    first = [str(cell).strip().lower() for cell in rows[0]] if rows else []
    if not set(COLUMNS) <= set(first):
        return {}
    return {name: first.index(name) for name in COLUMNS}


def rows_of(table: Sequence[Sequence[str]]) -> Rows:
    """(picture, species) of each row: by the header, else from the first two columns."""
    header = header_of(table)
    picture, species = (header[name] for name in COLUMNS) if header else (0, 1)
    headless = not header and bool(table) and names_a_picture(str(table[0][0]))
    return [
        (_cell(row, picture), _cell(row, species)) for row in (table if headless else table[1:])
    ]


def _cell(row: Sequence[str], place: int) -> str:
    return str(row[place]).strip() if place < len(row) else ""


#: What was expected instead of a file that is no table, and what came if nothing else says so.
_KINDS_OF_FILES = {
    "folder": ("the name of a file", "the name of a folder"),
    "unreadable": ("a file that can be read", "none"),
    "too-large": (f"at most {MAX_BYTES // 2**20} MB", "far more"),
    "binary": ("text, one row for each picture", "something else than text"),
}


def _pictures_beside() -> Evidence:
    """Which class's pictures lie beside the notebook, and whether they can be used."""
    path = Path(CLASS_FILE)
    if not path.exists():
        return {"beside": "", "count": 0, "damaged": ""}
    try:
        found = read_class_set(path)
    except CourseError as error:
        return {"beside": "damaged", "count": 0, "damaged": str(error)[:300]}
    return {"beside": found.set_id, "count": len(found), "damaged": ""}


def _share(found: Score) -> str:
    """Percent right, rounded down: 97.96 % must not look like 98 %."""
    return f"{math.floor(1000 * found.right / found.count) / 10:g} %"


def _examples(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
