"""``python -m tests.hostile``: the whole bombs, with what each cost; the suite tries a tenth of each."""

import sys

from tests.hostile.test_files import report

sys.exit(0 if report() else 1)
