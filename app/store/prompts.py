"""Prompts 语音 of a company."""

from __future__ import annotations

from app.store.db import NotFound, writing
from app.store.models import Company, Prompt
from app.store.references import refuse_when_used

LIMIT = 1000


def every(company: Company, limit: int = LIMIT) -> list[Prompt]:
    return list(Prompt.select().where(Prompt.company == company).order_by(Prompt.slug).limit(limit))


def find(company: Company, slug: str) -> Prompt:
    """The prompt with this slug; NotFound when the company has none."""
    prompt = Prompt.get_or_none(Prompt.company == company, Prompt.slug == slug)
    if prompt is None:
        raise NotFound(f"no prompt {slug}")
    return prompt


def create(
    company: Company,
    slug: str,
    name: str,
    *,
    text: str = "",
    file: str = "",
    duration_ms: int = 0,
    language: str = "zh",
) -> Prompt:
    """Conflict when the slug is taken."""
    with writing():
        return Prompt.create(
            company=company,
            slug=slug,
            name=name,
            text=text,
            file=file,
            duration_ms=duration_ms,
            language=language,
        )


def change(
    company: Company, slug: str, *, name: str, text: str, file: str, duration_ms: int, language: str = "zh"
) -> Prompt:
    """Calls notice at the next publishing."""
    with writing():
        prompt = find(company, slug)
        prompt.name, prompt.text, prompt.language = name, text, language
        prompt.file, prompt.duration_ms = file, duration_ms
        prompt.save(only=[Prompt.name, Prompt.text, Prompt.language, Prompt.file, Prompt.duration_ms])
        return prompt


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "prompt", slug)
        find(company, slug).delete_instance()
