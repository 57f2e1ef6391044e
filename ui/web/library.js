// The list of the corpus: what there is to ask about, each document to be opened or chosen as the one to ask.

import { call } from "./api.js";
import { button, dialog, el, printable } from "./dom.js";
import { writePlace } from "./place.js";
import { counted, dateInWords, language, momentInWords, say } from "./words.js";

const AT_ONCE = 50;
const PAUSE = 250; // ms after the last letter of a search

export class Library {
	// `onChoose(documents)` gets the names of the documents and folders to which questions are to be kept.
	constructor(root, { onChoose }) {
		this.onChoose = onChoose;
		this.titles = new Map();
		this.search = el("input", { type: "search", "aria-label": say("search_documents"), placeholder: say("search_documents") });
		this.state = el("p", { class: "notice", role: "status" });
		this.folders = el("select", { "aria-label": say("folders") });
		this.folders.addEventListener("change", () => (this.folder = this.folders.value));
		this.list = el("ul", { class: "library", role: "list" });
		this.more = button(say("more"), () => this.load(this.list.children.length), { class: "quiet", hidden: true });
		this.apply = button(say("ask_these"), () => this.choose(), { class: "primary" });
		const tools = el("div", { class: "library-tools" }, this.search, this.folders);
		this.dialog = dialog("sourcier-library", say("documents_title"), say("close"), tools, this.state, this.list, this.more, el("div", { class: "dialog-foot" }, this.apply));
		let waiting;
		this.search.addEventListener("input", () => {
			clearTimeout(waiting);
			waiting = setTimeout(() => this.load(0), PAUSE);
		});
		this.dialog.addEventListener("close", () => {
			clearTimeout(waiting);
			this.loading?.abort();
		});
		root.append(this.dialog);
	}

	titleOf = (document) => this.titles.get(document) ?? document;

	show(chosen) {
		this.chosen = new Set(chosen.filter((name) => !name.endsWith("/")));
		this.folder = chosen.find((name) => name.endsWith("/")) ?? "";
		this.search.value = "";
		this.dialog.showModal();
		return this.load(0);
	}

	async load(offset) {
		const words = this.search.value;
		this.more.disabled = true;
		this.loading?.abort();
		this.loading = new AbortController();
		try {
			const listing = await call("documents", { words, offset, most: AT_ONCE }, this.loading.signal);
			this.more.disabled = false;
			this.tell(listing);
			const entries = listing.documents.map((entry) => this.entry(entry));
			if (offset) this.list.append(...entries);
			else this.list.replaceChildren(...entries);
			this.more.hidden = this.list.children.length >= listing.found;
		} catch (error) {
			if (error.name !== "AbortError") this.state.textContent = error.message; // else another search has begun
		}
	}

	tell(listing) {
		const many = say("listed", { found: listing.found.toLocaleString(language), documents: counted(listing.total, "document") });
		const when = listing.corpus.built ? say("updated", { when: momentInWords(listing.corpus.built) }) : "";
		this.state.textContent = [many, when, listing.updating ? say("updating") : ""].filter(Boolean).join(" ");
		const options = listing.folders.map((name) => el("option", { value: name, selected: name === this.folder }, printable(name)));
		this.folders.replaceChildren(el("option", { value: "" }, say("all_folders")), ...options);
		this.folders.hidden = !options.length;
	}

	entry({ document, title, date, author, passages }) {
		this.titles.set(document, title);
		const box = el("input", { type: "checkbox", checked: this.chosen.has(document) });
		box.addEventListener("change", () => (box.checked ? this.chosen.add(document) : this.chosen.delete(document)));
		const about = [dateInWords(date), author, counted(passages, "passage"), document].filter(Boolean).map(printable).join(" · ");
		const open = el("a", { href: writePlace({ document, start: 0, end: 0, sha256: "" }), onclick: () => this.dialog.close(), "aria-label": say("open_titled", { title }) }, say("open"));
		return el("li", {}, el("label", {}, box, el("span", { class: "entry" }, el("span", { class: "title" }, printable(title)), el("span", { class: "about" }, about))), open);
	}

	choose() {
		this.onChoose(this.folder ? [this.folder, ...this.chosen] : [...this.chosen]);
		this.dialog.close();
	}
}
