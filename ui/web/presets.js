// What the address asks for to begin with: "?q=...&documents=...&from=...&to=...&title=...&theme=...".

import { printable } from "./dom.js";
import { say } from "./words.js";

const fields = new URLSearchParams(window.location.search);

// Names of documents and folders have commas between them, or stand in a field each; a comma in a name is "%2C".
const names = fields.getAll("documents").flatMap((listed) => listed.split(","));

export const presets = {
	question: fields.get("q") ?? "",
	filters: {
		documents: names.map((name) => name.trim().replace(/%2C/gi, ",")).filter(Boolean),
		from: fields.get("from") ?? "",
		to: fields.get("to") ?? "",
	},
	title: fields.get("title") ?? "",
	theme: fields.get("theme") ?? "",
	language: fields.get("lang") ?? "",
};

// The part of an address behind which the page begins with this question and these filters, in the same language.
export function writePresets(question, { documents, from, to }) {
	const wanted = { q: question, documents: documents.map((name) => name.replaceAll(",", "%2C")).join(","), from, to, lang: presets.language };
	const given = Object.entries(wanted).filter(([, value]) => value);
	return given.length ? `?${new URLSearchParams(given)}` : "";
}

// Tell whether a text is a day, a month or a year as the server takes them: "2025-07-02", "2025-07", "2025".
function isDate(text) {
	const parts = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
	if (!parts || parts[1] === "0000") return false;
	const [year, month, day] = [Number(parts[1]), Number(parts[2] ?? 1), Number(parts[3] ?? 1)];
	const at = new Date(0);
	at.setUTCFullYear(year, month - 1, day); // Date.UTC takes the years below 100 for others
	return at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
}

// Return {filters, leftOut}: what of the presets can be a filter, and in words what cannot. `library` knows the documents.
export async function checkedPresets(library) {
	const { from, to, documents } = presets.filters;
	const unreadable = [from, to].filter((date) => date && !isDate(date));
	const isBackwards = !unreadable.length && from && to && from.slice(0, to.length) > to; // a year holds its months
	const missing = await library.missing(documents);
	const leftOut = [
		...unreadable.map((date) => say("preset_no_date", { date: printable(date) })),
		isBackwards && say("preset_backwards"),
		...missing.map((name) => say("preset_gone", { name: printable(name) })),
	];
	const kept = (date) => (isBackwards || unreadable.includes(date) ? "" : date);
	return {
		filters: { from: kept(from), to: kept(to), documents: documents.filter((name) => !missing.includes(name)) },
		leftOut: leftOut.filter(Boolean).join(" "),
	};
}
