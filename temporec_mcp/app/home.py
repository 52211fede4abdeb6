"""One opened home: its store and the parts that several use cases share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporec_mcp.app.catalogues import Catalogues
from temporec_mcp.app.erasing import Eraser, Made
from temporec_mcp.app.histories import Histories
from temporec_mcp.app.leftovers import clear_unregistered, clear_work
from temporec_mcp.app.narrating import Narrator
from temporec_mcp.app.orders import Orders
from temporec_mcp.app.serving import ModelShelf
from temporec_mcp.app.tokens import Confirmations
from temporec_mcp.app.training import Trainer
from temporec_mcp.app.trends import Trends
from temporec_mcp.settings import Settings
from temporec_mcp.store.database import Store

CONFIRM_KEY = "confirm.key"


@dataclass(frozen=True, slots=True)
class Home:
    """What the use cases are composed of."""

    settings: Settings
    clock: Callable[[], datetime]
    """Gives the present moment, aware, in UTC."""
    store: Store
    catalogues: Catalogues
    histories: Histories
    models: ModelShelf
    trends: Trends
    orders: Orders
    trainer: Trainer
    tokens: Confirmations
    eraser: Eraser
    narrator: Narrator

    def close(self) -> None:
        """Stop a running training and let go of the store."""
        self.trainer.close()
        self.catalogues.close()
        self.store.close()


def open_home(settings: Settings, clock: Callable[[], datetime]) -> Home:
    """Open the store of `settings.home`, making it when missing; jobs that a dead process left are interrupted.

    Raises:
        StoreBusyError: another process has it open.
        StoreDamagedError: it cannot be opened.
    """
    store = Store.open(settings.database)
    store.jobs.interrupt_unfinished()
    clear_work(settings)
    clear_unregistered(settings, store)
    catalogues = Catalogues(store, settings)
    models = ModelShelf(store, catalogues, settings)
    orders = Orders(store, catalogues, settings)
    tokens = Confirmations(settings.home / CONFIRM_KEY, clock)
    trainer = Trainer(store, orders, settings, clock)
    return Home(
        settings=settings,
        clock=clock,
        store=store,
        catalogues=catalogues,
        histories=Histories(store, catalogues),
        models=models,
        trends=Trends(store),
        orders=orders,
        trainer=trainer,
        tokens=tokens,
        narrator=Narrator(settings.narrator),
        eraser=Eraser(store, settings, Made(catalogues, models, trainer), tokens),
    )
