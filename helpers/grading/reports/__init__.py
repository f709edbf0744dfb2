"""What grading came to, for people: grades.csv, a page for each learner, a page on the class."""
