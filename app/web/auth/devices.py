"""What a browser is called, from what it says of itself: for people to know their own devices again. Pure."""

from __future__ import annotations

from app.words import Words

UNKNOWN = Words("未知设备", "Unknown device")

# The first that occurs; some pretend to be others, so the order matters.
_BROWSERS = (
    ("MicroMessenger", Words("微信", "WeChat")),
    ("wxwork", Words("企业微信", "WeCom")),
    ("QQBrowser", Words("QQ 浏览器", "QQ Browser")),
    ("Edg", Words("Edge", "Edge")),
    ("OPR", Words("Opera", "Opera")),
    ("HuaweiBrowser", Words("华为浏览器", "Huawei Browser")),
    ("MiuiBrowser", Words("小米浏览器", "Mi Browser")),
    ("Firefox", Words("Firefox", "Firefox")),
    ("Chrome", Words("Chrome", "Chrome")),
    ("Safari", Words("Safari", "Safari")),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
PHONES = ("HarmonyOS", "iPhone", "Android")


def named(user_agent: str) -> Words:
    """Chrome · Windows; what is not known is left out."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), None)
    system = _system(user_agent)
    if browser is None:
        return Words(system, system) if system else UNKNOWN
    return Words(*(f"{name} · {system}" if system else name for name in (browser.zh, browser.en)))


def is_phone(user_agent: str) -> bool:
    return _system(user_agent) in PHONES


def _system(user_agent: str) -> str:
    return next((name for sign, name in _SYSTEMS if sign in user_agent), "")
