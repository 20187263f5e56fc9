"""Trying a draft with a telephone in the browser, and the tests that are kept of it.

The page sends all that was done so far; every answer walks the call anew (calls/trial.py). Nothing is kept here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.calls import flow_tests, situation, trial
from app.calls.explain import LEG_RESULTS, explain
from app.calls.flow_tests import Verdict
from app.calls.situation import BadTrial
from app.calls.trial import Stage, Wait
from app.errors import DocumentError
from app.flow.kinds import KINDS
from app.flow.nodes.webhook import WAYS
from app.flow.outline import exit_words, node_label, nodes_of, outline
from app.flow.snapshot import Prompt, Snapshot
from app.flow.system_prompts import system_prompt
from app.store import assets as company_assets
from app.store import flow_tests as store
from app.store import flows, numbers
from app.store.db import Conflict
from app.web import language
from app.web.calls.timeline import timeline
from app.web.calls.views import outcome
from app.web.flows.drafts import Editing
from app.web.flows.picture import drawing
from app.web.flows.presets import callers, moments
from app.web.formats import issuer, local, now, place
from app.web.gate import members_may
from app.web.language import say
from app.web.prompts import making
from app.web.session import company, me
from app.web.texts import _

trying = Blueprint("trying", __name__, url_prefix="/flows/<slug>/try")

MAX_NAME = 100


@trying.get("")
def show(slug: str) -> str:
    editing = Editing(flows.find(company(), slug))
    nodes = nodes_of(editing.draft)
    kinds = {str(node.get("kind")) for node in nodes.values()}
    return render_template(
        "flows/try.html",
        flow=editing.flow,
        editing=editing,
        rows=outline(editing.draft).rows if not editing.errors else (),
        labels={key: node_label(node, editing.assets) for key, node in nodes.items()},
        kinds=KINDS,
        nodes=nodes,
        drawing=drawing(editing.draft, editing.assets),
        phones=_phones(slug) if not editing.errors else [],
        numbers=numbers.leading_to(company(), editing.flow),
        moments=list(moments(local(now()))),
        callers=list(callers(editing.assets)),
        has_queue="queue" in kinds or "subflow" in kinds,
        replies=WAYS if "webhook" in kinds else (),
    )


def _phones(slug: str) -> list[Any]:
    """The phones that the draft may ring."""
    return list(flow_tests.snapshot_of(company(), flows.find(company(), slug)).assets.phones.values())


@trying.post("/step")
@members_may
def step(slug: str) -> AnyResponse:
    """What is heard with all that was done so far, and what is waited for, or the record."""
    flow = flows.find(company(), slug)
    data = request.get_json(silent=True)
    try:
        tried = situation.read(data)
        if data is None or data.get("revision") != flow.draft_revision:
            raise BadTrial(
                "草稿刚刚被修改，请刷新页面再试拨", "the draft was changed: reload the page and call again"
            )
        snapshot = flow_tests.snapshot_of(company(), flow)
    except BadTrial as bad:
        return _refused(say(bad.words))
    except DocumentError:
        return _refused(_("草稿还有错误，改好后才能试拨。"))
    return jsonify(_told(slug, snapshot, trial.step(snapshot, tried)))


def _refused(text: str) -> AnyResponse:
    answer = jsonify({"problem": text})
    answer.status_code = 422
    return answer


def _told(slug: str, snapshot: Snapshot, stage: Stage) -> dict[str, Any]:
    region = stage.facts.region
    return {
        "scenes": list(_scenes(slug, snapshot, stage)),
        "wait": _wait(snapshot, stage.wait) if stage.wait else None,
        "way": [_way(snapshot, node, exit) for node, exit in stage.way],
        "caller": place(region.province, region.city) + " " + issuer(region.carrier) if region else "",
        "record": _record(stage) if stage.cdr else "",
    }


def _scenes(slug: str, snapshot: Snapshot, stage: Stage) -> Iterator[dict[str, Any]]:
    for scene in stage.scenes:
        heard = {"kind": scene.kind, "node": scene.node.partition(".")[0], "at": scene.at_ms}
        yield heard | {
            "ms": scene.length_ms,
            "text": _text(snapshot, scene),
            "sounds": [_sound_url(slug, prompt) for prompt in scene.prompts] if scene.kind != "wait" else [],
        }


def _text(snapshot: Snapshot, scene: Any) -> str:
    names = _names(snapshot, scene.phones)
    if scene.kind == "ring":
        return _("正在呼叫 %(who)s", who=names)
    if scene.kind == "talk":
        return _("%(who)s 接听了", who=names)
    if scene.kind == "rung":
        return _(
            "没有接通：%(what)s",
            what=_("、").join(
                f"{_names(snapshot, (leg.phone,))} {say(LEG_RESULTS[leg.result])}" for leg in scene.legs
            ),
        )
    if scene.kind == "wait":
        return _("排队等待中（等待音乐）")
    return "".join(prompt.text or f"（{prompt.name}）" for prompt in scene.prompts)


def _names(snapshot: Snapshot, phones: tuple[str, ...]) -> str:
    known = snapshot.assets.phones
    return _("、").join(known[phone].name or known[phone].number for phone in phones)


def _sound_url(slug: str, prompt: Prompt) -> str:
    language = prompt.file.split("/")[1] if prompt.file.startswith("system/en/") else ""
    return url_for("trying.sound", slug=slug, prompt=prompt.id, language=language or None)


def _wait(snapshot: Snapshot, wait: Wait) -> dict[str, Any]:
    return {
        "kind": wait.kind,
        "at": wait.at_ms,
        "patience": wait.patience_ms,
        "most": wait.most_keys,
        "ends": wait.ends,
        "keys": wait.keys,
        "place": wait.place,
        "who": _names(snapshot, wait.phones),
    }


def _way(snapshot: Snapshot, node: str, exit: str) -> dict[str, str]:
    """Where the call was and how it went on; of a sub-flow the step that entered it."""
    name = node.partition(".")[0]
    known = snapshot.document.nodes.get(name) if name == node else None
    words = say(exit_words({"kind": known.kind}, exit)) if known and exit else ""
    return {"node": name, "exit": words, "by": exit if known else ""}


def _record(stage: Stage) -> str:
    """The record as the page of a real call shows it."""
    assert stage.cdr
    line = timeline(stage.cdr)
    return render_template(
        "flows/_tried.html",
        cdr=stage.cdr,
        sentence=explain(stage.cdr, language.current(), language.timezone()),
        rows=[(row, outcome(row)) for row in line.rows],
        ticks=line.ticks,
        kinds=KINDS,
    )


@trying.get("/sounds/<prompt>")
def sound(slug: str, prompt: str) -> Response:
    """A prompt as callers hear it; 404 when it has no sound, and the page then shows its text."""
    flows.find(company(), slug)
    known = company_assets.of(company()).prompts.get(prompt) or system_prompt(prompt)
    if known is None:
        abort(404)
    file = known.in_(request.args.get("language", "")).file
    return send_from_directory(making.folder(), file or "-", conditional=True)


# Tests


@trying.get("/tests")
def tests(slug: str) -> str:
    """The tests with what comes of them now."""
    return _tests(slug)


@trying.post("/tests")
def save(slug: str) -> AnyResponse | tuple[str, int]:
    """Keep a trial that is over as a test."""
    name = " ".join(request.form.get("name", "").split())[:MAX_NAME]
    if not name:
        return _tests(slug, _("请给测试起个名字。")), 422
    try:
        tried = situation.read(_json(request.form.get("situation", "")))
        snapshot = flow_tests.snapshot_of(company(), flows.find(company(), slug))
        expected = flow_tests.result_of(trial.run(snapshot, tried), snapshot)
        store.save(company(), slug, name, tried.to_json(), expected, me())
    except BadTrial as bad:
        return _tests(slug, say(bad.words)), 422
    except DocumentError:
        return _tests(slug), 422
    except Conflict:
        return _tests(slug, _("已经有一个叫「%(name)s」的测试。", name=name)), 422
    except store.TooManyTests:
        return _tests(slug, _("一个流程最多 %(n)s 个测试。", n=store.LIMIT)), 422
    return Response(_tests(slug))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@trying.post("/tests/<int:test_id>/expect")
def expect(slug: str, test_id: int) -> str:
    """What comes of it now is right."""
    verdict = next((each for each in _verdicts(slug) if each.test.id == test_id), None)
    if verdict and verdict.found:
        store.expect(company(), slug, test_id, verdict.found)
    return _tests(slug)


@trying.post("/tests/<int:test_id>/remove")
def remove(slug: str, test_id: int) -> str:
    store.remove(company(), slug, test_id)
    return _tests(slug)


def _tests(slug: str, problem: str = "") -> str:
    flow = flows.find(company(), slug)
    try:
        verdicts = flow_tests.verdicts(company(), slug)
    except DocumentError:
        verdicts, problem = [], _("草稿还有错误，改好后才能运行测试。")
    return render_template("flows/_tests.html", flow=flow, verdicts=verdicts, problem=problem)


def _verdicts(slug: str) -> list[Verdict]:
    try:
        return flow_tests.verdicts(company(), slug)
    except DocumentError:
        return []
