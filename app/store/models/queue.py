"""Queues 排队 and the phones that answer them."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField

from app.store.models.base import Table, at_least, between, not_empty, same_company
from app.store.models.company import Company
from app.store.models.phone import Phone
from app.store.models.sound import Prompt


class CallQueue(Table):
    """Where callers wait for a free phone.

    ring_timeout_s  how long an offered phone rings
    wrap_up_s       how long a phone rests after a call 话后时长
    max_size        how many may wait, 0 for any number
    max_misses      after so many unanswered offers in a row a phone counts as off, 0 for never
    rest_s          how long a phone rests after an unanswered offer
    music           what they hear, the system's music when empty
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    strategy = CharField(16)
    ring_timeout_s = IntegerField()
    wrap_up_s = IntegerField()
    max_size = IntegerField()
    max_misses = IntegerField()
    rest_s = IntegerField()
    music = ForeignKeyField(Prompt, null=True, on_delete="RESTRICT")

    class Meta:
        table_name = "call_queue"
        indexes = (
            (("company", "slug"), True),
            (("company", "id"), True),
        )
        constraints = (
            not_empty("slug"),
            between("ring_timeout_s", 5, 120),
            between("wrap_up_s", 0, 3600),
            at_least("max_size", 0),
            between("max_misses", 0, 99),
            between("rest_s", 0, 600),
        )

    def __str__(self) -> str:
        return self.name


class QueueMember(Table):
    """A phone's place in a queue; `position` counts from 0, `weight` is its share where shares decide, 1 to 100."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    queue = ForeignKeyField(CallQueue, backref="members", on_delete="CASCADE")
    phone = ForeignKeyField(Phone, on_delete="RESTRICT")
    position = IntegerField()
    weight = IntegerField()

    queue_id: int

    class Meta:
        table_name = "queue_member"
        indexes = (
            (("queue", "phone"), True),
            (("queue", "position"), True),
        )
        constraints = (
            at_least("position", 0),
            between("weight", 1, 100),
            same_company("queue_id", "call_queue"),
            same_company("phone_id", "phone"),
        )

    def __str__(self) -> str:
        return f"{self.position}: {self.phone}"
