/* entry-save.js - from a row to the server: one at a time, again until answered.
 *
 * Nothing is shown as saved before the server said so.  An answer that is not
 * ours (a proxy's page, a lost network, a busy service) is no answer: the row
 * stays in the queue and is sent again with the same key, which makes a repeated
 * request one save.
 */

/* POST and understand: {status, data}; status 0 when nothing usable came back,
 * 401 when the answer is a redirect to the sign-in page. */
async function ask(url, body) {
	try {
		const answer = await post(url, body);
		if (answer.type === 'opaqueredirect') return { status: 401, data: {} };
		if (answer.ok) return { status: answer.status, data: await answer.json() };
		return { status: answer.status, data: await answer.json().catch(() => ({})) };
	} catch {
		return { status: 0, data: {} };
	}
}

/* Said no, and would say no again. */
function isRefusal(status) {
	return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/* The key stays while the same content is tried again, and changes with it. */
function keyed(b, owner, body) {
	body.delete('cle');
	const confirmed = body.get('confirme');
	body.delete('confirme');
	const text = body.toString();
	if (confirmed) body.set('confirme', confirmed);
	let known = b.attempt.get(owner);
	if (!known || known.text !== text) {
		known = { text, key: crypto.randomUUID() };
		b.attempt.set(owner, known);
	}
	body.set('cle', known.key);
	return body;
}

function enqueue(b, row) {
	/* Pressed again before the answer came: save once more after it. */
	if (b.sending === row) b.again = row;
	if (!b.queue.includes(row)) b.queue.push(row);
	boardMark(b, row);
	pump(b);
}

function dequeue(b, row, keepKey) {
	const i = b.queue.indexOf(row);
	if (i >= 0) b.queue.splice(i, 1);
	if (!keepKey) b.attempt.delete(row);
}

async function pump(b) {
	if (b.sending || b.signedOut || b.retryTimer || !b.queue.length) return;
	const row = b.queue[0];
	const sent = rowTyped(row);

	b.sending = row;
	boardMark(b, row);
	const body = rowBody(row);
	if (b.confirmed.delete(row)) body.set('confirme', '1');
	const answer = await ask(rowUrl(row), keyed(b, row, body));
	b.sending = null;
	settle(b, row, sent, answer, body.get('cle'));
	if (b.again === row && answer.status === 200) b.queue.push(row);
	b.again = null;
	boardMark(b, row);
	pump(b);
}

function settle(b, row, sent, { status, data }, key) {
	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
	} else if (status === 200 && data.place === row.dataset.u) {
		dequeue(b, row);
		b.retryMs = RETRY_FIRST_MS;
		rowNoteClear(row);
		rowTake(row, data, sent);
		row.classList.add('ror-saved');
		say(rowName(row) + '\u202f: enregistré.');
		undoOffer(key, 1);
	} else if (data.ask && data.ask.length) {
		dequeue(b, row, true);
		showAsk(b, row, data.ask[0]);
	} else if (status === 409 && data.values) {
		dequeue(b, row);
		showConflict(b, row, data);
	} else if (isRefusal(status)) {
		dequeue(b, row);
		showRefusal(row, data);
	} else {
		retryLater(b, row);
	}
}

function showRefusal(row, data) {
	const error = data.error || 'Enregistrement refusé. Rechargez la page et recommencez.';
	callBack(rowFaultShow(row, { field: data.field, error }));
	say(rowName(row) + '\u202f: ' + error, true);
}

function showConflict(b, row, state) {
	const take = (r) => {
		boardMark(b, r);
		goTo(all('input.ror-in', r)[0]);
		say(rowName(r) + '\u202f: valeur enregistrée reprise.');
	};
	callBack(rowConflict(row, state, (r) => enqueue(b, r), take));
	say(rowName(row) + '\u202f: quelqu’un a changé ces valeurs. Choisissez.', true);
}

function showAsk(b, row, asked) {
	const confirm = (r) => {
		b.confirmed.add(r);
		enqueue(b, r);
		goTo(fieldFrom(b, r, 1, 'dispo_ind') || all('input.ror-in', r)[0]);
	};
	const correct = (r) => goTo(all('input.ror-in', r).find(fieldChanged) || all('input.ror-in', r)[0]);

	callBack(rowAsk(row, asked, confirm, correct));
	say(rowName(row) + '\u202f: à confirmer. ' + asked.warnings.join(' '), true);
}

