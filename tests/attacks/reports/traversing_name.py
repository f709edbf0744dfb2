"""Learners named like hidden folders and with doubled separators, as record files join them."""

STUDENT = "..course--records"
REFUSED_OR_CORRECT = True
REFUSED = "name|student"
EXPECTED = {}
