"""A surer record of a call takes the place of a less sure one, whoever brings them, in whatever order, how often."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest

from app.calls import cdr as pure
from app.store import calls, companies, db, leavings, migrate, tasks, unsure, voicemails
from app.store.calls import UNSURE, Filters
from app.store.db import database
from app.store.models import Call, CallLeg, CallVariable, Company, SurveyMark, Voicemail
from app.store.models.call import STANDINGS
from app.store.records import BadRecord
from tests.support.cdrs import MARK, MESSAGE, cdr, leg
from tests.support.shop import open_shop

EIGHTH = "0008_standing"
PROVISIONAL, RECONCILED, FINAL = STANDINGS
BY_STANDING: dict[str, dict[str, Any]] = {
    PROVISIONAL: {"ended": "switch_lost", "result": "missed", "talk_ms": 0, "answered_by": "", "legs": []},
    RECONCILED: {"ended": "caller", "legs": [leg()], "variables": {"tag": "gold"}},
    FINAL: {"ended": "callee", "legs": [leg(phone="care2", result="busy"), leg()], "survey": [MARK]},
}


@pytest.fixture
def company(database: str) -> Company:
    return companies.create("甲公司")


def told(company: Company, standing: str, call_id: str = "a", **changes: Any) -> dict[str, Any]:
    return cdr(call_id, company.id, standing=standing, **(BY_STANDING[standing] | changes))


def hanging_on() -> list[int]:
    return [table.select().count() for table in (Call, CallLeg, CallVariable, SurveyMark, Voicemail)]


def test_the_words_are_the_ones_that_controllers_use() -> None:
    assert STANDINGS == (pure.PROVISIONAL, pure.RECONCILED, pure.FINAL)


@pytest.mark.parametrize("order", list(permutations(STANDINGS)), ids="-".join)
def test_the_surest_record_stays_in_whatever_order_they_come(
    company: Company, order: tuple[str, ...]
) -> None:
    said = {standing: calls.record(told(company, standing)) for standing in order}
    assert calls.detail(company, "a").cdr == told(company, FINAL)
    assert hanging_on() == [1, 2, 0, 1, 0]
    surer = [
        not any(STANDINGS.index(before) > STANDINGS.index(standing) for before in order[:place])
        for place, standing in enumerate(order)
    ]
    assert list(said.values()) == surer


@pytest.mark.parametrize("standing", STANDINGS)
def test_of_equally_sure_records_the_first_stays(company: Company, standing: str) -> None:
    assert calls.record(told(company, standing, duration_ms=1000))
    assert not calls.record(told(company, standing, duration_ms=2000))
    assert calls.detail(company, "a").call.duration_ms == 1000


def test_records_of_earlier_releases_are_final(company: Company) -> None:
    record = cdr("a", company.id)
    del record["standing"], record["resumed"]
    assert calls.record(record)
    assert calls.detail(company, "a").cdr == cdr("a", company.id)
    assert not calls.record(told(company, RECONCILED))


@pytest.mark.parametrize(
    "wrong", [{"standing": "certain"}, {"standing": None}, {"resumed": "twice"}], ids=str
)
def test_what_no_controller_writes_is_refused(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRecord):
        calls.record(cdr("a", company.id, **wrong))


def test_workers_at_the_same_time_agree_on_the_surest(company: Company) -> None:
    records = [told(company, standing, f"call-{n}") for n in range(12) for standing in STANDINGS] * 2

    def work(seed: int) -> int:
        mine = Random(seed).sample(records, len(records))
        with database.connection_context():
            return sum(calls.record(record) for record in mine)

    with ThreadPoolExecutor(4) as workers:
        stored = sum(workers.map(work, range(4)))
    assert 12 <= stored <= 36  # each call once, and at most once more for each surer record
    assert {call.standing for call in Call.select()} == {FINAL}
    assert hanging_on() == [12, 24, 0, 12, 0]


STATEMENTS: list[tuple[Any, str]] = [
    (leavings, "take_back"),
    (leavings, "keep"),
    (leavings, "tell"),
]


@pytest.mark.parametrize(("where", "statement"), STATEMENTS, ids=[name for _, name in STATEMENTS])
def test_a_worker_that_dies_in_the_middle_leaves_the_record_of_before(
    company: Company, monkeypatch: pytest.MonkeyPatch, where: Any, statement: str
) -> None:
    before = told(company, RECONCILED, voicemail=MESSAGE)
    calls.record(before)
    done: Callable[..., Any] = getattr(where, statement)

    def dies(*arguments: Any) -> None:
        done(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(where, statement, dies)
        with pytest.raises(KeyboardInterrupt):
            calls.record(told(company, FINAL))
    assert calls.detail(company, "a").cdr == before
    assert hanging_on() == [1, 1, 1, 0, 1]
    assert calls.record(told(company, FINAL))
    assert calls.detail(company, "a").cdr == told(company, FINAL, voicemail=MESSAGE)


def test_a_message_that_somebody_has_heard_stays_heard(company: Company) -> None:
    shop = open_shop("乙公司", "4008002222")
    calls.record(told(shop.company, PROVISIONAL, voicemail=MESSAGE))
    voicemails.mark_heard(shop.company, "a", shop.owner)
    assert calls.record(told(shop.company, FINAL, voicemail=MESSAGE | {"length_ms": 15_000}))
    message = voicemails.find(shop.company, "a")
    assert (message.length_ms, message.heard_by, bool(message.heard_at)) == (15_000, shop.owner, True)


def test_a_message_that_somebody_has_deleted_stays_deleted(company: Company) -> None:
    calls.record(told(company, PROVISIONAL, voicemail=MESSAGE))
    voicemails.delete(company, "a")
    calls.record(told(company, FINAL, voicemail=MESSAGE))
    assert [message.file for message in voicemails.deleted(company).items] == [MESSAGE["file"]]


def test_another_message_is_a_new_one(company: Company) -> None:
    calls.record(told(company, PROVISIONAL, voicemail=MESSAGE))
    voicemails.mark_heard(company, "a")
    calls.record(told(company, FINAL, voicemail=MESSAGE | {"file": "voicemail/1/b.wav"}))
    message = voicemails.find(company, "a")
    assert (message.file, message.heard_at) == ("voicemail/1/b.wav", None)


def test_a_message_of_which_the_surer_record_does_not_know_is_kept(company: Company) -> None:
    calls.record(told(company, PROVISIONAL, voicemail=MESSAGE))
    calls.record(told(company, FINAL))
    assert voicemails.find(company, "a").file == MESSAGE["file"]


MISSED: dict[str, Any] = {"result": "missed", "talk_ms": 0, "legs": [], "survey": []}


def open_tasks(company: Company) -> list[str]:
    return [task.kind for task in tasks.search(company).items]


def test_who_may_still_be_on_the_line_is_not_called_back(company: Company) -> None:
    calls.record(told(company, PROVISIONAL))
    assert open_tasks(company) == []
    calls.record(told(company, RECONCILED, **MISSED))
    assert open_tasks(company) == ["missed_call"]


def test_what_turns_out_to_be_needless_is_taken_back(company: Company) -> None:
    low = [MARK, MARK | {"survey": "second"}]
    calls.record(told(company, RECONCILED, **(MISSED | {"survey": low})))
    assert sorted(open_tasks(company)) == ["low_mark", "low_mark", "missed_call"]
    calls.record(told(company, FINAL, survey=[MARK]))
    assert open_tasks(company) == ["low_mark"]


def test_what_is_done_stays_done(company: Company) -> None:
    calls.record(told(company, RECONCILED, **MISSED))
    (task,) = tasks.search(company).items
    tasks.finish(company, task.id)
    calls.record(told(company, FINAL))
    assert [done.kind for done in tasks.search(company, done=True).items] == ["missed_call"]


def test_whoever_was_missed_is_called_back_when_nothing_surer_comes(company: Company) -> None:
    calls.record(told(company, PROVISIONAL, "gone"))
    calls.record(told(company, PROVISIONAL, "answered", result="answered"))
    calls.record(told(company, PROVISIONAL, "spoke", voicemail=MESSAGE))
    calls.record(told(company, PROVISIONAL, "withheld", ani=""))
    calls.record(told(company, RECONCILED, "known"))
    now = datetime.now(UTC)
    assert unsure.give_up(now - timedelta(hours=1)) == 0
    assert [unsure.give_up(now + timedelta(hours=1)) for _ in range(2)] == [1, 0]
    (task,) = tasks.search(company).items
    assert (task.call_id, task.kind) == ("gone", "missed_call")
    assert unsure.sure(["gone", "known", "nobody"]) == {"known"}
    assert unsure.count() == 4


def test_records_are_found_by_how_sure_they_are(company: Company) -> None:
    for standing in STANDINGS:
        calls.record(told(company, standing, standing))
    calls.record(told(company, FINAL, "resumed", resumed=2))
    found = {
        asked: {call.call_id for call in calls.search(company, Filters(standing=asked)).items}
        for asked in (UNSURE, *STANDINGS)
    }
    assert found == {
        UNSURE: {PROVISIONAL, RECONCILED},
        PROVISIONAL: {PROVISIONAL},
        RECONCILED: {RECONCILED},
        FINAL: {FINAL, "resumed"},
    }
    assert [call.call_id for call in calls.search(company, Filters(resumed=True)).items] == ["resumed"]


def test_records_of_before_are_final_and_stay_when_the_migration_is_taken_back(database_url: str) -> None:
    db.connect(database_url)
    with database.connection_context():
        shop = open_shop("甲公司")
        calls.record(told(shop.company, RECONCILED, resumed=1))
    migrate.downgrade(database_url, EIGHTH)
    assert EIGHTH in migrate.upgrade(database_url)
    with database.connection_context():
        found = calls.detail(shop.company, "a").cdr
        assert found == told(shop.company, RECONCILED) | {"standing": FINAL}
        assert CallLeg.select().count() == 1
