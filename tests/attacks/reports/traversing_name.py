"""A learner whose name holds what separates the parts of a record's file name."""

STUDENT = "course--records"
REFUSED_OR_CORRECT = True
REFUSED = "name|student"
EXPECTED = {}
