"""Where a promised call-back goes: the number to ring and the 400 number that it had called, as one text. Pure."""

from __future__ import annotations


def write(number: str, did: str) -> str:
    return f"{number}/{did}"


def read(address: str) -> tuple[str, str]:
    """The number to ring, and the 400 number."""
    number, _, did = address.partition("/")
    return number, did
