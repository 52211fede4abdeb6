"""What was done in the occasion that is asked about counts more: a project folder, a device, a place.

Axes: B histories, L positions.
"""

from dataclasses import replace

import numpy as np

from temporec_mcp.domain.log import PADDING, HistoryBatch, Indices

CONTEXT_WEIGHT = 3.0
"""How many times an event counts that was done in the context asked for, at least."""
MOST_CONTEXT_WEIGHT = 30.0
LEAST_EVENTS = 3.0
"""Events in the context that are as good as one guess: fewer do not outweigh the rest of the history."""


def in_context(batch: HistoryBatch, contexts_B: Indices) -> HistoryBatch:
    """Let the events of each history count more that were done in its context; PADDING asks for none.

    A context that is rare in the history would be drowned by the others, so its events count about three times what
    all others do together, within bounds for a single event.
    """
    is_asked_B1 = (contexts_B != PADDING)[:, None]
    is_inside_BL = (batch.contexts_BL == contexts_B[:, None]) & is_asked_B1 & (batch.items_BL != PADDING)
    if not is_inside_BL.any():
        return batch
    inside_B1 = is_inside_BL.sum(axis=1, keepdims=True)
    outside_B1 = (batch.items_BL != PADDING).sum(axis=1, keepdims=True) - inside_B1
    factor_B1 = np.clip(CONTEXT_WEIGHT * outside_B1 / (inside_B1 + LEAST_EVENTS), CONTEXT_WEIGHT, MOST_CONTEXT_WEIGHT)
    factor_BL = np.where(is_inside_BL, factor_B1, 1.0)
    weights_BL = (batch.weights_BL * factor_BL).astype(np.float32)
    return replace(batch, weights_BL=weights_BL, asked_B=contexts_B)
