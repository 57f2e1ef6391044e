// A conversation as Markdown, in which what documents and people wrote is text, and not marks.

import { arranged, citation, searchedInWords, surenessOf, whyNot, whyNothing, wordsOf } from "./answer.js";
import { printable } from "./dom.js";
import { counted, dateInWords, say } from "./words.js";

const plain = (text) => printable(text).replace(/([\\`*_{}[\]<>#+\-!|~$&:])/g, "\\$1").replace(/\s*\n\s*/g, " ").trim().replace(/^(\d+)([.)])/, "$1\\$2");

const numbers = (quotes) => quotes.map(({ n }) => `\\[${n}\\]`).join(" ");

const side = (quotes) => `${plain(wordsOf(quotes))} (${plain(dateInWords(quotes[0].date)) || say("no_date")})`;

// Return a conversation, each answer in the order in which the page tells it. `filtersInWords(filters)` gives a list.
export function markdown(conversation, filtersInWords) {
	const blocks = conversation.exchanges.flatMap(({ question, filters, answer, error }) => {
		const kept = filtersInWords(filters).map(plain).join(", ");
		return [`## ${plain(question)}`, kept && say("filtered", { filters: kept }), ...(answer ? toldOf(answer) : [plain(error ?? "")])];
	});
	return `# Sourcier\n\n${blocks.filter(Boolean).join("\n\n")}\n`;
}

function toldOf(answer) {
	const told = answer.verdict === "answered" ? foundIn(answer) : nothingIn(answer);
	return [...told, answer.withheld > 0 && say("withheld", { count: answer.withheld })];
}

function foundIn(answer) {
	const { isDisputed, proof, opposed, others } = arranged(answer);
	const sides = opposed.flatMap((quotes) => [`### ${side(quotes)}`, ...quotes.map((quote) => cited(quote))]);
	const rest = others.length ? [`### ${say("also")}`, ...others.flat().map((quote) => cited(quote))] : [];
	const searched = searchedInWords(answer, plain);
	if (isDisputed) {
		const line = opposed.map((quotes) => `- ${side(quotes)} ${numbers(quotes)}`).join("\n");
		return [line, searched, say("disagreement"), ...sides, ...rest];
	}
	const { sureness, explained } = surenessOf(answer);
	const proved = [`### ${counted(proof.length, "quote")}`, ...proof.map((quote) => cited(quote))];
	return [`${plain(answer.text)} ${numbers(proof)}`, searched, say("sureness", { sureness, explained }), ...proved, opposed.length > 0 && say("others_disagree"), ...sides, ...rest];
}

function nothingIn(answer) {
	const near = answer.near.flatMap((quote) => [cited(quote), whyNot(quote, plain)]);
	return [whyNothing(answer), searchedInWords(answer, plain), near.length > 0 && `### ${say("nearest")}`, ...near];
}

// A quote with its number, its source and the link to its place.
function cited(quote) {
	const lines = citation(quote).split("\n");
	const link = lines.pop();
	const [first, ...rest] = lines.map(plain);
	return [`${numbers([quote])} ${first}`, ...rest, `<${link}>`].map((line) => `> ${line}`).join("\n>\n");
}
