// The page: a header, the conversation with its question box, and the document beside it.

import { Adding } from "./adding.js";
import { call, Refused } from "./api.js";
import { button, dialog, el } from "./dom.js";
import { Filters } from "./filters.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { presets } from "./presets.js";
import { Shelf } from "./shelf.js";
import { Talk } from "./talk.js";
import { say, setup } from "./words.js";

const TRIES = 10;
const LOOK_EVERY = 2000; // ms

// Build the page in an element; return its parts that a page around it has to do with.
function build(root) {
	const live = el("p", { class: "unseen", role: "status" });
	const banner = el("p", { class: "banner", role: "alert", hidden: true });
	const welcome = el("div", { class: "welcome" }, el("p", { class: "hello" }, say("hello")), el("p", {}, say("tagline")));
	const examples = el("div", { class: "examples", role: "group", "aria-label": say("examples"), hidden: true });
	const log = el("div", { class: "log" });
	const filterRow = el("div", { class: "filters", role: "group", "aria-label": say("filters") });
	const box = el("textarea", { id: "sourcier-question", rows: "1", "aria-label": say("question_box"), placeholder: say("question_hint"), enterkeyhint: "send", autocomplete: "off" });
	const form = el("form", { class: "asking" }, filterRow, el("div", { class: "ask-row" }, box, el("button", { type: "submit", class: "primary" }, say("ask"))));
	const aside = el("aside", { id: "sourcier-panel", "aria-label": say("document_panel"), hidden: true });
	// Gradio puts all of this into the `main` part of its own.
	const talkColumn = el("div", { id: "sourcier-talk" }, banner, el("div", { class: "scroll", tabindex: "-1" }, welcome, examples, log), form);

	const filters = new Filters(filterRow, { titleOf: (name) => library.titleOf(name), onPick: () => library.show(filters.chosen.documents) });
	const library = new Library(root, {
		onChoose: (documents) => {
			filters.set({ ...filters.chosen, documents });
			box.focus();
		},
	});
	const onChange = (conversation) => {
		welcome.hidden = examples.hidden = conversation.exchanges.length > 0;
		if (!examples.children.length) examples.hidden = true;
		shelf?.keep(conversation);
	};
	let shelf = null;
	const talk = new Talk({ log, form, box, live, banner, filters, onChange });
	shelf = new Shelf(root, { current: () => talk.conversation, onOpen: (conversation) => talk.begin(conversation) });
	const panel = new Panel(aside, { quotedIn: (shown) => quotedIn(talk.exchanges, shown), onChange: (isOpen) => root.classList.toggle("with-document", isOpen) });
	const adding = setup.uploads ? new Adding(root) : null;
	const help = helpDialog();
	root.append(help);

	const begin = () => {
		talk.begin();
		filters.clear();
		box.focus();
	};
	const header = el(
		"header",
		{ class: "top" },
		el("h1", {}, "Sourcier"),
		el(
			"nav",
			{ "aria-label": say("menu") },
			button(say("new_conversation"), begin),
			button(say("conversations"), () => shelf.show()),
			button(say("documents_title"), () => library.show(filters.chosen.documents)),
			adding && button(say("add"), () => adding.show()),
			button(say("help"), () => help.showModal()),
		),
	);
	const skip = el("a", { class: "skip", href: "#sourcier-question", onclick: (event) => (event.preventDefault(), box.focus()) }, say("skip"));
	root.append(skip, header, el("div", { class: "columns" }, talkColumn, aside), live);

	document.addEventListener("click", (event) => {
		const link = event.target.closest?.('a[href^="#doc="]');
		if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
		// A plain "#..." is read against the page's <base>, and would lead away.
		event.preventDefault();
		panel.opener = link.closest("dialog") ? box : link; // a dialog is closed by then
		if (link.getAttribute("href") === window.location.hash) panel.follow();
		else window.location.hash = link.getAttribute("href");
	});
	window.addEventListener("hashchange", () => panel.follow());

	filters.set(presets.filters);
	if (window.location.hash) panel.follow();
	else if (!setup.framers) box.focus(); // a page around this one has the focus until it gives it
	const first = presets.question ? talk.ask(presets.question) : Promise.resolve();
	first.then(() => suggest(examples, welcome, talk));
	return { root, talk, filters, box };
}

// The places of a document that the conversation has quoted, of the text as it is now.
function quotedIn(exchanges, { document: name, sha256 }) {
	const quotes = exchanges.flatMap(({ answer }) => (answer ? [...answer.quotes, ...answer.near] : []));
	return quotes.filter((quote) => quote.document === name && quote.sha256 === sha256);
}

// Offer questions to begin with; say why nothing can be answered where that is so.
async function suggest(row, welcome, talk) {
	try {
		let questions = [];
		for (let tries = 0; tries < TRIES && !questions.length; tries++) {
			if (tries) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
			questions = await call("suggestions", {}); // none while the server looks for them
		}
		row.replaceChildren(...questions.map((question) => button(question, () => talk.ask(question))));
		row.hidden = !questions.length || talk.exchanges.length > 0;
	} catch (error) {
		// They are a courtesy: without them, whoever comes asks a question of their own.
		if (error instanceof Refused) welcome.append(el("p", { class: "error", role: "alert" }, error.message));
	}
}

function helpDialog() {
	const keys = [["key_enter", "key_enter_does"], ["key_shift", "key_shift_does"], ["key_up", "key_up_does"], ["key_escape", "key_escape_does"]];
	return dialog(
		"sourcier-help",
		say("help"),
		say("close"),
		el("p", {}, say("help_what")),
		el("h3", {}, say("help_sureness")),
		el("dl", {}, ["sure", "likely", "unsure"].flatMap((key) => [el("dt", {}, say(key)), el("dd", {}, say(`${key}_explained`))])),
		el("h3", {}, say("help_keys")),
		el("dl", {}, keys.flatMap(([key, does]) => [el("dt", {}, el("kbd", {}, say(key))), el("dd", {}, say(does))])),
		el("h3", {}, say("help_private")),
		el("p", {}, say(setup.feedback ? "help_private_feedback" : "help_private_none")),
	);
}

// Gradio draws its part of the page after this script has run.
function whenDrawn(run) {
	const place = () => document.getElementById("sourcier-place");
	if (place()) return run(place());
	const watch = new MutationObserver(() => {
		if (!place()) return;
		watch.disconnect();
		run(place());
	});
	watch.observe(document, { childList: true, subtree: true });
}

export const built = new Promise((resolve) =>
	whenDrawn((place) => {
		const root = el("div", { id: "sourcier" });
		place.append(root);
		resolve(build(root));
	}),
);
