/* entry.js - the entry board: keyboard, saving, retries, refresh.
 *
 * Two keys a unit: a digit, then Enter, which saves, goes down one row and
 * selects.  Enter alone confirms "nothing changed".  A row is called saved only
 * when the server has answered so; until then it is "non enregistré", it is sent
 * again when the network is back, and what was typed survives a conflict, an
 * expired session and a reload.
 */
const RETRY_FIRST_MS = 3000;
const RETRY_MAX_MS = 30000;
const WATCH_EVERY_MS = 45000;

function board(table) {
	const rows = all('tr[data-u]', table);
	const byPlace = new Map(rows.map((r) => [r.dataset.u, r]));
	const bar = one('.ror-sticky');
	const counter = one('#nbmod');
	const stash = 'ror-saisie:' + location.pathname;

	const queue = [];		/* rows to send, oldest first */
	const attempt = new Map();	/* row -> {text, key}: the same try has one key */
	const later = new Map();	/* place -> state that came while it was busy */
	let sending = null;
	let retryMs = RETRY_FIRST_MS;
	let retryTimer = 0;
	let signedOut = false;
	let etag = null;

	/* --- what the page shows of all rows --- */
	const unsaved = (row) => rowChanged(row) || queue.includes(row) || sending === row;

	function refreshMarks(row) {
		const changed = rowChanged(row);
		row.classList.toggle('ror-dirty', changed || queue.includes(row));
		row.classList.toggle('ror-sending', sending === row);
		if (changed) row.classList.remove('ror-saved');
		const n = rows.filter(unsaved).length;
		if (bar) bar.classList.toggle('is-on', n > 0);
		if (counter) {
			setText(counter, n === 0 ? 'Aucune ligne modifiée'
			    : n === 1 ? '1 ligne non enregistrée'
			    : n + ' lignes non enregistrées');
		}
		if (signedOut) keepTyped();
	}

	/* --- moving --- */
	function fieldFrom(row, step, name) {
		for (let i = rows.indexOf(row) + step; rows[i]; i += step) {
			const f = one('input[name="' + name + '"]:not([disabled])', rows[i]);
			if (f) return f;
		}
		return null;
	}

	function goTo(field) {
		field.focus();
		field.select();
	}

	/* A refusal takes the focus back, but never out of a field being typed in. */
	function callBack(field) {
		const active = document.activeElement;
		if (active && active.dataset && active.dataset.v !== undefined && fieldChanged(active)) return;
		field.focus();
		if (field.select) field.select();
	}

	/* --- saving --- */

	/* The key makes a repeated request one save.  It stays while the same
	 * content is tried again, and changes with the content. */
	function requestBody(row) {
		const body = formBody(rowForm(row));
		body.delete('cle');
		const text = body.toString();
		let known = attempt.get(row);
		if (!known || known.text !== text) {
			known = { text, key: crypto.randomUUID() };
			attempt.set(row, known);
		}
		body.set('cle', known.key);
		return body;
	}

	function enqueue(row) {
		if (!queue.includes(row)) queue.push(row);
		refreshMarks(row);
		pump();
	}

	async function pump() {
		if (sending || signedOut || retryTimer || !queue.length) return;
		const row = queue[0];
		const sent = rowTyped(row);
		sending = row;
		refreshMarks(row);

		let answer = null;
		let data = {};
		try {
			answer = await post(rowForm(row).action, requestBody(row));
			if (answer.type !== 'opaqueredirect') data = await answer.json();
		} catch {
			/* No answer, or one that is not ours: nothing is known to be saved. */
			if (!answer || answer.ok) answer = null;
		}
		sending = null;
		settle(row, sent, answer, data);
		refreshMarks(row);
		pump();
	}

	function done(row) {
		const i = queue.indexOf(row);
		if (i >= 0) queue.splice(i, 1);
		attempt.delete(row);
	}

	function settle(row, sent, answer, data) {
		const status = answer ? answer.status : 0;

		if (answer && (answer.type === 'opaqueredirect' || status === 401)) {
			sessionLost(data.signin || signinPath());
		} else if (status === 200 && data.place === row.dataset.u) {
			done(row);
			retryMs = RETRY_FIRST_MS;
			saved(row, data, sent);
		} else if (status === 409 && data.values) {
			done(row);
			conflict(row, data);
		} else if (status === 400 || status === 403 || status === 404 ||
		    status === 413 || status === 422 || status === 409) {
			done(row);
			refused(row, data);
		} else {
			retryLater(row);
		}
	}

	function saved(row, data, sent) {
		rowNoteClear(row);
		rowTake(row, data, sent);
		row.classList.add('ror-saved');
		say(rowName(row) + '\u202f: enregistré.' + (queue.length ? '' : remaining()));
	}

	function remaining() {
		const n = rows.filter(unsaved).length;
		return n === 0 ? '' : n === 1 ? ' Reste 1 ligne.' : ' Restent ' + n + ' lignes.';
	}

	function refused(row, data) {
		const error = data.error || 'Enregistrement refusé. Rechargez la page et recommencez.';
		const field = rowFaultShow(row, { field: data.field, error });
		callBack(field);
		say(rowName(row) + '\u202f: ' + error, true);
	}

	function conflict(row, state) {
		const button = rowConflict(row, state, enqueue, (r) => {
			refreshMarks(r);
			goTo(all('input.ror-in', r)[0]);
			say(rowName(r) + '\u202f: valeur enregistrée reprise.');
		});
		callBack(button);
		say(rowName(row) + '\u202f: quelqu’un a changé ces valeurs. Choisissez.', true);
	}

	function retryLater(row) {
		rowNote(row, 'Non enregistré\u202f: le service ne répond pas. Nouvel essai automatique, ' +
		    'ne fermez pas la page.');
		say(rowName(row) + '\u202f: non enregistré, nouvel essai bientôt.', true);
		retryTimer = window.setTimeout(retryNow, retryMs);
		retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
	}

	function retryNow() {
		window.clearTimeout(retryTimer);
		retryTimer = 0;
		pump();
	}

	/* --- an expired session: nothing typed is lost --- */
	function keepTyped() {
		const typed = rows.filter(unsaved).map((row) => ({
			place: row.dataset.u,
			version: rowVersion(row),
			values: rowTyped(row),
		}));
		if (typed.length) sessionStorage.setItem(stash, JSON.stringify(typed));
		else sessionStorage.removeItem(stash);
	}

	function sessionLost(signin) {
		if (signedOut) return;
		signedOut = true;
		keepTyped();
		const box = make('div', 'ui-alert ui-alert--warning ui-my-4v');
		const text = make('p', '', 'Votre session a expiré. Votre saisie est conservée sur ce poste\u202f: ');
		const link = make('a', '', 'reconnectez-vous dans un nouvel onglet');
		const again = make('button', 'ui-btn ui-btn--sm ui-mt-2v', 'C’est fait, reprendre ma saisie');

		link.href = signin;
		link.target = '_blank';
		link.rel = 'noopener';
		again.type = 'button';
		on(again, 'click', () => { keepTyped(); location.reload(); });
		text.append(link, ', puis revenez ici.');
		box.append(text, again);
		table.closest('.ror-tw').before(box);
		say('Session expirée\u202f: rien n’est enregistré depuis.', true);
		link.focus();
	}

	/* After signing in again: what was typed comes back.  If the place was saved
	 * by somebody meanwhile, both values are shown instead of ours winning. */
	function restoreTyped() {
		const text = sessionStorage.getItem(stash);
		if (!text) return;
		sessionStorage.removeItem(stash);
		let n = 0;
		JSON.parse(text).forEach(({ place, version, values }) => {
			const row = byPlace.get(place);
			if (!row || !rowForm(row)) return;
			const theirs = Object.fromEntries(rowFields(row).map((f) => [f.name, f.dataset.v]));
			rowRestore(row, values);
			n++;
			if (rowVersion(row) !== version && rowChanged(row)) {
				const by = one('.ror-by', row);
				conflict(row, {
					values: theirs,
					comment: theirs.commentaire,
					version: rowVersion(row),
					by: by ? by.textContent : '',
				});
			}
			refreshMarks(row);
		});
		if (n) say('Votre saisie est revenue. Vérifiez-la, puis enregistrez.');
	}

	/* --- save all changed rows in one request, one transaction --- */
	async function saveAll(form) {
		const changed = rows.filter((r) => rowChanged(r) || queue.includes(r));
		if (!changed.length) {
			say('Aucune ligne à enregistrer.');
			return;
		}
		if (sending) return;
		for (const row of changed) {
			const fault = rowFault(row);
			if (fault) {
				goTo(rowFaultShow(row, fault));
				say(rowName(row) + '\u202f: ' + fault.error, true);
				return;
			}
		}
		const sent = new Map(changed.map((r) => [r, rowTyped(r)]));
		const body = formBody(form);
		changed.forEach((row) => {
			Object.entries(sent.get(row)).forEach(([k, v]) => body.set(k + '.' + row.dataset.u, v));
			body.set('version.' + row.dataset.u, rowVersion(row));
		});
		body.set('cle', allKey(body));
		/* Only this request speaks for these rows now. */
		changed.forEach(done);
		sending = form;
		let answer = null;
		let data = {};
		try {
			answer = await post(form.action, body);
			if (answer.type !== 'opaqueredirect') data = await answer.json();
		} catch {
			if (!answer || answer.ok) answer = null;
		}
		sending = null;
		settleAll(changed, sent, answer, data);
		changed.forEach(refreshMarks);
	}

	let lastAll = { text: '', key: '' };
	function allKey(body) {
		body.delete('cle');
		const text = body.toString();
		if (lastAll.text !== text) lastAll = { text, key: crypto.randomUUID() };
		return lastAll.key;
	}

	function settleAll(changed, sent, answer, data) {
		const status = answer ? answer.status : 0;

		if (answer && (answer.type === 'opaqueredirect' || status === 401)) {
			sessionLost(data.signin || signinPath());
		} else if (status === 200 && data.rows) {
			lastAll = { text: '', key: '' };
			data.rows.forEach((state) => {
				const row = byPlace.get(state.place);
				if (!row) return;
				rowNoteClear(row);
				rowTake(row, state, sent.get(row));
				row.classList.add('ror-saved');
			});
			say(data.rows.length === 1 ? '1 ligne enregistrée.'
			    : data.rows.length + ' lignes enregistrées.');
		} else if (status === 409 && data.rows) {
			data.rows.forEach((state) => {
				const row = byPlace.get(state.place);
				if (row) conflict(row, state);
			});
			say('Rien n’est enregistré\u202f: des valeurs ont changé entre-temps. Choisissez, puis recommencez.', true);
		} else if (status >= 400 && status < 500 && status !== 429) {
			const row = byPlace.get(data.place) || changed[0];
			refused(row, data);
		} else {
			say('Rien n’est enregistré\u202f: le service ne répond pas. Recommencez dans un instant.', true);
		}
	}

	/* --- refresh from the server --- */
	function takeState(state) {
		const row = byPlace.get(state.place);
		if (!row || !rowForm(row)) return;
		/* A row in use keeps its version too: saving it will show the conflict
		 * instead of quietly replacing what somebody else has entered. */
		if (unsaved(row) || row.contains(document.activeElement) ||
		    row.classList.contains('ror-err')) {
			later.set(state.place, state);
			return;
		}
		later.delete(state.place);
		if (rowVersion(row) !== String(state.version)) row.classList.remove('ror-saved');
		rowTake(row, state);
	}

	function dataUrl() {
		const url = new URL(table.dataset.url || location.href, location.href);
		url.hash = '';
		url.searchParams.set('format', 'json');
		return url;
	}

	async function watch() {
		if (document.hidden || signedOut) return;
		const headers = { Accept: 'application/json', 'X-Veille': '1' };
		if (etag) headers['If-None-Match'] = etag;
		try {
			const answer = await fetch(dataUrl(), { headers, redirect: 'manual', cache: 'no-store' });
			if (answer.type === 'opaqueredirect' || answer.status === 401) {
				sessionLost(signinPath());
				return;
			}
			if (answer.status !== 200) return;
			const data = await answer.json();
			etag = answer.headers.get('ETag');
			clockSet(data.now);
			data.rows.forEach(takeState);
		} catch {
			/* The next round may work; ages on the page go on telling the truth. */
		}
	}

	/* --- the keyboard and the forms --- */
	function saveFrom(row) {
		const active = document.activeElement;
		const from = row.contains(active) && active.dataset.v !== undefined ? active : null;
		const fault = rowFault(row);

		if (fault) {
			goTo(rowFaultShow(row, fault));
			say(rowName(row) + '\u202f: ' + fault.error, true);
			return;
		}
		rowNoteClear(row);
		enqueue(row);
		if (!from) return;
		const name = from.classList.contains('ror-in') ? from.name : 'dispo_ind';
		const next = fieldFrom(row, 1, name);
		goTo(next || from);
	}

	function keys(row, e) {
		const field = e.target;
		if (!field.dataset || field.dataset.v === undefined) return;
		if (e.key === 'Escape') {
			rowRevert(row);
			refreshMarks(row);
			field.select();
			say('Modifications annulées.');
		} else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') &&
		    field.classList.contains('ror-in')) {
			e.preventDefault();
			const next = fieldFrom(row, e.key === 'ArrowDown' ? 1 : -1, field.name);
			if (next) goTo(next);
		}
	}

	rows.forEach((row) => {
		const form = rowForm(row);
		if (!form) return;	/* locked */
		on(form, 'submit', (e) => { e.preventDefault(); saveFrom(row); });
		on(row, 'input', () => refreshMarks(row));
		on(row, 'focusin', (e) => { if (e.target.classList.contains('ror-in')) e.target.select(); });
		on(row, 'keydown', (e) => keys(row, e));
		on(row, 'focusout', () => window.setTimeout(() => {
			const state = later.get(row.dataset.u);
			if (state) takeState(state);
		}, 0));
	});

	on(one('#f-tout'), 'submit', (e) => { e.preventDefault(); saveAll(e.target); });
	on(window, 'online', () => { if (retryTimer) retryNow(); });
	on(window, 'beforeunload', (e) => {
		/* Kept in the session store: nothing is lost by leaving. */
		if (!signedOut && rows.some(unsaved)) e.preventDefault();
	});
	window.setInterval(watch, WATCH_EVERY_MS);
	on(document, 'visibilitychange', watch);

	/* The skip link leads into the first field, not only to the table. */
	on(one('.ui-skiplinks a[href="#saisie"]'), 'click', (e) => {
		const first = one('input[name="dispo_ind"]:not([disabled])', table);
		if (!first) return;
		e.preventDefault();
		goTo(first);
	});

	restoreTyped();
}

const entryTable = one('.ror-cap');
if (entryTable) board(entryTable);
