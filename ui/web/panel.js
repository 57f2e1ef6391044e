// The document beside the conversation: whole, the quoted places marked, to be searched and walked through.

import { fileAddress, Refused } from "./api.js";
import { insist } from "./connection.js";
import { button, el, printable } from "./dom.js";
import { blockStarts, fill, folded, occurrences, unitsOf } from "./passages.js";
import { isOfText, readPlace } from "./place.js";
import { dateInWords, say, updatedInWords, WRITTEN_IN } from "./words.js";

const MOST_FOUND = 1000;

export class Panel {
	// `quotedIn(document)` gives the places that the conversation has quoted; `onChange(isOpen)` is told of both.
	constructor(root, { quotedIn, onChange }) {
		this.root = root;
		this.quotedIn = quotedIn;
		this.onChange = onChange;
		this.opener = null;
		this.open = null; // the document that is shown
		this.fetching = new AbortController();
		document.addEventListener("keydown", (event) => {
			if (event.key === "Escape" && !root.hidden && !document.querySelector("dialog[open]")) this.leave();
		});
	}

	// Show the place that the address names, or nothing.
	async follow() {
		const { hash } = window.location;
		const place = readPlace(hash);
		this.fetching.abort(); // of a document that is no longer wanted
		if (!place.document) return this.hide();
		this.opener ??= document.activeElement;
		this.root.hidden = false;
		this.onChange(true);
		try {
			if (this.open?.document !== place.document || !isOfText(place, this.open.sha256)) {
				this.open = null;
				this.tell(say("opening"));
				this.fetching = new AbortController();
				const { signal } = this.fetching;
				const shown = await insist("document", { document: place.document }, { signal, onLost: () => this.tell(say("lost_reading")) });
				if (window.location.hash !== hash) return; // it was closed since, or another opened
				this.show(shown);
			}
			this.goTo(place);
		} catch (error) {
			if (window.location.hash !== hash || error.name === "AbortError") return;
			this.open = null;
			const isGone = error instanceof Refused && error.code === "DocumentUnknown";
			this.tell(isGone ? say("document_gone", { name: printable(place.document) }) : error.message, "alert");
		}
	}

	get isOpen() {
		return !this.root.hidden;
	}

	leave() {
		// The place is taken out of the address as a step of its own, so that "back" opens the document again.
		window.history.pushState(null, "", window.location.pathname + window.location.search);
		this.hide();
	}

	hide() {
		this.fetching.abort();
		if (this.root.hidden) return;
		this.root.hidden = true;
		this.root.replaceChildren();
		this.open = null;
		this.onChange(false);
		this.opener?.isConnected && this.opener.focus({ preventScroll: true });
		this.opener = null;
	}

	tell(sentence, role = "status") {
		this.root.replaceChildren(el("div", { class: "panel-top" }, el("p", { role, class: role === "alert" ? "error" : "notice" }, sentence), this.closing()));
	}

	closing = () => button(say("close"), () => this.leave(), { class: "quiet close" });

	show(shown) {
		const { text } = shown;
		const units = unitsOf(text);
		this.open = shown;
		this.units = units;
		this.starts = blockStarts(text, shown.pages.map(units));
		this.pages = new Map(shown.pages.map((start, number) => [units(start), number + 1]));
		this.marks = [];
		this.found = [];
		this.marked = null;
		this.folded = null;
		this.isSearching = false;
		this.current = -1;
		this.drawn = this.starts.map((start) => el("div", { class: "block", "data-page": this.pages.has(start) ? say("page", { page: this.pages.get(start) }) : null }));
		this.body = el("div", { class: "text", tabindex: "0", role: "document", "aria-label": printable(shown.title), lang: shown.language || WRITTEN_IN }, this.drawn);
		this.drawn.forEach((_, number) => this.draw(number));
		this.root.replaceChildren(this.top(shown), this.body);
	}

