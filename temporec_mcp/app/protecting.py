"""How a team's home is protected."""

from temporec_mcp.app.home import Home
from temporec_mcp.app.leftovers import await_end_of_measuring, clear_output, clear_unregistered
from temporec_mcp.app.spending import Ledger
from temporec_mcp.domain.requests import Protected, Protecting
from temporec_mcp.domain.training import DELTA, Privacy
from temporec_mcp.store.pseudonyms import key_file


def protect(home: Home, choice: Protecting) -> Protected:
    """Choose how the home is protected, and tell how it is.

    Raises:
        InvalidInputError: the key cannot be kept.
    """
    protection = home.store.protection
    is_clean = True
    if choice.with_pseudonyms:
        is_clean = _use_pseudonyms(home)
    if choice.min_users is not None:
        protection.set_min_users(choice.min_users)
    destroyed = () if choice.epsilon is None else _promise(home, choice.epsilon)
    kept = protection.get()
    spent = Ledger(home.settings.spent_record).spent()
    return Protected(
        kept.min_users,
        None if kept.key_name is None else key_file(kept.key_name),
        is_clean,
        privacy=None if kept.epsilon is None else Privacy(kept.epsilon, DELTA, *spent),
        destroyed=destroyed,
    )


def _promise(home: Home, epsilon: float) -> tuple[str, ...]:
    """Learn under differential privacy from now on; give the models that go, because they learnt without it.

    Trainings and evaluations, which have read events for a model without it, begin anew or stop.
    """
    with home.trainer.erasing():
        gone = home.store.protection.promise(epsilon)
        for model_id in gone:
            home.models.destroy(model_id)
        clear_unregistered(home.settings, home.store)
    await_end_of_measuring(home.settings)
    return gone


def _use_pseudonyms(home: Home) -> bool:
    """Turn to pseudonyms; trainings and evaluations, which have read the ids, begin anew or stop, models stay.

    A model holds numbers of items and of nobody, so it says of a pseudonym what it said of the id.
    """
    with home.trainer.erasing():
        is_clean = home.store.protection.use_pseudonyms()
        clear_output(home.settings)
    await_end_of_measuring(home.settings)
    return is_clean
