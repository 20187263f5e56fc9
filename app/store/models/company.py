"""Companies, the tenants, and the people who sign in."""

from __future__ import annotations

from peewee import BooleanField, CharField, Check, ForeignKeyField

from app.store.models.base import Table, UtcField, not_empty, one_of


class Company(Table):
    """A tenant. Everything else belongs to exactly one."""

    name = CharField(100)
    timezone = CharField(64, default="Asia/Shanghai")

    class Meta:
        table_name = "company"
        constraints = (not_empty("name"), not_empty("timezone"))

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
