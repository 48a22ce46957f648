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
	const text = body.toString();
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

function dequeue(b, row) {
	const i = b.queue.indexOf(row);
	if (i >= 0) b.queue.splice(i, 1);
	b.attempt.delete(row);
}

async function pump(b) {
	if (b.sending || b.signedOut || b.retryTimer || !b.queue.length) return;
	const row = b.queue[0];
	const sent = rowTyped(row);

	b.sending = row;
	boardMark(b, row);
	const answer = await ask(rowForm(row).action, keyed(b, row, formBody(rowForm(row))));
	b.sending = null;
	settle(b, row, sent, answer);
	if (b.again === row && answer.status === 200) b.queue.push(row);
	b.again = null;
	boardMark(b, row);
	pump(b);
}

function settle(b, row, sent, { status, data }) {
	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
	} else if (status === 200 && data.place === row.dataset.u) {
		dequeue(b, row);
		b.retryMs = RETRY_FIRST_MS;
		rowNoteClear(row);
		rowTake(row, data, sent);
		row.classList.add('ror-saved');
		say(rowName(row) + '\u202f: enregistré.');
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

function allBody(b, form, rows, sent) {
	const body = formBody(form);
	rows.forEach((row) => {
		const place = row.dataset.u;
		Object.entries(sent.get(row)).forEach(([name, v]) => body.set(name + '.' + place, v));
		body.set('version.' + place, rowVersion(row));
	});
	return keyed(b, form, body);
}

async function saveAll(b, form) {
	const rows = b.rows.filter((r) => isUnsaved(b, r));

	if (!rows.length) say('Aucune ligne à enregistrer.');
	if (!rows.length || b.sending || b.signedOut) return;
	for (const row of rows) if (!checkRow(row)) return;

	const sent = new Map(rows.map((r) => [r, rowTyped(r)]));
	const body = allBody(b, form, rows, sent);
	/* Only this request speaks for these rows now. */
	rows.forEach((r) => dequeue(b, r));
	window.clearTimeout(b.retryTimer);
	b.retryTimer = 0;
	b.sending = form;
	const answer = await ask(form.action, body);
	b.sending = null;
	settleAll(b, form, rows, sent, answer);
	rows.forEach((r) => boardMark(b, r));
	pump(b);
}

function settleAll(b, form, rows, sent, { status, data }) {
	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
	} else if (status === 200 && data.rows) {
		b.attempt.delete(form);
		data.rows.forEach((state) => {
			const row = b.byPlace.get(state.place);
			if (!row) return;
			rowNoteClear(row);
			rowTake(row, state, sent.get(row));
			row.classList.add('ror-saved');
		});
		say(data.rows.length === 1 ? '1 ligne enregistrée.'
		    : data.rows.length + ' lignes enregistrées.');
	} else if (status === 409 && data.rows) {
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
