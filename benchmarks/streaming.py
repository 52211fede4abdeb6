"""Measures the memory and the time of importing exports that are larger than the memory that they may take.

    python -m benchmarks.streaming [--megabytes 2048] [--format youtube|spotify|ga4] [--cut] [--folder DIR]

Makes an export with the fields of a real one and made-up rows (seed 0), imports it into an empty home, and prints the
rows by reason, the peak of resident memory of the process that owns the home and of the one that reads the file, and
the seconds. `--cut` ends the file in the middle of its last row, as a broken download does. Needs twice the size on
the disk, in a temporary folder or below DIR.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporec_mcp.app import App
from temporec_mcp.domain.requests import ImportRequest
from temporec_mcp.settings import Settings

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MEBIBYTE = 1024**2
VIDEOS, CHANNELS, USERS = 60_000, 3_000, 20_000
WORDS = ("slow", "river", "night", "engine", "garden", "theory", "deep", "small", "city", "winter", "bread", "sound")


def video(random_: random.Random) -> int:
    """Choose a video: few are watched often."""
    return int(VIDEOS * random_.random() ** 3)


def title_of(number: int) -> str:
    """Give the title of a video."""
    return " ".join(WORDS[(number * step + step) % len(WORDS)] for step in (1, 3, 7, 11)).title() + f" {number}"


def youtube(random_: random.Random) -> Iterator[dict[str, object]]:
    """Give entries of a Takeout watch history, newest first: views, advertisements, removed videos and searches."""
    when = NOW
    while True:
        when -= timedelta(seconds=random_.expovariate(1 / 60))
        number, kind = video(random_), random_.random()
        address = f"https://www.youtube.com/watch?v={number:011d}"
        entry: dict[str, object] = {"header": "YouTube", "title": f"Watched {title_of(number)}", "titleUrl": address}
        channel = number % CHANNELS
        name = {"name": f"Channel {channel}", "url": f"https://www.youtube.com/channel/UC{channel:022d}"}
        entry["subtitles"] = [name]
        if kind < 0.05:
            entry["details"] = [{"name": "From Google Ads"}]
        elif kind < 0.08:
            entry = {"header": "YouTube", "title": "Watched a video that has been removed"}
        elif kind < 0.12:
            words = f"{WORDS[number % len(WORDS)]} {number % 999}"
            entry["title"] = f"Searched for {words}"
            entry["titleUrl"] = f"https://www.youtube.com/results?search_query={words.replace(' ', '+')}"
        entry |= {"time": when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z", "products": ["YouTube"]}
        yield entry | {"activityControls": ["YouTube watch history"]}


def spotify(random_: random.Random) -> Iterator[dict[str, object]]:
    """Give entries of the extended streaming history."""
    when = NOW - timedelta(days=3650)
    while True:
        when += timedelta(seconds=random_.expovariate(1 / 60))
        number = video(random_)
        yield {
            "ts": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "platform": "linux",
            "ms_played": random_.randrange(0, 300_000),
            "conn_country": "DE",
            "ip_addr": "203.0.113.7",
            "master_metadata_track_name": title_of(number),
            "master_metadata_album_artist_name": f"Artist {number % CHANNELS}",
            "master_metadata_album_album_name": f"Album {number % 9_000}",
            "spotify_track_uri": f"spotify:track:{number:022d}",
            "episode_name": None,
            "episode_show_name": None,
            "spotify_episode_uri": None,
            "reason_start": "trackdone",
            "reason_end": "trackdone",
            "shuffle": False,
            "skipped": False,
            "offline": False,
            "offline_timestamp": None,
            "incognito_mode": False,
        }


def ga4(random_: random.Random) -> Iterator[dict[str, object]]:
    """Give rows of the BigQuery export: views and purchases of many people."""
    when = NOW - timedelta(days=365)
    while True:
        when += timedelta(seconds=random_.expovariate(3))
        number, is_purchase = video(random_) % 5_000, random_.random() < 0.1
        yield {
            "event_date": when.strftime("%Y%m%d"),
            "event_timestamp": str(int(when.timestamp() * 1e6)),
            "event_name": "purchase" if is_purchase else "view_item",
            "user_pseudo_id": f"{random_.randrange(USERS)}.1",
            "event_params": [{"key": "ga_session_id", "value": {"int_value": str(int(when.timestamp()) // 1800)}}],
            "items": [{"item_id": f"SKU{number}", "item_name": title_of(number), "price": number % 90 + 1.5}],
        }


MAKERS: dict[str, tuple[Callable[[random.Random], Iterator[dict[str, object]]], str, bool]] = {
    "youtube": (youtube, "watch-history.json", True),
    "spotify": (spotify, "Streaming_History_Audio_2026_0.json", True),
    "ga4": (ga4, "events.jsonl", False),
}
"""What makes the rows, how the file is named, and whether it is one JSON array or an object a line."""


def write_export(path: Path, kind: str, byte_count: int) -> int:
    """Write an export of about so many bytes; give its rows."""
    make, _, is_array = MAKERS[kind]
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[" if is_array else "")
        for row in make(random.Random(0)):
            before = (",\n" if rows else "\n") if is_array else ("\n" if rows else "")
            file.write(before + json.dumps(row, indent=1 if is_array else None))
            rows += 1
            if rows % 1_000 == 0 and file.tell() >= byte_count:
                break
        file.write("\n]\n" if is_array else "\n")
    return rows


def peak_mebibytes(who: int) -> float:
    """Give the peak of resident memory of this process, or of the largest of its ended children."""
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    """Make, import, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--format", choices=MAKERS, default="youtube")
    parser.add_argument("--cut", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder, MAKERS[options.format][1])
        rows = write_export(path, options.format, options.megabytes * MEBIBYTE)
        if options.cut:
            with path.open("r+b") as file:
                file.truncate(path.stat().st_size - 100)
        print(f"{options.format}, {path.stat().st_size / MEBIBYTE:.0f} MiB, {rows:,} rows, seed 0", flush=True)
        app = App(Settings(home=Path(folder, "home")), lambda: NOW)
        before, start = peak_mebibytes(resource.RUSAGE_SELF), time.perf_counter()
        request = ImportRequest(str(path), is_dry_run=False, is_trusted=True)
        report = app.import_history(request, lambda part, phase: None, lambda: False)
        seconds = time.perf_counter() - start
        app.close()
        print(f"read as {report.format}: {report.rows:,} rows, {report.kept:,} kept, dropped {report.dropped}")
        print(f"{report.events:,} events of {report.users:,} users and {report.items:,} items; notes {report.notes}")
        print(f"| peak memory, MiB | before {before:.0f} | owner {peak_mebibytes(resource.RUSAGE_SELF):.0f} "
              f"| reader {peak_mebibytes(resource.RUSAGE_CHILDREN):.0f} |")  # fmt: skip
        print(f"| {seconds:.0f} s | {report.rows / seconds:,.0f} rows/s |")


if __name__ == "__main__":
    main()
