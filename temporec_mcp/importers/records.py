"""Events from the records of an export: each record claims events, or names the reason why it has none."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from temporec_mcp.domain.events import CONTEXT_LENGTH, TEXT_LENGTH, Event
from temporec_mcp.domain.requests import DateOrder
from temporec_mcp.domain.text import check_id
from temporec_mcp.domain.times import zone_named
from temporec_mcp.importers.base import BATCH_ROWS, ImportOptions, Parsed, listed
from temporec_mcp.importers.cells import MAX_NUMBER, DroppedRowError, cleaned, id_of
from temporec_mcp.importers.claims import Claim
from temporec_mcp.importers.dates import DateSurvey, checked_moment
from temporec_mcp.importers.json_arrays import Record
from temporec_mcp.importers.looks import looks
from temporec_mcp.importers.source import Source

MOST_NAMED_USERS = 20
"""A file of more users is no household's, and its users are not named in the notes."""
REMEMBERED_ITEMS = 200_000
"""Items handed on are remembered up to this many; then they are handed on once more, which is harmless."""

Reading = Callable[[Record], Sequence[Claim]]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """One member whose records claim events."""

    name: str
    read: Callable[[], Iterator[Record | None]]
    """Reads it from the start; None for a record that is damaged."""
    claims: Reading
    """Gives the events of a record; raises DroppedRowError with the reason when it has none."""
    dates: tuple[str, ...] = ()
    """Fields whose dates people may write in any order of day and month."""
    question: str | None = None
    """What must be answered before it is imported."""


class RecordEvents:
    """The events of one or more members, read as one."""

    def __init__(
        self,
        files: Sequence[RecordFile],
        options: ImportOptions,
        notes: Iterable[str] = (),
        is_household: bool = False,
    ) -> None:
        """Take the files with what the import says about them; the order of their dates is found at once.

        The users of a household are named in the notes, so that its people know how to ask.
        """
        self._files = files
        self.names = tuple(file.name for file in files)
        self._user_id = check_id(options.user_id, "user_id")
        self._zone = zone_named(options.timezone)
        self._now = options.now
        survey = None if options.date_order else _survey(files, options)
        self._order: DateOrder | None = survey.order if survey else options.date_order
        asked = [*(file.question for file in files), survey.question if survey else None]
        self.questions = tuple(question for question in asked if question)
        self._notes = [*notes, *((survey.note,) if survey and survey.note else ())]
        self._is_household = is_household
        self._named: Counter[str] = Counter()
        self._broken_off: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or left out, and who was found."""
        notes = [*self._notes]
        if self._broken_off:
            notes.insert(
                0, f"The last row of {listed(self._broken_off)} is cut off: it may be half-written; export it again."
            )
        if self._is_household and 0 < len(self._named) <= MOST_NAMED_USERS:
            people = [f"{name} ({count})" for name, count in self._named.most_common()]
            notes.append(f"Profiles are users; events of each: {listed(people, MOST_NAMED_USERS)}.")
        return tuple(notes)

    def batches(self) -> Iterator[Parsed]:
        """Read from the start, BATCH_ROWS rows at a time."""
        self._named.clear()
        self._broken_off.clear()
        seen: set[str] = set()
        rows = enumerate(self._rows())
        while numbered := list(islice(rows, BATCH_ROWS)):
            parsed = Parsed(row_count=len(numbered))
            for row, (record, claims) in numbered:
                try:
                    if record is None:
                        raise DroppedRowError("bad_row")
                    self._take(parsed, row, claims(record), seen)
                except DroppedRowError as reason:
                    parsed.dropped[str(reason)] += 1
            yield parsed

    def _rows(self) -> Iterator[tuple[Record | None, Reading]]:
        for file in self._files:
            record: Record | None = {}
            for record in file.read():
                yield record, file.claims
            if record is None:
                self._broken_off.append(file.name)

    def _take(self, parsed: Parsed, row: int, claims: Sequence[Claim], seen: set[str]) -> None:
        events = [self._event(claim) for claim in claims]
        parsed.events += events
        parsed.rows += [row] * len(events)
        for claim in claims:
            if claim.item is not None and claim.item.title is not None and claim.item.item_id not in seen:
                if len(seen) >= REMEMBERED_ITEMS:
                    seen.clear()
                seen.add(claim.item.item_id)
                parsed.items.append(claim.item)

    def _event(self, claim: Claim) -> Event:
        moment = checked_moment(claim.when, self._order, claim.zone or self._zone, self._now)
        text = cleaned(claim.text, TEXT_LENGTH)
        if claim.item is None and not (claim.action == "search" and text):
            raise DroppedRowError("no_item")
        if claim.value is not None and not abs(claim.value) <= MAX_NUMBER:
            raise DroppedRowError("bad_value")
        return Event(
            user_id=self._user(claim),
            item_id=claim.item.item_id if claim.item else None,
            action=claim.action,
            time=moment.time,
            value=claim.value,
            text=text,
            session_id=id_of(claim.session_id),
            context=cleaned(claim.context, CONTEXT_LENGTH),
            event_id=id_of(claim.event_id),
            is_date_only=moment.is_date_only,
        )

    def _user(self, claim: Claim) -> str:
        if claim.user_id is None:
            return self._user_id
        user_id = id_of(claim.user_id)
        if user_id is None:
            raise DroppedRowError("no_user")
        if user_id in self._named or len(self._named) <= MOST_NAMED_USERS:
            self._named[user_id] += 1
        return user_id


def table_files(
    source: Source, columns: Sequence[str], claims: Reading, dates: tuple[str, ...] = ()
) -> list[RecordFile]:
    """Give every table of the source that has all these columns."""
    found = [look for look in looks(source) if look.has_columns(columns)]
    return [RecordFile(look.member.name, look.rows, claims, dates) for look in found]


def _survey(files: Sequence[RecordFile], options: ImportOptions) -> DateSurvey | None:
    dated = [file for file in files if file.dates]
    survey = DateSurvey(options.now) if dated else None
    for file in dated:
        for record in file.read():
            for name in file.dates:
                if survey is not None and record is not None:
                    survey.see(record.get(name))
    return survey
