"""The tables. Fields and the rules that must always hold; no questions, no behaviour."""

from app.store.models.base import Table
from app.store.models.call import Call, CallLeg
from app.store.models.company import Company, User
from app.store.models.flow import Flow, FlowVersion
from app.store.models.number import Number
from app.store.models.phone import GroupMember, HuntGroup, Phone
from app.store.models.schedule import Hours
from app.store.models.sound import Prompt

TABLES: tuple[type[Table], ...] = (
    Company,
    User,
    Phone,
    HuntGroup,
    GroupMember,
    Hours,
    Prompt,
    Flow,
    FlowVersion,
    Number,
    Call,
    CallLeg,
)

__all__ = [
    "TABLES",
    "Call",
    "CallLeg",
    "Company",
    "Flow",
    "FlowVersion",
    "GroupMember",
    "Hours",
    "HuntGroup",
    "Number",
    "Phone",
    "Prompt",
    "Table",
    "User",
]
