"""What happened in a simulated call, second by second, in words."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gevent.event import Event

from app.words import Words

WORDS: Mapping[str, Words] = {
    "call": Words("来电 {did}　主叫 {ani}", "call to {did} from {ani}"),
    "called_back": Words("{did} 回电 {number}，已接听", "{did} calls {number} back, who answers"),
    "controller": Words("呼叫交给 {address}", "handed to {address}"),
    "no_controller": Words("{address} 无人处理", "nobody takes the call at {address}"),
    "controller_left": Words("控制连接断开", "the controller is gone"),
    "limbo": Words("无人控制，通话悬空", "nobody has the call any more"),
    "ring_ready": Words("向主叫送回铃", "the caller hears ringing"),
    "early_media": Words("接通前播音", "sound before the answer"),
    "answered": Words("接通", "answered"),
    "playing": Words("播放 {file}（{length} 秒）", "plays {file} ({length} s)"),
    "not_found": Words("找不到语音 {file}", "no such sound: {file}"),
    "silence": Words("静音 {length} 秒", "silence, {length} s"),
    "key": Words("按键 {digit}", "caller presses {digit}"),
    "collected": Words("收到按键 {digits}", "keys taken: {digits}"),
    "no_keys": Words("没有收到按键", "no key taken"),
    "recording": Words("录音 {file}", "records {file}"),
    "speaks": Words("主叫说话 {length} 秒", "the caller speaks for {length} s"),
    "recorded": Words("录音结束，{length} 秒", "end of the recording, {length} s"),
    "not_recorded": Words("无法写入录音 {file}", "cannot write {file}"),
    "phone_picks_up": Words("{number} 接起，先听提示", "{number} picks up and hears the prompt"),
    "ringing": Words("振铃 {numbers}", "rings {numbers}"),
    "phone_answers": Words("{number} 接听", "{number} answers"),
    "phone_fails": Words("{number} 未接通：{cause}", "{number} does not answer: {cause}"),
    "talking": Words("通话中", "they talk"),
    "talked": Words("通话结束，{length} 秒", "end of the talk, {length} s"),
    "caller_hangs_up": Words("主叫挂机", "the caller hangs up"),
    "callee_hangs_up": Words("被叫挂机", "the callee hangs up"),
    "switch_hangs_up": Words("系统挂机（{cause}）", "the switch hangs up ({cause})"),
    "apology": Words("播放系统忙提示", "plays the apology"),
    "unknown_application": Words("交换机没有应用 {app}", "the switch has no application {app}"),
    "end": Words("结束，共 {length} 秒（{cause}）", "over after {length} s ({cause})"),
}

CAUSES: Mapping[str, Words] = {
    "NORMAL_CLEARING": Words("正常挂机", "normal clearing"),
    "ORIGINATOR_CANCEL": Words("主叫放弃", "given up by the caller"),
    "USER_BUSY": Words("占线", "busy"),
    "ALLOTTED_TIMEOUT": Words("无人接听", "no answer"),
    "CALL_REJECTED": Words("拒接", "rejected"),
    "NO_USER_RESPONSE": Words("关机", "switched off"),
    "UNALLOCATED_NUMBER": Words("空号", "no such number"),
    "NORMAL_TEMPORARY_FAILURE": Words("线路不通", "no line"),
}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened, `at_s` seconds after the call came in; `event` is a key of WORDS."""

    at_s: float
    event: str
    values: Mapping[str, str] = field(default_factory=dict)

    def text(self, locale: str = "zh") -> str:
        causes = {name: CAUSES[name].in_(locale) for name in self.values.values() if name in CAUSES}
        told = {name: causes.get(value, value) for name, value in self.values.items()}
        return WORDS[self.event].in_(locale).format(**told)

    def pretty(self, locale: str = "zh") -> str:
        """The line as a terminal shows it: seconds, then words."""
        return f"{self.at_s:7.1f}  {self.text(locale)}"

    def encode(self) -> dict[str, Any]:
        return {"at_s": round(self.at_s, 3), "event": self.event, "values": dict(self.values)}

    @classmethod
    def decode(cls, encoded: Mapping[str, Any]) -> StoryLine:
        """The line that `encode` made; KeyError when its event is not one of ours."""
        line = cls(float(encoded["at_s"]), encoded["event"], dict(encoded["values"]))
        line.text()
        return line


class CallStory:
    """The story of one call while it is told: iterate to follow it to the end, or `wait` and read `lines`.

    call_id is the channel's UUID; hangup_cause is "" until the call is over.
    """

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.lines: list[StoryLine] = []
        self.hangup_cause = ""
        self._over = False
        self._news = Event()

    @property
    def over(self) -> bool:
        return self._over

    def tell(self, line: StoryLine) -> None:
        self.lines.append(line)
        self._wake()

    def finish(self, hangup_cause: str) -> None:
        self.hangup_cause = hangup_cause
        self._over = True
        self._wake()

    def wait(self, seconds: float) -> CallStory:
        """Itself, once the call is over; TimeoutError when that takes longer than `seconds` of real time."""
        deadline = time.monotonic() + seconds
        while not self._over:
            if not self._news.wait(max(0.0, deadline - time.monotonic())):
                raise TimeoutError(f"call {self.call_id} is not over after {seconds:g} s:\n{self}")
        return self

    def events(self) -> list[str]:
        """The names of what happened, in order."""
        return [line.event for line in self.lines]

    def __iter__(self) -> Iterator[StoryLine]:
        told = 0
        while True:
            news = self._news
            while told < len(self.lines):
                told += 1
                yield self.lines[told - 1]
            if self._over:
                return
            news.wait()

    def __str__(self) -> str:
        return "\n".join(line.pretty("en") for line in self.lines)

    def _wake(self) -> None:
        news, self._news = self._news, Event()
        news.set()
