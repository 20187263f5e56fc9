"""Real-name proofs 实名凭证 of a company's phones: what was sent in, and what the carrier said."""

from __future__ import annotations

from app.store.db import NotFound, writing
from app.store.models import Company, Phone, PhoneProof, User
from app.store.models.base import utc_now
from app.store.phones import find as find_phone

LIMIT = 1000
ACCEPTED, REFUSED = "accepted", "refused"
MAX_REASON = 200


def every(company: Company, limit: int = LIMIT) -> dict[int, PhoneProof]:
    """The proofs that there are, by the phone's id."""
    query = PhoneProof.select().where(PhoneProof.company == company).limit(limit)
    return {proof.phone_id: proof for proof in query}


def find(company: Company, slug: str) -> PhoneProof:
    """The proof of the phone with this slug; NotFound when there is none."""
    phone = find_phone(company, slug)
    proof = PhoneProof.get_or_none(PhoneProof.company == company, PhoneProof.phone == phone)
    if proof is None:
        raise NotFound(f"no proof of phone {slug}")
    return proof


def put(
    company: Company, slug: str, *, kind: str, file: str, media: str, size: int, user: User | None = None
) -> str:
    """Keep a proof that was sent in; the file of the one whose place it takes, "" for none. `kind` as in PROOF_KINDS."""
    with writing():
        phone = find_phone(company, slug)
        before = PhoneProof.get_or_none(PhoneProof.company == company, PhoneProof.phone == phone)
        if before:
            before.delete_instance()
        PhoneProof.create(
            company=company, phone=phone, kind=kind, file=file, media=media, size=size, sent_by=user
        )
        return str(before.file) if before else ""


def decide(company: Company, slug: str, state: str, reason: str = "") -> PhoneProof:
    """What the carrier said: accepted, or refused with a reason."""
    with writing():
        proof = find(company, slug)
        proof.state, proof.decided_at = state, utc_now()
        proof.reason = reason[:MAX_REASON] if state == REFUSED else ""
        proof.save(only=[PhoneProof.state, PhoneProof.decided_at, PhoneProof.reason])
        return proof


def unproven(company: Company) -> frozenset[str]:
    """The numbers of the phones for which nothing was sent in, or what was sent in was refused."""
    proven = PhoneProof.select(PhoneProof.phone).where(
        PhoneProof.company == company, PhoneProof.state != REFUSED
    )
    query = Phone.select(Phone.number).where(Phone.company == company, Phone.id.not_in(proven))
    return frozenset(phone.number for phone in query.limit(LIMIT))
