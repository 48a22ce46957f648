/* entry.js - the entry board: keyboard, forms, refresh.
 *
 * Two keys a unit: a digit, then Enter, which saves, goes down one row and
 * selects.  Enter alone confirms "nothing changed".  Up and down change row,
 * Escape gives the row its values back.
 */

/* --- the keyboard and the forms --- */

/* False after showing what is wrong. */
function checkRow(row) {
	const fault = rowFault(row);
	if (!fault) return true;
	goTo(rowFaultShow(row, fault));
	say(rowName(row) + '\u202f: ' + fault.error, true);
	return false;
}

function saveRow(b, row) {
	const active = document.activeElement;
	const from = row.contains(active) && active.dataset.v !== undefined ? active : null;

	if (!checkRow(row)) return;
	rowNoteClear(row);
	enqueue(b, row);
	if (!from) return;
	const name = from.classList.contains('ror-in') ? from.dataset.f : 'dispo_ind';
	goTo(fieldFrom(b, row, 1, name) || from);
}

function rowKey(b, row, e) {
	const field = e.target;

	if (field.dataset.v === undefined) return;
	if (e.key === 'Escape') {
		rowRevert(row);
		boardMark(b, row);
		field.select();
		say('Modifications annulées.');
	} else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && field.classList.contains('ror-in')) {
		e.preventDefault();
		const next = fieldFrom(b, row, e.key === 'ArrowDown' ? 1 : -1, field.dataset.f);
		if (next) goTo(next);
	}
}

function rowListen(b, row) {
	if (!rowOpen(row)) return;	/* locked */
	on(row, 'input', () => boardMark(b, row));
	on(row, 'focusin', (e) => { if (e.target.classList.contains('ror-in')) e.target.select(); });
	on(row, 'keydown', (e) => rowKey(b, row, e));
	/* What came while the row was in use is taken once the focus has gone. */
	on(row, 'focusout', () => window.setTimeout(() => {
		const state = b.later.get(row.dataset.u);
		if (state) takeState(b, state);
	}, 0));
}

/* --- refresh from the server --- */

/* A row in use keeps its values, and its version too: saving it then shows the
 * conflict instead of quietly replacing what somebody else has entered. */
function takeState(b, state) {
	const row = b.byPlace.get(state.place);

	if (!row || !rowOpen(row)) return;
	if (isUnsaved(b, row) || row.contains(document.activeElement) ||
	    row.classList.contains('ror-err')) {
		b.later.set(state.place, state);
		return;
	}
	b.later.delete(state.place);
	if (rowVersion(row) !== String(state.version)) row.classList.remove('ror-saved');
	rowTake(row, state);
}

function dataUrl(b) {
	const url = new URL(b.table.dataset.url || location.href, location.href);
	url.hash = '';
	url.searchParams.set('format', 'json');
	return url;
}

async function watch(b) {
	if (document.hidden || b.signedOut) return;
	const headers = { Accept: 'application/json', 'X-Veille': '1' };
	if (b.etag) headers['If-None-Match'] = b.etag;
	try {
		const answer = await fetch(dataUrl(b), { headers, redirect: 'manual', cache: 'no-store' });
		if (answer.type === 'opaqueredirect' || answer.status === 401) {
			sessionLost(b, signinPath());
			return;
		}
		if (answer.status !== 200) return;
		const data = await answer.json();
		b.etag = answer.headers.get('ETag');
		clockSet(data.now);
		data.rows.forEach((state) => takeState(b, state));
	} catch {
		/* The next round may work; ages on the page go on telling the truth. */
	}
}

/* The page has one form: the button says whether a row, a site or all of it
 * is meant; Enter in a field is for its row. */
function submitted(b, e) {
	const button = e.submitter;
	const active = document.activeElement;

	if (button && button.name === 'ligne') saveRow(b, b.byPlace.get(button.value));
	else if (button && button.name === 'confirmer') confirmSite(b, e.target, button);
	else if (button && button.id === 'toutsave') saveAll(b, e.target);
	else if (active && active.closest('tr[data-u]')) saveRow(b, active.closest('tr[data-u]'));
}

function boardStart(table) {
	const b = boardNew(table);

	if (b.bar) b.bar.classList.add('is-idle');
	b.rows.forEach((row) => rowListen(b, row));
	on(one('#f-tout'), 'submit', (e) => { e.preventDefault(); submitted(b, e); });
	on(table, 'click', (e) => {
		const link = e.target.closest('a[data-propose]');
		if (link) { e.preventDefault(); propose(b, link); }
	});
	on(one('#f-annuler'), 'submit', (e) => { e.preventDefault(); undo(b, e.target); });
	on(window, 'online', () => { if (b.retryTimer) retryNow(b); });
	on(window, 'beforeunload', (e) => {
		/* After an expired session all is in the session store: leaving is safe. */
		if (!b.signedOut && b.rows.some((r) => isUnsaved(b, r))) e.preventDefault();
	});
	window.setInterval(() => watch(b), WATCH_EVERY_MS);
	on(document, 'visibilitychange', () => watch(b));

	/* The skip link leads into the first field, not only to the table. */
	on(one('.ui-skiplinks a[href="#saisie"]'), 'click', (e) => {
		const first = one('input[data-f="dispo_ind"]:not([disabled])', table);
		if (!first) return;
		e.preventDefault();
		goTo(first);
	});
	boardRestore(b);
}

const entryTable = one('.ror-cap');
if (entryTable) boardStart(entryTable);
