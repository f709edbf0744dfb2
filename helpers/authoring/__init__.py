"""What authors and instructors need: the build of the lessons and a class to teach them in.

`sources` reads a lesson, `release` makes what learners get, `build` keeps the two together,
`settings` holds nbgrader's settings, `classroom` sets up one class.
"""
