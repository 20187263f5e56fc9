"""The tables. Fields and the rules that must always hold; no questions, no behaviour."""

from app.store.models.base import Table
from app.store.models.call import Call, CallLeg
from app.store.models.call_view import CallView
from app.store.models.caller_list import CallerList, CallerListEntry
from app.store.models.company import Company, User
from app.store.models.emergency import Emergency
from app.store.models.flow import Flow, FlowVersion
from app.store.models.flow_test import FlowTest
from app.store.models.leaving import CallVariable, SurveyMark, Task, Voicemail
from app.store.models.notice import Delivery, NoticeChannel
from app.store.models.number import Number
from app.store.models.phone import Agent, GroupMember, HuntGroup, Phone
from app.store.models.phone_paper import PhoneImport, PhoneProof
from app.store.models.plan import FlowPlan
from app.store.models.queue import CallQueue, QueueMember
from app.store.models.schedule import Closure, Hours
from app.store.models.session import UserSession
from app.store.models.sound import Prompt, PromptVersion
from app.store.models.switch_record import SwitchRecord

TABLES: tuple[type[Table], ...] = (
    Company,
    User,
    Phone,
    Hours,
    HuntGroup,
    GroupMember,
    Agent,
    PhoneProof,
    PhoneImport,
    Closure,
    Emergency,
    CallerList,
    CallerListEntry,
    Prompt,
    PromptVersion,
    CallQueue,
    QueueMember,
    Flow,
    FlowVersion,
    FlowTest,
    FlowPlan,
    Number,
    Call,
    CallLeg,
    CallView,
    Voicemail,
    SurveyMark,
    CallVariable,
    Task,
    NoticeChannel,
    Delivery,
    SwitchRecord,
    UserSession,
)

__all__ = [
    "TABLES",
    "Agent",
    "Call",
    "CallLeg",
    "CallQueue",
    "CallVariable",
    "CallView",
    "CallerList",
    "CallerListEntry",
    "Closure",
    "Company",
    "Delivery",
    "Emergency",
    "Flow",
    "FlowPlan",
    "FlowTest",
    "FlowVersion",
    "GroupMember",
    "Hours",
    "HuntGroup",
    "NoticeChannel",
    "Number",
    "Phone",
    "PhoneImport",
    "PhoneProof",
    "Prompt",
    "PromptVersion",
    "QueueMember",
    "SurveyMark",
    "SwitchRecord",
    "Table",
    "Task",
    "User",
    "UserSession",
    "Voicemail",
]
