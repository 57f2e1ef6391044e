// Whether an answer was useful: one click, or two with the reason. Only this question, with
// what it leans on, and its quotes are sent.

import { button, el } from "./dom.js";
import { say } from "./words.js";

const REASONS = ["wrong_passage", "wrong_answer", "out_of_date", "missing"];
const LONGEST_COMMENT = 500;

// Return the row below an answer. `send(verdict, comment, onLost)` resolves when it is noted, throws when
// it is not, and calls `onLost()` when it is to be sent later.
export function feedbackRow(answer, send) {
	const row = el("div", { class: "feedback", role: "group", "aria-label": say("feedback") });
	const told = el("span", { role: "status", tabindex: "-1" });

	const tell = async (verdict, comment = "") => {
		const buttons = [...row.querySelectorAll("button")];
		for (const one of buttons) one.disabled = true; // what is said twice would count twice
		try {
			await send(verdict, comment, () => {
				told.textContent = say("feedback_later");
				row.append(told);
			});
			row.replaceChildren(told);
			told.textContent = say("thanks");
			told.focus();
		} catch (error) {
			for (const one of buttons) one.disabled = false;
			told.textContent = error.message;
			row.append(told);
		}
	};

	const ask = () => {
		const comment = el("input", { type: "text", maxlength: LONGEST_COMMENT, "aria-label": say("comment"), placeholder: say("comment") });
		const reasons = REASONS.map((reason) => button(say(`reason_${reason}`), () => tell(reason, Array.from(comment.value).slice(0, LONGEST_COMMENT).join(""))));
		row.replaceChildren(el("span", {}, say("why_not_useful")), ...reasons, comment, told);
		reasons[0].focus();
	};

	row.append(button(say("useful"), () => tell("useful")), button(say("not_useful"), ask), told);
	return row;
}

export const feedbackFields = (answer, verdict, comment) => ({
	question: answer.question,
	searched: answer.searched,
	verdict,
	answer: answer.text,
	shown: answer.verdict,
	quotes: [...answer.quotes, ...answer.near].map(({ document, start, end, sha256 }) => ({ document, start, end, sha256 })),
	stamp: answer.corpus.stamp,
	comment,
});
