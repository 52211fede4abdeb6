"""The sequence net: causal self-attention over item ids, text and time, in layers of our own.

Axes: B histories, L positions (oldest first), N of them that are asked (the newest), V items, T text width, D width,
H heads, M chosen positions, K candidates.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from temporec_mcp.models.net_config import NetConfig

GAP_BUCKETS = 30
"""Powers of two of a second: 0, below 2, below 4 ... the last holds everything from 8.5 years."""
REQUEST_WIDTH = 4
"""Sine and cosine of the hour of the day and of the day of the week."""
DAY_SECONDS = 86_400.0
WEEK_DAYS = 7
WEEK_SECONDS = WEEK_DAYS * DAY_SECONDS
MONDAY_OFFSET_DAYS = 3
"""1970 began on a Thursday."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """Histories as the net reads them, oldest first; padding may stand on either side.

    Of the events oldest a, b, newest c with L = 5, a row reads  0 0 a b c  or  a b c 0 0.
    """

    items_BL: Tensor
    """int64; any item number where there is no event."""
    times_BL: Tensor
    """float64, seconds since 1970."""
    asked_BL: Tensor
    """float64, the moment that each position's next event is asked for: the time of that event, or the request's."""
    weights_BL: Tensor
    """float32, how much the event speaks for its item: 1 likes, below 0 dislikes, 0 where there is no event."""
    real_BL: Tensor
    """bool, whether there is an event."""

    def to(self, device: torch.device) -> "Sequences":
        """Give the same on `device`, times counted from a Thursday midnight within a week before each row's end.

        MPS has no float64; counted so, float32 is exact to a tenth of a second within the last days.
        """
        week_B1 = (self.asked_BL.amax(dim=1, keepdim=True) / WEEK_SECONDS).floor() * WEEK_SECONDS
        kind = torch.float32 if device.type == "mps" else torch.float64
        return Sequences(
            self.items_BL.to(device),
            (self.times_BL - week_B1).to(device=device, dtype=kind),
            (self.asked_BL - week_B1).to(device=device, dtype=kind),
            self.weights_BL.to(device),
            self.real_BL.to(device),
        )

    def rows(self, start: int, end: int) -> "Sequences":
        """Give the histories `start` to `end` - 1."""
        chosen = slice(start, end)
        return Sequences(
            self.items_BL[chosen],
            self.times_BL[chosen],
            self.asked_BL[chosen],
            self.weights_BL[chosen],
            self.real_BL[chosen],
        )


class SequenceNet(nn.Module):
    """Gives for each position what comes next; position i reads the events up to i and the moment asked for."""

    vectors_VT: Tensor | None

    def __init__(self, config: NetConfig, item_count: int, vectors_VT: Tensor | None) -> None:
        """Make a net over `item_count` items and, where given, their text vectors (kept, not learnt)."""
        super().__init__()
        self.config = config
        width = config.width
        self.ids = nn.Embedding(item_count, width)
        nn.init.normal_(self.ids.weight, std=width**-0.5)
        self.text = None if vectors_VT is None else nn.Linear(vectors_VT.shape[1], width, bias=False)
        self.register_buffer("vectors_VT", vectors_VT, persistent=False)
        self.popularity_V = nn.Parameter(torch.zeros(item_count))
        self.dislike_D = nn.Parameter(torch.zeros(width))
        self.gap = nn.Embedding(GAP_BUCKETS, width)
        nn.init.normal_(self.gap.weight, std=0.02)
        self.request = nn.Linear(REQUEST_WIDTH, width, bias=False)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.block_count))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)

    @property
    def device(self) -> torch.device:
        """Where the net's numbers lie."""
        return self.ids.weight.device

    def set_popularity(self, counts_V: Tensor) -> None:
        """Start from how often each item was used, as logarithms about 0."""
        shares_V = (counts_V + 1.0) / (counts_V + 1.0).mean()
        with torch.no_grad():
            self.popularity_V.copy_(shares_V.log())

    def set_items(self, factors_VD: Tensor) -> None:
        """Start from vectors that say already which items are used near each other."""
        with torch.no_grad():
            self.ids.weight.copy_(factors_VD)

    def forget_unknown(self, counts_V: Tensor) -> None:
        """Leave items that were never asked for with what their text says alone."""
        with torch.no_grad():
            self.ids.weight[counts_V == 0] = 0.0

    def item_vectors(self) -> Tensor:
        """Give the items' representations [V, D], used for reading and for ranking."""
        if self.text is None:
            return self.ids.weight
        return self.ids.weight + self.text(self.vectors_VT)

    def read(self, sequences: Sequences, items_VD: Tensor, newest: int | None = None) -> Tensor:
        """Give the state [B, N, D] at the `newest` positions, or at all; the fewer, the less the last block costs."""
        elapsed_BL = (sequences.asked_BL - sequences.times_BL).clamp(min=0).float()
        state_BLD = functional.embedding(sequences.items_BL, items_VD) * sequences.real_BL[..., None]
        dislike_BL = (1 - sequences.weights_BL) * sequences.real_BL
        state_BLD = state_BLD + dislike_BL[..., None] * self.dislike_D
        state_BLD = state_BLD + self.gap(gap_buckets(elapsed_BL)) + self.request(calendar(sequences.asked_BL))
        state_BLD = self.dropout(state_BLD)
        ages_BLL = (sequences.asked_BL[:, :, None] - sequences.times_BL[:, None, :]).clamp(min=0).float()
        buckets_BLL = gap_buckets(ages_BLL)
        hidden_BLL = hidden_pairs(sequences.real_BL)
        loudness_BL = sequences.weights_BL.abs().clamp(1 / 8, 8).log()
        for block in self.blocks[:-1]:
            state_BLD = block(state_BLD, buckets_BLL, hidden_BLL, loudness_BL)
        asked = slice(0 if newest is None else -newest, None)
        return self.norm(self.blocks[-1](state_BLD, buckets_BLL[:, asked], hidden_BLL[:, asked], loudness_BL))

    def rank(self, states_MD: Tensor, items_VD: Tensor, candidates_K: Tensor | None = None) -> Tensor:
        """Give logits [M, V], or [M, K] for `candidates_K` only."""
        if candidates_K is None:
            return torch.addmm(self.popularity_V, states_MD, items_VD.T)
        return torch.addmm(self.popularity_V[candidates_K], states_MD, items_VD[candidates_K].T)


