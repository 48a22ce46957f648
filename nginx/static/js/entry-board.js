/* entry-board.js - the board as a whole: its state, its marks, what it keeps.
 *
 * One object, made by boardNew and passed to every function; the page has one.
 */
const RETRY_FIRST_MS = 3000;
const RETRY_MAX_MS = 30000;
const WATCH_EVERY_MS = 45000;

function boardNew(table) {
	const rows = all('tr[data-u]', table);
	return {
		table,
		rows,
		byPlace: new Map(rows.map((r) => [r.dataset.u, r])),
		bar: one('.ror-sticky'),
		counter: one('#nbmod'),
		stash: 'ror-saisie:' + location.pathname,

		queue: [],		/* rows to send, oldest first */
		sending: null,		/* the row or the form that waits for its answer */
		again: null,		/* the same row, wanted once more meanwhile */
		confirmed: new Set(),	/* rows whose warnings were answered */
		attempt: new Map(),	/* row -> {text, key}: the same try has one key */
		retryMs: RETRY_FIRST_MS,
		retryTimer: 0,
		signedOut: false,

		later: new Map(),	/* place -> state that came while it was in use */
		etag: null,
	};
}

function isUnsaved(b, row) {
	return rowChanged(row) || b.queue.includes(row) || b.sending === row;
}

function boardMark(b, row) {
	const changed = rowChanged(row);

	row.classList.toggle('ror-dirty', changed || b.queue.includes(row));
	row.classList.toggle('ror-sending', b.sending === row);
	if (changed) row.classList.remove('ror-saved');
	boardCount(b);
	if (b.signedOut) boardKeep(b);
}

function boardCount(b) {
	const n = b.rows.filter((r) => isUnsaved(b, r)).length;

	if (b.bar) {
		b.bar.classList.toggle('is-on', n > 0);
		b.bar.classList.toggle('is-idle', n === 0);
	}
	if (!b.counter) return;
	setText(b.counter, n === 0 ? 'Aucune ligne modifiée'
	    : n === 1 ? '1 ligne non enregistrée'
	    : n + ' lignes non enregistrées');
}

/* --- moving --- */

function goTo(field) {
	field.focus();
	if (field.select) field.select();
}

/* The field of that name in the next row that has one, step rows away. */
function fieldFrom(b, row, step, name) {
	for (let i = b.rows.indexOf(row) + step; b.rows[i]; i += step) {
		const f = one('input[data-f="' + name + '"]:not([disabled])', b.rows[i]);
		if (f) return f;
	}
	return null;
}

/* A refusal takes the focus back, but never out of a field being typed in. */
function callBack(field) {
	const active = document.activeElement;
	if (active && active.dataset.v !== undefined && fieldChanged(active)) return;
	goTo(field);
}

/* --- an expired session: nothing typed is lost --- */

function boardKeep(b) {
	const typed = b.rows.filter((r) => isUnsaved(b, r)).map((row) => ({
		place: row.dataset.u,
		version: rowVersion(row),
		values: rowTyped(row),
	}));
	if (typed.length) sessionStorage.setItem(b.stash, JSON.stringify(typed));
	else sessionStorage.removeItem(b.stash);
}

function sessionLost(b, signin) {
	if (b.signedOut) return;
	b.signedOut = true;
	boardKeep(b);

	const box = make('div', 'ui-alert ui-alert--warning ui-my-4v');
	const text = make('p', '', 'Votre session a expiré. Votre saisie est conservée sur ce poste\u202f: ');
	const link = make('a', '', 'reconnectez-vous dans un nouvel onglet');
	const again = make('button', 'ui-btn ui-btn--sm ui-mt-2v', 'C’est fait, reprendre ma saisie');

	link.href = signin;
	link.target = '_blank';
	link.rel = 'noopener';
	again.type = 'button';
	on(again, 'click', () => { boardKeep(b); location.reload(); });
	text.append(link, ', puis revenez ici.');
	box.append(text, again);
	b.table.closest('.ror-tw').before(box);
	say('Session expirée\u202f: rien n’est enregistré depuis.', true);
	link.focus();
}

/* After signing in again what was typed comes back.  If the place was saved by
 * somebody meanwhile, both values are shown instead of ours winning. */
function boardRestore(b) {
	const text = sessionStorage.getItem(b.stash);
	if (!text) return;
	sessionStorage.removeItem(b.stash);
	JSON.parse(text).forEach((kept) => {
		const row = b.byPlace.get(kept.place);
		if (row && rowOpen(row)) restoreRow(b, row, kept);
	});
	if (b.rows.some(rowChanged)) say('Votre saisie est revenue. Vérifiez-la, puis enregistrez.');
}

function restoreRow(b, row, kept) {
	const theirs = Object.fromEntries(rowFields(row).map((f) => [f.dataset.f, f.dataset.v]));
	const by = one('.ror-by', row);

	rowRestore(row, kept.values);
	if (rowVersion(row) !== kept.version && rowChanged(row)) {
		showConflict(b, row, {
			values: theirs,
			comment: theirs.commentaire,
			version: rowVersion(row),
			by: by ? by.textContent : '',
		});
	}
	boardMark(b, row);
}
