// The page: a header, the conversation with its question box, and the document beside it.

import { Adding } from "./adding.js";
import { call, Lost, Refused } from "./api.js";
import { pause, reconnected, watchServer } from "./connection.js";
import { button, dialog, el } from "./dom.js";
import { Filters } from "./filters.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { ROOT } from "./place.js";
import { checkedPresets, presets } from "./presets.js";
import { Shelf } from "./shelf.js";
import { Talk } from "./talk.js";
import { momentInWords, say, setup, WRITTEN_IN } from "./words.js";

const TRIES = 10;
const LOOK_EVERY = 2000; // ms

// Build the page in an element; return its parts that a page around it has to do with.
function build(root) {
	const live = el("p", { class: "unseen", role: "status" });
	const banner = el("p", { class: "banner", role: "alert", hidden: true });
	const updating = el("p", { class: "updating", role: "status", hidden: true });
	const welcome = el("div", { class: "welcome" }, el("p", { class: "hello" }, say("hello")), el("p", {}, say("tagline")));
	const examples = el("div", { class: "examples", role: "group", "aria-label": say("examples"), hidden: true });
	const filed = el("p", { class: "filed" });
	const log = el("div", { class: "log" });
	const filterRow = el("div", { class: "filters", role: "group", "aria-label": say("filters") });
	const box = el("textarea", { id: "sourcier-question", rows: "1", "aria-label": say("question_box"), placeholder: say("question_hint"), enterkeyhint: "send", autocomplete: "off" });
	const form = el("form", { class: "asking" }, filterRow, el("div", { class: "ask-row" }, box, el("button", { type: "submit", class: "primary" }, say("ask"))));
	const aside = el("aside", { id: "sourcier-panel", "aria-label": say("document_panel"), hidden: true });
	// Gradio puts all of this into the `main` part of its own.
	const scroll = el("div", { class: "scroll", tabindex: "-1" }, welcome, examples, filed, log);
	const talkColumn = el("div", { id: "sourcier-talk" }, banner, updating, scroll, form);

	const filters = new Filters(filterRow, { titleOf: (name) => library.titleOf(name), onPick: () => library.show(filters.chosen.documents) });
	const library = new Library(root, {
		onChoose: (documents) => {
			filters.set({ ...filters.chosen, documents });
			box.focus();
		},
	});
	let panel = null;
	const closeDocument = () => {
		if (!panel?.isOpen) return;
		panel.opener = box; // the quote that it was opened from goes
		panel.leave();
	};
	const onChange = (conversation) => {
		const last = conversation.exchanges.at(-1);
		const isAsked = last && !last.answer && !last.error;
		if (isAsked && !log.checkVisibility()) closeDocument(); // which has the place of the answer, on a small screen
		welcome.hidden = examples.hidden = conversation.exchanges.length > 0;
		if (!examples.children.length) examples.hidden = true;
		shelf?.keep(conversation);
	};
	let shelf = null;
	const talk = new Talk({ log, form, box, live, filters, onChange });
	shelf = new Shelf(root, { current: () => talk.conversation, onOpen: (conversation) => takeUp(conversation), filtersInWords: (chosen) => filters.inWords(chosen) });
	panel = new Panel(aside, { quotedIn: (shown) => quotedIn(talk.exchanges, shown), onChange: (isOpen) => root.classList.toggle("with-document", isOpen) });
	const adding = setup.uploads ? new Adding(root) : null;
	const help = helpDialog();
	root.append(help);

	const begin = (conversation) => {
		closeDocument();
		talk.begin(conversation);
	};
	const takeUp = (conversation) => {
		begin(conversation);
		scroll.scrollTop = scroll.scrollHeight;
		box.focus();
	};
	const beginAnew = () => {
		begin();
		filters.clear();
		box.focus();
	};
	const menu = foldedMenu(
		button(say("new_conversation"), beginAnew),
		button(say("conversations"), () => shelf.show()),
		button(say("documents_title"), () => library.show(filters.chosen.documents)),
		adding && button(say("add"), () => adding.show()),
		button(say("help"), () => help.showModal()),
	);
	const header = el("header", { class: "top" }, el("h1", {}, "Sourcier"), menu.opener, menu.nav);
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
	window.addEventListener("beforeprint", () => (filed.textContent = say("printed", { when: momentInWords(Date.now()), address: ROOT.href })));

	watchServer(({ isLost, isUpdating }) => {
		show(banner, isLost && say("lost_banner"));
		show(updating, isUpdating && say("updating"));
	});
	if (window.location.hash) panel.follow();
	else if (!setup.framers) box.focus(); // a page around this one has the focus until it gives it
	filters.chosen = presets.filters; // for a question that is asked before they are checked, and drawn
	const checked = checkedPresets(library).then(({ filters: wanted, leftOut }) => filters.set(wanted, leftOut));
	const begun = async () => {
		await checked;
		if (presets.question) await talk.ask(presets.question);
		await suggest(examples, welcome, (question) => {
			talk.ask(question);
			box.focus(); // the suggestion goes
		}, () => talk.exchanges.length > 0);
	};
	begun();
	return { root, talk, filters, box, menu, checked };
}

