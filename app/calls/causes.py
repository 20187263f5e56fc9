"""What FreeSWITCH's hang-up causes, and our own for phones, mean to routing. Pure.

The names are those of FreeSWITCH 1.11 (Q.850 and its own). `dial_result` is how the driver turns
`originate_disposition`, or the cause of one leg, into a `DialResult`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.flow.outcomes import DialResult

_BY_RESULT: dict[DialResult, str] = {
    DialResult.ANSWERED: "SUCCESS",
    DialResult.BUSY: "USER_BUSY BUSY_EVERYWHERE",
    # Cleared before anybody answered.
    DialResult.NO_ANSWER: "NO_ANSWER ALLOTTED_TIMEOUT PROGRESS_TIMEOUT NO_PICKUP NORMAL_CLEARING",
    # Another phone answered first, the caller hung up, or somebody ended it from the console.
    DialResult.CANCELLED: "LOSE_RACE ORIGINATOR_CANCEL PICKED_OFF MANAGER_REQUEST",
    DialResult.REJECTED: (
        "CALL_REJECTED DECLINE REJECT_ALL UNWANTED USER_CHALLENGE INCOMING_CALL_BARRED OUTGOING_CALL_BARRED"
    ),
    # 480 and 408 of a mobile carrier mean: switched off, or out of coverage.
    DialResult.UNREACHABLE: (
        "NONE UNALLOCATED_NUMBER NO_ROUTE_TRANSIT_NET NO_ROUTE_DESTINATION CHANNEL_UNACCEPTABLE"
        " CALL_AWARDED_DELIVERED NO_USER_RESPONSE SUBSCRIBER_ABSENT NUMBER_CHANGED"
        " REDIRECTION_TO_NEW_DESTINATION EXCHANGE_ROUTING_ERROR DESTINATION_OUT_OF_ORDER"
        " INVALID_NUMBER_FORMAT FACILITY_REJECTED RESPONSE_TO_STATUS_ENQUIRY NORMAL_UNSPECIFIED"
        " NORMAL_CIRCUIT_CONGESTION NETWORK_OUT_OF_ORDER NORMAL_TEMPORARY_FAILURE SWITCH_CONGESTION"
        " ACCESS_INFO_DISCARDED REQUESTED_CHAN_UNAVAIL PRE_EMPTED FACILITY_NOT_SUBSCRIBED BEARERCAPABILITY_NOTAUTH"
        " BEARERCAPABILITY_NOTAVAIL SERVICE_UNAVAILABLE BEARERCAPABILITY_NOTIMPL CHAN_NOT_IMPLEMENTED"
        " FACILITY_NOT_IMPLEMENTED SERVICE_NOT_IMPLEMENTED INVALID_CALL_REFERENCE INCOMPATIBLE_DESTINATION"
        " INVALID_MSG_UNSPECIFIED MANDATORY_IE_MISSING MESSAGE_TYPE_NONEXIST WRONG_MESSAGE IE_NONEXIST"
        " INVALID_IE_CONTENTS WRONG_CALL_STATE RECOVERY_ON_TIMER_EXPIRE MANDATORY_IE_LENGTH_ERROR"
        " PROTOCOL_ERROR INTERWORKING CRASH SYSTEM_SHUTDOWN BLIND_TRANSFER ATTENDED_TRANSFER MEDIA_TIMEOUT"
        " USER_NOT_REGISTERED INVALID_GATEWAY GATEWAY_DOWN INVALID_URL INVALID_PROFILE SRTP_READ_ERROR BOWOUT"
        " DOES_NOT_EXIST_ANYWHERE NOT_ACCEPTABLE NO_IDENTITY BAD_IDENTITY_INFO UNSUPPORTED_CERTIFICATE"
        " INVALID_IDENTITY STALE_DATE"
    ),
}

CAUSES: Mapping[str, DialResult] = MappingProxyType(
    {name: result for result, names in _BY_RESULT.items() for name in names.split()}
)
"""Every cause by name, with what it means for a phone that was rung."""


IN_OUR_CALL, BARRED, RATE_LIMITED = "IN_OUR_CALL", "BARRED", "RATE_LIMITED"
NOT_ACCEPTED = "NOT_ACCEPTED"
OURS: Mapping[str, DialResult] = MappingProxyType(
    {
        IN_OUR_CALL: DialResult.BUSY,
        RATE_LIMITED: DialResult.BUSY,
        BARRED: DialResult.UNREACHABLE,
        NOT_ACCEPTED: DialResult.NO_ANSWER,
    }
)
"""Causes that FreeSWITCH never saw. NOT_ACCEPTED: somebody, or a mailbox, picked up without pressing the key."""

NOT_RUNG = frozenset(OURS) - {NOT_ACCEPTED}
"""Causes of phones that were left out: in another of our calls, not to be dialled by the company, too many in this minute."""

TROUBLES = (BARRED, RATE_LIMITED)


def troubles(causes: Iterable[str]) -> str:
    """Those of the causes that the owner or the operator has to look at, in one text; "" for none."""
    found = set(causes)
    return " ".join(cause for cause in TROUBLES if cause in found)


def dial_result(cause: str) -> DialResult:
    """What a cause means for a phone that was rung; an unknown name means it could not be reached."""
    return OURS.get(cause) or CAUSES.get(cause, DialResult.UNREACHABLE)
