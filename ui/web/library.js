// The list of the corpus: what there is to ask about, each document to be opened or chosen as the one to ask.

import { insist } from "./connection.js";
import { button, dialog, el, printable } from "./dom.js";
import { folded } from "./passages.js";
import { writePlace } from "./place.js";
import { counted, dateInWords, language as spoken, momentInWords, say, updatedInWords, WRITTEN_IN } from "./words.js";

const AT_ONCE = 50;
const PAUSE = 250; // ms after the last letter of a search
const LONGEST_WORDS = 200; // that the server looks for
const MOST_LISTED = 200;
const MOST_CHECKED = 20; // of an address; a question says itself what is not there

export class Library {
	// `onChoose(documents)` gets the names of the documents and folders to which questions are to be kept.
	constructor(root, { onChoose }) {
		this.onChoose = onChoose;
		this.titles = new Map();
		this.search = el("input", { type: "search", "aria-label": say("search_documents"), placeholder: say("search_documents") });
		this.state = el("p", { class: "notice", role: "status" });
		this.folderState = el("summary");
		this.folderList = el("ul", { role: "list" });
		this.folders = el("details", { class: "folders", hidden: true }, this.folderState, el("p", {}, say("folders_note")), this.folderList);
		this.list = el("ul", { class: "library", role: "list" });
		this.more = button(say("more"), () => this.load(this.list.children.length), { class: "quiet", hidden: true });
		this.apply = button(say("ask_these"), () => this.choose(), { class: "primary" });
		const tools = el("div", { class: "library-tools" }, this.search);
		this.dialog = dialog("sourcier-library", say("documents_title"), say("close"), tools, this.folders, this.state, this.list, this.more, el("div", { class: "dialog-foot" }, this.apply));
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
		this.chosen = new Set(chosen);
		this.search.value = "";
		this.folders.open = chosen.some(isFolder);
		this.dialog.showModal();
		return this.load(0);
	}

	async load(offset) {
		const words = this.search.value;
		this.more.disabled = true;
		this.loading?.abort();
		this.loading = new AbortController();
		try {
			const { signal } = this.loading;
			const listing = await insist("documents", { words, offset, most: AT_ONCE }, { signal, onLost: () => (this.state.textContent = say("lost_reading")) });
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
		const many = say("listed", { found: listing.found.toLocaleString(spoken), documents: counted(listing.total, "document") });
		const when = listing.corpus.built ? say("updated", { when: momentInWords(listing.corpus.built) }) : "";
		this.state.textContent = [many, when, listing.updating ? say("updating") : ""].filter(Boolean).join(" ");
		this.offerFolders(listing.folders);
	}

	// Folders to be ticked: those that hold the words that are searched, and those that are ticked already.
	offerFolders(folders) {
		const words = folded(this.search.value).split(" ").filter(Boolean);
		const isOffered = (name) => this.chosen.has(name) || words.every((word) => folded(name).includes(word));
		const names = [...new Set([...[...this.chosen].filter(isFolder), ...folders])].filter(isOffered);
		const rows = names.map((name) => {
			const box = el("input", { type: "checkbox", checked: this.chosen.has(name) });
			box.addEventListener("change", () => this.pick(name, box.checked));
			return el("li", {}, el("label", {}, box, el("span", { class: "title" }, printable(name))));
		});
		this.folderList.replaceChildren(...rows);
		this.folders.hidden = !rows.length;
		this.tellFolders();
	}

	tellFolders() {
		const count = [...this.chosen].filter(isFolder).length;
		this.folderState.textContent = count ? say("folders_chosen", { count }) : say("folders");
	}

	pick(folder, isPicked) {
		if (isPicked) this.chosen.add(folder);
		else this.chosen.delete(folder);
		this.tellFolders();
		for (const box of this.list.querySelectorAll("input")) this.mark(box);
	}

	// What lies in a folder that is ticked is ticked with it.
	mark(box) {
		const { value } = box;
		box.disabled = [...this.chosen].some((name) => isFolder(name) && value.startsWith(name));
		box.checked = box.disabled || this.chosen.has(value);
	}

	entry({ document, title, date, author, language, passages, updated }) {
		this.titles.set(document, title);
		const box = el("input", { type: "checkbox", value: document });
		this.mark(box);
		box.addEventListener("change", () => (box.checked ? this.chosen.add(document) : this.chosen.delete(document)));
		const about = [dateInWords(date), author, counted(passages, "passage"), updatedInWords(updated), document].filter(Boolean).map(printable).join(" · ");
		const open = el("a", { href: writePlace({ document, start: 0, end: 0, sha256: "" }), onclick: () => this.dialog.close(), "aria-label": say("open_titled", { title }) }, say("open"));
		return el("li", {}, el("label", {}, box, el("span", { class: "entry" }, el("span", { class: "title", lang: language || WRITTEN_IN }, printable(title)), el("span", { class: "about" }, about))), open);
	}

	choose() {
		this.dialog.close(); // first, since nothing beside an open dialog can have the focus
		const folders = [...this.chosen].filter(isFolder);
		this.onChoose([...folders, ...[...this.chosen].filter((name) => !folders.some((folder) => name === folder || name.startsWith(folder)))]);
	}

	// Return which of some documents and folders the corpus does not hold, as far as it can be told.
	async missing(names) {
		const asked = [...new Set(names)].slice(0, MOST_CHECKED);
		const areThere = await Promise.all(asked.map((name) => this.isThere(name)));
		return asked.filter((_, number) => !areThere[number]);
	}

	async isThere(name) {
		const words = Array.from(name).slice(0, LONGEST_WORDS).join("");
		try {
			const { documents, found } = await insist("documents", { words, offset: 0, most: MOST_LISTED });
			for (const { document, title } of documents) this.titles.set(document, title);
			const isMeant = ({ document }) => (isFolder(name) ? document.startsWith(name) : document === name);
			return found > documents.length || documents.some(isMeant);
		} catch {
			return true; // a question that is kept to it is told why it cannot be asked
		}
	}
}

const isFolder = (name) => name.endsWith("/");
