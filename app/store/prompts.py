"""Prompts 语音 of a company: in each language the sound of now, and those it had before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from peewee import fn

from app.store.db import NotFound, first, locked, writing
from app.store.models import Company, Flow, FlowVersion, Prompt, PromptVersion, User
from app.store.references import refuse_when_used

LIMIT = 1000
VERSIONS_SHOWN = 50


class Sound(NamedTuple):
    """A sound in the prompts folder and what it says. `source` is speech, upload or recording."""

    file: str
    duration_ms: int = 0
    text: str = ""
    source: str = "speech"


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
    source: str = "speech",
    user: User | None = None,
) -> Prompt:
    """A prompt, and its first sound when a file is given. Conflict when the slug is taken."""
    with writing():
        prompt = Prompt.create(company=company, slug=slug, name=name, text=text, language=language)
        if file:
            _add(prompt, language, Sound(file, duration_ms, text, source), user)
        return prompt


def rename(company: Company, slug: str, name: str) -> Prompt:
    with writing():
        prompt = find(company, slug)
        prompt.name = name
        prompt.save(only=[Prompt.name])
        return prompt


def add_sound(
    company: Company, slug: str, language: str, sound: Sound, user: User | None = None
) -> PromptVersion:
    """Let the prompt say this in one language from now on. Calls notice at the next publishing."""
    with writing():
        return _add(_taken(company, slug), language, sound, user)


def restore(
    company: Company, slug: str, language: str, number: int, user: User | None = None
) -> PromptVersion:
    """Let the prompt say again what it said in an earlier version: a new version with the old sound."""
    with writing():
        prompt = _taken(company, slug)
        old = version(company, slug, language, number)
        return _add(prompt, language, Sound(old.file, old.duration_ms, old.text, old.source), user)


def version(company: Company, slug: str, language: str, number: int) -> PromptVersion:
    """One sound of a prompt; NotFound when there is none."""
    found = PromptVersion.get_or_none(
        PromptVersion.prompt == find(company, slug),
        PromptVersion.language == language,
        PromptVersion.number == number,
    )
    if found is None:
        raise NotFound(f"no version {number} of {slug} in {language}")
    return found


def versions(company: Company, slug: str, limit: int = VERSIONS_SHOWN) -> list[PromptVersion]:
    """All sounds of a prompt, the newest first."""
    mine = PromptVersion.select().where(PromptVersion.prompt == find(company, slug))
    return list(mine.order_by(PromptVersion.id.desc()).limit(limit))


def spoken(company: Company) -> dict[str, dict[str, PromptVersion]]:
    """What each prompt says now, by slug and language."""
    newest = (
        PromptVersion.select(fn.MAX(PromptVersion.id))
        .where(PromptVersion.company == company)
        .group_by(PromptVersion.prompt, PromptVersion.language)
    )
    rows = (
        PromptVersion.select(PromptVersion, Prompt)
        .join(Prompt)
        .where(PromptVersion.id.in_(newest))
        .order_by(PromptVersion.language.desc())
    )
    found: dict[str, dict[str, PromptVersion]] = {}
    for row in rows:
        found.setdefault(row.prompt.slug, {})[row.language] = row
    return found


def files(company: Company) -> set[str]:
    """The sounds that somebody may still want to hear: of all versions, and of the snapshots in force."""
    kept = PromptVersion.select(PromptVersion.file).where(PromptVersion.company == company)
    return {row.file for row in kept} | set(_in_force(company))


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "prompt", slug)
        find(company, slug).delete_instance(recursive=True)


def _taken(company: Company, slug: str) -> Prompt:
    """The prompt, kept from others until the transaction ends: two versions must not get the same number."""
    prompt = first(locked(Prompt.select().where(Prompt.company == company, Prompt.slug == slug)))
    if prompt is None:
        raise NotFound(f"no prompt {slug}")
    return prompt


def _add(prompt: Prompt, language: str, sound: Sound, user: User | None) -> PromptVersion:
    of_language = (PromptVersion.prompt == prompt) & (PromptVersion.language == language)
    last = PromptVersion.select(fn.MAX(PromptVersion.number)).where(of_language).scalar()
    if language == prompt.language:
        prompt.text, prompt.file, prompt.duration_ms = sound.text, sound.file, sound.duration_ms
        prompt.save(only=[Prompt.text, Prompt.file, Prompt.duration_ms])
    return PromptVersion.create(
        company=prompt.company_id,
        prompt=prompt,
        language=language,
        number=(last or 0) + 1,
        made_by=user,
        **sound._asdict(),
    )


def _in_force(company: Company) -> Iterator[str]:
    """Files that the newest published version of each flow plays."""
    newest = FlowVersion.select(fn.MAX(FlowVersion.id)).join(Flow).where(Flow.company == company)
    for row in FlowVersion.select().where(FlowVersion.id.in_(newest.group_by(Flow.id))):
        for prompt in json.loads(row.snapshot)["prompts"]:
            yield from (said["file"] for said in (prompt, *prompt.get("languages", {}).values()))
