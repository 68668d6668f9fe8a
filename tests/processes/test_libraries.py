"""What a master loads, its workers share: nothing of the application, and nothing that a collection would copy."""

from __future__ import annotations

import subprocess
import sys

from tests.server import ROOT

SHARED_AND_NO_MORE = """
import gc, sys
import serving
serving.load_libraries()
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert gc.isenabled()
loaded = {name.partition(".")[0] for name in sys.modules}
assert not {"app", "wsgi"} & loaded, "SIGHUP would not find new code"
"""


def test_the_master_has_the_libraries_frozen_and_nothing_of_the_application() -> None:
    command = [sys.executable, "-c", SHARED_AND_NO_MORE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
