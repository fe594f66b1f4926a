"""What somebody who writes policies needs: every problem at once, tests and what they cover, mutants, skeletons.

What lives here: reading and running tests, searching for what no test notices, linting and mending the files of a
knowledge base. What may not: a format of a file (documents), a command (cli).
"""
