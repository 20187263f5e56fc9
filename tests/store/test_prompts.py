"""Sounds of prompts: languages, versions, and which files are still wanted."""

from __future__ import annotations

import pytest

from app.flow import asset_diff, snapshot
from app.flow import compile as compiler
from app.store import assets, flows, migrate, prompts
from app.store.db import Conflict, NotFound, writing
from app.store.models import Company, Prompt, PromptVersion
from app.store.prompts import Sound
from tests.support.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Shop:
    return open_shop("甲公司")


@pytest.fixture
def company(shop: Shop) -> Company:
    return shop.company


def now_says(company: Company, slug: str = "welcome") -> dict[str, str]:
    return {language: row.text for language, row in prompts.spoken(company)[slug].items()}


def test_a_prompt_begins_with_its_first_version(company: Company) -> None:
    [version] = prompts.versions(company, "welcome")
    assert (version.number, version.language, version.file) == (1, "zh", "1/welcome.wav")


def test_a_prompt_without_a_sound_has_no_version(company: Company) -> None:
    prompts.create(company, "empty", "空")
    assert prompts.versions(company, "empty") == []
    assert "empty" not in prompts.spoken(company)


def test_a_new_sound_takes_the_place_of_the_old_one(shop: Shop) -> None:
    sound = Sound("1/new.wav", 2500, "售后请按2。", "upload")
    added = prompts.add_sound(shop.company, "welcome", "zh", sound, shop.owner)
    prompt = prompts.find(shop.company, "welcome")
    assert (added.number, added.source, added.made_by) == (2, "upload", shop.owner)
    assert (prompt.file, prompt.text, prompt.duration_ms) == ("1/new.wav", "售后请按2。", 2500)
    assert now_says(shop.company) == {"zh": "售后请按2。"}


def test_another_language_stands_beside_it(company: Company) -> None:
    prompts.add_sound(company, "welcome", "en", Sound("1/en.wav", 900, "Press 1."))
    assert now_says(company) == {"zh": "售后请按1。", "en": "Press 1."}
    assert prompts.find(company, "welcome").file == "1/welcome.wav"
    assert [(v.language, v.number) for v in prompts.versions(company, "welcome")] == [("en", 1), ("zh", 1)]


def test_an_old_sound_comes_back_as_a_new_version(company: Company) -> None:
    prompts.add_sound(company, "welcome", "zh", Sound("1/new.wav", 2500, "新的。"))
    back = prompts.restore(company, "welcome", "zh", 1)
    assert (back.number, back.file) == (3, "1/welcome.wav")
    assert prompts.find(company, "welcome").file == "1/welcome.wav"


@pytest.mark.parametrize(
    ("slug", "language", "number"), [("no", "zh", 1), ("welcome", "en", 1), ("welcome", "zh", 9)]
)
def test_what_was_never_there_does_not_come_back(
    company: Company, slug: str, language: str, number: int
) -> None:
    with pytest.raises(NotFound):
        prompts.restore(company, slug, language, number)


def test_a_new_name_changes_nothing_else(company: Company) -> None:
    prompts.rename(company, "welcome", "开场白")
    prompt = prompts.find(company, "welcome")
    assert (prompt.name, prompt.file) == ("开场白", "1/welcome.wav")


def test_files_of_old_versions_and_of_what_is_in_force_are_kept(company: Company) -> None:
    prompts.create(company, "bye", "再见", file="1/bye.wav")
    flows.publish(company, "main")
    prompts.add_sound(company, "welcome", "zh", Sound("1/new.wav"))
    assert prompts.files(company) == {"1/welcome.wav", "1/new.wav", "1/closed.wav", "1/bye.wav"}
    prompts.delete(company, "bye")
    PromptVersion.delete().where(PromptVersion.file == "1/welcome.wav").execute()
    kept = prompts.files(company)
    assert "1/bye.wav" not in kept
    assert "1/welcome.wav" in kept, "calls still play it"


def test_flows_see_all_languages(company: Company) -> None:
    prompts.add_sound(company, "welcome", "en", Sound("1/en.wav", 900, "Press 1."))
    welcome = assets.of(company).prompts["welcome"]
    assert welcome.file == "1/welcome.wav"
    assert welcome.in_("en") == snapshot.Prompt("welcome", "欢迎语", "1/en.wav", "Press 1.", 900)
    assert welcome.in_("fr") is welcome
    published = compiler.load(flows.publish(company, "main").snapshot)
    assert published.assets.prompts["welcome"] == welcome
    PromptVersion.delete().where(PromptVersion.language == "en").execute()
    assert "1/en.wav" in prompts.files(company), "calls still play it"


def test_another_language_is_a_change_that_is_not_published(company: Company) -> None:
    version = flows.publish(company, "main")
    published = compiler.load(version.snapshot).assets
    prompts.add_sound(company, "welcome", "en", Sound("1/en.wav", 900, "Press 1."))
    [words] = asset_diff.describe(published, assets.of(company), version.document)
    assert words.en == "欢迎语: the prompt changed"


def test_files_of_others_are_not_ours(company: Company) -> None:
    other = open_shop("乙公司", "4008002222").company
    prompts.add_sound(other, "welcome", "zh", Sound("2/theirs.wav"))
    assert "2/theirs.wav" not in prompts.files(company)
    assert now_says(company) == {"zh": "售后请按1。"}


def test_prompts_from_before_there_were_versions_get_their_first(company: Company, database: str) -> None:
    prompts.create(company, "silent", "没有声音")
    migrate.downgrade(database, "0002_prompt_versions")
    migrate.upgrade(database)
    [version] = prompts.versions(company, "welcome")
    assert (version.number, version.file, version.text) == (1, "1/welcome.wav", "售后请按1。")
    assert (version.source, version.company, version.made_by) == ("speech", company, None)
    assert prompts.versions(company, "silent") == []


def test_a_prompt_goes_with_its_versions(company: Company) -> None:
    prompts.create(company, "bye", "再见", file="1/bye.wav")
    prompts.delete(company, "bye")
    assert not PromptVersion.select().where(PromptVersion.file == "1/bye.wav").exists()


@pytest.mark.parametrize(
    "wrong", [{"file": ""}, {"source": "radio"}, {"number": 0}, {"duration_ms": -1}], ids=str
)
def test_the_table_forbids_versions_that_make_no_sense(company: Company, wrong: dict[str, object]) -> None:
    good = {"company": company, "prompt": Prompt.get(Prompt.slug == "welcome"), "language": "zh", "number": 9}
    with pytest.raises(Conflict), writing():
        PromptVersion.create(**(good | {"file": "1/x.wav", "source": "speech"} | wrong))


def test_the_table_forbids_a_version_of_another_companys_prompt(company: Company) -> None:
    other = open_shop("乙公司", "4008002222").company
    theirs = prompts.find(other, "welcome")
    with pytest.raises(Conflict), writing():
        PromptVersion.create(
            company=company, prompt=theirs, language="zh", number=9, file="1/x.wav", source="speech"
        )
