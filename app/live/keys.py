"""The names of everything that we keep in Redis."""

from __future__ import annotations

REVISIONS = "h400:revisions"
"""Hash: number -> revision of the snapshot in force."""

PUBLISHED = "h400:published"
"""Channel: a number whose snapshot was just put in force."""

REFUSED = "h400:refused"
"""List of JSON: call detail records that the store refused, newest first."""


def snapshot(did: str) -> str:
    """Text: the snapshot in force (published.py says how it is written)."""
    return f"h400:snapshot:{did}"


def former_snapshot(did: str, revision: int | str = "") -> str:
    """Text: a snapshot that was in force until lately; without a revision, what its name begins with."""
    return f"h400:former:{did}:{revision}"


def state(call_id: str) -> str:
    """Text: the state of a live call that is too long for its channel (calls/state.py)."""
    return f"h400:state:{call_id}"


def counter(name: str) -> str:
    """Integer: how many turns were taken."""
    return f"h400:counter:{name}"


def drafts(flow_id: int, user_id: int) -> str:
    """JSON: the last drafts of a flow that a user may go back to."""
    return f"h400:drafts:{flow_id}:{user_id}"


def former_drafts(company_id: int, slug: str) -> str:
    """List of packed JSON: the drafts that a flow had lately, newest first (web/flows/bases.py)."""
    return f"h400:former-drafts:{company_id}:{slug}"


def last_week(flow_id: int, revision: int) -> str:
    """JSON: what the last week's calls would come to under this revision of the draft, or how far that is."""
    return f"h400:last-week:{flow_id}:{revision}"


def export(company_id: int, token: str) -> str:
    """JSON: how far a file of calls is (calls/export.py)."""
    return f"h400:export:{company_id}:{token}"


def acks(controller: str) -> str:
    """List of JSON lists of call ids: calls of this controller that the database has."""
    return f"h400:ack:{controller}"


CONTROLLERS = "h400:controllers"
"""Sorted set: controller -> until when it counts as alive, in µs since 1970."""

DUE = "h400:due"
"""Sorted set: what is over when, in µs: "<company> phone <number>" (wrap-up, rest) or "<company> call <id>" (a call-back
set aside)."""

HELD = "h400:held:"
"""Set, with a controller's name behind it: "<company> wait|call|phone <name>", all that it must give back when it dies."""

INBOX = "h400:offers:"
"""Channel, with a controller's name behind it: "<company> <call> <phone> <queue> <number> <tries>" for each pair."""


def company(company_id: int) -> str:
    """Beginning of the names of what a company's calls share. Behind it:

    leases     hash: phone number -> "<call> <controller> <queue or -> <since µs>"
    waiters    hash: call -> "<queue> <score> <controller> <phone or -> <number to ring or -> <tries>"
    promised   set: calls among the waiters whose callers are to be rung
    calls      hash: live call -> controller
    states     hash: phone number -> "<break, offline, wrap_up or rest> <until µs>"; who is not in it is available
    idle       hash: phone number -> end of its last conversation, ms since 1970
    rung:M     integer: how many phones were rung in the minute M since 1970
    refused    integer: when a phone was last not rung because too many were, µs since 1970
    missed     hash: phone number -> offers in a row that it did not answer
    serves     hash: phone number -> queues, with blanks between
    queues     set: queues that somebody joined lately
    plan:Q     hash: how a queue is, its position in turn and its recent service time
    members:Q  sorted set: phone number -> position in the queue
    free:Q     sorted set: free phone numbers of the queue, the best one first
    waiting:Q  sorted set: callers that may be offered a phone, the next one first
    """
    return f"h400:live:{company_id}:"


def last_phone(company_id: int, ani: str) -> str:
    """Text: the phone that this caller talked to last, and until when, in µs since 1970."""
    return f"h400:last:{company_id}:{ani}"


def caller(company_id: int, call_id: str) -> str:
    """Text: "<caller's number>/<400 number>" of a live call, for the board; hours later it is gone by itself."""
    return f"{company(company_id)}caller:{call_id}"


PHONE_TESTS = "h400:phone-tests"
"""List: ids of test calls that the console asks for, the oldest first."""


def phone_test(test_id: str) -> str:
    """JSON: a test call to a phone, and what came of it; gone after minutes (phone_tests.py)."""
    return f"h400:phone-test:{test_id}"


STATUSES = "h400:statuses"
"""Set: controllers that have a status."""


def status(controller: str) -> str:
    """JSON: what a controller says of itself (status.py); gone an hour after its last word."""
    return f"h400:status:{controller}"


def order(controller: str) -> str:
    """Text: what a controller is to do, until it reads that."""
    return f"h400:order:{controller}"