class Block(nn.Module):
    """Attention with a bias for distance and age, then a feed-forward layer; each on a normed copy, added back."""

    def __init__(self, config: NetConfig) -> None:
        """Make a block of the config's shape."""
        super().__init__()
        width, inner = config.width, config.width * config.inner_factor
        self.head_count = config.head_count
        self.attention_norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.age_bias = nn.Embedding(GAP_BUCKETS, config.head_count)
        nn.init.zeros_(self.age_bias.weight)
        self.distance_bias = nn.Parameter(torch.zeros(config.head_count, config.length))
        self.inner_norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, state_BLD: Tensor, buckets_BNL: Tensor, hidden_BNL: Tensor, loudness_BL: Tensor) -> Tensor:
        """Give the next state [B, N, D] of the newest N positions, which is all that what follows them reads."""
        batch, length, width = state_BLD.shape
        asked = buckets_BNL.shape[1]
        normed_BLD = self.attention_norm(state_BLD)
        query_BHND = self._heads(normed_BLD[:, length - asked :], 0, 1)[0]
        key_BHLD, value_BHLD = self._heads(normed_BLD, 1, 3)
        bias_BHNL = self.age_bias(buckets_BNL).permute(0, 3, 1, 2) + self._distances(asked, length)
        bias_BHNL = (bias_BHNL + loudness_BL[:, None, None, :]).masked_fill(hidden_BNL[:, None], float("-inf"))
        mixed_BHND = functional.scaled_dot_product_attention(query_BHND, key_BHLD, value_BHLD, attn_mask=bias_BHNL)
        mixed_BND = mixed_BHND.transpose(1, 2).reshape(batch, asked, width)
        state_BND = state_BLD[:, length - asked :] + self.dropout(self.out(mixed_BND))
        inner_BND = functional.gelu(self.inner(self.inner_norm(state_BND)))
        return state_BND + self.dropout(self.outer(inner_BND))

    def _heads(self, normed_BLD: Tensor, first: int, end: int) -> Tensor:
        """Give the queries (0), keys (1) and values (2) from `first` to before `end`, each [B, H, L, D / H]."""
        batch, length, width = normed_BLD.shape
        rows = slice(first * width, end * width)
        chosen = functional.linear(normed_BLD, self.qkv.weight[rows], self.qkv.bias[rows])
        return chosen.view(batch, length, end - first, self.head_count, -1).permute(2, 0, 3, 1, 4)

    def _distances(self, asked: int, length: int) -> Tensor:
        """Give the bias [H, N, L] by how many events lie between."""
        steps_L = torch.arange(length, device=self.distance_bias.device)
        distances_NL = (steps_L[length - asked :, None] - steps_L[None, :]).clamp(0, self.distance_bias.shape[1] - 1)
        return self.distance_bias[:, distances_NL]


def gap_buckets(seconds: Tensor) -> Tensor:
    """Give the logarithmic bucket, 0 to GAP_BUCKETS - 1, of each duration in seconds (float32, from 0)."""
    return torch.log2(seconds + 1).ceil().long().clamp(max=GAP_BUCKETS - 1)


def calendar(times_BL: Tensor) -> Tensor:
    """Give the place in the day and in the week [B, L, REQUEST_WIDTH] of each time (seconds since 1970, in UTC)."""
    days_BL = times_BL / DAY_SECONDS
    day_BL = (2 * torch.pi * (days_BL % 1)).float()
    week_BL = (2 * torch.pi * ((days_BL + MONDAY_OFFSET_DAYS) % WEEK_DAYS) / WEEK_DAYS).float()
    return torch.stack((day_BL.sin(), day_BL.cos(), week_BL.sin(), week_BL.cos()), dim=-1)


def hidden_pairs(real_BL: Tensor) -> Tensor:
    """Give where position i must not read position j [B, L, L]: the future, and padding; itself it always reads."""
    length = real_BL.shape[1]
    future_LL = torch.ones(length, length, dtype=torch.bool, device=real_BL.device).triu(1)
    self_LL = torch.eye(length, dtype=torch.bool, device=real_BL.device)
    return (future_LL | ~real_BL[:, None, :]) & ~self_LL
