"""How notices reach people, and what became of each on its way."""

from __future__ import annotations

from peewee import BigAutoField, CharField, ForeignKeyField, IntegerField

from app.store.models.base import Table, UtcField, at_least, not_empty, one_of, same_company, utc_now
from app.store.models.company import Company
from app.store.models.leaving import Task
from app.store.models.phone import Phone

CHANNEL_KINDS = ("email", "wecom", "dingtalk", "feishu", "sms")
STATES = ("waiting", "sending", "sent", "failed")
OWNERS_INDEX = "notice_channel_owners"


class NoticeChannel(Table):
    """A way 通知方式 to the person at a phone, or to the owner when there is no phone.

    address  e-mail address, web address of a group's robot, or mobile number
    secret   signs what the robot is told, "" for none
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, null=True, on_delete="CASCADE")
    kind = CharField(16)
    address = CharField(500)
    secret = CharField(200, default="")

    class Meta:
        table_name = "notice_channel"
        indexes = ((("company", "phone", "kind"), True),)
        constraints = (
            one_of("kind", *CHANNEL_KINDS),
            not_empty("address"),
            same_company("phone_id", "phone"),
        )

    def __str__(self) -> str:
        return str(self.kind)  # a robot's address is as good as its password


NoticeChannel.add_index(
    NoticeChannel.company,
    NoticeChannel.kind,
    unique=True,
    where=NoticeChannel.phone.is_null(),
    name=OWNERS_INDEX,
)


class Delivery(Table):
    """A notice on its way through one channel; the unique key is there before anything is sent.

    state     waiting: to be sent, or sent again; sending: some worker is about it since `changed_at`
    attempts  how often it was tried
    reason    why the last one failed, one of app/integrations/notices.py; detail: in the other side's words
    """

    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    task = ForeignKeyField(Task, backref="deliveries", on_delete="CASCADE")
    kind = CharField(16)
    address = CharField(500)
    state = CharField(16, default="waiting")
    attempts = IntegerField(default=0)
    reason = CharField(16, default="")
    detail = CharField(200, default="")
    changed_at = UtcField(default=utc_now)

    company_id: int
    task_id: int

    class Meta:
        table_name = "delivery"
        indexes = (
            (("task", "kind", "address"), True),
            (("state", "changed_at"), False),
        )
        constraints = (
            one_of("kind", *CHANNEL_KINDS),
            one_of("state", *STATES),
            not_empty("address"),
            at_least("attempts", 0),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
