"""Another wording is sent only if it says what the verified text says, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.explain import explain, narrate, reword
from temporec_mcp.explain.acceptance import faults
from temporec_mcp.settings import Settings
from tests.app.conftest import NOW, catalogue, histories
from tests.explain.readers import Readers
from tests.explain.worlds import TARGET, TELLINGS, varied_world

TOLD = (
    '"Solaris (1972)" is second on your list mostly because you rated "Stalker (1979)" on 4 May 2026 (+0.52). '
    'Without "Stalker (1979)" it would leave the top 5 (rank 2 to 9). '
    'Its score is 0.27 below that of "Alien (1979)" (rank 1).'
)
TOLD_ZH = (
    "“索拉里斯”排在您列表的第2位，主要因为您给“潜行者”评过分（2026年5月4日，+0.52）。"
    "如果没有“潜行者”，它会离开前5名（排名从2到9）。"
)


def changed(old: str, new: str, told: str = TOLD) -> str:
    assert old in told
    return told.replace(old, new, 1)


@pytest.mark.parametrize(
    "wording",
    [
        TOLD,
        changed("is second on your list mostly because you", "is second on your list, and mostly because you"),
        changed("because you rated", "since you rated"),
        changed("it would leave the top 5 (rank 2 to 9)", "it would drop from the top 5 (rank 2 to 9)"),
        changed("Without", "without"),
    ],
)
def test_a_wording_that_says_the_same_is_accepted(wording: str) -> None:
    assert faults(wording, TOLD, "en") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Stalker (1979)", "Mirror (1975)"),
        ("+0.52", "+0.62"),
        ("+0.52", "-0.52"),
        ("4 May", "5 May"),
        ("May", "June"),
        ("2 to 9", "9 to 2"),
        ("top 5", "top 6"),
        ("below that", "above that"),
        ("would leave", "would not leave"),
        ("would leave", "wouldn't leave"),
        ("would leave", "would enter"),
        ("second", "first"),
        ("you rated", "Tarkovsky and you rated"),
        ("you rated", "you loved"),
        ("mostly because", "because"),
        (' Its score is 0.27 below that of "Alien (1979)" (rank 1).', ""),
        ('"Alien (1979)" (rank 1).', '"Alien (1979)" (rank 1). It is a masterpiece.'),
        ('"Alien (1979)"', '"Stalker (1979)"'),
    ],
)
def test_a_wording_with_another_title_number_date_name_or_direction_is_not(old: str, new: str) -> None:
    assert faults(changed(old, new), TOLD, "en")


def test_figures_do_not_change_places_between_titles() -> None:
    told = 'You rated "A" (+0.50) and "B" (+0.10).'
    assert faults('You rated "B" (+0.50) and "A" (+0.10).', told, "en")
    assert faults('You rated "B" (+0.10) and "A" (+0.50).', told, "en")
    assert faults(told, told, "en") == ()


@pytest.mark.parametrize(
    ("old", "new", "is_accepted"),
    [
        ("主要因为", "主要由于", True),
        ("会离开", "将离开", True),
        ("离开", "进入", False),
        ("2026年5月4日", "2026年5月5日", False),
        ("第2位", "第1位", False),
        ("潜行者”，它", "镜子”，它", False),
        ("它会离开", "它不会离开", False),
    ],
)
def test_chinese_is_held_to_the_same(old: str, new: str, is_accepted: bool) -> None:
    assert (faults(changed(old, new, TOLD_ZH), TOLD_ZH, "zh") == ()) == is_accepted


def test_every_verified_text_would_be_accepted_as_it_is() -> None:
    for seed in range(30):
        world = varied_world(seed)
        explanation = explain(world.ranker, world.target(TARGET))
        for telling in TELLINGS:
            told = narrate(explanation, telling)
            assert reword(told, telling, lambda text, language: text) == (told, ())
            assert reword(told, telling, lambda text, language: f"{text} 42.")[1]


def tiny_model(folder: Path) -> Path:
    """Save a causal language model with random weights, whose words are those of explanations."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = ["<unk>", "<end>", "is", "first", "because", "the", "user", "loved", "rank", "1", '"', "Genre", "."]
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<end>").save_pretrained(folder)
    torch.manual_seed(0)
    shape = GPT2Config(vocab_size=len(words), n_positions=512, n_embd=16, n_layer=1, n_head=2, eos_token_id=1)
    GPT2LMHeadModel(shape).save_pretrained(folder)
    return folder


@pytest.fixture
def narrated(tmp_path: Path) -> Iterator[Readers]:
    """Give an untrained home whose narrator is a model that knows nothing."""
    app = App(Settings(home=tmp_path / "home", narrator=str(tiny_model(tmp_path / "model"))), lambda: NOW)
    app.log_behavior(histories(), catalogue())
    yield Readers(app)
    app.close()


def test_what_a_model_makes_up_is_not_sent_and_that_is_said(narrated: Readers) -> None:
    item_id = narrated.ids("u1")[0]
    found = narrated.ask("explain_recommendation", user_id="u1", item_id=item_id).fields()
    assert found["narrator"] == "template"
    assert "Its wording was not accepted" in str(found["wording"])
    assert str(found["summary"]).startswith(f'"{item_id}" is ')


def test_without_a_model_nothing_is_said_of_one(readers: Readers) -> None:
    found = readers.ask("explain_recommendation", user_id="u1", item_id=readers.ids("u1")[0]).fields()
    assert found["narrator"] == "template"
    assert "wording" not in found
