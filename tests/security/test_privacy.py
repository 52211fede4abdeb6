"""No answer for one person holds a word that only another person's history has."""

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp_types import PromptReference, ResourceTemplateReference

from temporec_mcp.errors import TemporecError
from temporec_mcp.server.build import build_server
from temporec_mcp.tools.base import Reply
from tests.security.world import CATALOGUE, GENRES, NOW, PEOPLE, START, World, private_ids, word, words_of

Arguments = dict[str, object]
TRAINING_SECONDS = 45
property_settings = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module", params=["before any training", "with a trained model"])
def home(world: World, request: pytest.FixtureRequest) -> World:
    if request.param == "with a trained model":
        reply = world.ask("train_model", {"preset": "quick", "seed": 1, "wait_seconds": TRAINING_SECONDS})
        assert reply.status == "completed"
    return world


def said(reply: Reply) -> str:
    return reply.text() + json.dumps(reply.fields(), ensure_ascii=False)


def outcome(world: World, tool: str, arguments: Arguments) -> str:
    """Give everything that the caller is told, be it an answer or an error."""
    try:
        return said(world.ask(tool, arguments))
    except TemporecError as error:
        return str(error)


def others_words(person: str | None, arguments: Arguments) -> set[str]:
    """Give what the person must not be told: the words of the others, but for those that the call itself names."""
    named = json.dumps(arguments, ensure_ascii=False)
    words = set[str]().union(*(words_of(other) for other in PEOPLE if other != person))
    return {each for each in words if each not in named}


