"""Readers fed with bytes that a coverage-guided fuzzer makes.

``python -m tests.fuzz`` runs them by turns (it needs the extra ``fuzz``); every case that it has
ever found stands in ``corpus/`` and is run by the suite, which needs no more than pytest.
"""
