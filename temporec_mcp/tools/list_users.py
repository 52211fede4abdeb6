"""users: who has events in a home; for the command line only, because no client is told of others."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from temporec_mcp.domain.seeing import SeenUser
from temporec_mcp.domain.timeline import SharedInterest
from temporec_mcp.domain.times import iso
from temporec_mcp.tools.base import Call, Part, Reply, Request
from temporec_mcp.tools.faults import read_arguments
from temporec_mcp.tools.use_cases import UseCases
from temporec_mcp.tools.words import counted


class UsersRequest(Request):
    """How many."""

    limit: int = Field(default=100, ge=1, le=100_000, description="At most so many")


class UserFields(Part):
    """One user."""

    user_id: str
    timezone: str | None
    events: int
    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")

    @classmethod
    def of(cls, user: SeenUser) -> "UserFields":
        """Give the published fields."""
        return cls(
            user_id=user.user_id,
            timezone=user.timezone,
            events=user.event_count,
            first=iso(user.first),
            last=iso(user.last),
        )


class SharedFields(Part):
    """One interest of the home."""

    label: str
    share: float
    users: int

    @classmethod
    def of(cls, interest: SharedInterest) -> "SharedFields":
        """Give the published fields."""
        return cls(label=interest.label, share=round(interest.share, 4), users=interest.users)


class UsersReply(Reply):
    """Who has events, the most active first, and what enough of them have in common."""

    how_to_narrow: ClassVar[str] = "Ask for fewer."

    users: tuple[UserFields, ...]
    interests: tuple[SharedFields, ...]

    def lines(self) -> list[str]:
        """Give a line per user and per interest."""
        users = [f"{user.user_id}: {counted(user.events, 'event')}, {user.first} to {user.last}" for user in self.users]
        return users + [
            f"{interest.label}: {interest.share:.0%} of what a user does, {interest.users} users"
            for interest in self.interests
        ]


def list_users(app: UseCases, arguments: Mapping[str, object], call: Call) -> UsersReply:
    """List who has events."""
    del call
    request = read_arguments(UsersRequest, arguments, "users")
    users = tuple(UserFields.of(user) for user in app.list_users(request.limit))
    interests = tuple(SharedFields.of(interest) for interest in app.interests_of_all())
    whole = f"{counted(len(users), 'user')} with events, the most active first."
    cut = f"The {counted(len(users), 'most active user')}; a larger --limit lists more, if there are more."
    return UsersReply(summary=cut if len(users) == request.limit else whole, users=users, interests=interests)