def some_of(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(values, max_size=4)


anybody = st.sampled_from(PEOPLE)
any_item = st.sampled_from(
    (*CATALOGUE, "shared", "unknown", *(item_id for person in PEOPLE for item_id in private_ids(person)))
)
any_words = st.sampled_from([word(person, kind) for person in PEOPLE for kind in ("title", "search", "context")])
any_category = st.sampled_from((*GENRES, *(word(person, "category") for person in PEOPLE)))
steering = {
    "k": st.just(50),
    "include_seen": st.booleans(),
    "at": st.sampled_from([START.timestamp(), NOW.timestamp()]),
}
optional_steering = {
    "query": any_words,
    "context": st.sampled_from([word(person, "context") for person in PEOPLE]),
    "categories": some_of(any_category),
    "exclude_item_ids": some_of(any_item),
    "diversity": st.sampled_from([0.0, 0.5, 1.0]),
}
telling = {"detail": st.sampled_from(["brief", "full"]), "language": st.sampled_from(["en", "zh"])}

# Each is refused for everybody, so the world stays as it is.
refused_edits = st.one_of(
    st.fixed_dictionaries({"do": st.just("show"), "item_id": any_item}),
    st.fixed_dictionaries({"do": st.just("remove"), "item_id": any_words}),
    st.fixed_dictionaries({"do": st.just("hide"), "item_id": any_words}),
    st.fixed_dictionaries({"do": st.just("delete_item"), "item_id": st.just("shared")}),
)


def call_of(person: str | None) -> st.SearchStrategy[tuple[str, Arguments]]:
    whose = {} if person is None else {"user_id": st.just(person)}
    lists = st.fixed_dictionaries(steering | whose, optional=optional_steering)
    sessions = st.fixed_dictionaries({"recent_items": some_of(any_item)} | steering, optional=optional_steering)
    asked = st.tuples(st.just("recommend"), lists if person else sessions)
    if person is None:
        return asked
    reasons = st.fixed_dictionaries(
        {"item_id": any_item} | whose | telling, optional={"compare_item_id": any_item, "at": steering["at"]}
    )
    spans = st.fixed_dictionaries(whose | telling, optional={"since": st.just("2026-01-20"), "until": steering["at"]})
    return st.one_of(
        asked,
        st.tuples(st.just("explain_recommendation"), reasons),
        st.tuples(st.just("summarize_user_timeline"), spans),
        st.tuples(st.just("forget_user"), st.fixed_dictionaries(whose)),
        st.tuples(
            st.just("list_events"),
            st.fixed_dictionaries(
                whose, optional={"query": any_words, "imports": st.booleans(), "item_id": any_item, "limit": st.just(3)}
            ),
        ),
        st.tuples(
            st.just("edit_events"), st.fixed_dictionaries(whose | {"edits": st.lists(refused_edits, min_size=1)})
        ),
        st.tuples(st.just("get_training_status"), st.just({})),
        st.tuples(st.just("cancel_training"), st.fixed_dictionaries({"job_id": any_words})),
    )


@property_settings
@given(st.data())
def test_no_answer_and_no_error_holds_a_word_of_another_history(home: World, data: st.DataObject) -> None:
    person = data.draw(st.none() | anybody)
    tool, arguments = data.draw(call_of(person))
    told = outcome(home, tool, arguments)
    assert not [each for each in others_words(person, arguments) if each in told]


@property_settings
@given(st.data())
def test_an_item_of_another_history_is_answered_like_one_that_does_not_exist(home: World, data: st.DataObject) -> None:
    person, other = data.draw(st.permutations(PEOPLE))[:2]
    hidden = data.draw(st.sampled_from(private_ids(other)))
    tool, arguments = data.draw(
        st.sampled_from(
            [
                ("recommend", {"recent_items": [hidden]}),
                ("recommend", {"recent_items": [CATALOGUE[0], hidden], "include_seen": True}),
                ("explain_recommendation", {"user_id": person, "item_id": hidden}),
                ("explain_recommendation", {"user_id": person, "item_id": CATALOGUE[-1], "compare_item_id": hidden}),
            ]
        )
    )
    for_nothing = json.loads(json.dumps(arguments).replace(hidden, "n" * len(hidden)))
    expected = outcome(home, tool, for_nothing).replace("n" * len(hidden), hidden)
    assert outcome(home, tool, arguments) == expected


@property_settings
@given(person=anybody, data=st.data())
def test_every_place_of_a_list_is_explained_without_a_word_of_another_history(
    home: World, person: str, data: st.DataObject
) -> None:
    arguments = data.draw(st.fixed_dictionaries({"user_id": st.just(person)} | steering, optional=optional_steering))
    listed = home.ask("recommend", arguments)
    for place in listed.items[:2]:
        why = {"recommendation_id": listed.recommendation_id, "item_id": place.item_id, "detail": "full"}
        told = outcome(home, "explain_recommendation", why)
        assert not [each for each in others_words(person, arguments) if each in told]


def test_what_only_one_person_has_used_is_listed_for_nobody_else(home: World) -> None:
    for person in PEOPLE:
        listed = {place.item_id for place in home.ask("recommend", {"user_id": person, "k": 50}).items}
        seen = {
            place.item_id for place in home.ask("recommend", {"user_id": person, "k": 50, "include_seen": True}).items
        }
        assert (listed | seen) <= {*CATALOGUE, "shared", *private_ids(person)}
        assert seen >= set(private_ids(person))
    stranger = {place.item_id for place in home.ask("recommend", {"user_id": "new", "k": 50}).items}
    assert stranger == {*CATALOGUE, "shared"}
    everyone = {(user_id, place.item_id) for user_id, place in home.app.recommend_all(50, None, lambda *_: None)}
    for user_id, item_id in everyone:
        assert item_id in {*CATALOGUE, "shared", *private_ids(user_id)}


@pytest.mark.anyio
async def test_what_is_about_the_whole_home_holds_no_word_of_any_history(home: World) -> None:
    every_word = set[str]().union(*map(words_of, PEOPLE))
    async with Client(build_server(home.app, lambda: NOW)) as client:
        told = "".join([each async for each in everything_about_the_home(client, home)])
    assert not [each for each in every_word if each in told]
    assert not [person for person in PEOPLE if f'"{person}"' in told]


async def everything_about_the_home(client: Client, home: World) -> AsyncIterator[str]:
    yield client.instructions or ""
    yield (await client.list_tools()).model_dump_json()
    yield (await client.list_resources()).model_dump_json()
    yield (await client.list_prompts()).model_dump_json()
    uris = ["temporec://status", "temporec://schema/events"]
    uris += [f"temporec://models/{model_id}" for model_id in home.app.model_ids()]
    for uri in uris:
        yield (await client.read_resource(uri)).model_dump_json()
    for uri in ("temporec://models/none", "temporec://users/nobody/timeline", "temporec://jobs/none"):
        with pytest.raises(MCPError) as refused:
            await client.read_resource(uri)
        yield str(refused.value)
    yield (await client.call_tool("get_training_status", {})).model_dump_json()
    for typed in ("", "a", "z"):
        for reference, name in (
            (ResourceTemplateReference(uri="temporec://users/{user_id}/timeline"), "user_id"),
            (ResourceTemplateReference(uri="temporec://models/{model_id}"), "model_id"),
            (PromptReference(name="what_next"), "action"),
            (PromptReference(name="why_this"), "item_id"),
        ):
            yield (await client.complete(reference, {"name": name, "value": typed})).model_dump_json()
