"""The grader is graded: wrong answers, right answers, mutated solutions, and a report on them."""
