"""What is kept beside a phone: the proof of who uses it, and what was imported when."""

from __future__ import annotations

from peewee import BigAutoField, CharField, ForeignKeyField, IntegerField

from app.store.models.base import (
    DocumentField,
    Table,
    UtcField,
    at_least,
    not_empty,
    one_of,
    same_company,
    utc_now,
)
from app.store.models.company import Company, User
from app.store.models.phone import Phone

PROOF_KINDS = ("bill", "identity", "letter")
PROOF_STATES = ("submitted", "accepted", "refused")
IMPORT_KINDS = ("phones", "groups")


class PhoneProof(Table):
    """The real-name proof 实名凭证 of a phone, the newest takes the place of the one before.

    file    its name in the company's folder of proofs
    reason  why the carrier refused it, "" unless it did
    """

    company = ForeignKeyField(Company, on_delete="RESTRICT")
    phone = ForeignKeyField(Phone, unique=True, on_delete="CASCADE")
    kind = CharField(16)
    state = CharField(16, default="submitted")
    reason = CharField(200, default="")
    file = CharField(100)
    media = CharField(50)
    size = IntegerField()
    sent_at = UtcField(default=utc_now)
    sent_by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    decided_at = UtcField(null=True)

    phone_id: int

    class Meta:
        table_name = "phone_proof"
        constraints = (
            one_of("kind", *PROOF_KINDS),
            one_of("state", *PROOF_STATES),
            not_empty("file"),
            at_least("size", 1),
            same_company("phone_id", "phone"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class PhoneImport(Table):
    """A file of phones or groups that was imported: what each was before and after, so that it can be taken back."""

    id = BigAutoField()
    company = ForeignKeyField(Company, on_delete="RESTRICT")
    kind = CharField(16)
    changes = DocumentField()
    at = UtcField(default=utc_now)
    by = ForeignKeyField(User, null=True, on_delete="SET NULL")
    undone_at = UtcField(null=True)

    class Meta:
        table_name = "phone_import"
        indexes = ((("company", "at"), False),)
        constraints = (one_of("kind", *IMPORT_KINDS),)

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