function retryLater(b, row) {
	rowNote(row, 'Non enregistré\u202f: le service ne répond pas. Nouvel essai automatique, ' +
	    'ne fermez pas la page.');
	say(rowName(row) + '\u202f: non enregistré, nouvel essai bientôt.', true);
	b.retryTimer = window.setTimeout(() => retryNow(b), b.retryMs);
	b.retryMs = Math.min(b.retryMs * 2, RETRY_MAX_MS);
}

function retryNow(b) {
	window.clearTimeout(b.retryTimer);
	b.retryTimer = 0;
	pump(b);
}

/* --- all changed rows in one request, one transaction --- */

function allBody(b, form, rows, sent, confirmed) {
	const body = new URLSearchParams();
	['jeton', 'mode'].forEach((name) => body.set(name, form.elements[name].value));
	if (confirmed) body.set('confirme', '1');
	rows.forEach((row) => {
		const place = row.dataset.u;
		Object.entries(sent.get(row)).forEach(([name, v]) => body.set(name + '.' + place, v));
		body.set('version.' + place, rowVersion(row));
	});
	return keyed(b, form, body);
}

async function saveAll(b, form, confirmed) {
	const rows = b.rows.filter((r) => isUnsaved(b, r));

	if (!rows.length) say('Aucune ligne à enregistrer.');
	if (!rows.length || b.sending || b.signedOut) return;
	for (const row of rows) if (!checkRow(row)) return;

	const sent = new Map(rows.map((r) => [r, rowTyped(r)]));
	const body = allBody(b, form, rows, sent, confirmed);
	/* Only this request speaks for these rows now. */
	rows.forEach((r) => dequeue(b, r));
	window.clearTimeout(b.retryTimer);
	b.retryTimer = 0;
	b.sending = form;
	const answer = await ask(form.action, body);
	b.sending = null;
	settleAll(b, form, rows, sent, answer, body.get('cle'));
	rows.forEach((r) => boardMark(b, r));
	pump(b);
}

function takeSaved(b, states, sent) {
	states.forEach((state) => {
		const row = b.byPlace.get(state.place);
		if (!row) return;
		rowNoteClear(row);
		rowTake(row, state, sent ? sent.get(row) : undefined);
		row.classList.add('ror-saved');
	});
}

/* Each row says why it is asked about; one answer is for the whole page. */
function showAskAll(b, form, data) {
	let first = null;
	const all_ = () => saveAll(b, form, true);
	const correct = (r) => goTo(all('input.ror-in', r).find(fieldChanged) || all('input.ror-in', r)[0]);

	data.ask.forEach((asked) => {
		const row = b.byPlace.get(asked.place);
		if (!row) return;
		const button = rowAsk(row, asked, all_, correct);
		button.textContent = 'Confirmer toute la page';
		first = first || button;
	});
	if (first) callBack(first);
	say(data.error, true);
}

function settleAll(b, form, rows, sent, { status, data }, key) {
	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
	} else if (status === 200 && data.rows) {
		b.attempt.delete(form);
		takeSaved(b, data.rows, sent);
		say(data.rows.length === 1 ? '1 ligne enregistrée.'
		    : data.rows.length + ' lignes enregistrées.');
		undoOffer(key, data.rows.length);
	} else if (data.ask && data.ask.length) {
		showAskAll(b, form, data);
	} else if (status === 409 && data.rows && data.rows.length) {
		data.rows.forEach((state) => {
			const row = b.byPlace.get(state.place);
			if (row) showConflict(b, row, state);
		});
		say('Rien n’est enregistré\u202f: des valeurs ont changé entre-temps. ' +
		    'Choisissez, puis recommencez.', true);
	} else if (isRefusal(status)) {
		showRefusal(b.byPlace.get(data.place) || rows[0], data);
	} else {
		say('Rien n’est enregistré\u202f: le service ne répond pas. Recommencez dans un instant.', true);
	}
}
