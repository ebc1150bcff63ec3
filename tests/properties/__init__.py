"""What must always hold, whatever people say, press and edit, however time passes, whoever restarts the program.

The real desk on a real database; the platforms are a post office that keeps what it delivers. What the program kept is
judged by tests that know nothing of its rules: a replay of the ledger (replay.py), a table of rights (rights.py) and
the letters themselves (letters.py).
"""
