"""xAPI statements of a learning record store: JSON lines, an array, or an answer with `statements`.

An actor known by mail address becomes the hash that the specification has for it (mbox_sha1sum), so no address is
kept. Queries in an activity's address become a short hash: they tell activities apart and may hold tokens.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC

from temporec_mcp.domain.actions import ACTIONS
from temporec_mcp.importers.base import EventReader, Format, ImportOptions
from temporec_mcp.importers.cells import DroppedRowError
from temporec_mcp.importers.claims import Claim, action_of, fields_of, number, seen_item, word
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import Look, looks
from temporec_mcp.importers.records import RecordEvents, RecordFile
from temporec_mcp.importers.source import Source

STATEMENTS = "statements"
FIELDS = ("actor", "verb", "object")
NOTE = "Mail addresses became hashes; names, results and queries in addresses were left out."
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
_HASH_BYTES = 6
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DURATION_SECONDS = (86_400, 3_600, 60, 1)


def _claims(record: Record) -> Sequence[Claim]:
    verb = word(record, "verb", "id")
    if verb == VOIDED:
        raise DroppedRowError("voiding")
    if word(record, "object", "objectType") not in (None, "Activity"):
        raise DroppedRowError("no_activity")
    action = action_of(verb)
    return [
        Claim(
            action,
            word(record, "timestamp") or word(record, "stored"),
            seen_item(_without_query(word(record, "object", "id")), _name(record)),
            value=_value(record, action),
            user_id=_actor(record) or "",
            session_id=word(record, "context", "registration"),
            event_id=word(record, "id"),
            zone=UTC,
        )
    ]


def _actor(record: Record) -> str | None:
    mail = word(record, "actor", "mbox")
    name = word(record, "actor", "account", "name") or word(record, "actor", "mbox_sha1sum")
    if name is not None and "@" in name:
        name, mail = None, f"mailto:{name}"
    if name is not None or mail is None:
        return name or word(record, "actor", "openid")
    return hashlib.sha1(mail.encode(errors="replace"), usedforsecurity=False).hexdigest()


def _without_query(address: str | None) -> str | None:
    plain, mark, rest = re.sub(r"#.*", "", address or "").partition("?")
    if not mark:
        return plain
    return f"{plain}#{hashlib.blake2b(rest.encode(errors='replace'), digest_size=_HASH_BYTES).hexdigest()}"


def _name(record: Record) -> str | None:
    names = fields_of(record, "object", "definition", "name")
    languages = sorted(names, key=lambda name: (not name.startswith("en"), name))
    return next((text for name in languages if (text := word(names, name))), None)


def _value(record: Record, action: str) -> float | None:
    meaning = ACTIONS[action].value if action in ACTIONS else None
    if meaning == "rating":
        return number(record, "result", "score", "raw")
    match = _DURATION.fullmatch(word(record, "result", "duration") or "")
    if meaning != "seconds" or match is None:
        return None
    return sum(float(part or 0) * unit for part, unit in zip(match.groups(), _DURATION_SECONDS, strict=True))


def _file(look: Look) -> RecordFile | None:
    if look.has_fields(FIELDS):
        return RecordFile(look.member.name, look.objects, _claims)
    if look.holds(STATEMENTS, FIELDS):
        return RecordFile(look.member.name, lambda: look.objects(STATEMENTS), _claims)
    return None


def _find_events(source: Source, options: ImportOptions) -> EventReader | None:
    files = [file for look in looks(source) if (file := _file(look))]
    return RecordEvents(files, options, [NOTE]) if files else None


FORMAT = Format("xapi", "xAPI statements", _find_events)
