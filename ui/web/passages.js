// A long text -> blocks that a browser draws only when they are seen, with places in it marked.
//
// Positions from the server count code points; a string of JavaScript counts UTF-16 units.

import { el, printable } from "./dom.js";

const BLOCK = 3000; // units, about a page

// Return the function that turns a position in code points into one in units.
export function unitsOf(text) {
	const beyond = []; // positions, in code points, of the letters that take two units
	for (const found of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) beyond.push(found.index - beyond.length);
	if (!beyond.length) return (position) => position;
	return (position) => {
		let [low, high] = [0, beyond.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (beyond[middle] < position) low = middle + 1;
			else high = middle;
		}
		return position + low;
	};
}

// Cut a text behind its line ends into blocks, at the beginnings of its pages too; return where each begins.
export function blockStarts(text, pages) {
	const starts = [];
	const cuts = [...new Set([0, ...pages])].filter((cut) => cut < text.length || cut === 0).sort((a, b) => a - b);
	cuts.forEach((cut, number) => {
		const end = cuts[number + 1] ?? text.length;
		let start = cut;
		starts.push(start);
		while (end - start > BLOCK) {
			const line = text.lastIndexOf("\n", start + BLOCK);
			const space = text.lastIndexOf(" ", start + BLOCK);
			const cutAt = line > start ? line : space > start ? space : start + BLOCK;
			start = cutAt + 1;
			if (start < end) starts.push(start);
		}
	});
	return starts;
}

// Fill a block with a stretch of a text, in which marks {start, end, kind, id} are set; nested marks are cut apart.
export function fill(block, text, start, end, marks) {
	const inside = marks.filter((mark) => mark.start < end && mark.end > start);
	const cuts = [...new Set([start, end, ...inside.flatMap((mark) => [mark.start, mark.end])])]
		.filter((cut) => cut >= start && cut <= end)
		.sort((a, b) => a - b);
	const parts = [];
	for (let number = 0; number + 1 < cuts.length; number++) {
		const [from, to] = [cuts[number], cuts[number + 1]];
		const here = inside.filter((mark) => mark.start <= from && mark.end >= to);
		const said = printable(text.slice(from, to));
		if (!here.length) parts.push(said);
		else parts.push(el("mark", { class: [...new Set(here.map((mark) => mark.kind))].join(" "), "data-marks": here.map((mark) => mark.id).join(" ") }, said));
	}
	block.replaceChildren(...parts);
}

// Small letters without accents, one kind of apostrophe and of blank: one unit for each unit of the text, so that
// positions stay.
export function folded(text) {
	const bare = text.replace(/[^\u0000-\u007f]/gu, (letter) => {
		const plain = letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
		return plain.length === letter.length ? plain : letter;
	});
	return bare.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()).replace(/[’ʼ‘]/g, "'").replace(/\s/g, " ");
}

// Return where some words stand in a folded text, at most so many times: with any run of blanks between them, such as a
// line end, and œ and æ written as one letter or as two.
export function occurrences(foldedText, words, most) {
	const wanted = folded(words.normalize("NFC")).trim();
	const found = [];
	if (!wanted) return found;
	const pattern = wanted
		.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
		.replace(/œ|oe/g, "(?:œ|oe)")
		.replace(/æ|ae/g, "(?:æ|ae)")
		.replace(/ +/g, " +");
	for (const { index, 0: said } of foldedText.matchAll(new RegExp(pattern, "g"))) {
		if (found.push({ start: index, end: index + said.length }) === most) break;
	}
	return found;
}
