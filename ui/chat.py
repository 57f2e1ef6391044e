"""The Gradio page: a conversation, and the documents that prove it beside it."""

from __future__ import annotations

import logging
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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was asked, and what was said to it, in words and as the block that is shown."""

    question: str
    answer: str
    block: str


Conversation = tuple[Exchange, ...]
Message = dict[str, str]


def build_page(engine: Engine, settings: Settings) -> gr.Blocks:
    """Return the page, whose words are in the language of the settings."""
    page = _Page(engine, settings)
    with gr.Blocks(title=page.say(texts.TITLE), analytics_enabled=False, fill_height=True) as blocks:
        page.lay_out()
    return blocks


class _Page:
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
        question.submit(self.answer, [question, conversation], shown, **quiet)
        for button in examples.children:
            if isinstance(button, gr.Button):
                button.click(self.answer, [button, conversation], shown, **quiet)
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
            for example in texts.EXAMPLES:
                gr.Button(self.say(example), size="sm", variant="secondary", min_width=120)
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

    def answer(self, question: str, conversation: Conversation) -> Iterator[tuple[Any, ...]]:
        """Answer a question in the conversation, and say meanwhile what is being done."""
        language = self._settings.language
        hidden = gr.Row(visible=False)
        said, block = "", ""
        try:
            steps = _ask(self._engine, question, _turns(conversation), self._settings.max_quotes)
            for step in steps:
                if isinstance(step, str):
                    waiting = render.stage_html(texts.STAGES[step], language)
                    yield _messages((*conversation, Exchange(question, "", waiting))), "", hidden, gr.skip()
                else:
                    said, block = step.text, render.answer_html(step, language)
        except SourcierError as error:
            block = render.error_html(sentence(error), language)
        except Exception:
            _log.exception("a question could not be answered")
            block = render.error_html(texts.UNEXPECTED, language)
        conversation = (*conversation, Exchange(question, said, block))[-MOST_EXCHANGES:]
        yield _messages(conversation), "", hidden, conversation

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
        yield from iter(stages.get, None)
        yield asked.result()


def _turns(conversation: Conversation) -> list[Turn]:
    """Return the last exchanges, as the engine takes them."""
    return [Turn(question=exchange.question, answer=exchange.answer) for exchange in conversation[-TURNS_BEFORE:]]


def _messages(conversation: Conversation) -> list[Message]:
    """Return a conversation as the Chatbot shows it."""
    return [
        message
        for exchange in conversation
        for message in (
            {"role": "user", "content": render.question_html(exchange.question)},
            {"role": "assistant", "content": exchange.block},
        )
    ]


def read_place(place: str) -> tuple[str, int, int]:
    """Return the document, start and end that a link of a quote names; "" and 0 for what it does not."""
    fields = {name: values[0] for name, values in parse_qs(place.removeprefix("#")).items()}
    start, end = (int(value) if value.isdecimal() else 0 for value in (fields.get("start", ""), fields.get("end", "")))
    return fields.get("doc", ""), start, end
