"""One sentence that says why a call rang where it rang, from its record. Pure.

周一 14:03，浙江杭州来电 → 营业时间内 → 在「主菜单」按 2 → 售后组：售后一号占线，售后二号接听，通话 2 分 5 秒，对方先挂机
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.calls.cdr import Cdr, began_at
from app.flow.kinds import KINDS
from app.flow.nodes.base import Exit, exits_of
from app.routing.regions import Region
from app.speech.places import PLACES, said
from app.words import Words

WEEKDAYS = tuple(
    Words(f"周{zh}", en)
    for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)
LEG_RESULTS = {
    "answered": Words("接听", "answered"),
    "busy": Words("占线", "was busy"),
    "no_answer": Words("无人接听", "did not answer"),
    "unreachable": Words("无法接通", "could not be reached"),
    "rejected": Words("拒接", "rejected the call"),
    "cancelled": Words("停止振铃", "stopped ringing"),
}
ENDINGS = {
    "caller": Words("来电者先挂机", "the caller hung up"),
    "callee": Words("接听方先挂机", "the person who answered hung up"),
    "flow": Words("系统挂机", "the menu ended the call"),
    "flow_error": Words("流程出错，已按备用方式处理", "the flow failed and the fallback took over"),
    "over_limit": Words(
        "同时通话数已满，来电听到占线提示", "all lines were in use, and the caller was told so"
    ),
    "no_flow": Words("号码还没有发布流程", "the number has no published flow"),
    "switch_lost": Words("交换机中断", "the switch was lost"),
    "no_controller": Words("呼叫控制不在线", "no call control was running"),
}


def explain(cdr: Cdr, locale: str = "zh", timezone: str = "Asia/Shanghai") -> str:
    """The sentence for a record, in Chinese unless the locale is English."""
    began = began_at(cdr).astimezone(ZoneInfo(timezone))
    when = f"{WEEKDAYS[began.weekday()].in_(locale)} {began:%H:%M}"
    parts = [f"{when}{_comma(locale)}{_origin(cdr).in_(locale)}", *_steps(cdr, locale)]
    return " → ".join(parts) + _comma(locale) + _ending(cdr).in_(locale)


def _comma(locale: str) -> str:
    return Words("，", ", ").in_(locale)


def _origin(cdr: Cdr) -> Words:
    """浙江杭州来电, a call from Hangzhou, Zhejiang."""
    named = said(Region(cdr["province"], cdr["city"]))
    if named:
        place = PLACES[named[0]]
        return Words(f"{place.zh}来电", f"a call from {place.en}")
    if cdr["province"] or cdr["city"]:
        place_zh = cdr["province"] + cdr["city"]
        return Words(f"{place_zh}来电", f"a call from {place_zh}")
    return Words("来电", "a call") if cdr["ani"] else Words("匿名来电", "a call without a number")


def _steps(cdr: Cdr, locale: str) -> Iterator[str]:
    for position, step in enumerate(cdr["trail"]):
        legs = [leg for leg in cdr["legs"] if leg["node"] == step["node"] and _within(leg, step)]
        if "queue_ms" in step:
            phrase = _queue(step, legs, locale)
        elif legs:
            phrase = _legs(step, legs, locale)
        else:
            phrase = _left(step, locale) or _step(step, locale)
        if phrase and not (position and not step["exit"] and not step["kind"]):
            yield phrase


def _within(leg: Mapping[str, Any], step: Mapping[str, Any]) -> bool:
    """A node may be passed several times; a leg belongs to the pass in which it was rung."""
    return bool(step["at_ms"] <= leg["at_ms"] <= step["end_ms"])


def _queue(step: Mapping[str, Any], legs: list[Mapping[str, Any]], locale: str) -> str:
    """售后组：排队 45 秒，第 3 位，售后一号接听."""
    time = _length(step["queue_ms"])
    waited = Words(
        f"排队 {time.zh}，第 {step['place']} 位", f"waited {time.en}, number {step['place']} in line"
    )
    parts = [waited.in_(locale), _rung(legs, locale)]
    taken = _taken(step)
    if taken and taken.name != "answered":
        parts.append(taken.words.in_(locale))
    label = Words(f"{step['label']}：", f"{step['label']}: ").in_(locale)
    return label + _comma(locale).join(filter(None, parts))


def _rung(legs: list[Mapping[str, Any]], locale: str) -> str:
    return _comma(locale).join(
        f"{leg['name'] or leg['number']}{_space(locale)}{LEG_RESULTS[leg['result']].in_(locale)}"
        for leg in legs
    )


def _legs(step: Mapping[str, Any], legs: list[Mapping[str, Any]], locale: str) -> str:
    rung = _rung(legs, locale)
    names = {leg["name"] or leg["number"] for leg in legs}
    label = step["label"]
    return rung if names == {label} else Words(f"{label}：{rung}", f"{label}: {rung}").in_(locale)


def _space(locale: str) -> str:
    return Words("", " ").in_(locale)


def _left(step: Mapping[str, Any], locale: str) -> str:
    """What the caller left behind in a step: a message, a mark."""
    if "message_ms" in step:
        time = _length(step["message_ms"])
        return Words(f"留言 {time.zh}", f"left a message of {time.en}").in_(locale)
    return Words(f"评分 {step['mark']}", f"gave {step['mark']}").in_(locale) if "mark" in step else ""


def _step(step: Mapping[str, Any], locale: str) -> str:
    label, way = step["label"], step["exit"]
    if step["problem"] and not way:
        return Words(f"「{label}」出错", f"“{label}” failed").in_(locale)
    taken = _taken(step)
    if not way:
        return Words(f"在「{label}」时挂机", f"hung up in “{label}”").in_(locale)
    if taken is None:
        return ""
    if step["kind"] == "notify":
        return Words("发了通知", "sent a message").in_(locale)
    if len(KINDS[step["kind"]].ways_out()) == 1:
        return Words(f"听「{label}」", f"heard “{label}”").in_(locale)
    if taken.is_key:
        return Words(f"在「{label}」按 {way}", f"pressed {way} in “{label}”").in_(locale)
    return str(label) if taken.nth else taken.words.in_(locale)


def _taken(step: Mapping[str, Any]) -> Exit | None:
    """The exit that a step took, when its kind is known here."""
    kind = KINDS.get(step["kind"])
    return exits_of(kind).get(step["exit"]) if kind else None


def _length(ms: int) -> Words:
    minutes, seconds = divmod(round(ms / 1000), 60)
    zh = f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"
    en = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return Words(zh, en)


def _ending(cdr: Cdr) -> Words:
    ending = ENDINGS.get(cdr["ended"], Words(cdr["ended"], cdr["ended"]))
    if not cdr["talk_ms"]:
        return ending
    time = _length(cdr["talk_ms"])
    return Words(f"通话 {time.zh}，{ending.zh}", f"talked {time.en}, {ending.en}")