	top(shown) {
		const about = [shown.author, dateInWords(shown.date), updatedInWords(shown.updated)].filter(Boolean).map(printable).join(" · ");
		const file = fileAddress(shown.document);
		const unfold = () => toggle.setAttribute("aria-expanded", String(head.classList.toggle("unfolded")));
		const toggle = button("…", unfold, { class: "quiet about-toggle", "aria-expanded": "false", "aria-label": say("about_document"), title: say("about_document") });
		this.heading = el("h2", { tabindex: "-1", lang: shown.language || WRITTEN_IN }, printable(shown.title));
		this.warning = el("p", { class: "warning", role: "status", hidden: true });
		this.count = el("span", { class: "count", role: "status" });
		const search = (this.searchBox = el("input", { type: "search", "aria-label": say("search_inside"), placeholder: say("search_inside"), oninput: () => this.search(search.value) }));
		search.addEventListener("keydown", (event) => {
			if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
			if (event.key === "Escape" && search.value) {
				event.stopPropagation();
				search.value = "";
				this.search("");
			}
		});
		const head = el(
			"div",
			{ class: "panel-top" },
			el("div", { class: "panel-title" }, this.heading, toggle, this.closing()),
			el("p", { class: "about" }, about, about && " · ", origin(shown.origin), file && [" · ", el("a", { href: file, download: "" }, say("download"))]),
			this.warning,
			el(
				"div",
				{ class: "panel-tools", role: "group", "aria-label": say("in_document") },
				search,
				button("↑", () => this.step(-1), { "aria-label": say("previous"), title: say("previous") }),
				button("↓", () => this.step(1), { "aria-label": say("next"), title: say("next") }),
				this.count,
			),
		);
		return head;
	}

	// Mark the quoted places of this document, and bring one into view.
	goTo(place) {
		const changed = !isOfText(place, this.open.sha256);
		const here = { start: this.units(place.start), end: this.units(place.end) };
		const isThere = here.start < here.end && here.end <= this.open.text.length;
		this.warning.hidden = !(changed || (place.end > 0 && !isThere));
		this.warning.textContent = this.warning.hidden ? "" : say("changed_since");
		const quoted = this.quotedIn(this.open).map(({ start, end }) => ({ start: this.units(start), end: this.units(end) }));
		const wanted = isThere && !changed ? [...quoted, here] : quoted;
		const places = new Map(wanted.map((mark) => [`${mark.start}-${mark.end}`, mark]));
		this.marks = [...places.values()].sort((a, b) => a.start - b.start).map((mark, id) => ({ ...mark, id: `q${id}`, kind: "quoted" }));
		this.found = [];
		this.isSearching = false;
		this.searchBox.value = "";
		this.redraw();
		this.current = this.marks.findIndex((mark) => mark.start === here.start && mark.end === here.end);
		this.point();
		this.heading.focus({ preventScroll: true });
	}

	search(words) {
		this.folded ??= folded(this.open.text);
		this.found = occurrences(this.folded, words, MOST_FOUND).map((mark, id) => ({ ...mark, id: `f${id}`, kind: "found" }));
		this.redraw();
		this.isSearching = Boolean(words.trim());
		this.current = this.found.length ? 0 : -1;
		this.point();
	}

	get stops() {
		return this.isSearching ? this.found : this.marks;
	}

	step(by) {
		const { stops } = this;
		if (!stops.length) return;
		const from = this.current < 0 && by < 0 ? 0 : this.current;
		this.current = (from + by + stops.length) % stops.length;
		this.point();
	}

	// Bring the current place into view, and say which of how many it is.
	point() {
		for (const before of this.body.querySelectorAll("mark.current")) before.classList.remove("current");
		const stop = this.stops[this.current];
		const many = this.found.length === MOST_FOUND ? `${MOST_FOUND}+` : this.stops.length;
		if (this.stops.length) this.count.textContent = say(this.current < 0 ? "how_many" : "which", { number: this.current + 1, total: many });
		else this.count.textContent = this.isSearching ? say("nothing_found") : "";
		if (!stop) return;
		const marks = [...this.body.querySelectorAll("mark")].filter((mark) => mark.dataset.marks.split(" ").includes(stop.id));
		for (const mark of marks) mark.classList.add("current");
		const [first] = marks;
		if (!first) return;
		const bring = () => first.scrollIntoView({ block: first.getBoundingClientRect().height > this.body.clientHeight ? "start" : "center" });
		bring();
		// What lies between was never drawn, so that its height was a guess: once it is, the place is elsewhere.
		requestAnimationFrame(() => first.isConnected && bring());
	}

	draw(number) {
		fill(this.drawn[number], this.open.text, this.starts[number], this.starts[number + 1] ?? this.open.text.length, [...this.marks, ...this.found]);
	}

	// Fill again the blocks whose marks have changed.
	redraw() {
		const marked = new Set();
		for (const { start, end } of [...this.marks, ...this.found]) {
			for (let number = this.blockAt(start); number < this.starts.length && this.starts[number] < end; number++) marked.add(number);
		}
		for (const number of new Set([...marked, ...(this.marked ?? [])])) if (this.drawn[number]) this.draw(number);
		this.marked = marked;
	}

	blockAt(position) {
		let [low, high] = [0, this.starts.length];
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if (this.starts[middle] <= position) low = middle;
			else high = middle;
		}
		return low;
	}
}

// Where a document comes from, as a link when that is a web address.
const origin = (address) =>
	/^https?:\/\/\S+$/.test(address) ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, printable(address)) : printable(address);
