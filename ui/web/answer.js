// An Answer as it is read: what is said first, each statement with its number, then the passages that prove it.

import { button, copy, el, printable } from "./dom.js";
import { feedbackRow } from "./feedback.js";
import { shareable, writePlace } from "./place.js";
import { counted, dateInWords, say, sayAround, WRITTEN_IN } from "./words.js";

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

const groupsOf = (quotes) => [...new Set(quotes.map((quote) => quote.group))].map((group) => quotes.filter((quote) => quote.group === group));

// The groups of quotes of an answer, in the order in which they are told: what proves it, those that contradict each
// other, and others. An answer that others contradict is one side of several, and is not told as one.
export function arranged({ quotes, opposed }) {
	const [first, ...more] = groupsOf(quotes);
	const isOpposed = ([best]) => opposed.includes(best.group);
	const isDisputed = Boolean(first) && isOpposed(first);
	return {
		isDisputed,
		proof: isDisputed ? [] : (first ?? []),
		opposed: isDisputed ? [first, ...more.filter(isOpposed)] : more.filter(isOpposed),
		others: more.filter((group) => !isOpposed(group)),
	};
}

const written = (text, attributes = {}) => el("span", { lang: WRITTEN_IN, ...attributes }, printable(text));

const pageOf = (quote) => (quote.page ? say("page", { page: quote.page }) : "");

const sectionOf = (quote) => (quote.section.trim() === quote.title.trim() ? "" : quote.section);

// A quote as it is put into a letter or a report.
export function citation(quote) {
	const source = [quote.title, quote.author, dateInWords(quote.date), pageOf(quote), sectionOf(quote)].filter(Boolean).join(", ");
	return `« ${quote.text.trim()} »\n— ${source}\n${shareable(quote)}`;
}

// What a group states: the words of its best quote that answer, on one line.
export const wordsOf = ([quote]) => (around(quote)[1] || quote.text).replace(/\s+/g, " ").trim();

const dateOf = ([quote]) => dateInWords(quote.date) || say("no_date");

const numberOf = (quote) =>
	el("a", { class: "ref", href: writePlace(quote), "aria-label": say("open_quote", { number: quote.n }) }, String(quote.n));

// Return the block of an answer. `onCorrect(text, at)` puts a text into the question box to be gone on with from a place in
// it, `onAlone()` asks without what came before, `onUnfiltered()` asks all documents, `onFeedback(verdict, comment)` sends
// what the reader says of it.
export function answerBlock(answer, { filtered, onCorrect, onAlone, onUnfiltered, onFeedback }) {
	const searched = searchedBlock(answer, { onCorrect, onAlone });
	const found = answer.verdict === "answered";
	return el(
		"div",
		{ class: `answer ${found ? "found" : "not-found"}` },
		found ? foundBlocks(answer, searched) : notFoundBlocks(answer, searched, { filtered, onUnfiltered }),
		answer.withheld ? el("p", { class: "notice" }, say("withheld", { count: answer.withheld })) : null,
		onFeedback && feedbackRow(answer, onFeedback),
	);
}

function foundBlocks(answer, searched) {
	const { isDisputed, proof, opposed, others } = arranged(answer);
	if (isDisputed) return [sides(opposed, "line sides"), searched, warning("disagreement"), sideBySide(opposed), also(others)];
	return [
		el("p", { class: "line" }, written(answer.text), " ", proof.map((quote) => numberOf(quote))),
		searched,
		surenessBlock(answer),
		quotesBlock(counted(proof.length, "quote"), [proof]),
		opposed.length > 0 && [warning("others_disagree"), sides(opposed, "sides"), sideBySide(opposed)],
		also(others),
	];
}

// What each of some groups says, with its date: none of them is put before the others.
function sides(groups, kind) {
	const said = (group) => el("li", {}, written(wordsOf(group)), el("span", { class: "date" }, ` (${dateOf(group)}) `), group.map((quote) => numberOf(quote)));
	return el("ul", { class: kind, role: "list" }, groups.map(said));
}

const warning = (key) => el("p", { class: "disagreement" }, say(key));

// How sure an answer is, and what that means.
export function surenessOf({ confidence }) {
	const [, key] = SURENESS.find(([least]) => confidence >= least);
	return { key, sureness: say(key), explained: say(`${key}_explained`) };
}

