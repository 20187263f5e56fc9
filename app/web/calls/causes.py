"""Hang-up causes in plain words."""

from __future__ import annotations

from app.words import Words

PLAIN = {
    "NORMAL_CLEARING": Words("正常挂机", "hung up normally"),
    "ORIGINATOR_CANCEL": Words("来电者在接通前挂机", "the caller hung up first"),
    "USER_BUSY": Words("对方正在通话", "the line was busy"),
    "NO_ANSWER": Words("响铃后没有人接", "nobody answered"),
    "NO_USER_RESPONSE": Words("对方线路没有回应", "the line did not respond"),
    "ALLOTTED_TIMEOUT": Words("响铃时间已到", "rang as long as set"),
    "CALL_REJECTED": Words("对方按了拒接", "the call was declined"),
    "SUBSCRIBER_ABSENT": Words("对方关机或不在服务区", "switched off or out of coverage"),
    "DESTINATION_OUT_OF_ORDER": Words("对方线路有故障", "the line is out of order"),
    "UNALLOCATED_NUMBER": Words("空号，请核对号码", "no such number; please check it"),
    "INVALID_NUMBER_FORMAT": Words(
        "号码格式不对，可能缺少区号", "wrong number format; is the area code missing?"
    ),
    "NO_ROUTE_DESTINATION": Words("运营商无法送达该号码", "the carrier has no route to it"),
    "OUTGOING_CALL_BARRED": Words("运营商限制呼叫该号码", "the carrier bars calls to it"),
    "NORMAL_TEMPORARY_FAILURE": Words("运营商网络临时故障", "temporary failure at the carrier"),
    "NORMAL_CIRCUIT_CONGESTION": Words("运营商线路繁忙", "the carrier's lines are full"),
    "NETWORK_OUT_OF_ORDER": Words("运营商网络故障", "the carrier's network is down"),
    "RECOVERY_ON_TIMER_EXPIRE": Words("运营商没有回应", "the carrier did not respond"),
    "LOSE_RACE": Words("其他电话先接听", "another phone answered first"),
    "IN_OUR_CALL": Words("正在接听本公司的另一个来电", "busy with another call of yours"),
    "BARRED": Words(
        "没有拨：本公司不能呼叫这个号码，请联系服务商开通",
        "not dialled: your company may not call this number; ask your provider to open it",
    ),
    "RATE_LIMITED": Words(
        "没有拨：这一分钟拨出的电话太多，请联系服务商",
        "not dialled: too many phones were rung in this minute; ask your provider",
    ),
    "NOT_ACCEPTED": Words("接起后没有按键确认", "picked up, but did not press 1"),
    "SUCCESS": Words("接通", "connected"),
    "MEDIA_TIMEOUT": Words("声音中断，通话被结束", "no sound came through, the call was ended"),
    "INCOMPATIBLE_DESTINATION": Words("语音格式不兼容", "incompatible sound formats"),
}


def plain(cause: str) -> Words:
    """The cause as a shop owner would say it; one that we have no words for keeps its name."""
    return PLAIN.get(cause, Words(cause or "—", cause or "—"))