// The menu, which the style folds away behind its opener where room is short.
function foldedMenu(...entries) {
	const nav = el("nav", { id: "sourcier-menu", "aria-label": say("menu") }, ...entries);
	const isOpen = () => nav.classList.contains("unfolded");
	const opener = button(say("menu"), () => fold(isOpen()), { class: "menu", "aria-controls": nav.id });
	const fold = (isFolded) => {
		nav.classList.toggle("unfolded", !isFolded);
		opener.setAttribute("aria-expanded", String(!isFolded));
	};
	const close = () => {
		if (!isOpen()) return;
		fold(true);
		opener.focus();
	};
	fold(true);
	// Before the entry hears of it: a dialog gives the focus back to what had it, and the entry is hidden by then.
	nav.addEventListener("click", close, { capture: true });
	document.addEventListener("click", ({ target }) => nav.contains(target) || opener.contains(target) || fold(true));
	// It is closed before the document below it.
	document.addEventListener(
		"keydown",
		(event) => {
			if (event.key !== "Escape" || !isOpen()) return;
			event.stopPropagation();
			close();
		},
		{ capture: true },
	);
	return { nav, opener, isOpen, close };
}

// The places of a document that the conversation has quoted, of the text as it is now.
function quotedIn(exchanges, { document: name, sha256 }) {
	const quotes = exchanges.flatMap(({ answer }) => (answer ? [...answer.quotes, ...answer.near] : []));
	return quotes.filter((quote) => quote.document === name && quote.sha256 === sha256);
}

// Say something in an element that is hidden while there is nothing to say; what is said again is not announced again.
function show(element, sentence) {
	element.hidden = !sentence;
	if (element.textContent !== (sentence || "")) element.textContent = sentence || "";
}

// Offer questions to begin with; say why nothing can be answered where that is so.
async function suggest(row, welcome, onPick, isBegun) {
	try {
		let questions = [];
		for (let tries = 0; tries < TRIES && !questions.length; tries++) {
			if (tries) await pause(LOOK_EVERY);
			questions = await offered();
		}
		row.replaceChildren(...questions.map((question) => button(question, () => onPick(question), { lang: WRITTEN_IN })));
		row.hidden = !questions.length || isBegun();
	} catch (error) {
		// They are a courtesy: without them, whoever comes asks a question of their own.
		if (error instanceof Refused) welcome.append(el("p", { class: "error", role: "alert" }, error.message));
	}
}

// None while the server looks for them, or is not there.
async function offered() {
	try {
		return await call("suggestions", {});
	} catch (error) {
		if (!(error instanceof Lost)) throw error;
		await reconnected();
		return [];
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
