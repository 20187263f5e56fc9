"""What calls leave behind beside their legs: messages, marks, what flows noted, and things to do."""

from __future__ import annotations

from peewee import BigAutoField, BooleanField, CharField, ForeignKeyField, IntegerField

from app.store.models.base import Table, UtcField, at_least, between, not_empty, one_of, utc_now
from app.store.models.call import Call
from app.store.models.company import Company, User

TASK_KINDS = ("missed_call", "low_mark", "notice")


class Voicemail(Table):
    """A message 留言 that a caller left; `file` is relative to the recordings folder, `node` and `label` say where.

    One that was deleted is shown no more, but may be brought back for some days.
    """

    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    call = ForeignKeyField(Call, unique=True, on_delete="CASCADE")
    node = CharField(80)
    label = CharField(100)
    file = CharField(255)
    length_ms = IntegerField()
    left_at = UtcField()
    heard_at = UtcField(null=True)
    heard_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    deleted_at = UtcField(null=True, index=True)
    deleted_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    call_id: int

    class Meta:
        table_name = "voicemail"
        indexes = ((("company", "left_at"), False),)
        constraints = (not_empty("file"), at_least("length_ms", 0))

    def __str__(self) -> str:
        return f"{self.label} {self.length_ms // 1000} s"


class SurveyMark(Table):
    """A mark 评分 that a caller gave for the person at a phone; `told` when it was low and somebody was told of it."""

    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    call = ForeignKeyField(Call, on_delete="CASCADE")
    position = IntegerField()
    survey = CharField(80)
    label = CharField(100)
    phone = CharField(64)
    mark = IntegerField()
    told = BooleanField(default=False)
    given_at = UtcField()

    class Meta:
        table_name = "survey_mark"
        indexes = (
            (("call", "position"), True),
            (("company", "given_at"), False),
        )
        constraints = (between("mark", 1, 9),)

    def __str__(self) -> str:
        return f"{self.phone}: {self.mark}"


class CallVariable(Table):
    """What a node of the flow left for later ones: a customer tag, an answer of a web service."""

    id = BigAutoField()
    call = ForeignKeyField(Call, on_delete="CASCADE")
    name = CharField(80)
    value = CharField(200)

    class Meta:
        table_name = "call_variable"
        indexes = ((("call", "name"), True),)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Task(Table):
    """Something for a person to do or to know 待办.

    key      what makes it one task however often it is told of: unique in a company
    call_id  of the call that it is about; the call may be stored later than the task
    phone    slug of the phone whose person it is for, "" for the owner
    """

    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    kind = CharField(16)
    key = CharField(150)
    call_id = CharField(64)
    ani = CharField(32, default="")
    phone = CharField(64, default="")
    text = CharField(400, default="")
    created_at = UtcField(default=utc_now)
    done_at = UtcField(null=True)
    done_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "task"
        indexes = (
            (("company", "key"), True),
            (("company", "done_at", "created_at"), False),
        )
        constraints = (one_of("kind", *TASK_KINDS), not_empty("key"))

    def __str__(self) -> str:
        return f"{self.kind} {self.text}".strip()
