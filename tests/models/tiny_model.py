"""A real sentence-transformers model of two layers, made in a second and never downloaded."""

from pathlib import Path

WIDTH = 32
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def save_tiny_model(folder: Path, seed: int = 0) -> Path:
    """Write a random BERT that reads letter by letter; equal seeds give equal weights."""
    import torch  # seconds, so only for the tests that need a model
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    letters = [chr(code) for code in range(33, 127)]
    bare = folder / "bare"
    bare.mkdir(parents=True)
    (bare / "vocab.txt").write_text("\n".join([*SPECIAL, *letters, *(f"##{letter}" for letter in letters)]))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(SPECIAL) + 2 * len(letters),
            hidden_size=WIDTH,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=2 * WIDTH,
            max_position_embeddings=128,
        )
        BertModel(config).save_pretrained(bare)
    BertTokenizerFast(vocab_file=str(bare / "vocab.txt")).save_pretrained(bare)
    words = Transformer(str(bare))
    model = SentenceTransformer(modules=[words, Pooling(WIDTH, "mean"), Normalize()], device="cpu")
    model.save(str(folder / "tiny"))
    return folder / "tiny"
