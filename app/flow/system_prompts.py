"""What the system itself says to callers, whatever the company has recorded.

The sound files lie in the folder `system` of the prompts folder; `hotline400 init` makes those that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.flow.snapshot import Prompt
from app.speech.places import LONGEST_MS, PLACES, readable
from app.speech.say import PARTS

SYSTEM_PROMPTS: dict[str, str] = {
    "sys.sorry": "对不起，系统暂时无法为您服务，请稍后再拨。",
    "sys.busy": "对不起，您拨打的分机正忙，请稍后再拨。",
    "sys.unanswered": "对不起，暂时无人接听，请稍后再拨。",
    "sys.closed": "您好，现在是非工作时间，请在工作时间来电，谢谢。",
    "sys.goodbye": "感谢您的来电，再见。",
    "sys.wrong_key": "对不起，您按的键不正确。",
    "sys.wrong_extension": "对不起，没有这个分机。",
    "sys.leave_message": "请在提示音后留言，说完请按井号键。",
    "sys.message_kept": "您的留言已经收到，感谢您的来电，再见。",
    "sys.thanks": "感谢您的评价，再见。",
    "sys.queue_full": "对不起，排队的来电太多，请稍后再拨。",
    "sys.callback": "好的，轮到您时我们会打给您，再见。",
    "sys.no_callback": "对不起，暂时不能为您安排回电，请继续等待。",
    "sys.press_one": "接听 400 来电请按 1。",
    "sys.agent_pin": "请输入坐席密码，按井号键结束。",
    "sys.agent_keys": "在岗请按 1，小休请按 2，离线请按 3。",
    "sys.agent_available": "您现在在岗，可以接听。",
    "sys.agent_wrap_up": "您正在话后整理。",
    "sys.agent_break": "您现在是小休，来电不会转给您。",
    "sys.agent_offline": "您现在是离线，来电不会转给您。",
    "sys.not_an_agent": "对不起，这个电话没有登记为坐席。",
    "sys.calling_back": "您好，这里是您刚才拨打的客服热线给您的回电，正在为您接通。",
    "sys.phone_test": "您好，这是 400 热线的接听测试，您的电话可以正常接听，再见。",
    "sys.not_in_service": "对不起，您拨打的号码暂未开通。",
    "sys.lines_busy": "对不起，现在来电较多，线路正忙，请稍后再拨。",
}
ENGLISH: dict[str, str] = {
    "sys.sorry": "We are sorry, we cannot take your call right now. Please call again later.",
    "sys.busy": "We are sorry, this extension is busy. Please call again later.",
    "sys.unanswered": "We are sorry, nobody can take your call right now. Please call again later.",
    "sys.closed": "Hello. We are closed at the moment. Please call again during our opening hours. Thank you.",
    "sys.goodbye": "Thank you for calling. Goodbye.",
    "sys.wrong_key": "Sorry, that key is not valid.",
    "sys.wrong_extension": "Sorry, there is no such extension.",
    "sys.leave_message": "Please leave a message after the tone, and press the pound key when you have finished.",
    "sys.message_kept": "We have received your message. Thank you for calling. Goodbye.",
    "sys.thanks": "Thank you for your rating. Goodbye.",
    "sys.queue_full": "We are sorry, too many callers are waiting. Please call again later.",
    "sys.callback": "All right, we will call you when it is your turn. Goodbye.",
    "sys.no_callback": "Sorry, we cannot arrange a call back right now. Please hold the line.",
    "sys.agent_pin": "Please enter the agent PIN, then press the pound key.",
    "sys.agent_keys": "Press 1 for available, 2 for a break, 3 for offline.",
    "sys.agent_available": "You are available.",
    "sys.agent_wrap_up": "You are in wrap-up.",
    "sys.agent_break": "You are on a break.",
    "sys.agent_offline": "You are offline.",
    "sys.not_an_agent": "Sorry, this phone is not registered as an agent's.",
    "sys.calling_back": "Hello, this is the hotline that you called earlier, calling you back. Please hold the line.",
}
"""The same for callers who chose English; what people hear who take a call is not among them."""


class Sound(NamedTuple):
    """What the offline voice is to say, in which language, and where it lies, relative to the prompts folder."""

    text: str
    language: str
    file: str


def system_prompt(key: str) -> Prompt | None:
    """The system prompt with this id, None for others; what says numbers ("say.zh.n3") and places is among them."""
    if place := PLACES.get(key):
        english = Prompt(key, place.en, system_file(key, "en"), place.en, LONGEST_MS)
        return Prompt(key, place.zh, system_file(key), place.zh, LONGEST_MS, {"en": english})
    text = SYSTEM_PROMPTS.get(key) or PARTS.get(key)
    return Prompt(key, text, system_file(key), text, languages=_english(key)) if text else None


def system_file(prompt: str, language: str = "zh") -> str:
    """Where the sound of a system prompt lies, relative to the prompts folder: "system/say/zh/n3.wav"."""
    folder = "system" if language == "zh" else f"system/{language}"
    return f"{folder}/{prompt.removeprefix('sys.').replace('.', '/')}.wav"


def sounds() -> Iterator[Sound]:
    """Every sound that belongs to the system."""
    for key, text in (SYSTEM_PROMPTS | PARTS).items():
        yield Sound(text, "en" if key.startswith("say.en.") else "zh", system_file(key))
    for key, text in ENGLISH.items():
        yield Sound(text, "en", system_file(key, "en"))
    for key, place in PLACES.items():
        yield Sound(readable(place.zh), "zh", system_file(key))
        yield Sound(place.en, "en", system_file(key, "en"))


def _english(key: str) -> dict[str, Prompt]:
    text = ENGLISH.get(key)
    return {"en": Prompt(key, text, system_file(key, "en"), text)} if text else {}
