// Which documents may answer: a period, documents, folders, each a chip that can be taken off.

import { button, dialog, el, printable } from "./dom.js";
import { dateInWords, say } from "./words.js";

const NONE = { from: "", to: "", documents: [] };

export class Filters {
	// `titleOf(document)` says how a document is called; `onPick()` opens the list of documents.
	constructor(row, { titleOf, onPick }) {
		this.row = row;
		this.titleOf = titleOf;
		this.onPick = onPick;
		this.leftOut = el("p", { class: "warning left-out", role: "alert" });
		this.set(NONE);
	}

	get isSet() {
		return Boolean(this.chosen.from || this.chosen.to || this.chosen.documents.length);
	}

	// The filters as the endpoint takes them.
	get fields() {
		const { from, to, documents } = this.chosen;
		return { ...(from && { date_from: from }), ...(to && { date_to: to }), ...(documents.length && { documents }) };
	}

	// `leftOut` says what else was asked for, and why it is not among them.
	set(chosen, leftOut = "") {
		this.chosen = { ...NONE, ...chosen };
		this.draw(leftOut);
	}

	clear = () => this.set(NONE);

	// Some filters in words, none where there are none.
	inWords(chosen) {
		const { from, to, documents } = { ...NONE, ...chosen };
		return [...(from || to ? [periodInWords(from, to)] : []), ...documents.map((name) => this.named(name))];
	}

	named = (document) => printable(document.endsWith("/") ? say("folder", { name: document }) : this.titleOf(document));

	draw(leftOut) {
		const { from, to, documents } = this.chosen;
		const chips = [];
		if (from || to) chips.push(this.chip(periodInWords(from, to), () => this.set({ ...this.chosen, from: "", to: "" })));
		for (const document of documents) {
			chips.push(this.chip(this.named(document), () => this.set({ ...this.chosen, documents: documents.filter((one) => one !== document) })));
		}
		this.row.replaceChildren(
			button(say("period"), () => this.askPeriod(), { class: "quiet" }),
			button(say("choose_documents"), this.onPick, { class: "quiet" }),
			...(chips.length ? [el("ul", { class: "chips", "aria-label": say("filters") }, chips)] : []),
			...(leftOut ? [this.leftOut] : []),
		);
		this.leftOut.textContent = leftOut; // once it stands there, so that a screen reader says it
	}

	chip(label, onRemove) {
		const remove = () => {
			onRemove();
			this.focus();
		};
		return el("li", { class: "chip" }, el("span", {}, label), button("×", remove, { "aria-label": say("remove_filter", { name: label }) }));
	}

	// What had the focus is gone once the filters are drawn anew.
	focus = () => this.row.querySelector("button").focus();

	askPeriod() {
		const field = (name, value) => el("input", { type: "date", name, value });
		const [from, to] = [field("from", this.chosen.from), field("to", this.chosen.to)];
		const error = el("p", { class: "error", role: "alert" });
		const form = el(
			"form",
			{ method: "dialog" },
			el("label", {}, say("from"), from),
			el("label", {}, say("to"), to),
			error,
			el("p", { class: "notice" }, say("period_note")),
			el("button", { type: "submit", class: "primary" }, say("apply")),
		);
		const asked = dialog("sourcier-period", say("period"), say("close"), form);
		form.addEventListener("submit", (event) => {
			if (from.value && to.value && from.value > to.value) {
				event.preventDefault();
				error.textContent = say("period_backwards");
				return;
			}
			this.set({ ...this.chosen, from: from.value, to: to.value });
		});
		asked.addEventListener("close", () => {
			asked.remove();
			this.focus();
		});
		this.row.closest("#sourcier").append(asked);
		asked.showModal();
		from.focus();
	}
}

// French has articles for days, and none for months and years, which only an address can ask for.
function periodInWords(from, to) {
	const hasDay = [from, to].some((date) => date.length > "2025-07".length);
	const [first, last] = [from, to].map(dateInWords);
	if (from && to) return hasDay ? say("between", { from: first, to: last }) : say("between_months", { from: first, to: last });
	const date = first || last;
	if (from) return hasDay ? say("since", { date }) : say("since_month", { date });
	return hasDay ? say("until", { date }) : say("until_month", { date });
}
