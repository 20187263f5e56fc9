"""What happens at a company's phones and queues right now, for people to look at.

{"queues": {id: {"waiting": how many, "callers": the first MOST_CALLERS of them in order, each
                 {"call_id", "place", "priority", "since"}}},
 "phones": {number: {"state", "call_id", "queue", "since"}} for those that are in a call or not available,
 "callers": {call: {"ani", "did", "promised": whether he is to be called back, "offered": phone that rings for him}}
            for the calls above; "ani" is "" when withheld, "did" as well when nobody knows,
 "calls": how many are live}

`since` is in milliseconds since 1970, 0 when nothing is going on.
"""

from __future__ import annotations

from typing import Any

from redis import Redis

from app.live import keys
from app.live.company import AVAILABLE, Company
from app.live.pairing import EPOCH_US, PRIORITIES, SPAN, Lease, Waiter
from app.live.scripts import read_lease, read_waiter

MOST_CALLERS = 200


def of_redis(redis: Redis, company: int) -> dict[str, Any]:
    """What all controllers see. RedisError when Redis is away."""
    prefix = keys.company(company)
    queues = sorted(queue.decode() for queue in _members(redis, prefix + "queues"))
    pipeline = redis.pipeline(transaction=False)
    for name in ("leases", "states"):
        pipeline.hgetall(prefix + name)
    pipeline.hlen(prefix + "calls")
    for queue in queues:
        pipeline.zcard(f"{prefix}waiting:{queue}")
        pipeline.zrange(f"{prefix}waiting:{queue}", 0, MOST_CALLERS - 1, withscores=True)
    leases, states, calls, *rest = pipeline.execute()
    lines = {
        queue: _line(count, [(int(score), call.decode()) for call, score in first])
        for queue, count, first in zip(queues, rest[::2], rest[1::2], strict=True)
    }
    taken = {phone.decode(): read_lease(text) for phone, text in leases.items()}
    states = {phone.decode(): text.decode().partition(" ")[0] for phone, text in states.items()}
    callers = _callers_of_redis(redis, company, _named(lines, taken))
    return {"queues": lines, "phones": _phones(taken, states), "callers": callers, "calls": calls}


def of_model(company: Company) -> dict[str, Any]:
    """What this process alone sees."""
    lines = {
        name: _line(len(line.waiting), line.waiting[:MOST_CALLERS])
        for name, line in sorted(company.lines.items())
    }
    states = {phone: state for phone, (state, _) in company.states.items()}
    callers = {call: _caller("", company.waiters.get(call)) for call in _named(lines, company.leases)}
    phones = _phones(company.leases, states)
    return {"queues": lines, "phones": phones, "callers": callers, "calls": len(company.calls)}


def _members(redis: Redis, key: str) -> set[bytes]:
    found: Any = redis.smembers(key)
    return set(found)


def _named(lines: dict[str, dict[str, Any]], leases: dict[str, Lease]) -> list[str]:
    """The calls that wait or have a phone, each once."""
    waiting = (caller["call_id"] for line in lines.values() for caller in line["callers"])
    return list(dict.fromkeys((*waiting, *(lease.call_id for lease in leases.values()))))


def _callers_of_redis(redis: Redis, company: int, calls: list[str]) -> dict[str, dict[str, Any]]:
    if not calls:
        return {}
    pipeline = redis.pipeline(transaction=False)
    pipeline.hmget(keys.company(company) + "waiters", calls)
    pipeline.mget([keys.caller(company, call) for call in calls])
    waiters, addresses = pipeline.execute()
    return {
        call: _caller((address or b"").decode(), read_waiter(waiter) if waiter else None)
        for call, waiter, address in zip(calls, waiters, addresses, strict=True)
    }


def _caller(address: str, waiter: Waiter | None) -> dict[str, Any]:
    """`address` as `Shared.acquire` and `join` were told; a promise to call back has it too, for as long as it is kept."""
    promised = waiter is not None and waiter.number != ""
    ani, _, did = (waiter.number if waiter and promised else address).partition("/")
    return {"ani": ani, "did": did, "promised": promised, "offered": waiter.phone if waiter else ""}


def _line(count: int, first: list[tuple[int, str]]) -> dict[str, Any]:
    callers = [
        {
            "call_id": call_id,
            "place": place,
            "priority": PRIORITIES - 1 - score // SPAN,
            "since": (EPOCH_US + score % SPAN * 10) // 1000,
        }
        for place, (score, call_id) in enumerate(first, 1)
    ]
    return {"waiting": count, "callers": callers}


def _phones(leases: dict[str, Lease], states: dict[str, str]) -> dict[str, dict[str, Any]]:
    nobody = Lease("", "", "", 0)
    return {
        phone: {
            "state": states.get(phone, AVAILABLE),
            "call_id": leases.get(phone, nobody).call_id,
            "queue": leases.get(phone, nobody).queue,
            "since": leases.get(phone, nobody).since // 1000,
        }
        for phone in sorted(leases.keys() | states.keys())
    }
