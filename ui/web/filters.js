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

	set(chosen) {
		this.chosen = { ...NONE, ...chosen };
		this.draw();
	}

	clear = () => this.set(NONE);

	draw() {
		const { from, to, documents } = this.chosen;
		const chips = [];
		if (from || to) chips.push(this.chip(periodInWords(from, to), () => this.set({ ...this.chosen, from: "", to: "" })));
		for (const document of documents) {
			const named = document.endsWith("/") ? say("folder", { name: document }) : this.titleOf(document);
			chips.push(this.chip(printable(named), () => this.set({ ...this.chosen, documents: documents.filter((one) => one !== document) })));
		}
		this.row.replaceChildren(
			button(say("period"), () => this.askPeriod(), { class: "quiet" }),
			button(say("choose_documents"), this.onPick, { class: "quiet" }),
			...(chips.length ? [el("ul", { class: "chips", "aria-label": say("filters") }, chips)] : []),
		);
	}

	chip(label, onRemove) {
		const remove = () => {
			onRemove();
			this.row.querySelector("button")?.focus();
		};
		return el("li", { class: "chip" }, el("span", {}, label), button("×", remove, { "aria-label": say("remove_filter", { name: label }) }));
	}

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
		asked.addEventListener("close", () => asked.remove());
		this.row.closest("#sourcier").append(asked);
		asked.showModal();
	}
}

function periodInWords(from, to) {
	if (from && to) return say("between", { from: dateInWords(from), to: dateInWords(to) });
	return from ? say("since", { date: dateInWords(from) }) : say("until", { date: dateInWords(to) });
}
