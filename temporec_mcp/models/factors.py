"""Where the net's items begin: a factorisation of what was used near what, so that it need not find that out itself.

M_ij = max(0, log(T_ij / (T_i. q_j))), where T sums the pairs of events of one user that lie near each other and q is
the share of each item to the power 0.75 (Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix
Factorization"; Levy, Goldberg and Dagan 2015, 3.2). The rows are those of U S^1/2 of its strongest singular values.

Axes: V items, D width.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from temporec_mcp.domain.log import EventLog, Floats
from temporec_mcp.models.pairs import PairRows, pair_sum

DECAY = 0.1
"""What a step between the two events of a pair takes off its weight, as an exponent."""
SMOOTHING = 0.75


def item_factors(log: EventLog, width: int) -> Floats:
    """Give vectors [V, D] float32 whose numbers have a mean square of 1 / D over the items that have any.

    Items without a neighbour get zeros, as do dimensions beyond what the catalogue can fill.
    """
    hints_VV = positive_information(log)
    factors_VD = np.zeros((len(log.item_ids), width), dtype=np.float32)
    count = min(width, len(log.item_ids) - 1)
    if hints_VV.nnz == 0 or count < 1:
        return factors_VD
    # The start vector is fixed, so that the same log gives the same numbers.
    left_VD, values_D, _ = svds(hints_VV, k=count, v0=np.ones(len(log.item_ids)))
    factors_VD[:, :count] = left_VD * np.sqrt(values_D)
    squares_V = (factors_VD**2).sum(axis=1)
    return factors_VD / np.sqrt(squares_V[np.diff(hints_VV.indptr) > 0].mean())


def positive_information(log: EventLog) -> sparse.csr_array:
    """Give what an item says for another near it beyond chance [V, V], in nats; 0 where it says less."""
    forward_VV = pair_sum(log, _weigh)
    near_VV = sparse.csr_array(forward_VV + forward_VV.T)
    totals_V = np.asarray(near_VV.sum(axis=1), dtype=np.float64)
    chance_V = totals_V**SMOOTHING / max(float((totals_V**SMOOTHING).sum()), 1.0)
    rows = np.repeat(np.arange(near_VV.shape[0]), np.diff(near_VV.indptr))
    near_VV.data = np.maximum(np.log(near_VV.data / (totals_V[rows] * chance_V[near_VV.indices])), 0.0)
    near_VV.eliminate_zeros()
    return near_VV


def _weigh(rows: PairRows) -> NDArray[np.float64]:
    return np.full(len(rows.earlier), np.exp(-DECAY * (rows.distance - 1)))
