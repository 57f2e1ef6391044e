// Conversations that are kept, in this browser and nowhere else, and only where the reader has chosen so.

import { button, dialog, download, el, printable } from "./dom.js";
import { markdown } from "./markdown.js";
import { momentInWords, say, WRITTEN_IN } from "./words.js";

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
	// `current()` gives the conversation that is open, `onOpen(conversation)` shows another, `filtersInWords(filters)` says
	// what a question was kept to.
	constructor(root, { current, onOpen, filtersInWords }) {
		Object.assign(this, { current, onOpen, filtersInWords });
		this.deleted = new Set();
		this.list = el("ul", { class: "library", role: "list" });
		this.state = el("p", { class: "notice", role: "status" });
		this.box = el("input", { type: "checkbox", checked: this.isKept });
		this.box.addEventListener("change", () => this.choose(this.box.checked));
		this.erased = el("span", { role: "status" });
		this.undo = button(say("undo"), () => this.bringBack(), { hidden: true });
		const exports = el(
			"div",
			{ class: "dialog-foot" },
			button(say("export_markdown"), () => this.export()),
			button(say("print"), () => {
				this.dialog.close();
				window.print();
			}),
		);
		this.dialog = dialog("sourcier-shelf", say("conversations"), say("close"), el("label", { class: "choice" }, this.box, say("keep")), this.state, el("p", { class: "erased" }, this.erased, this.undo), this.list, exports);
		this.dialog.addEventListener("close", () => this.forget());
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
		const { conversations } = this;
		if (keep) {
			this.restoring?.(); // it was a slip, and is undone by the same box
			this.box.focus();
			this.keep(this.current());
		}
		this.forget();
		if (!keep) {
			store(SHELF, null);
			if (conversations.length) this.offerUndo(say(conversations.length > 1 ? "erased_all" : "erased_one", { count: conversations.length }), () => this.restore(conversations));
		}
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
		const title = el("span", { class: "title", lang: WRITTEN_IN });
		const open = button([title, el("span", { class: "about" }, momentInWords(one.when))], () => {
			this.dialog.close();
			this.onOpen(this.conversations.find(({ id }) => id === one.id) ?? one);
		}, { class: "entry", "data-id": one.id });
		const rename = button(say("rename"), () => this.rename(one.id, open, called), { class: "quiet" });
		const remove = button(say("delete"), () => this.delete(one.id), { class: "quiet" });
		const called = (name) => {
			title.textContent = printable(name);
			rename.setAttribute("aria-label", say("rename_named", { name }));
			remove.setAttribute("aria-label", say("delete_named", { name }));
		};
		called(one.name);
		return el("li", {}, open, rename, remove);
	}

	// Let a name be written in the place of an entry. Nothing else is drawn anew or moved: where the reader goes on by a
	// click on another button, that button is still there when the click ends.
	rename(id, entry, called) {
		const { name } = this.conversations.find((one) => one.id === id) ?? {};
		if (name === undefined) return this.draw(); // another tab has deleted it
		const box = el("input", { type: "text", class: "entry", value: name, maxlength: 120, "aria-label": say("name") });
		box.style.height = `${entry.offsetHeight}px`;
		let isDone = false;
		const done = (wanted) => {
			if (isDone) return;
			isDone = true;
			const given = wanted.trim() || name;
			store(SHELF, this.conversations.map((one) => (one.id === id ? { ...one, name: given } : one)));
			called(given);
			box.replaceWith(entry);
		};
		box.addEventListener("keydown", (event) => {
			if (!["Enter", "Escape"].includes(event.key)) return;
			event.preventDefault(); // which would close the dialog
			done(event.key === "Escape" ? name : box.value);
			entry.focus();
		});
		box.addEventListener("blur", () => done(box.value));
		entry.replaceWith(box);
		box.select();
	}

	// What was deleted stays so, even where the conversation that is open goes on; until the dialog is closed, it can be
	// brought back.
	delete(id) {
		const before = this.conversations;
		const at = before.findIndex((one) => one.id === id);
		this.deleted.add(id);
		store(SHELF, before.filter((one) => one.id !== id));
		this.forget();
		if (at >= 0) this.offerUndo(say("deleted", { name: printable(before[at].name) }), () => this.restore([before[at]], at));
		this.draw();
		(this.entries[Math.min(at, this.entries.length - 1)] ?? (this.undo.hidden ? this.box : this.undo)).focus();
	}

	get entries() {
		return [...this.list.querySelectorAll("button.entry")];
	}

	offerUndo(sentence, restore) {
		this.restoring = restore;
		this.erased.textContent = sentence;
		this.undo.hidden = false;
	}

	forget() {
		this.restoring = null;
		this.erased.textContent = "";
		this.undo.hidden = true;
	}

	bringBack() {
		this.restoring();
		this.forget();
	}

	// Put conversations back among those that are kept now, and the focus on the first of them.
	restore(erased, at = 0) {
		store(CHOICE, true);
		for (const { id } of erased) this.deleted.delete(id);
		const now = this.conversations.filter((one) => !erased.some(({ id }) => id === one.id));
		store(SHELF, [...now.slice(0, at), ...erased, ...now.slice(at)].slice(0, MOST_KEPT));
		this.draw();
		this.entries[at]?.focus();
	}

	export() {
		download("conversation.md", "text/markdown", markdown(this.current(), this.filtersInWords));
	}
}
