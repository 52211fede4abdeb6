"""Prompts: four conversations that a person starts by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import mcp_types as types
from mcp.shared.exceptions import MCPError

from temporec_mcp.domain.events import DEFAULT_USER, TEXT_LENGTH
from temporec_mcp.domain.text import clean_text, shown
from temporec_mcp.server.state import Context

Arguments = Mapping[str, str]
USER = types.PromptArgument(name="user_id", description="Whose history; me when left out")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A prompt and the words it starts with."""

    prompt: types.Prompt
    words: Callable[[Arguments], str]


def _onboard(given: Arguments) -> str:
    path = given.get("path")
    where = f'It lies at "{path}".' if path else "Ask me where the file, zip or folder lies."
    return (
        f"Bring my history in. {where} Call import_history as a dry run and show me the counts, what would be left "
        "out and why, and every open question. When I agree, call it with dry_run=false, then train_model with "
        'preset="quick", and tell me how good the model is beside the baselines. End with summarize_user_timeline.'
    )


def _what_next(given: Arguments) -> str:
    action, wish = given.get("action"), given.get("wish")
    what = f"What should I {action} next?" if action else "What should I do next?"
    steer = f' I am in the mood for this: "{wish}"; pass it as query.' if wish else ""
    return (
        f"{what}{steer} Call recommend with {_user(given)}, give me each title with its reason in a few words, and "
        "say honestly when the list is not personal. When I pick or refuse one, log it with log_behavior and the "
        "recommendation_id."
    )


def _weekly_review(given: Arguments) -> str:
    return (
        f"Review my last seven days. Call summarize_user_timeline with {_user(given)} once for the last seven days "
        "(since) and once for all of it; tell me what was usual, what was new and what was out of habit, only from "
        "those facts. Then call recommend with k=3 for the coming week."
    )


def _why_this(given: Arguments) -> str:
    item = given.get("item_id", "")
    return (
        f'Why was "{item}" recommended? Call explain_recommendation with item_id "{item}" and {_user(given)} (or the '
        "recommendation_id of the list it stood in). Tell me the reasons in order, what would take it off the list, "
        "and how sure that is. State nothing that the facts do not say."
    )


def _user(given: Arguments) -> str:
    return f'user_id "{given.get("user_id", DEFAULT_USER)}"'


CONVERSATIONS: dict[str, Conversation] = {
    conversation.prompt.name: conversation
    for conversation in (
        Conversation(
            types.Prompt(
                name="onboard_my_history",
                title="Bring my history in",
                description="Import a history step by step, train, and look at it.",
                arguments=[types.PromptArgument(name="path", description="File, zip or folder")],
            ),
            _onboard,
        ),
        Conversation(
            types.Prompt(
                name="what_next",
                title="What next?",
                description="Recommendations with reasons, steered by a wish.",
                arguments=[
                    USER,
                    types.PromptArgument(name="action", description="What to do with it: watch, read, purchase ..."),
                    types.PromptArgument(name="wish", description="Words that steer the list"),
                ],
            ),
            _what_next,
        ),
        Conversation(
            types.Prompt(
                name="weekly_review",
                title="Weekly review",
                description="The last seven days against the habit.",
                arguments=[USER],
            ),
            _weekly_review,
        ),
        Conversation(
            types.Prompt(
                name="why_this",
                title="Why this?",
                description="The checked reasons of one recommendation.",
                arguments=[
                    types.PromptArgument(name="item_id", description="The item to explain", required=True),
                    USER,
                ],
            ),
            _why_this,
        ),
    )
}


async def list_prompts(context: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
    """Give all prompts."""
    del context, params
    return types.ListPromptsResult(prompts=[conversation.prompt for conversation in CONVERSATIONS.values()])


async def get_prompt(context: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
    """Give the words of one prompt."""
    del context
    conversation = CONVERSATIONS.get(params.name)
    if conversation is None:
        raise MCPError(
            types.INVALID_PARAMS, f"There is no prompt {shown(params.name)}. Get one of {', '.join(CONVERSATIONS)}."
        )
    given = {name: clean_text(value, TEXT_LENGTH) for name, value in (params.arguments or {}).items()}
    _check_arguments(conversation.prompt, given)
    text = types.TextContent(text=conversation.words(given))
    return types.GetPromptResult(
        description=conversation.prompt.description, messages=[types.PromptMessage(role="user", content=text)]
    )


def _check_arguments(prompt: types.Prompt, given: Arguments) -> None:
    known = {argument.name: argument for argument in prompt.arguments or []}
    unknown = sorted(set(given) - set(known))
    missing = [name for name, argument in known.items() if argument.required and not given.get(name)]
    if unknown or missing:
        what = f"no argument {shown(unknown[0])}" if unknown else f"to be given {missing[0]}"
        verb = "has" if unknown else "needs"
        raise MCPError(types.INVALID_PARAMS, f"{prompt.name} {verb} {what}. It takes {', '.join(known)}.")
