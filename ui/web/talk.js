// The conversation: questions are asked here, and answers appear below them. All of it is kept by this page alone; the
// server gets the last turns with each question, as every client of its API sends them.

import { announced, answerBlock, arranged } from "./answer.js";
import { Busy } from "./api.js";
import { insist, pause } from "./connection.js";
import { button, el, printable } from "./dom.js";
import { feedbackFields } from "./feedback.js";
import { language, say, setup, WRITTEN_IN } from "./words.js";

const TURNS = 6; // that a question may lean on
const TRIES_WHEN_BUSY = 5;

export class Talk {
	// `filters` says what may answer; `onChange(conversation)` is told of each answer.
	constructor({ log, form, box, live, filters, onChange }) {
		Object.assign(this, { log, form, box, live, filters, onChange });
		this.submit = form.querySelector("button[type=submit]");
		this.asking = null;
		this.recalled = -1;
		this.begin();
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			if (this.asking) this.stop();
			else this.ask(box.value);
		});
		box.addEventListener("keydown", (event) => this.key(event));
		box.addEventListener("input", () => this.resize());
	}

	get conversation() {
		return { id: this.id, name: this.name, exchanges: this.exchanges };
	}

	// Forget what was said, or go on with a conversation that was kept.
	begin({ id = newId(), name, exchanges = [] } = {}) {
		this.stop();
		Object.assign(this, { id, name, exchanges: [...exchanges] });
		this.log.replaceChildren(...this.exchanges.map((exchange) => this.block(exchange)));
		this.live.textContent = "";
		this.onChange(this.conversation);
	}

	key(event) {
		if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
			event.preventDefault();
			if (!this.asking) this.ask(this.box.value);
		}
		const isRecalled = this.recalled >= 0 && this.box.value === this.asked[this.recalled];
		if (event.key === "ArrowUp" && (!this.box.value || isRecalled)) this.recall(event, isRecalled ? this.recalled + 1 : 0);
		if (event.key === "ArrowDown" && isRecalled) this.recall(event, this.recalled - 1);
	}

	// The questions that were asked, the last one first.
	get asked() {
		return this.exchanges.map(({ question }) => question).reverse();
	}

	recall(event, number) {
		if (number >= this.asked.length) return;
		event.preventDefault();
		this.recalled = number;
		this.put(this.asked[number] ?? "");
	}

	// Put a text into the question box, to be gone on with from its end or from a place in it.
	put(text, at = text.length) {
		this.box.value = text;
		this.resize();
		this.box.focus();
		this.box.setSelectionRange(at, at);
	}

	resize() {
		this.box.style.height = "auto";
		if (this.box.value) this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
	}

	// Ask a question, which leans on nothing that came before where it `isAlone`; nor do those behind it.
	async ask(text, { isAlone = false } = {}) {
		const question = text.trim();
		if (!question || this.asking) return;
		const length = Array.from(question).length; // in code points, as the server counts
		if (length > setup.longest) {
			this.live.textContent = "";
			this.warn(say("too_long", { length: length.toLocaleString(language), most: setup.longest.toLocaleString(language) }));
			return;
		}
		this.warn("");
		if (this.box.value.trim() === question) this.put("");
		this.recalled = -1;
		const exchange = { question, filters: this.filters.chosen, isAlone };
		const turns = isAlone ? [] : this.turns;
		this.exchanges.push(exchange);
		const block = this.waiting(exchange);
		this.log.append(block);
		this.onChange(this.conversation);
		block.scrollIntoView({ block: "start" });
		this.live.textContent = say("searching");
		this.asking = new AbortController();
		this.working(true);
		try {
			exchange.answer = await this.answered({ question, history: turns, ...this.filters.fields }, block);
		} catch (error) {
			if (error.name === "AbortError") exchange.error = say("stopped");
			else exchange.error = error.code === "InvalidFilter" ? say("filter_refused") : error.message;
		} finally {
			this.asking = null;
			this.working(false);
		}
		if (!this.exchanges.includes(exchange)) return; // another conversation has begun since
		const fresh = this.block(exchange);
		block.replaceWith(fresh);
		fresh.scrollIntoView({ block: "start" });
		this.live.textContent = exchange.answer ? announced(exchange.answer) : exchange.error;
		this.onChange(this.conversation);
	}

	// The last turns, as a question may lean on them; an answer that others contradict is none.
	get turns() {
		const first = this.exchanges.findLastIndex(({ isAlone }) => isAlone);
		const answered = this.exchanges.slice(Math.max(first, 0)).filter(({ answer }) => answer);
		return answered.slice(-TURNS).map(({ question, answer }) => ({ question, answer: arranged(answer).isDisputed ? "" : answer.text }));
	}

	// Ask, and ask again once there is a server, or one that has time.
	async answered(fields, block) {
		const { signal } = this.asking;
		for (let tries = 1; ; tries++) {
			try {
				return await insist("ask", fields, { signal });
			} catch (error) {
				if (error instanceof Busy && tries < TRIES_WHEN_BUSY) {
					block.querySelector(".stage").textContent = say("busy_asking", { seconds: error.seconds });
					await pause(1000 * error.seconds, signal);
					block.querySelector(".stage").textContent = say("searching");
				} else throw error;
			}
		}
	}

	stop = () => this.asking?.abort();

	working(isWorking) {
		this.submit.textContent = say(isWorking ? "stop" : "ask");
		this.submit.classList.toggle("stop", isWorking);
		this.log.setAttribute("aria-busy", String(isWorking));
	}

	warn(sentence) {
		this.form.querySelector(".error")?.remove();
		if (sentence) this.form.prepend(el("p", { class: "error", role: "alert" }, sentence));
	}

	waiting(exchange) {
		return el("section", { class: "exchange" }, this.questionBlock(exchange), el("p", { class: "stage" }, say("searching")));
	}

	block(exchange) {
		const { answer, error, filters } = exchange;
		const said = answer
			? answerBlock(answer, {
					filtered: isFiltered(filters),
					onCorrect: (text, at) => this.put(text, at),
					onAlone: () => this.ask(exchange.question, { isAlone: true }),
					onUnfiltered: () => {
						this.filters.clear();
						this.ask(exchange.question);
					},
					onFeedback: setup.feedback && ((verdict, comment, onLost) => insist("feedback", { ...feedbackFields(answer, verdict, comment), filtered: isFiltered(filters) }, { onLost })),
				})
			: el("p", { class: "error" }, error ?? say("stopped"));
		return el("section", { class: "exchange", "aria-label": printable(exchange.question).slice(0, 200) }, this.questionBlock(exchange), said);
	}

	questionBlock({ question, filters }) {
		const again = button(say("edit"), () => this.put(question), { class: "quiet", "aria-label": say("edit_question") });
		const kept = this.filters.inWords(filters).join(", ");
		return [
			el("div", { class: "question" }, el("h2", { lang: WRITTEN_IN }, printable(question)), again),
			kept && el("p", { class: "filtered" }, say("filtered", { filters: kept })),
		];
	}
}

const isFiltered = (filters) => Boolean(filters?.from || filters?.to || filters?.documents?.length);

const newId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
