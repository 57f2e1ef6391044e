// An Answer as it is read: what is said first, each statement with its number, then the passages that prove it.

import { button, copy, el, printable } from "./dom.js";
import { feedbackRow } from "./feedback.js";
import { shareable, writePlace } from "./place.js";
import { counted, dateInWords, say } from "./words.js";

// From this calibrated confidence on; docs/reader.md tells how often each is right.
const SURENESS = [
	[0.8, "sure"],
	[0.6, "likely"],
	[0, "unsure"],
];

// What a quote says before the words that answer, these words, and what it says behind them. Positions are code points.
export function around(quote) {
	const letters = Array.from(quote.text);
	if (quote.answer_start === null || quote.answer_end === null) return [quote.text, "", ""];
	const [start, end] = [quote.answer_start - quote.start, quote.answer_end - quote.start];
	return [letters.slice(0, start), letters.slice(start, end), letters.slice(end)].map((part) => part.join(""));
}

export const groupsOf = (quotes) => [...new Set(quotes.map((quote) => quote.group))].map((group) => quotes.filter((quote) => quote.group === group));

const whereabouts = (quote) => [quote.page ? say("page", { page: quote.page }) : "", quote.section].filter(Boolean).join(" · ");

// A quote as it is put into a letter or a report.
export function citation(quote) {
	const source = [quote.title, quote.author, dateInWords(quote.date), whereabouts(quote)].filter(Boolean).join(", ");
	return `« ${quote.text.trim()} »\n— ${source}\n${shareable(quote)}`;
}

// The statement of a group: the words of its best quote that answer, on one line.
function statement(quotes, line) {
	const [quote] = quotes;
	const words = line ?? (around(quote)[1] || quote.text).replace(/\s+/g, " ").trim();
	return [printable(words), " ", ...quotes.map((one) => numberOf(one))];
}

const numberOf = (quote) =>
	el("a", { class: "ref", href: writePlace(quote), "aria-label": say("open_quote", { number: quote.n }) }, String(quote.n));

// Return the block of an answer. `onCorrect(text)` puts a text into the question box, `onUnfiltered()` asks all documents,
// `onFeedback(verdict, comment)` sends what the reader says of it.
export function answerBlock(answer, { filtered, onCorrect, onUnfiltered, onFeedback }) {
	const found = answer.verdict === "answered";
	return el(
		"div",
		{ class: `answer ${found ? "found" : "not-found"}` },
		found ? foundBlocks(answer) : notFoundBlocks(answer, { filtered, onUnfiltered }),
		searchedBlock(answer, onCorrect),
		answer.withheld ? el("p", { class: "notice" }, say("withheld", { count: answer.withheld })) : null,
		onFeedback && feedbackRow(answer, onFeedback),
	);
}

function foundBlocks(answer) {
	const groups = groupsOf(answer.quotes);
	const [first, ...others] = groups;
	const line = el("p", { class: "line" }, statement(first, answer.text));
	if (answer.opposed.length) {
		const isOpposed = ([best]) => answer.opposed.includes(best.group);
		const rest = groups.filter((group) => !isOpposed(group));
		return [line, sureness(answer), el("p", { class: "disagreement" }, say("disagreement")), sideBySide(groups.filter(isOpposed)), also(rest)];
	}
	return [line, sureness(answer), quotesBlock(counted(first.length, "quote"), [first]), also(others)];
}

function sureness(answer) {
	const [, key] = SURENESS.find(([least]) => answer.confidence >= least);
	const explained = say(`${key}_explained`);
	return el(
		"p",
		{ class: `sureness ${key}` },
		el("span", { class: "badge", title: explained }, say(key)),
		el("span", { class: "explained" }, explained),
	);
}

const also = (groups) => groups.length > 0 && quotesBlock(say("also"), groups);

function quotesBlock(heading, groups) {
	return [
		el("h3", { class: "heading" }, heading),
		el("ol", { class: "cards", role: "list" }, groups.map((group) => el("li", {}, groupBlock(group)))),
	];
}

