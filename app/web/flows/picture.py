"""A flow's picture as the page's script wants it: boxes in the language of the page, and their icons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.flow.graph import Box, Port, graph
from app.flow.problems import Problem, Severity
from app.flow.snapshot import Assets
from app.web.icons import icon
from app.web.language import say


def drawing(
    document: Mapping[str, Any], assets: Assets, problems: Iterable[Problem] = (), did: str = ""
) -> dict[str, Any]:
    """{"boxes": […], "icons": {name: svg}}; boxes with findings are marked, `did` adds the number before the start."""
    found = marks(problems)
    boxes = [_box(box, found) for box in graph(document, assets, did)]
    names = {box["icon"] for box in boxes} | {"phone", "plus"}
    return {"boxes": boxes, "icons": {name: str(icon(name)) for name in sorted(names)}}


def marks(problems: Iterable[Problem]) -> dict[str, tuple[str, list[str]]]:
    """The gravest severity, and the sentences, of each step that something was found in; notes are no marks."""
    found: dict[str, tuple[str, list[str]]] = {}
    for problem in sorted(problems, key=lambda problem: not problem.is_error):
        if problem.node and problem.severity is not Severity.NOTE:
            found.setdefault(problem.node, (str(problem.severity), []))[1].append(say(problem.words))
    return found


def _box(box: Box, found: Mapping[str, tuple[str, list[str]]]) -> dict[str, Any]:
    mark, sentences = found.get(box.id, ("", []))
    return {
        "id": box.id,
        "shape": str(box.shape),
        "icon": box.icon,
        "title": say(box.title),
        "what": say(box.what),
        "says": box.says[:120],
        "start": box.is_start,
        "used": [_port(port) for port in box.used],
        "free": [_port(port) for port in box.free],
        "rings": box.rings,
        "phones": [{"number": phone.number, "name": phone.name or phone.shown} for phone in box.phones],
        "mark": mark,
        "problems": sentences,
    }


def _port(port: Port) -> dict[str, Any]:
    return {"name": port.name, "text": say(port.words), "key": port.is_key, "to": port.target}
