"""Calls that no controller closed are closed from FreeSWITCH's records; others are left as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import OperationalError
from redis import Redis
from rq import Queue

from app.calls import closing, publish
from app.calls.closing import GIVE_UP, GRACE
from app.calls.state import STORED, Begin, StateLog, key_of
from app.errors import LiveError
from app.flow.outcomes import Answered, Collected, Outcome
from app.live import keys, published
from app.live.connection import connect
from app.settings import Settings, load
from app.store import calls, flows, numbers, switch_records, tasks
from app.store.models import Call, SwitchRecord
from app.store.models.switch_record import REFUSED, SETTLED, WAITING
from app.store.switch_records import KEPT_REFUSED, KEPT_SETTLED
from tests.support.cdrs import cdr
from tests.support.jobs import work
from tests.support.redis_server import RedisServer
from tests.support.shop import Shop, open_shop

RECORD = Path(__file__).parents[1] / "calls" / "switch_records" / "caller_gives_up.json"
POSTED = json.loads(RECORD.read_bytes())
CALL_ID = POSTED["variables"]["uuid"]
BEGAN_US = int(POSTED["variables"]["start_uepoch"])
MENU: tuple[Outcome, ...] = (Answered(at_ms=15), Collected(digits="", at_ms=29))
SECRET_KEY = "k" * 40
FLOW: dict[str, Any] = {
    "spec": 1,
    "name": "总线",
    "start": "menu",
    "nodes": {"menu": {"kind": "menu", "prompt": "welcome", "tries": 3, "exits": {"1": "care"}}}
    | {"care": {"kind": "hunt", "group": "care"}},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"HOTLINE_HOME": str(tmp_path / "home"), "HOTLINE_SECRET_KEY": SECRET_KEY})


@pytest.fixture
def shop(database: str, redis: Redis) -> Shop:
    """A number with a published flow."""
    shop = open_shop("甲公司")
    flows.save_draft(shop.company, "main", FLOW, 0)
    publish.publish_flow(redis, shop.company, "main")
    return shop


def posted(call_id: str = CALL_ID, **variables: str) -> bytes:
    """FreeSWITCH's record of a call whose caller gave up."""
    told = POSTED["variables"] | {"uuid": call_id, **variables}
    return json.dumps(POSTED | {"variables": told}).encode()


def state(shop: Shop, call_id: str = CALL_ID, back: int = 0) -> str:
    """As the call's channel carried it, begun under the number's revision, or an earlier one."""
    revision = numbers.find(shop.company, shop.did).revision - back
    begin = Begin(revision, datetime.fromtimestamp(BEGAN_US / 1_000_000, UTC), BEGAN_US)
    return StateLog(key_of(SECRET_KEY), call_id, begin, MENU).text()


@pytest.fixture
def close(redis: Redis, settings: Settings) -> Callable[..., int]:
    def run(after: timedelta = GRACE + timedelta(seconds=1), redis: Redis = redis) -> int:
        return closing.close_waiting(redis, settings, datetime.now(UTC) + after)

    return run


def said(call_id: str = CALL_ID) -> tuple[Any, ...]:
    call = Call.get(Call.call_id == call_id)
    return call.standing, call.ended, call.result, [step["node"] for step in call.trail]


IN_THE_MENU = ("reconciled", "caller", "abandoned", ["menu"])
NO_CONTROLLER: tuple[Any, ...] = ("reconciled", "no_controller", "missed", [])


def test_a_call_that_no_controller_had_is_closed_once(shop: Shop, close: Callable[..., int]) -> None:
    closing.receive(posted())
    assert [close(), close()] == [1, 0]
    assert said() == NO_CONTROLLER
    assert calls.detail(shop.company, CALL_ID).call.company_id == shop.company.id
    assert [task.call_id for task in tasks.search(shop.company).items] == [CALL_ID]
    assert switch_records.count(SETTLED) == 1


def test_a_call_whose_controller_died_tells_its_way(shop: Shop, close: Callable[..., int]) -> None:
    closing.receive(posted(hotline_state=state(shop)))
    assert close() == 1
    assert said() == IN_THE_MENU


def test_a_state_that_was_too_long_is_found_where_it_was_put(
    shop: Shop, close: Callable[..., int], redis: Redis
) -> None:
    redis.set(keys.state(CALL_ID), state(shop))
    closing.receive(posted(hotline_state=STORED))
    close()
    assert said() == IN_THE_MENU


def test_nobody_is_closed_who_may_still_be_told_of(shop: Shop, close: Callable[..., int]) -> None:
    closing.receive(posted())
    assert close(after=GRACE - timedelta(seconds=5)) == 0
    assert switch_records.count(WAITING) == 1


@pytest.mark.parametrize("standing", ["final", "reconciled"])
def test_a_sure_record_stays(shop: Shop, close: Callable[..., int], standing: str) -> None:
    calls.record(cdr(CALL_ID, shop.company.id, standing=standing))
    closing.receive(posted())
    assert (close(), said()[1], switch_records.count(SETTLED)) == (0, "callee", 1)


def test_a_provisional_record_is_completed_and_a_final_one_has_the_last_word(
    shop: Shop, close: Callable[..., int]
) -> None:
    calls.record(cdr(CALL_ID, shop.company.id, standing="provisional", ended="switch_lost"))
    closing.receive(posted(hotline_state=state(shop)))
    assert (close(), said()) == (1, IN_THE_MENU)
    assert calls.record(cdr(CALL_ID, shop.company.id))
    assert said()[0] == "final"


