"""Identities from before a home kept pseudonyms, of events that nothing tells any more by which to name them anew.

What a person has removed or moved stays known by its identity alone, and that was computed with the plain user id. So
a keyed hash of it is kept, and an import's events, which come with plain ids, are held against it.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from temporec_mcp.domain.events import Event
from temporec_mcp.store.logged import IDENTITY_BYTES, identity_key
from temporec_mcp.store.pseudonyms import Pseudonyms

OCCURRENCES = 3
"""So many of equal events of a file are held against what is kept."""


@dataclass(frozen=True, slots=True)
class Former:
    """The identities that a home knows from before."""

    identities: frozenset[UUID] = field(default_factory=frozenset[UUID])

    def named(self, events: Sequence[Event], pseudonyms: Pseudonyms) -> Sequence[Event]:
        """Give an import's events with what they are known by, where they are known from before."""
        if not self.identities or pseudonyms.key is None:
            return events
        key = pseudonyms.key
        return [self._named(event, key) for event in events]

    def _named(self, event: Event, key: bytes) -> Event:
        occurrences = range(1, OCCURRENCES + 1) if event.event_id is None else range(1, 2)
        for occurrence in occurrences:
            name = former_name(key, identity(identity_key(event, occurrence)))
            if identity(named_key(name)) in self.identities:
                return replace(event, event_id=name)
        return event


def former_name(key: bytes, old: UUID) -> str:
    """Give the name in place of an identity that was computed with a plain user id."""
    return f"former-{hmac.digest(key, old.bytes, 'sha256').hex()}"


def former_identity(key: bytes, old: UUID) -> UUID:
    """Give the identity of an event of that name."""
    return identity(named_key(former_name(key, old)))


def named_key(event_id: str) -> str:
    """Give what the identity of an event with that name is computed from."""
    return f"e\x1f{event_id}"


def identity(key: str) -> UUID:
    """Give the identity as `staging/merge` computes it."""
    return UUID(bytes=hashlib.sha256(key.encode()).digest()[:IDENTITY_BYTES])