function surenessBlock(answer) {
	const { key, sureness, explained } = surenessOf(answer);
	return el(
		"p",
		{ class: `sureness ${key}` },
		el("span", { class: "badge", title: explained }, sureness),
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

const sideBySide = (groups) => el("ol", { class: "cards beside", role: "list" }, groups.map((group) => el("li", {}, groupBlock(group))));

export function card(quote, why = null) {
	const [before, found, after] = around(quote).map(printable);
	const where = [pageOf(quote), sectionOf(quote) && written(sectionOf(quote))].filter(Boolean);
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
			written(quote.title, { class: "title" }),
			quote.date && el("span", { class: "date" }, dateInWords(quote.date)),
			where.length > 0 && el("span", { class: "where" }, where.flatMap((part, number) => (number ? [" · ", part] : [part]))),
		),
		el("blockquote", { lang: WRITTEN_IN }, "«\u00a0", before, found && el("mark", {}, found), after, "\u00a0»"),
		why && el("p", { class: "why" }, why),
		sourceOf(quote),
		el(
			"footer",
			{},
			copied,
			button(say("copy"), onCopy, { class: "quiet", "aria-label": say("copy_number", { number: quote.n }) }),
			el("a", { class: "open", href: writePlace(quote), "aria-label": say("open_number", { number: quote.n, title: quote.title }) }, say("open")),
		),
	);
}

// What a printed quote is found again by.
function sourceOf(quote) {
	const link = shareable(quote);
	return el("p", { class: "source" }, printable([quote.author, quote.document].filter(Boolean).join(" · ")), " ", el("a", { href: link }, link));
}

function notFoundBlocks(answer, searched, { filtered, onUnfiltered }) {
	const nowhere = missingEverywhere(answer.near);
	const isEmpty = answer.nothing_in_scope; // no other words would find more
	const advice = [
		filtered && el("li", {}, say("advice_filters"), " ", button(say("without_filters"), onUnfiltered, { class: "link" })),
		nowhere.length > 0 && el("li", {}, sayAround("advice_words", { words: written(listed(nowhere)) })),
		!isEmpty && el("li", {}, say("advice_short")),
		el("li", {}, say("advice_documents")),
	];
	return [
		el("p", { class: "line" }, whyNothing(answer)),
		searched,
		answer.near.length > 0 && [
			el("h3", { class: "heading" }, say("nearest")),
			el("ol", { class: "cards", role: "list" }, answer.near.map((quote) => el("li", {}, card(quote, whyNotBlock(quote))))),
		],
		el("h3", { class: "heading" }, say("advice")),
		el("ul", { class: "advice" }, advice),
	];
}

// That nothing was found, or that there was nothing to look into.
export const whyNothing = ({ nothing_in_scope: isEmpty }) => say(isEmpty ? "nothing_in_scope" : "not_found");

// The words of the question that no near passage has: the spelling may be another, or the matter.
const missingEverywhere = (near) => (near.length ? near[0].missing.filter((word) => near.every((quote) => quote.missing.includes(word))) : []);

const listed = (words) => words.map((word) => say("in_marks", { word })).join(", ");

// Why a passage that comes near is no answer; `shown(text)` makes words of the question what they are to be there.
export const whyNot = ({ missing }, shown) => (missing.length ? say("lacks", { words: listed(missing.map(shown)) }) : say("no_clear_answer"));

const whyNotBlock = ({ missing }) => (missing.length ? sayAround("lacks", { words: written(listed(missing)) }) : say("no_clear_answer"));

// What was searched, and in view of what, of a question that follows others.
const understood = ({ searched }) => {
	const [question, context = ""] = searched.split(" ← ");
	return { key: context ? "searched_about" : "searched", question, context };
};

// What was understood of a question, "" where it is what was asked; `shown` is as in `whyNot`.
export function searchedInWords(answer, shown) {
	if (answer.searched === answer.question) return "";
	const { question, context } = understood(answer);
	return context ? say("searched_about", { question: shown(question), context: shown(context) }) : say("searched", { question: shown(question) });
}

// The same, to be put right where it was not meant so.
function searchedBlock(answer, { onCorrect, onAlone }) {
	if (answer.searched === answer.question) return null;
	const { key, question, context } = understood(answer);
	const said = sayAround(key, { question: written(question), context: written(context) });
	const end = question.replace(/[\s?]+$/, "").length; // where a word that was missing is most often to be added
	const correct = button(say("correct"), () => onCorrect(question, end), { class: "link" });
	return el("p", { class: "searched" }, said, " ", correct, context && [" ", button(say("alone"), onAlone, { class: "link" })]);
}

// What a screen reader says when the answer has come, once.
export function announced(answer) {
	if (answer.verdict !== "answered") return whyNothing(answer);
	const quotes = counted(answer.quotes.length, "quote");
	const { isDisputed, opposed } = arranged(answer);
	if (!isDisputed) return say("announced", { text: printable(answer.text), quotes });
	const sides = opposed.map((group) => `${printable(wordsOf(group))} (${dateOf(group)})`).join(", ");
	return say("announced_sides", { sides, quotes });
}
