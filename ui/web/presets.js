// What the address asks for to begin with: "?q=...&documents=...&from=...&to=...&title=...&theme=...".

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
