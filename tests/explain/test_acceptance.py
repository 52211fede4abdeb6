"""Another wording is sent only if it says what the verified text says, and nothing else."""

import itertools
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from temporec_mcp.app import App
from temporec_mcp.app.narrating import SECONDS, Narrator
from temporec_mcp.explain import Telling, explain, narrate, reword
from temporec_mcp.explain.acceptance import fault
from temporec_mcp.explain.language_model import EXAMPLES
from temporec_mcp.explain.words import Language
from temporec_mcp.settings import Settings
from tests.app.conftest import NOW, catalogue, histories
from tests.explain.readers import Readers
from tests.explain.worlds import TARGET, TELLINGS, varied_world

PLACED = (
    '"Solaris (1972)" is second on your list mostly because you rated "Stalker (1979)" 5 of 5 on 4 May 2026 (+0.52).'
)
LEFT = 'Without "Stalker (1979)" it would leave the top 5 (rank 2 to 9).'
BELOW = 'Its score is 0.27 below that of "Alien (1979)" (rank 1).'
WHOLE = (
    '"Solaris" is first on your list because of your history as a whole (+3.44), of which no single event gives much.'
)
LIKENESS = "The link is mostly likeness of descriptions, not what people did."
STAND_INS = 'Your history holds "A" and "B", which partly stand in for each other (together +0.40).'
HELD_BACK = 'Holding it back: you tried "Crumb", which you rated 2 of 5 on 4 May 2026 (-0.48).'
RAISED = 'If you also rated "Mirror", it would be at rank 1 instead of 10.'
PLACED_ZH = "“索拉里斯”排在您列表的第2位，主要因为您给“潜行者”评过分（2026年5月4日，+0.52）。"
LEFT_ZH = "如果没有“潜行者”，它会离开前5名（排名从2到9）。"


def changed(verified: str, old: str, new: str) -> str:
    assert old in verified
    return verified.replace(old, new, 1)


@pytest.mark.parametrize(
    ("verified", "old", "new"),
    [
        (PLACED, "is second", "comes second"),
        (PLACED, "mostly because", "mainly since"),
        (LEFT, "Without", "If not for"),
        (LEFT, "would leave", "would drop out of"),
        (BELOW, "below that of", "lower than that of"),
        (WHOLE, "because of", "thanks to"),
        (HELD_BACK, "Holding it back: you", "What holds it back is that you"),
        (RAISED, "it would be", "it would then be"),
        (PLACED, "(+0.52).", "(+0.52)!"),
    ],
)
def test_a_wording_that_claims_the_same_may_be_told(verified: str, old: str, new: str) -> None:
    assert fault(verified, verified, "en") is None
    assert fault(changed(verified, old, new), verified, "en") is None


@pytest.mark.parametrize(
    ("verified", "old", "new"),
    [
        (PLACED, "Stalker (1979)", "Mirror (1975)"),
        (PLACED, "+0.52", "+0.62"),
        (PLACED, "+0.52", "-0.52"),
        (PLACED, "4 May", "5 May"),
        (PLACED, "May", "June"),
        (PLACED, "5 of 5", "4 of 5"),
        (PLACED, "second", "first"),
        (PLACED, "you rated", "you loved"),
        (PLACED, "your list", "the user's list"),
        (PLACED, "mostly because", "because"),
        (PLACED, "mostly because", "only because"),
        (PLACED, "(+0.52).", "(+0.52). It is a masterpiece."),
        (PLACED, "(+0.52).", "(+0.52)?"),
        (PLACED, "is second", "is ½ second"),
        (LEFT, "2 to 9", "9 to 2"),
        (LEFT, "top 5", "top 6"),
        (LEFT, "would leave", "would not leave"),
        (LEFT, "would leave", "wouldn't leave"),
        (LEFT, "would leave", "would enter"),
        (LEFT, "would leave", "will leave"),
        (LEFT, 'Without "Stalker (1979)"', 'With "Stalker (1979)"'),
        (LEFT, 'Without "Stalker (1979)"', 'If you rated "Stalker (1979)"'),
        (BELOW, "below that", "above that"),
        (BELOW, "Alien (1979)", "Stalker (1979)"),
        (WHOLE, "no single event", "no event"),
        (WHOLE, "no single event gives", "a single event gives"),
        (WHOLE, ", of which no single event gives much", ""),
        (LIKENESS, "likeness of descriptions, not what people did", "what people did, not likeness of descriptions"),
        (LIKENESS, ", not what people did", ""),
        (LIKENESS, "is mostly", "is because of"),
        (STAND_INS, "partly ", ""),
        (HELD_BACK, "Holding it back", "Holding it up"),
        (HELD_BACK, "Holding it back", "Holding you back"),
        (RAISED, "at rank 1 instead of 10", "at rank 10 instead of 1"),
        (RAISED, "If you also rated", "Because you also rated"),
    ],
)
def test_a_wording_with_another_title_number_date_name_hedge_or_direction_may_not(
    verified: str, old: str, new: str
) -> None:
    assert fault(changed(verified, old, new), verified, "en")


