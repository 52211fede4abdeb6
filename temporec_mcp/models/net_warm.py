"""Carry the nets of yesterday's model over to today's catalogue, so that they go on instead of beginning anew.

Axes: V items, M items of the earlier vocabulary, S items of both, T text width, E earlier text width, D width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Floats
from temporec_mcp.models.net_config import NetConfig
from temporec_mcp.models.part import Tensors

SHAPE = "shape."
"""Prefix of the tensors that hold the net's shape."""
VECTORS = "vectors_VT"
IDS = "ids.weight"
TEXT = "text.weight"
POPULARITY = "popularity_V"
PENALTY = 1e-3
"""Of the ridge from today's whitened texts to yesterday's; it only keeps the solution finite."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the nets of today are over."""

    item_ids: Sequence[str]
    vectors_VT: Floats | None
    """Whitened text vectors; None when there is no text."""
    counts_V: NDArray[np.int64]
    """How often each item may be asked for."""


def fits(tensors: Mapping[str, NDArray[np.generic]], shape: NetConfig, net_count: int, *, has_text: bool) -> bool:
    """Tell whether nets of `tensors` are of this shape and number, and read texts or not."""
    found = {name.removeprefix(SHAPE): value.item() for name, value in tensors.items() if name.startswith(SHAPE)}
    count = sum(name.endswith(f".{IDS}") for name in tensors)
    return found == asdict(shape) and count == net_count and (VECTORS in tensors) == has_text


def carried(tensors: Mapping[str, NDArray[np.generic]], earlier_ids: Sequence[str], catalogue: Catalogue) -> Tensors:
    """Give the tensors of the same nets over another catalogue.

    An item keeps its rows; a new one starts with what its text says and how often it was used. Whitened texts turn
    when the catalogue changes, so the layer that reads them is turned back.
    """
    numbers = {item_id: number for number, item_id in enumerate(earlier_ids)}
    from_V = np.array([numbers.get(item_id, -1) for item_id in catalogue.item_ids], dtype=np.int64)
    found: Tensors = dict(tensors)
    turn_TE = None
    if catalogue.vectors_VT is not None:
        turn_TE = _turn(np.asarray(tensors[VECTORS], dtype=np.float32), catalogue.vectors_VT, from_V)
        found[VECTORS] = catalogue.vectors_VT
    for name, value in tensors.items():
        if name.endswith(f".{IDS}"):
            found[name] = _rows(np.asarray(value, dtype=np.float32), from_V)
        elif name.endswith(f".{POPULARITY}"):
            shares_V = (catalogue.counts_V + 1.0) / (catalogue.counts_V + 1.0).mean()
            kept_V = np.asarray(value, dtype=np.float32)[np.maximum(from_V, 0)]
            found[name] = np.where(from_V < 0, np.log(shares_V), kept_V).astype(np.float32)
        elif name.endswith(f".{TEXT}") and turn_TE is not None:
            found[name] = (np.asarray(value, dtype=np.float32) @ turn_TE.T).astype(np.float32)
    return found


def _rows(values_MD: Floats, from_V: NDArray[np.int64]) -> Floats:
    kept_VD = values_MD[np.maximum(from_V, 0)]
    return np.where((from_V >= 0)[:, None], kept_VD, np.float32(0.0))


def _turn(earlier_ME: Floats, vectors_VT: Floats, from_V: NDArray[np.int64]) -> Floats | None:
    """Give the map [T, E] from today's texts to yesterday's by the items of both; None where they are the same."""
    is_shared_V = from_V >= 0
    today_ST, before_SE = vectors_VT[is_shared_V], earlier_ME[from_V[is_shared_V]]
    if np.array_equal(today_ST, before_SE):
        return None
    gram_TT = today_ST.T @ today_ST + PENALTY * np.eye(today_ST.shape[1])
    return np.linalg.solve(gram_TT, today_ST.T @ before_SE).astype(np.float32)
