"""The tables of the first release.

A migration is a frozen copy: it does not import the application's models, which go on changing.
"""

from peewee import (
    SQL,
    BigAutoField,
    BooleanField,
    CharField,
    Check,
    Database,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)
from playhouse.migrate import SchemaMigrator


def same_company(column: str, table: str) -> SQL:
    return SQL(f'FOREIGN KEY ("company_id", "{column}") REFERENCES "{table}" ("company_id", "id")')


class Table(Model):
    class Meta:
        legacy_table_names = False


class Company(Table):
    name = CharField(100)
    timezone = CharField(64)

    class Meta:
        table_name = "company"
        constraints = (Check("name <> ''"), Check("timezone <> ''"))


class User(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    email = CharField(254, unique=True)
    name = CharField(100)
    password_hash = CharField(255)
    role = CharField(16)
    locale = CharField(8)
    is_active = BooleanField()
    last_login_at = DateTimeField(null=True)

    class Meta:
        table_name = "user_account"
        constraints = (
            Check("email = lower(email)"),
            Check("email <> ''"),
            Check("role IN ('owner', 'member')"),
            Check("locale IN ('zh', 'en')"),
        )


class Phone(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    number = CharField(12)
    name = CharField(100)
    extension = CharField(8)

    class Meta:
        table_name = "phone"
        indexes = ((("company", "slug"), True), (("company", "number"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"), Check("number <> ''"))


Phone.add_index(
    Phone.company,
    Phone.extension,
    unique=True,
    where=Phone.extension != "",
    name="phone_company_extension",
)


class HuntGroup(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)

    class Meta:
        table_name = "hunt_group"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"),)


class GroupMember(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    group = ForeignKeyField(HuntGroup, on_delete="CASCADE")
    phone = ForeignKeyField(Phone, on_delete="RESTRICT")
    position = IntegerField()

    class Meta:
        table_name = "group_member"
        indexes = ((("group", "phone"), True), (("group", "position"), True))
        constraints = (
            Check("position >= 0"),
            same_company("group_id", "hunt_group"),
            same_company("phone_id", "phone"),
        )


class Hours(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    document = TextField()

    class Meta:
        table_name = "hours"
        indexes = ((("company", "slug"), True),)
        constraints = (Check("slug <> ''"),)


class Prompt(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    text = TextField()
    language = CharField(8)
    file = CharField(255)
    duration_ms = IntegerField()

    class Meta:
        table_name = "prompt"
        indexes = ((("company", "slug"), True),)
        constraints = (Check("slug <> ''"), Check("duration_ms >= 0"))


class Flow(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    slug = CharField(64)
    name = CharField(100)
    draft = TextField()
    draft_revision = IntegerField()
    updated_at = DateTimeField()
    updated_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow"
        indexes = ((("company", "slug"), True), (("company", "id"), True))
        constraints = (Check("slug <> ''"), Check("draft_revision >= 0"))


class FlowVersion(Table):
    flow = ForeignKeyField(Flow, on_delete="CASCADE")
    version = IntegerField()
    document = TextField()
    snapshot = TextField()
    note = CharField(200)
    published_at = DateTimeField()
    published_by = ForeignKeyField(User, null=True, on_delete="SET NULL")

    class Meta:
        table_name = "flow_version"
        indexes = ((("flow", "version"), True),)
        constraints = (Check("version >= 1"),)


class Number(Table):
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    did = CharField(12, unique=True)
    label = CharField(100)
    flow = ForeignKeyField(Flow, null=True, on_delete="RESTRICT")
    fallback = ForeignKeyField(Phone, null=True, on_delete="RESTRICT")
    state = CharField(16)
    revision = IntegerField()

    class Meta:
        table_name = "number"
        constraints = (
            Check("did <> ''"),
            Check("state IN ('active', 'suspended')"),
            Check("revision >= 0"),
            same_company("flow_id", "flow"),
            same_company("fallback_id", "phone"),
        )


class Call(Table):
    id = BigAutoField()
    call_id = CharField(64, unique=True)
    company = ForeignKeyField(Company, null=True, on_delete="RESTRICT")
    did = CharField(32)
    ani = CharField(32)
    province = CharField(32)
    city = CharField(32)
    carrier = CharField(32)
    switch = CharField(100)
    controller = CharField(100)
    flow_id = CharField(64)
    snapshot_version = IntegerField()
    began_at = DateTimeField()
    answered_ms = IntegerField(null=True)
    duration_ms = IntegerField()
    wait_ms = IntegerField()
    talk_ms = IntegerField()
    result = CharField(16)
    ended = CharField(16)
    hangup_cause = CharField(64)
    answered_by = CharField(64)
    keys = CharField(255)
    trail = TextField()
    received_at = DateTimeField()

    class Meta:
        table_name = "call"
        indexes = ((("company", "began_at"), False), (("company", "result", "began_at"), False))
        constraints = (
            Check("result IN ('answered', 'missed', 'abandoned', 'no_flow', 'failed')"),
            Check(
                "ended IN ('caller', 'callee', 'flow', 'flow_error', 'no_flow', 'switch_lost', "
                "'no_controller')"
            ),
            Check("duration_ms >= 0"),
            Check("wait_ms >= 0"),
            Check("talk_ms >= 0"),
        )


class CallLeg(Table):
    id = BigAutoField()
    call = ForeignKeyField(Call, on_delete="CASCADE")
    position = IntegerField()
    phone = CharField(64)
    number = CharField(32)
    name = CharField(100)
    node = CharField(64)
    result = CharField(16)
    cause = CharField(64)
    at_ms = IntegerField()
    ring_ms = IntegerField()
    talk_ms = IntegerField()

    class Meta:
        table_name = "call_leg"
        indexes = ((("call", "position"), True),)
        constraints = (
            Check("result IN ('answered', 'busy', 'no_answer', 'unreachable', 'rejected', 'cancelled')"),
            Check("ring_ms >= 0"),
            Check("talk_ms >= 0"),
        )


TABLES = (
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


def up(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)


def down(migrator: SchemaMigrator, db: Database) -> None:
    with db.bind_ctx(TABLES):
        db.drop_tables(TABLES, safe=False)
