"""Brings a gradebook, records, a secret and a roster of its own."""

FILES = {
    "gradebook.db": "SQLite format 3\x00",
    ".course/secret": "00" * 32,
    ".course/seed": "1",
    ".course/records/00_the_wall/honest--0.json": "{}",
    "grades.csv": "student,lesson\nhonest,00_the_wall\n",
    "roster.csv": "id\nhonest\n",
}
EXPECTED = {}