def change(shop: Shop, redis: Redis) -> None:
    """The number leads elsewhere from now on."""
    publish.publish_number(redis, numbers.change(shop.company, shop.did, label="总机", flow=""))


def test_the_flow_of_then_is_known_though_it_has_changed(
    shop: Shop, close: Callable[..., int], redis: Redis
) -> None:
    then = state(shop)
    change(shop, redis)
    closing.receive(posted(hotline_state=then))
    close()
    assert said() == IN_THE_MENU


def test_an_emptied_redis_costs_only_what_has_changed_since(
    shop: Shop, close: Callable[..., int], redis: Redis
) -> None:
    now, before = state(shop), state(shop, "before", back=1)
    redis.flushall()
    closing.receive(posted(hotline_state=now))
    closing.receive(posted("before", hotline_state=before))
    assert close() == 2
    assert (said(), said("before")) == (IN_THE_MENU, NO_CONTROLLER)


def test_what_is_put_in_force_and_what_is_found_again_are_the_same(shop: Shop, redis: Redis) -> None:
    number = numbers.anybodys(shop.did)
    assert number
    text: Any = redis.get(keys.snapshot(shop.did))
    assert published.decode(shop.did, text.decode()).snapshot == publish.in_force(number)


def test_the_state_of_another_call_is_worth_nothing(shop: Shop, close: Callable[..., int]) -> None:
    closing.receive(posted(hotline_state=state(shop, "another")))
    close()
    assert said() == NO_CONTROLLER


def test_poison_is_put_aside_and_the_others_are_closed(
    shop: Shop, close: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    closing.receive(posted("poison", start_uepoch="9" * 40))
    closing.receive(posted())
    assert (close(), said()) == (1, NO_CONTROLLER)
    (refused,) = SwitchRecord.select().where(SwitchRecord.state == REFUSED)
    assert refused.call_id == "poison"
    assert "Error" in refused.problem
    assert "switch_record_refused" in capsys.readouterr().out
    assert close() == 0


def test_without_redis_nothing_is_decided(
    shop: Shop, close: Callable[..., int], own_redis_server: RedisServer
) -> None:
    closing.receive(posted(hotline_state=state(shop)))
    own_redis_server.stop()
    with connect(own_redis_server.url) as gone, pytest.raises(LiveError):
        close(redis=gone)
    assert (Call.select().count(), switch_records.count(WAITING)) == (0, 1)


def test_without_the_database_nothing_is_put_aside(
    shop: Shop, close: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    closing.receive(posted())

    def away(*_: Any) -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(calls, "record", away)
        with pytest.raises(OperationalError):
            close()
    assert switch_records.count(WAITING) == 1
    assert close() == 1


def test_many_are_closed_batch_by_batch(
    shop: Shop, close: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.switch_records.waiting.__defaults__", (3,))
    for n in range(8):
        closing.receive(posted(f"call-{n}"))
    assert (close(), switch_records.count(SETTLED)) == (8, 8)


def test_what_is_done_is_forgotten_after_a_day_and_poison_after_a_month(
    shop: Shop, close: Callable[..., int]
) -> None:
    closing.receive(posted())
    closing.receive(posted("poison", start_uepoch="9" * 40))
    close()
    closing.receive(posted("waiting"))
    now, hour = datetime.now(UTC), timedelta(hours=1)
    forgotten = [
        switch_records.forget_old(now + age)
        for age in (KEPT_SETTLED - hour, KEPT_SETTLED + hour, KEPT_REFUSED - hour, KEPT_REFUSED + hour)
    ]
    assert (forgotten, switch_records.count(WAITING)) == ([0, 1, 0, 1], 1)


def test_who_was_lost_without_a_trace_is_called_back(shop: Shop) -> None:
    calls.record(cdr("lost", shop.company.id, standing="provisional", ended="switch_lost", result="missed"))
    closing.tidy(datetime.now(UTC) + GIVE_UP + timedelta(minutes=1))
    assert [task.call_id for task in tasks.search(shop.company).items] == ["lost"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOTLINE_SWITCH_RECORDS_DIR", str(tmp_path / "cdr"))
    (tmp_path / "cdr").mkdir()
    return tmp_path / "cdr"


def run_job(redis: Redis, name: str) -> Any:
    job = Queue("default", connection=redis, serializer="json").enqueue(name, result_ttl=60)
    work(redis, "default")
    return job.return_value()


def test_the_jobs_bring_files_and_close_calls(shop: Shop, redis: Redis, folder: Path) -> None:
    (folder / f"{CALL_ID}.cdr.json").write_bytes(posted() + b"\n")
    (folder / "nonsense.cdr.json").write_bytes(b"nonsense\n")
    assert run_job(redis, "workers.reconcile.collect_files") == 1
    assert sorted(path.name for path in folder.rglob("*.json")) == ["nonsense.cdr.json"]
    long_ago = datetime.now(UTC) - 2 * GRACE
    SwitchRecord.update(received_at=long_ago).execute()
    assert run_job(redis, "workers.reconcile.close_calls") == 1
    assert said() == NO_CONTROLLER
