"""Items: what overrides what, who may see them, and when the table moves."""

from temporec_mcp.domain.events import Item
from temporec_mcp.store.database import Store
from tests.store.helpers import NOW, commit, event

WHOLE = Item(
    "tea",
    title="Grüner Tee 绿茶",
    description="A leaf.",
    categories=("drink", "hot"),
    creators=("Ann",),
    tags=("green",),
    attributes={"grams": 100.0, "origin": "Uji", "is_organic": True},
    url="https://example.org/tea",
)


def public_ids(store: Store) -> set[str]:
    table = store.items.table()
    return {item_id for item_id, is_public in zip(table.item_ids, table.public_V, strict=True) if is_public}


def test_an_item_comes_back_as_it_was_saved(store: Store) -> None:
    assert store.items.save([WHOLE], NOW) == 1
    assert store.items.get("tea") == WHOLE
    assert store.items.table().items == (WHOLE,)
    assert store.items.get("coffee") is None


def test_of_one_id_in_a_batch_the_last_counts(store: Store) -> None:
    assert store.items.save([Item("tea", title="first"), Item("tea", title="last")], NOW) == 1
    assert store.items.table().items == (Item("tea", title="last"),)


def test_what_an_update_leaves_out_stays(store: Store) -> None:
    store.items.save([WHOLE], NOW)
    store.items.save([Item("tea", is_available=False, tags=("new",))], NOW)
    held = store.items.get("tea")
    assert held is not None
    assert (held.title, held.attributes, held.tags) == (WHOLE.title, WHOLE.attributes, ("new",))
    assert held.is_available is False


def test_a_catalogue_replaces_all_that_a_history_said(store: Store) -> None:
    store.items.save([Item("tea", title="my secret note", tags=("mine",), is_catalogue=False)], NOW)
    store.items.save([Item("tea", description="A leaf.")], NOW)
    assert store.items.get("tea") == Item("tea", description="A leaf.")


def test_a_title_from_a_history_never_touches_a_catalogue_s_item(store: Store) -> None:
    store.items.save([Item("tea", description="A leaf.")], NOW)
    version = store.items.version
    store.items.save([Item("tea", title="my secret note", is_available=False, is_catalogue=False)], NOW)
    assert store.items.get("tea") == Item("tea", description="A leaf.")
    assert store.items.version == version


def test_an_item_that_was_only_used_is_a_stub(store: Store) -> None:
    commit(store, [event(item="tea")])
    assert store.items.get("tea") == Item("tea", is_catalogue=False)


def test_a_used_item_is_public_from_its_second_user_on(store: Store) -> None:
    commit(store, [event("ann", "tea", 0), event("ann", "tea", 1), event("ann", "cake")])
    assert public_ids(store) == set()
    commit(store, [event("bob", "tea")])
    assert public_ids(store) == {"tea"}
    commit(store, [event("ann", "both"), event("bob", "both")])
    assert public_ids(store) == {"tea", "both"}


def test_a_title_that_waits_for_its_events_is_not_public(store: Store) -> None:
    store.items.save([Item("tea", title="Tea", is_catalogue=False), Item("cake", title="Cake")], NOW)
    assert public_ids(store) == {"cake"}
    commit(store, [event("ann", "tea")])
    assert public_ids(store) == {"cake"}


def test_new_items_come_last_so_numbers_of_a_table_stay(store: Store) -> None:
    commit(store, [event(item="zebra")])
    before = store.items.table()
    store.items.save([Item("ant"), Item("zebra", title="Zebra")], NOW)
    after = store.items.table()
    assert after.item_ids == ("zebra", "ant")
    assert after.item_nos_V[:1].tolist() == before.item_nos_V.tolist()


def test_the_table_is_kept_until_something_in_it_changes(store: Store) -> None:
    store.items.save([WHOLE], NOW)
    table = store.items.table()
    store.items.save([WHOLE], NOW)
    commit(store, [event("ann", "tea")])
    commit(store, [event("bob", "tea")])
    assert store.items.table() is table
    for change in (
        lambda: store.items.save([Item("tea", title="Tea")], NOW),
        lambda: commit(store, [event("ann", "cake")]),
        lambda: commit(store, [event("bob", "cake")]),
        lambda: store.users.forget("bob"),
    ):
        version, table = store.items.version, store.items.table()
        change()
        assert store.items.version > version
        assert store.items.table() is not table
