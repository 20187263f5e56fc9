"""The journal in a process that gevent has patched, as call control's is."""

from __future__ import annotations

from pathlib import Path

from app.journal import disk
from tests.support.patched import run_patched

SLOW_DISK = """
    import os
    import sys
    from pathlib import Path

    import gevent
    from gevent.monkey import get_original

    from app.journal.journal import Journal

    sync, really_sleep = os.fdatasync, get_original("time", "sleep")

    def slow_sync(descriptor):
        really_sleep(0.3)
        sync(descriptor)

    os.fdatasync = slow_sync
    journal = Journal(Path(sys.argv[1]))
    beats = []

    def heart():
        while True:
            beats.append(1)
            gevent.sleep(0.01)

    gevent.spawn(heart)
    for n in range(500):
        journal.begin(str(n), {"did": "4008001234"})
        journal.end({"call_id": str(n)})
    before = len(beats)
    print(journal.flush(10), len(beats) - before > 5)
    journal.close()
"""


def test_a_slow_disk_stops_no_call(tmp_path: Path) -> None:
    assert run_patched(SLOW_DISK, str(tmp_path)) == "True True"
    records = [record for file in sorted(tmp_path.glob("*.calls")) for record in disk.load(file)]
    assert [record.call_id for record in records if record.kind == "end"] == [str(n) for n in range(500)]
