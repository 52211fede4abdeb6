"""Effects by re-scoring, facts to sentences, and sentences held against facts."""

from temporec_mcp.explain.explanation import explain
from temporec_mcp.explain.listing import leanings
from temporec_mcp.explain.narrate import narrate, tell_change, why
from temporec_mcp.explain.rewording import Retold, reword
from temporec_mcp.explain.target import ExplainTarget
from temporec_mcp.explain.verify import unsupported
from temporec_mcp.explain.words import Telling

__all__ = [
    "ExplainTarget",
    "Retold",
    "Telling",
    "explain",
    "leanings",
    "narrate",
    "reword",
    "tell_change",
    "unsupported",
    "why",
]
