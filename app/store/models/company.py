"""Companies, the tenants, and the people who sign in."""

from __future__ import annotations

import secrets
from functools import partial

from peewee import BooleanField, CharField, Check, ForeignKeyField, IntegerField

from app.routing.dialling_rules import MOST_PER_MINUTE
from app.store.models.base import DocumentField, Table, UtcField, between, not_empty, one_of

MOST_CALLS = 10_000
USUAL_DIALS = (
    600  # ten phones a second: more than any shop rings, and the most that a stolen password can ring
)
new_secret = partial(secrets.token_hex, 32)


class Company(Table):
    """A tenant. Everything else belongs to exactly one.

    max_calls       live calls that it may have at once, 0 for no limit
    max_dials       phones that may be rung for it in a minute, 0 for no limit
    dialling        what it may dial beside mobiles and landlines, a document of routing/dialling_rules.py
    webhook_secret  signs what its web services are asked
    """

    name = CharField(100)
    timezone = CharField(64, default="Asia/Shanghai")
    max_calls = IntegerField(default=0)
    webhook_secret = CharField(64, default=new_secret)
    max_dials = IntegerField(default=USUAL_DIALS)
    dialling = DocumentField(default=dict)

    class Meta:
        table_name = "company"
        constraints = (
            not_empty("name"),
            not_empty("timezone"),
            between("max_calls", 0, MOST_CALLS),
            not_empty("webhook_secret"),
            between("max_dials", 0, MOST_PER_MINUTE),
            not_empty("dialling"),
        )

    def __str__(self) -> str:
        return self.name


class User(Table):
    """Somebody who signs in to the console. `email` is lower case; `password_hash` is Argon2's."""

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    email = CharField(254, unique=True)
    name = CharField(100)
    password_hash = CharField(255)
    role = CharField(16, default="member")
    locale = CharField(8, default="zh")
    is_active = BooleanField(default=True)
    last_login_at = UtcField(null=True)

    company_id: int

    class Meta:
        table_name = "user_account"  # "user" is a reserved word in PostgreSQL
        constraints = (
            Check("email = lower(email)"),
            not_empty("email"),
            one_of("role", "owner", "member"),
            one_of("locale", "zh", "en"),
        )

    def __str__(self) -> str:
        return self.name or self.email
