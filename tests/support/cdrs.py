"""Call detail records for tests."""

from __future__ import annotations

from typing import Any

MARK = {"survey": "survey", "label": "服务评价", "mark": 1, "phone": "care1", "told": True}
MESSAGE = {"file": "voicemail/1/a.wav", "length_ms": 12_000, "node": "voicemail", "label": "售后留言"}


def leg(**changes: Any) -> dict[str, Any]:
    """A phone that was rung and answered."""
    answered = {
        "phone": "care1",
        "number": "13900000003",
        "name": "售后一号",
        "node": "care",
        "result": "answered",
        "cause": "NORMAL_CLEARING",
        "at_ms": 4000,
        "ring_ms": 3000,
        "talk_ms": 60_000,
    }
    return answered | changes


def cdr(call_id: str, company_id: int, **changes: Any) -> dict[str, Any]:
    """A call that one phone answered."""
    step = {"node": "menu", "kind": "menu", "label": "总菜单", "exit": "1", "at_ms": 20, "end_ms": 3900}
    answered = {
        "call_id": call_id,
        "company_id": company_id,
        "did": "4008001234",
        "ani": "13800138000",
        "province": "浙江",
        "city": "杭州",
        "carrier": "中国移动",
        "switch": "fs1",
        "controller": "host-1",
        "flow_id": "main",
        "snapshot_version": 1,
        "began_at": "2026-11-23T06:03:00.250+00:00",
        "answered_ms": 20,
        "duration_ms": 67_000,
        "wait_ms": 7000,
        "talk_ms": 60_000,
        "result": "answered",
        "ended": "callee",
        "hangup_cause": "NORMAL_CLEARING",
        "answered_by": "care1",
        "keys": "1",
        "queued_ms": 0,
        "survey": [],
        "voicemail": None,
        "variables": {},
        "trail": [step | {"keys": "1", "problem": ""}],
        "legs": [leg()],
        "resumed": 0,
        "standing": "final",
    }
    return answered | changes
