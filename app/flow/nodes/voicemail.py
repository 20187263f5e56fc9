from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.errors import CallerHungUp
from app.flow import messages
from app.flow.commands import Notify, Record
from app.flow.fields import number, ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.outcomes import Recorded
from app.words import Words

NOTICE = "{time} {place} {caller} 留言"


@dataclass(frozen=True, kw_only=True)
class Voicemail(Node):
    """Records what the caller has to say and tells the person at a phone, or the owner, that it is there."""

    kind: ClassVar[str] = "voicemail"
    words: ClassVar[Words] = Words("语音留言", "Voicemail")
    icon: ClassVar[str] = "microphone"
    order: ClassVar[int] = 60

    prompt: str = ref("prompt", "留言提示", "Greeting")
    max_s: int = number("最长", "At most", default=120, low=10, high=600, unit=Words("秒", "s"))
    silence_s: int = number(
        "静音多久算说完", "Over after silence of", default=5, low=2, high=30, unit=Words("秒", "s")
    )
    to: str = ref("phone", "通知谁", "Tell", help=Words("不选则通知管理员", "nobody chosen: the owner"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("done", Words("留言后", "after the message"), farewell="sys.message_kept"),
            Exit("nothing_said", Words("没有留言", "nothing said"), farewell="sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        tell = Notify(self.to, messages.fill(NOTICE, call.facts))
        try:
            recorded = yield Record((self.prompt or "sys.leave_message",), self.max_s, self.silence_s)
        except CallerHungUp as gone:  # which is how most people end a message
            if isinstance(gone.outcome, Recorded) and gone.outcome.file:
                yield _with(tell, gone.outcome)
            raise
        if not recorded.file:
            return "nothing_said"
        yield _with(tell, recorded)
        return "done"


def _with(notice: Notify, recorded: Recorded) -> Notify:
    return Notify(notice.to, f"{notice.text} {recorded.length_ms // 1000} 秒", recorded.file)
