"""Slow work, done by RQ workers outside of calls and page views: functions of ten lines that call use cases.

A job is a name and JSON arguments in Redis. Only the names in `JOBS` are ever run: whoever can write to Redis must
not thereby choose code. Every job may run twice, so every job is idempotent.
"""

from __future__ import annotations

QUEUES = (
    "calls",
    "default",
    "notices",
)  # in this order: records of calls first, what waits for other people's servers last

JOBS = frozenset(
    {
        "workers.calls.store_calls",
        "workers.exports.tidy",
        "workers.exports.write_calls",
        "workers.notify.deliver",
        "workers.notify.resume",
        "workers.notify.send",
        "workers.publishing.carry_out_due",
        "workers.reconcile.close_calls",
        "workers.reconcile.collect_files",
        "workers.snapshots.republish_all",
        "workers.voicemail.remove_deleted",
        "workers.whatif.replay",
    }
)
