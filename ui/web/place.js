// A place in a document stands in the address: "#doc=...&start=...&end=...", and the beginning of the text's SHA-256,
// by which a link knows that the text has changed since.

const HASH_LENGTH = 12;

// The page itself, wherever it is mounted: this script lies in a folder of it.
export const ROOT = new URL("../", import.meta.url);

export function readPlace(hash) {
	const fields = new URLSearchParams(hash.replace(/^#/, ""));
	const position = (name) => (/^\d{1,12}$/.test(fields.get(name) ?? "") ? Number(fields.get(name)) : 0);
	return { document: fields.get("doc") ?? "", start: position("start"), end: position("end"), text: fields.get("text") ?? "" };
}

export function writePlace({ document, start, end, sha256 }) {
	return `#${new URLSearchParams({ doc: document, start, end, text: sha256.slice(0, HASH_LENGTH) })}`;
}

export const isOfText = (place, sha256) => !place.text || sha256.startsWith(place.text);

// The address that somebody else can open: of the page itself, without the question that it was opened with.
export const shareable = (quote) => new URL(writePlace(quote), ROOT).href;
