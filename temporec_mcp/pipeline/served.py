"""What ranks: a model over the catalogue of today, prepared once, with its trends as they have gone on.

Axes: B histories, V items of the catalogue, P parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from temporec_mcp.domain.catalogue import Catalogue
from temporec_mcp.domain.log import Floats, HistoryBatch
from temporec_mcp.models.blend import Blend
from temporec_mcp.models.part import Part, ReadingPart
from temporec_mcp.models.popularity import PopularityPart, RecentPopularityPart
from temporec_mcp.pipeline.bridge import Bridge
from temporec_mcp.pipeline.rows import DenseRows, level


@dataclass(frozen=True, slots=True)
class Served:
    """Everything that ranks, prepared once for a model and a state of the catalogue."""

    catalogue: Catalogue
    vectors_VD: Floats | None
    """Text vectors of length 1; None when there are none."""
    blend: Blend
    bridge: Bridge
    model_id: str | None
    last_seq: int | None = None
    """Arrival number of the last event that the model learnt from; None without a model, or with another home's."""
    texts_read: tuple[int, int] | None = None
    """How many of how many texts have been read; None where all have."""
    trends: Mapping[str, Floats] = field(default_factory=dict[str, Floats])
    """By the name of a trend part, its scores [1, V] after all that it learnt from, where more came in since."""
    _reading_rows: dict[str, DenseRows] = field(default_factory=dict[str, DenseRows])
    _common: dict[str, tuple[float, Floats]] = field(default_factory=dict[str, tuple[float, Floats]])
    _for_few: dict[int, "Served"] = field(default_factory=lambda: {})

    def for_history(self, length: int) -> "Served":
        """Give what ranks for a user of `length` events; the same each time it is asked for."""
        blend = self.blend.for_history(length)
        return self if blend is self.blend else self._for_few.setdefault(length, replace(self, blend=blend))

    def has_parts_of(self, other: "Served") -> bool:
        """Hold where the same ranks, but perhaps for how far its trends have gone on."""
        return self.blend is other.blend and self.bridge is other.bridge and self.catalogue is other.catalogue

    def with_trends(self, trends: Mapping[str, Floats]) -> "Served":
        """Give what ranks with these trends; all else is shared."""
        return replace(self, trends=trends, _common={}, _for_few={})

    def scores(self, part: Part, batch: HistoryBatch) -> Floats:
        """Give the part's scores for the catalogue: [B, V], or [1, V] where they are the same for all histories.

        Args:
            part: one of the blend's.
            batch: in the model's item numbers.
        """
        if not isinstance(part, PopularityPart | RecentPopularityPart):
            return self._bridged(part.score(batch))
        last = -np.inf if isinstance(part, PopularityPart) else part.last_moment
        moments = np.unique(np.minimum(batch.as_of_B, last))
        if len(moments) > 1:
            return self.followed(part, batch, self._bridged(part.score(batch)))
        if part.name in self.trends and moments[0] == last:
            return self.trends[part.name]
        kept = self._common.get(part.name)
        if kept is None or kept[0] != moments[0]:
            kept = (float(moments[0]), self._bridged(part.score(batch)[:1]))
            self._common[part.name] = kept
        return kept[1]

    def followed(self, part: Part, batch: HistoryBatch, scores_BV: Floats) -> Floats:
        """Give a part's scores, a trend's as it goes on where they are asked for after what was learnt (in place)."""
        if isinstance(part, RecentPopularityPart) and part.name in self.trends:
            scores_BV[batch.as_of_B >= part.last_moment] = self.trends[part.name]
        return scores_BV

    def reading_rows(self, part: ReadingPart) -> DenseRows:
        """Give what each number that the part reads of a history says for every item; made once for all histories."""
        if part.name not in self._reading_rows:
            self._reading_rows[part.name] = level(self._bridged(part.item_rows()))
        return self._reading_rows[part.name]

    def _bridged(self, scores_BM: Floats) -> Floats:
        return self.bridge.scores(scores_BM[None])[0]


def part_scores(served: Served, batch: HistoryBatch) -> Floats:
    """Give each part's scores [P, B, V] for the catalogue, across the bridge where the model knows other items."""
    scores_PBV = served.bridge.scores(served.blend.part_scores(served.bridge.histories(batch)))
    for part, scores_BV in zip(served.blend.parts, scores_PBV, strict=True):
        served.followed(part, batch, scores_BV)
    return scores_PBV
