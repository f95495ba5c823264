"""What was said to be done stays done: real kills, full disks, many writers, damaged files.

``python -m tests.faults`` runs every room for about a minute, ``--long`` for as long as it takes to
believe it; both print a table. pytest runs a few seconds of each.
"""
