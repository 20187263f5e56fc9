"""The record of a call whose controller died with it, from the little that was written down at its begin. Pure.

It is provisional: another controller may have gone on with the call, and FreeSWITCH will tell how it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.calls.begin import facts_of
from app.calls.cdr import PROVISIONAL, Cdr, End, build_cdr


def never_ended(call_id: str, begun: Mapping[str, Any], controller: str) -> Cdr:
    """`begun` is what the journal knows: did, ani, began_at."""
    told = {"Unique-ID": call_id, "Caller-Caller-ID-Number": str(begun["ani"])}
    began_at = datetime.fromisoformat(begun["began_at"])
    facts = facts_of(lambda name: told.get(name, ""), str(begun["did"]), None, began_at)
    end = End("switch_lost", "NORMAL_UNSPECIFIED", 0)
    return build_cdr(facts, None, (), end, controller=controller, standing=PROVISIONAL)
