"""In which order to read texts, where a first list is wanted before all are read.

Axes: V items.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from temporec_mcp.domain.log import Flags

MOST_USED = 1_000
"""Items, the most used ones, that tell what is likely."""

_WORD = re.compile(r"[^\W_]+")


def likeliest_first(texts: Sequence[str], use_counts_V: NDArray[np.int64]) -> list[int]:
    """Give the numbers of the items with a text: the used ones by their use, then those that share words with them.

    A word counts by how often the used items have it, and by how few items do (its inverse document frequency); what
    a text's words count is divided by the root of how many it has. Ties stay by number.

    Args:
        texts: of all V items; empty where there is none.
        use_counts_V: events of each item.
    """
    words = [frozenset(_WORD.findall(text.lower())) for text in texts]
    found_in = Counter(word for own in words for word in own)
    used_count = min(MOST_USED, int(np.count_nonzero(use_counts_V)))
    used: list[int] = np.argsort(-use_counts_V, kind="stable")[:used_count].tolist()
    liked = Counter(word for item in used for word in words[item])
    worth = {word: count * math.log(len(texts) / found_in[word]) for word, count in liked.items()}
    likeness_V = np.array([sum(worth.get(word, 0.0) for word in own) / math.sqrt(len(own) or 1) for own in words])
    has_text_V: Flags = np.array([bool(text) for text in texts], dtype=np.bool_)
    order_V = np.lexsort((-likeness_V, -use_counts_V))
    return order_V[has_text_V[order_V]].tolist()
