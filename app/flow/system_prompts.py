"""What the system itself says to callers, whatever the company has recorded.

The sound files lie in the folder `system` of the prompts folder; `hotline400 init` makes those that are missing.
"""

from __future__ import annotations

SYSTEM_PROMPTS: dict[str, str] = {
    "sys.sorry": "对不起，系统暂时无法为您服务，请稍后再拨。",
    "sys.busy": "对不起，您拨打的分机正忙，请稍后再拨。",
    "sys.unanswered": "对不起，暂时无人接听，请稍后再拨。",
    "sys.closed": "您好，现在是非工作时间，请在工作时间来电，谢谢。",
    "sys.goodbye": "感谢您的来电，再见。",
    "sys.wrong_key": "对不起，您按的键不正确。",
    "sys.wrong_extension": "对不起，没有这个分机。",
    "sys.not_in_service": "对不起，您拨打的号码暂未开通。",
}


def system_file(prompt: str) -> str:
    """Where the sound of a system prompt lies, relative to the prompts folder."""
    return f"system/{prompt.removeprefix('sys.')}.wav"
