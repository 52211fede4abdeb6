"""How a team's home is protected."""

from temporec_mcp.app.home import Home
from temporec_mcp.domain.requests import Protected
from temporec_mcp.store.pseudonyms import key_file


def protect(home: Home, min_users: int | None, with_pseudonyms: bool) -> Protected:
    """Choose how the home is protected, and tell how it is; None and False change nothing.

    Raises:
        InvalidInputError: pseudonyms are for a home that knows nobody yet, or the key cannot be kept.
    """
    protection = home.store.protection
    if with_pseudonyms:
        protection.use_pseudonyms()
    if min_users is not None:
        protection.set_min_users(min_users)
    kept = protection.get()
    return Protected(kept.min_users, None if kept.key_name is None else key_file(kept.key_name))
