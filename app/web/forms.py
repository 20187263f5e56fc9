"""What all forms share."""

from __future__ import annotations

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """A form with the token that proves that it came from a page of ours."""


def tidy(text: str | None) -> str:
    """What was typed, without blanks around it."""
    return (text or "").strip()