def test_cause_and_effect_do_not_change_places() -> None:
    result, cause = PLACED.removesuffix(".").split(" mostly because ")
    turned = f"{cause} mostly because {result}."
    assert sorted(turned.rstrip(".").split()) == sorted(PLACED.rstrip(".").split())
    assert fault(turned, PLACED, "en")


def test_figures_do_not_change_places_between_titles() -> None:
    verified = 'You rated "A" (+0.50) and "B" (+0.10).'
    assert fault('You rated "B" (+0.50) and "A" (+0.10).', verified, "en")
    assert fault('You rated "B" (+0.10) and "A" (+0.50).', verified, "en")


@pytest.mark.parametrize(
    ("verified", "old", "new", "is_told"),
    [
        (PLACED_ZH, "主要因为", "主要由于", True),
        (LEFT_ZH, "会离开", "将跌出", True),
        (LEFT_ZH, "如果没有", "若没有", True),
        (LEFT_ZH, "离开", "进入", False),
        (LEFT_ZH, "没有", "有", False),
        (LEFT_ZH, "它会离开", "它不会离开", False),
        (LEFT_ZH, "潜行者", "镜子", False),
        (PLACED_ZH, "主要因为", "因为", False),
        (PLACED_ZH, "2026年5月4日", "2026年5月5日", False),
        (PLACED_ZH, "第2位", "第1位", False),
    ],
)
def test_chinese_is_held_to_the_same(verified: str, old: str, new: str, is_told: bool) -> None:
    assert (fault(changed(verified, old, new), verified, "zh") is None) == is_told


def test_each_clause_is_judged_for_itself_and_keeps_its_facts_end_and_case() -> None:
    told = (
        '"Solaris" is first on your list because of your history as a whole (+3.44); above all, you rated '
        '"Stalker" 5 of 5 on 4 May 2026 (+0.52). Without "Stalker" it would leave the top 5 (rank 1 to 9).'
    )
    asked: list[str] = []

    def wording(sentence: str, language: Language) -> list[str]:
        asked.append(sentence)
        return {
            "[A] is first on your list because of your history as a whole [B].": [
                "[A] is first on your list because of your history as a whole [B]!",
                "[A] comes first on your list thanks to your history as a whole [B].",
            ],
            "above all, you rated [A].": ["Most of all, you rated [A]."],
            "Without [A] it would leave the [B].": ["With [A] it would stay in the [B].", "[C] [D] would leave."],
        }[sentence]

    retold = reword(told, Telling(), wording)
    assert retold.text == (
        '"Solaris" comes first on your list thanks to your history as a whole (+3.44); most of all, you rated '
        '"Stalker" 5 of 5 on 4 May 2026 (+0.52). Without "Stalker" it would leave the top 5 (rank 1 to 9).'
    )
    assert (retold.clause_count, retold.worded_count, retold.faults) == (3, 2, ("'with' in place of 'without'",))
    assert not any(figure in sentence for sentence in asked for figure in ("Solaris", "3.44", "2026", "9"))


def test_a_model_that_says_the_same_words_has_worded_nothing_and_no_text_grows_beyond_its_limit() -> None:
    for seed in range(30):
        world = varied_world(seed)
        explanation = explain(world.ranker, world.target(TARGET))
        for telling in TELLINGS:
            told = narrate(explanation, telling)
            same = reword(told, telling, lambda sentence, language: [sentence, f"{sentence} 42."])
            assert (same.text, same.worded_count) == (told, 0)
            assert len(same.faults) == same.clause_count
            longer = reword(
                told, telling, lambda sentence, language: [("Here then " * 60) + sentence, "那" * 125 + sentence]
            )
            limit = longer.text.split() if telling.language == "en" else longer.text
            assert len(limit) <= (120 if telling.language == "en" else 250)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_model_is_shown_would_be_told(language: Language) -> None:
    for given, wording in EXAMPLES[language]:
        told = given.replace("[", '"').replace("]", '"')
        assert reword(told, Telling(language), partial(_given, wording)).worded_count == 1


def _given(wording: str, sentence: str, language: Language) -> list[str]:
    return [wording]


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
    assert found["reworded"] == 0
    assert re.fullmatch(r"0 of \d clauses in the language model's words; .*", str(found["wording"]))
    assert str(found["summary"]).startswith(f'"{item_id}" is ')


def test_a_model_that_takes_long_is_not_waited_for_beyond_its_time(tmp_path: Path) -> None:
    told = "Every figure was reproduced by scoring again. What was rated counts as used here. It is first."
    moments = itertools.count(step=SECONDS - 1)
    retold = Narrator(str(tiny_model(tmp_path / "model")), lambda: float(next(moments))).retell(told, Telling())
    assert retold is not None
    assert (retold.text, retold.clause_count, len(retold.faults)) == (told, 3, 1)


def test_without_a_model_nothing_is_said_of_one(readers: Readers) -> None:
    found = readers.ask("explain_recommendation", user_id="u1", item_id=readers.ids("u1")[0]).fields()
    assert found["narrator"] == "template"
    assert "wording" not in found
