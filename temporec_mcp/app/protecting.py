"""How a team's home is protected."""

from temporec_mcp.app.home import Home
from temporec_mcp.app.leftovers import await_end_of_measuring, clear_output
from temporec_mcp.domain.requests import Protected
from temporec_mcp.store.pseudonyms import key_file


def protect(home: Home, min_users: int | None, with_pseudonyms: bool) -> Protected:
    """Choose how the home is protected, and tell how it is; None and False change nothing.

    Raises:
        InvalidInputError: the key cannot be kept.
    """
    protection = home.store.protection
    is_clean = True
    if with_pseudonyms:
        is_clean = _use_pseudonyms(home)
    if min_users is not None:
        protection.set_min_users(min_users)
    kept = protection.get()
    return Protected(kept.min_users, None if kept.key_name is None else key_file(kept.key_name), is_clean)


def _use_pseudonyms(home: Home) -> bool:
    """Turn to pseudonyms; trainings and evaluations, which have read the ids, begin anew or stop, models stay.

    A model holds numbers of items and of nobody, so it says of a pseudonym what it said of the id.
    """
    with home.trainer.erasing():
        is_clean = home.store.protection.use_pseudonyms()
        clear_output(home.settings)
    await_end_of_measuring(home.settings)
    return is_clean