// The best quote of a group, and those that say the same, folded away.
function groupBlock([best, ...same]) {
	const more = same.length
		? el("details", { class: "same" }, el("summary", {}, say(same.length > 1 ? "same_many" : "same_one", { count: same.length })), same.map((quote) => card(quote)))
		: null;
	return [card(best), more];
}

function sideBySide(groups) {
	const columns = groups.map((group) =>
		el("li", {}, el("p", { class: "says" }, el("strong", {}, dateInWords(group[0].date) || say("no_date")), " ", statement(group)), groupBlock(group)),
	);
	return el("ol", { class: "cards beside", role: "list" }, columns);
}

export function card(quote, why = null) {
	const [before, found, after] = around(quote).map(printable);
	const copied = el("span", { class: "copied", role: "status" });
	const onCopy = async () => {
		copied.textContent = say((await copy(citation(quote))) ? "copied" : "not_copied");
		setTimeout(() => copied.replaceChildren(), 4000);
	};
	return el(
		"article",
		{ class: "card", "aria-label": say("quote_number", { number: quote.n }) },
		el(
			"header",
			{},
			el("span", { class: "number", "aria-hidden": "true" }, String(quote.n)),
			el("span", { class: "title" }, printable(quote.title)),
			quote.date && el("span", { class: "date" }, dateInWords(quote.date)),
			whereabouts(quote) && el("span", { class: "where" }, printable(whereabouts(quote))),
		),
		el("blockquote", {}, "«\u00a0", before, found && el("mark", {}, found), after, "\u00a0»"),
		why && el("p", { class: "why" }, why),
		el(
			"footer",
			{},
			copied,
			button(say("copy"), onCopy, { class: "quiet", "aria-label": say("copy_number", { number: quote.n }) }),
			el("a", { class: "open", href: writePlace(quote), "aria-label": say("open_number", { number: quote.n, title: quote.title }) }, say("open")),
		),
	);
}

function notFoundBlocks(answer, { filtered, onUnfiltered }) {
	const nowhere = missingEverywhere(answer.near);
	const advice = [
		filtered && el("li", {}, say("advice_filters"), " ", button(say("without_filters"), onUnfiltered, { class: "link" })),
		nowhere.length > 0 && el("li", {}, say("advice_words", { words: listed(nowhere) })),
		el("li", {}, say("advice_short")),
		el("li", {}, say("advice_documents")),
	];
	return [
		el("p", { class: "line" }, say("not_found")),
		answer.near.length > 0 && [
			el("h3", { class: "heading" }, say("nearest")),
			el("ol", { class: "cards", role: "list" }, answer.near.map((quote) => el("li", {}, card(quote, whyNot(quote))))),
		],
		el("h3", { class: "heading" }, say("advice")),
		el("ul", { class: "advice" }, advice),
	];
}

// The words of the question that no near passage has: the spelling may be another, or the matter.
const missingEverywhere = (near) => (near.length ? near[0].missing.filter((word) => near.every((quote) => quote.missing.includes(word))) : []);

const listed = (words) => words.map((word) => `« ${printable(word)} »`).join(", ");

const whyNot = (quote) => (quote.missing.length ? say("lacks", { words: listed(quote.missing) }) : say("no_clear_answer"));

// What was understood of a question that follows others, to be put right where it was not meant so.
function searchedBlock(answer, onCorrect) {
	if (answer.searched === answer.question) return null;
	const [asked, context] = answer.searched.split(" ← ");
	const said = context ? say("searched_about", { question: printable(asked), context: printable(context) }) : say("searched", { question: printable(asked) });
	return el("p", { class: "searched" }, said, " ", button(say("correct"), () => onCorrect(context ? `${asked} (${context})` : asked), { class: "link" }));
}

// What a screen reader says when the answer has come, once.
export function announced(answer) {
	if (answer.verdict !== "answered") return say("not_found");
	return say("announced", { text: printable(answer.text), quotes: counted(answer.quotes.length, "quote") });
}
