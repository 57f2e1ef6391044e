// Conversations that are kept, in this browser and nowhere else, and only where the reader has chosen so.

import { button, dialog, download, el, printable } from "./dom.js";
import { citation, groupsOf } from "./answer.js";
import { momentInWords, say } from "./words.js";

const CHOICE = "sourcier-keep";
const SHELF = "sourcier-conversations";
const MOST_KEPT = 50;

// Where storage is blocked, as in many an embedded page, nothing is kept and nothing fails.
function stored(name) {
	try {
		return JSON.parse(window.localStorage.getItem(name));
	} catch {
		return null;
	}
}

function store(name, value) {
	try {
		if (value === null) window.localStorage.removeItem(name);
		else window.localStorage.setItem(name, JSON.stringify(value));
		return true;
	} catch {
		return false; // blocked, or full
	}
}

export class Shelf {
	// `current()` gives the conversation that is open, `onOpen(conversation)` shows another.
	constructor(root, { current, onOpen }) {
		this.current = current;
		this.onOpen = onOpen;
		this.deleted = new Set();
		this.list = el("ul", { class: "library", role: "list" });
		this.state = el("p", { class: "notice", role: "status" });
		this.box = el("input", { type: "checkbox", checked: this.isKept });
		this.box.addEventListener("change", () => this.choose(this.box.checked));
		const exports = el(
			"div",
			{ class: "dialog-foot" },
			button(say("export_markdown"), () => this.export()),
			button(say("print"), () => {
				this.dialog.close();
				window.print();
			}),
		);
		this.dialog = dialog("sourcier-shelf", say("conversations"), say("close"), el("label", { class: "choice" }, this.box, say("keep")), this.state, this.list, exports);
		root.append(this.dialog);
	}

	get isKept() {
		return stored(CHOICE) === true;
	}

	get conversations() {
		const kept = stored(SHELF);
		return Array.isArray(kept) ? kept.filter((one) => one && typeof one.id === "string" && Array.isArray(one.exchanges)) : [];
	}

	show() {
		this.draw();
		this.dialog.showModal();
	}

	choose(keep) {
		if (!store(CHOICE, keep ? true : null)) {
			this.box.checked = false;
			this.state.textContent = say("storage_blocked");
			return;
		}
		if (keep) this.keep(this.current());
		else store(SHELF, null);
		this.draw();
	}

	// Take up what a conversation has become, where conversations are kept.
	keep(conversation) {
		if (!this.isKept || !conversation.exchanges.length || this.deleted.has(conversation.id)) return;
		const others = this.conversations.filter((one) => one.id !== conversation.id);
		const before = this.conversations.find((one) => one.id === conversation.id);
		const name = before?.name ?? conversation.name ?? conversation.exchanges[0].question.slice(0, 80);
		const isLonger = conversation.exchanges.length !== before?.exchanges.length;
		const when = isLonger ? new Date().toISOString() : before.when; // to open one is not to go on with it
		let kept = [{ ...conversation, name, when }, ...others].slice(0, MOST_KEPT);
		while (!store(SHELF, kept) && kept.length > 1) kept = kept.slice(0, -1); // the oldest make room
	}

	draw() {
		const kept = this.conversations;
		this.box.checked = this.isKept; // it may have been chosen in another tab
		this.state.textContent = this.isKept ? say(kept.length ? "kept" : "none_kept") : say("not_kept");
		this.list.replaceChildren(...kept.map((one) => this.entry(one)));
	}

	entry(one) {
		const name = el("span", { class: "title" }, printable(one.name));
		const open = button([name, el("span", { class: "about" }, momentInWords(one.when))], () => {
			this.dialog.close();
			this.onOpen(one);
		}, { class: "entry", "data-id": one.id });
		const rename = button(say("rename"), () => this.rename(one, open), { class: "quiet", "aria-label": say("rename_named", { name: one.name }) });
		const remove = button(say("delete"), () => this.delete(one), { class: "quiet", "aria-label": say("delete_named", { name: one.name }) });
		return el("li", {}, open, rename, remove);
	}

	rename(one, place) {
		const box = el("input", { type: "text", value: one.name, maxlength: 120, "aria-label": say("name") });
		const done = () => this.change(this.conversations.map((other) => (other.id === one.id ? { ...other, name: box.value.trim() || one.name } : other)));
		box.addEventListener("keydown", (event) => {
			if (!["Enter", "Escape"].includes(event.key)) return;
			event.preventDefault(); // which would close the dialog
			if (event.key === "Escape") box.value = one.name;
			done();
			this.list.querySelector(`[data-id="${CSS.escape(one.id)}"]`)?.focus();
		});
		box.addEventListener("blur", done, { once: true });
		place.replaceWith(box);
		box.select();
	}

	// What was deleted stays so, even where the conversation that is open goes on.
	delete(one) {
		this.deleted.add(one.id);
		this.change(this.conversations.filter((other) => other.id !== one.id));
	}

	change(conversations) {
		store(SHELF, conversations);
		this.draw();
	}

	export() {
		download("conversation.md", "text/markdown", markdown(this.current()));
	}
}

// A conversation as Markdown in which what documents and people wrote is text, and not marks.
export function markdown(conversation) {
	const plain = (text) => printable(text).replace(/([\\`*_{}[\]<>#+\-!|~$&:])/g, "\\$1").replace(/\s*\n\s*/g, " ").trim().replace(/^(\d+)([.)])/, "$1\\$2");
	const blocks = conversation.exchanges.map(({ question, answer, error }) => {
		const said = answer ? (answer.verdict === "answered" ? plain(answer.text) : say("not_found")) : plain(error ?? "");
		const quotes = answer ? groupsOf([...answer.quotes, ...answer.near]).flat() : [];
		const proofs = quotes.map((quote) => {
			const lines = citation(quote).split("\n");
			const link = lines.pop();
			return [...lines.map(plain), `<${link}>`].map((line) => `> ${line}`).join("\n>\n");
		});
		return [`## ${plain(question)}`, said, ...proofs].join("\n\n");
	});
	return `# Sourcier\n\n${blocks.join("\n\n")}\n`;
}
