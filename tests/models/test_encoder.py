import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from temporec_mcp.errors import InvalidInputError
from temporec_mcp.models.encoder import CHUNK_TEXTS, encoder_name, load_encoder
from tests.models.tiny_model import WIDTH, save_tiny_model

TEXTS = ["Alien (1979)", "Toy Story (1995)", "bread", "a much longer text about baking bread and cakes at home"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("encoder"))


def test_a_folder_of_sentence_transformers_gives_what_that_library_gives(tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer

    vectors = load_encoder(str(tiny), "cpu").encode(TEXTS)

    assert vectors.dtype == np.float32
    expected = SentenceTransformer(str(tiny), device="cpu").encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_a_text_has_one_vector_to_the_bit_whatever_it_is_encoded_beside(tiny: Path) -> None:
    encoder = load_encoder(str(tiny), "cpu")
    together = encoder.encode(TEXTS)
    for place, text in enumerate(TEXTS):
        np.testing.assert_array_equal(encoder.encode([text])[0], together[place])


def test_vectors_have_length_1_and_an_empty_text_has_none(tiny: Path) -> None:
    vectors = load_encoder(str(tiny), "cpu").encode([*TEXTS, ""])

    np.testing.assert_allclose(np.linalg.norm(vectors[:-1], axis=1), 1.0, rtol=1e-5)
    assert not vectors[-1].any()


def test_no_text_at_all_gives_no_rows_of_the_right_width(tiny: Path) -> None:
    encoder = load_encoder(str(tiny), "cpu")

    assert encoder.encode([]).shape == (0, WIDTH)
    assert encoder.encode([""]).shape == (1, WIDTH)


def test_progress_rises_to_1_over_the_chunks(tiny: Path) -> None:
    seen: list[float] = []

    load_encoder(str(tiny), "cpu").encode(["word"] * (CHUNK_TEXTS + 1), lambda part, _: seen.append(part))

    assert len(seen) == 2
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_threads_that_encode_at_once_get_what_one_alone_gets(tiny: Path) -> None:
    encoder = load_encoder(str(tiny), "cpu")
    alone = load_encoder(str(tiny), "cpu").encode(TEXTS)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: encoder.encode(TEXTS), range(8)))

    for vectors in together:
        np.testing.assert_array_equal(vectors, alone)


def test_other_weights_under_the_same_folder_name_are_another_space(tiny: Path, tmp_path: Path) -> None:
    assert encoder_name(str(tiny)) == load_encoder(str(tiny)).name
    assert encoder_name(str(tiny)) == encoder_name(str(save_tiny_model(tmp_path / "same")))
    assert encoder_name(str(tiny)) != encoder_name(str(save_tiny_model(tmp_path / "other", seed=1)))


def test_a_missing_folder_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"nowhere.* does not exist.*--encoder auto"):
        load_encoder(str(tmp_path / "nowhere"))


def test_a_folder_without_a_model_is_refused_before_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"holds no sentence-transformers model"):
        load_encoder(str(tmp_path))


def test_a_folder_whose_weights_are_missing_is_refused_in_words(tiny: Path, tmp_path: Path) -> None:
    for name in ("modules.json", "config.json"):
        (tmp_path / name).write_bytes((tiny / name).read_bytes())

    with pytest.raises(InvalidInputError, match=r"could not be loaded"):
        load_encoder(str(tmp_path), "cpu").encode(["word"])


def test_nothing_heavy_is_imported_before_the_first_text() -> None:
    code = (
        "import sys; from temporec_mcp.models.encoder import load_encoder; encoder = load_encoder('auto');"
        "assert not encoder.is_loaded; print(encoder.width, *{'torch', 'sentence_transformers'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["384"]


def test_the_default_encoder_reads_meaning_without_a_socket_or_a_word_on_the_streams(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    encoder = load_encoder("auto", "cpu")
    cooking, baking, mountains = encoder.encode(["how to cook", "baking bread at home", "climbing the Matterhorn"])

    assert encoder.width == len(cooking)
    assert cooking @ baking > cooking @ mountains
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert capfd.readouterr() == ("", "")


def test_the_multilingual_encoder_puts_two_languages_into_one_space() -> None:
    encoder = load_encoder("multilingual")
    english, chinese, other = encoder.encode(["I like reading books", "我喜欢看书", "明天会下雨"])

    assert encoder.width == len(english)
    assert english @ chinese > english @ other + 0.2


def test_the_multilingual_encoder_is_a_module_that_sentence_transformers_saves_and_reloads(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    from temporec_mcp.models.multilingual import MultilingualModule

    model = SentenceTransformer(modules=[MultilingualModule(threads=1)], device="cpu")
    model.save(str(tmp_path))
    again = SentenceTransformer(str(tmp_path), device="cpu", trust_remote_code=True)

    assert again.get_embedding_dimension() == model.get_embedding_dimension()
    np.testing.assert_array_equal(again.encode(["Hallo Welt"]), model.encode(["Hallo Welt"]))
