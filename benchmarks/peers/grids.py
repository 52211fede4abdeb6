"""What is tried of each peer, in this order; the first of a grid is its authors' or a usual setting."""

from typing import Any

Settings = dict[str, Any]

SEEDLESS = frozenset({"popularity", "item_knn", "ease"})
"""Nothing is drawn in them, so one run says all."""
NETS = frozenset({"sasrec", "esasrec", "hstu"})
NET_EPOCHS = 50
NET_EVERY = 5
"""Lists are written after so many epochs, so that the number of epochs is chosen on validation too."""

_NET_GRID: tuple[Settings, ...] = (
    {"batch_size": 32, "dropout_rate": 0.3},
    {"batch_size": 16, "dropout_rate": 0.2},
    {"batch_size": 32, "dropout_rate": 0.5},
    {"batch_size": 32, "dropout_rate": 0.3, "session_max_len": 200},
    {"batch_size": 32, "dropout_rate": 0.5, "n_factors": 128},
    {"batch_size": 128, "dropout_rate": 0.2},
    {"batch_size": 32, "dropout_rate": 0.3, "lr": 3e-3},
    {"batch_size": 32, "dropout_rate": 0.3, "n_blocks": 1},
    {"batch_size": 32, "dropout_rate": 0.3, "n_heads": 4},
    {"batch_size": 16, "dropout_rate": 0.5, "session_max_len": 200},
)
"""Small batches first: of a few hundred users, a pass in batches of 128 is too few steps."""
GRIDS: dict[str, tuple[Settings, ...]] = {
    "popularity": ({},),
    "item_knn": tuple({"neighbours": count} for count in (100, 20, 50, 200, 400)),
    "ease": tuple({"regularization": value} for value in (500.0, 100.0, 200.0, 1_000.0, 2_000.0)),
    "als": tuple(
        {"factors": factors, "regularization": 0.01, "alpha": alpha, "iterations": 15}
        for factors in (64, 32, 128)
        for alpha in (1.0, 10.0, 40.0)
    ),
    "bpr": tuple(
        {"factors": factors, "learning_rate": rate, "regularization": 0.01, "iterations": passes}
        for factors, rate, passes in (
            (64, 0.01, 100),
            (64, 0.05, 100),
            (32, 0.05, 100),
            (128, 0.05, 100),
            (64, 0.05, 300),
            (64, 0.1, 100),
        )
    ),
    "sasrec": _NET_GRID,
    "esasrec": _NET_GRID,
    "hstu": _NET_GRID,
}


def trials(name: str, count: int, epochs: int) -> list[Settings]:
    """Give the first `count` settings to try of a peer, nets with the epochs that they may take."""
    length = {"epochs": epochs, "every": min(NET_EVERY, epochs)} if name in NETS else {}
    return [settings | length for settings in GRIDS[name][:count]]
