/* entry-more.js - beside saving rows: confirming a site, undoing a save. */

/* --- « rien n’a changé », for all rows of a site --- */

async function confirmSite(b, form, button) {
	const rows = all('tr[data-u]', button.closest('tbody')).filter(rowOpen);
	const typed = rows.filter((r) => isUnsaved(b, r));

	if (typed.length) {
		goTo(rowFields(typed[0]).find(fieldChanged) || rowFields(typed[0])[0]);
		say('Enregistrez d’abord les lignes modifiées de cet établissement.', true);
		return;
	}
	if (!rows.length || b.sending || b.signedOut) return;
	const body = new FormData(form);
	const sent = new URLSearchParams();
	const mine = new Set(rows.map((r) => r.dataset.u));
	for (const [name, value] of body) {
		const dot = name.indexOf('.');
		if (dot < 0 || mine.has(name.slice(dot + 1))) sent.set(name, value);
	}
	sent.set('confirmer', button.value);
	b.sending = form;
	const { status, data } = await ask(form.action, keyed(b, button, sent));
	b.sending = null;
	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
	} else if (status === 200 && data.rows) {
		b.attempt.delete(button);
		takeSaved(b, data.rows);
		say(data.message);
		if (data.rows.length) undoOffer(sent.get('cle'), data.rows.length);
	} else if (status === 409 && data.rows) {
		b.attempt.delete(button);
		say(data.error, true);
		b.etag = null;
		watch(b);
	} else {
		say(data.error || 'Rien n’est confirmé\u202f: le service ne répond pas.', true);
	}
	pump(b);
}

/* --- undoing the last save, for ten minutes --- */

const UNDO_MS = 600000;
let undoTimer = 0;

function undoHide() {
	const form = one('#f-annuler');
	window.clearTimeout(undoTimer);
	if (form) form.hidden = true;
}

function undoOffer(key, n) {
	const form = one('#f-annuler');
	if (!form) return;
	form.elements.cle.value = key;
	setText(one('#annuler-t'), 'Dernier enregistrement\u202f: ' + (n === 1 ? '1 ligne.' : n + ' lignes.'));
	form.hidden = false;
	window.clearTimeout(undoTimer);
	undoTimer = window.setTimeout(undoHide, UNDO_MS);
}

async function undo(b, form) {
	const { status, data } = await ask(form.action, formBody(form));

	if (status === 401) {
		sessionLost(b, data.signin || signinPath());
		return;
	}
	if (!status || status >= 500) {
		say('Rien n’est annulé\u202f: le service ne répond pas. Recommencez dans un instant.', true);
		return;
	}
	undoHide();
	say(data.message || data.error, !data.done);
	b.etag = null;
	await watch(b);
}

/* --- a planned closure, into the fields: nothing is saved --- */

function propose(b, link) {
	const row = link.closest('tr');

	['nr', 'r'].forEach((kind) => {
		const field = rowField(row, 'ferm_' + kind);
		if (field) field.value = link.dataset[kind];
	});
	boardMark(b, row);
	goTo(rowField(row, 'ferm_nr'));
	say(rowName(row) + '\u202f: fermeture prévue reprise, à enregistrer.');
}
