// A place in a document stands in the address: "#doc=...&start=...&end=...", and the beginning of the text's SHA-256,
// by which a link knows that the text has changed since.

const HASH_LENGTH = 12;

export function readPlace(hash) {
	const fields = new URLSearchParams(hash.replace(/^#/, ""));
	const position = (name) => (/^\d{1,12}$/.test(fields.get(name) ?? "") ? Number(fields.get(name)) : 0);
	return { document: fields.get("doc") ?? "", start: position("start"), end: position("end"), text: fields.get("text") ?? "" };
}

export function writePlace({ document, start, end, sha256 }) {
	return `#${new URLSearchParams({ doc: document, start, end, text: sha256.slice(0, HASH_LENGTH) })}`;
}

export const isOfText = (place, sha256) => !place.text || sha256.startsWith(place.text);

// The address that somebody else can open: without the question that this page was opened with.
export const shareable = (quote) => `${window.location.origin}${window.location.pathname}${writePlace(quote)}`;
