"""The Gradio page: a conversation, and the documents that prove it beside it."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import gradio as gr

from index.errors import SourcierError
from qa.answer import Turn
from ui import render, texts
from ui.error_texts import sentence

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from qa.answer import Answer
    from qa.engine import Engine, Stage
    from ui.settings import Settings
    from ui.texts import Text

# How much of a conversation the server keeps: it is held in memory for every open page.
MOST_EXCHANGES: Final = 50
# How many of the last exchanges a follow-up question may lean on.
TURNS_BEFORE: Final = 6
# How many characters of a question are shown again; the engine refuses the longest ones.
MOST_SHOWN: Final = 2000

# Questions of the page and of the endpoints share one limit of how many are answered at a time.
ASKING: Final = "asking"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, the block that is shown below it, and the turn that a question to follow may lean on."""

    question: str
    block: str
    turn: Turn | None = None


Conversation = tuple[Exchange, ...]
Message = dict[str, str]


def build_page(engine: Engine, settings: Settings) -> gr.Blocks:
    """Return the page, whose words are in the language of the settings."""
    page = ChatPage(engine, settings)
    blocks = gr.Blocks(title=page.say(texts.TITLE), analytics_enabled=False, fill_height=True)
    with blocks:
        page.lay_out()
    return blocks


class ChatPage:
    """The components of the page, and what happens when they are used.

    The conversation is kept by the server, in a State: what a browser sends back of it is never read.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings

    def say(self, text: Text) -> str:
        """Return a text in the language of the page."""
        return text.into(self._settings.language)

    def lay_out(self) -> None:
        """Make the components, and connect them; to be called inside the Blocks."""
        conversation = gr.State((), time_to_live=12 * 3600)
        renew = self._header()
        with gr.Row(elem_id="sourcier-columns"):
            with gr.Column(scale=6, min_width=340, elem_id="sourcier-talk"):
                chatbot, question, examples = self._talk()
            with gr.Column(scale=5, min_width=340, visible=False, elem_id="sourcier-panel") as panel:
                document = gr.Markdown(latex_delimiters=[], elem_id="sourcier-document", container=False)
        place = gr.Textbox(visible="hidden", elem_id="sourcier-place")

        shown: list[Any] = [chatbot, question, examples, conversation]
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking = quiet | {"concurrency_id": ASKING}
        question.submit(self.answer, [question, conversation], shown, **asking)
        for button in examples.children:
            if isinstance(button, gr.Button):
                button.click(self.answer, [button, conversation], shown, **asking)
        renew.click(self.begin_again, None, shown, **quiet)
        place.change(self.open_document, place, [panel, document], **quiet)

    def _header(self) -> gr.Button:
        """Make the line above the columns; return its button, which begins a new conversation."""
        title, tagline = render.inert(self.say(texts.TITLE)), render.inert(self.say(texts.TAGLINE))
        with gr.Row(elem_id="sourcier-header"):
            gr.Markdown(f"<header><h1>{title}</h1><p>{tagline}</p></header>", container=False)
            return gr.Button(self.say(texts.NEW_CONVERSATION), size="sm", scale=0, min_width=180)

    def _talk(self) -> tuple[gr.Chatbot, gr.Textbox, gr.Row]:
        """Make the conversation, the example questions and the question box."""
        chatbot = gr.Chatbot(
            label=self.say(texts.CONVERSATION),
            show_label=False,
            container=False,
            placeholder=f'<p class="sourcier-placeholder">{render.inert(self.say(texts.PLACEHOLDER))}</p>',
            latex_delimiters=[],
            buttons=[],
            feedback_options=None,
            allow_file_downloads=False,
            elem_id="sourcier-chat",
            height=None,
            autoscroll=False,
            scale=1,
        )
        with gr.Row(elem_id="sourcier-examples") as examples:
            for example in filter(self._is_answered, texts.EXAMPLES):
                gr.Button(example, size="sm", variant="secondary", min_width=120)
        question = gr.Textbox(
            placeholder=self.say(texts.QUESTION_HINT),
            label=self.say(texts.QUESTION_BOX),
            show_label=False,
            container=False,
            autofocus=True,
            max_lines=6,
            submit_btn=self.say(texts.ASK_BUTTON),
            elem_id="sourcier-question",
        )
        return chatbot, question, examples

    def _is_answered(self, example: str) -> bool:
        """Tell whether the corpus answers an example: those that it does not answer are not offered."""
        return self._engine.ask(example).verdict == "answered"

    def answer(self, question: str, conversation: Conversation) -> Iterator[tuple[Any, ...]]:
        """Answer a question in the conversation, and say meanwhile what is being done; nothing typed, nothing done."""
        if not question.strip():
            yield (gr.skip(),) * 4
            return
        cleared: Any = ""
        language, turn = self._settings.language, None
        examples_away = gr.Row(visible=False)
        try:
            for step in _ask(self._engine, question, _turns(conversation), self._settings.max_quotes):
                if isinstance(step, str):
                    waiting = Exchange(question, render.stage_html(texts.STAGES[step], language))
                    yield _messages((*conversation, waiting)), cleared, examples_away, gr.skip()
                    cleared = gr.skip()  # once: what is typed meanwhile is the next question
                else:
                    turn, block = Turn(question=question, answer=step.text), render.answer_html(step, language)
        except SourcierError as error:
            block = render.error_html(sentence(error), language)
        except Exception:
            _logger.exception("a question could not be answered")
            block = render.error_html(texts.UNEXPECTED, language)
        conversation = (*conversation, Exchange(question[:MOST_SHOWN], block, turn))[-MOST_EXCHANGES:]
        yield _messages(conversation), cleared, examples_away, conversation

    def begin_again(self) -> tuple[Any, ...]:
        """Forget the conversation."""
        return [], "", gr.Row(visible=True), ()

    def open_document(self, place: str) -> tuple[Any, str]:
        """Show the document that a place names ("doc=...&start=...&end=..."), or hide the panel when it names none."""
        language = self._settings.language
        document, start, end = read_place(place)
        if not document:
            return gr.Column(visible=False), ""
        try:
            block = render.document_html(self._engine.document(document), start, end, language)
        except SourcierError as error:
            block = render.no_document_html(sentence(error), language)
        return gr.Column(visible=True), block


def _ask(
    engine: Engine, question: str, history: Sequence[Turn], max_quotes: int
) -> Generator[Stage | Answer, None, None]:
    """Give the stages of answering as they begin, then the answer."""
    stages: SimpleQueue[Stage | None] = SimpleQueue()
    with ThreadPoolExecutor(max_workers=1) as thread:
        asked = thread.submit(engine.ask, question, history, max_quotes=max_quotes, on_stage=stages.put)
        asked.add_done_callback(lambda _: stages.put(None))
        while (stage := stages.get()) is not None:
            yield stage
        yield asked.result()


def _turns(conversation: Conversation) -> list[Turn]:
    """Return the last exchanges that a question can follow, as the engine takes them."""
    return [exchange.turn for exchange in conversation if exchange.turn is not None][-TURNS_BEFORE:]


def _messages(conversation: Conversation) -> list[Message]:
    """Return a conversation as the Chatbot shows it."""
    return [
        message
        for exchange in conversation
        for message in (
            {"role": "user", "content": render.question_html(exchange.question[:MOST_SHOWN])},
            {"role": "assistant", "content": exchange.block},
        )
    ]


def read_place(place: str) -> tuple[str, int, int]:
    """Return the document, start and end that a link of a quote names; "" and 0 for what it does not."""
    fields = {name: values[0] for name, values in parse_qs(place.removeprefix("#")).items()}
    start, end = (_position(fields.get(name, "")) for name in ("start", "end"))
    return fields.get("doc", ""), start, end


def _position(digits: str) -> int:
    """Return a position in a text; 0 for what is none, or is beyond any text."""
    return int(digits) if re.fullmatch("[0-9]{1,12}", digits) else 0
