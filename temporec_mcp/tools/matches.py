"""Words for how the titles of an import lie in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from temporec_mcp.tools.words import counted, joined, short_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from temporec_mcp.domain.requests import MatchReport


def match_counts(report: MatchReport | None) -> dict[str, int] | None:
    """Give the counts by verdict; None where there was nothing to match, or nothing to match it with."""
    if report is None or not report.catalogue_items:
        return None
    return {"matched": report.matched, "ambiguous": report.ambiguous, "unmatched": report.unmatched}


def match_sentence(report: MatchReport | None) -> str:
    """Say what was found in the catalogue; without one, what answers can be and how to add one."""
    if report is None:
        return ""
    if not report.catalogue_items:
        return (
            "No catalogue is known, so answers can only be what to come back to; for something new, give a table of "
            "titles as items_path (--items), or import it by itself."
        )
    total = report.matched + report.ambiguous + report.unmatched
    unclear = [f"{report.ambiguous:,} unclear{_such_as(report.ambiguous_titles)}"] if report.ambiguous else []
    missing = [f"{report.unmatched:,} not there{_such_as(report.unmatched_titles)}"] if report.unmatched else []
    left = f" ({joined([*unclear, *missing])})" if unclear or missing else ""
    found = f"{report.matched:,} of {counted(total, 'title')} found among the catalogue's {report.catalogue_items:,}"
    return f"{found}{left}."


def _such_as(titles: Sequence[str]) -> str:
    return f', such as "{short_title(titles[0])}"' if titles else ""
