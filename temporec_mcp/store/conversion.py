"""A home that knows its users by their ids turns to pseudonyms, in one transaction."""

from uuid import UUID

from temporec_mcp.store.arrow import text_batch
from temporec_mcp.store.cursor import Cursor
from temporec_mcp.store.former import Former, former_identity
from temporec_mcp.store.pseudonyms import Pseudonyms


def convert(cursor: Cursor, key: bytes) -> Former:
    """Put pseudonyms in place of every user id, and name every event anew; give what is known from before only.

    The caller notes that the file must be written anew, and that its copies go.
    """
    names, pseudonyms = cursor.rows("protection/names", str), Pseudonyms(key)
    columns = {"user_id": names, "pseudonym": [pseudonyms.of(name) for name in names]}
    with cursor.batch("name_batch", text_batch(columns)):
        cursor.run("protection/rename_events")
        former = _name_unknown(cursor, key)
        cursor.run("protection/keep_events")
        cursor.run("protection/clear_events")
        cursor.run("protection/put_back_events")
        cursor.run("protection/rename_users")
        cursor.run("protection/rename_answers")
    return former


def _name_unknown(cursor: Cursor, key: bytes) -> Former:
    old = cursor.rows("protection/unknown_identities", UUID.__str__)
    new = [str(former_identity(key, UUID(identity))) for identity in old]
    with cursor.batch("identity_batch", text_batch({"old": old, "new": new})):
        cursor.run("protection/name_unknown")
        cursor.run("protection/rename_removed")
        cursor.run("protection/add_former")
    return Former(frozenset(map(UUID, new)))
