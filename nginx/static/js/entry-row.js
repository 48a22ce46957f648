/* entry-row.js - one row of the entry board: what it shows, never the network.
 *
 * A row is <tr data-u="l12" data-p="l12" data-n="HC Cardiologie">, or data-u="l12a3"
 * for an assignment of it; data-f names a field, data-v is the value that the
 * server has.  "Changed" is: a field differs from its data-v.
 */
const rowFields = (row) => all('input[data-v]', row);
const rowField = (row, name) => one('input[data-f="' + name + '"]', row);
const rowOpen = (row) => one('input[data-version]', row) !== null;
const rowName = (row) => row.dataset.n;
const rowUrl = (row) => '/capacitaire/' + row.dataset.p;
const fieldChanged = (f) => f.value.trim() !== f.dataset.v;
const rowChanged = (row) => rowFields(row).some(fieldChanged);

/* « disponibles » by the name of each field of the board, and the comment. */
function fieldNames(row) {
	const said = row.closest('table').dataset.fields.split('|').map((x) => x.split(':'));
	return { ...Object.fromEntries(said), commentaire: 'commentaire' };
}

function rowVersion(row, version) {
	const hidden = one('input[data-version]', row);
	if (version !== undefined) {
		/* A place and its assignments have one version. */
		all('tr[data-p="' + row.dataset.p + '"] input[data-version]', row.closest('table'))
			.forEach((h) => { h.value = version; });
	}
	return hidden.value;
}

/* The row as a form of its own. */
function rowBody(row) {
	const page = one('#f-tout');
	const body = new URLSearchParams();

	['jeton', 'mode'].forEach((name) => body.set(name, page.elements[name].value));
	if (row.dataset.u !== row.dataset.p) body.set('affectation', row.dataset.u.split('a')[1]);
	body.set('version', rowVersion(row));
	Object.entries(rowTyped(row)).forEach(([name, v]) => body.set(name, v));
	return body;
}

/* What the server would certainly refuse; its own check is the one that counts. */
function rowFault(row) {
	const number = (name) => {
		const f = rowField(row, name);
		return f ? Number(f.value.trim()) : 0;
	};
	const bad = all('input.ror-in[data-v]', row).find((f) => !/^\d{0,4}$/.test(f.value.trim()));
	if (bad) return { field: bad.dataset.f, error: 'Saisissez un nombre entier entre 0 et 9999.' };
	const inst = rowField(row, 'inst');
	if (inst && inst.value.trim() === '') {
		return { field: 'inst', error: 'Indiquez le nombre installé, 0 s’il n’y en a pas.' };
	}
	const closed = number('ferm_nr') + number('ferm_r');
	if (inst && closed > number('inst')) {
		return {
			field: 'ferm_nr',
			error: 'Il y a plus de fermés (' + closed + ') que d’installés (' + number('inst') + ').',
		};
	}
	return null;
}

/* The line under a row: a refusal, a conflict, a wait.  At most one a row. */
function rowNoteClear(row) {
	const note = row.nextElementSibling;
	if (note && note.classList.contains('ror-errmsg')) note.remove();
	row.classList.remove('ror-err');
	all('[aria-invalid]', row).forEach((f) => {
		f.removeAttribute('aria-invalid');
		f.removeAttribute('aria-describedby');
	});
}

function rowNote(row, text, ...more) {
	const note = make('tr', 'ror-errmsg');
	const cell = make('td', 'ror-c-msg');

	rowNoteClear(row);
	cell.colSpan = Array.from(row.cells).reduce((n, c) => n + c.colSpan, 0);
	cell.id = 'note-' + row.dataset.u;
	cell.append(make('span', '', text), ...more);
	note.append(cell);
	row.after(note);
	row.classList.add('ror-err');
	return cell.id;
}

/* A message at a field, described for screen readers. */
function rowFaultShow(row, fault) {
	const field = rowField(row, fault.field) || all('input.ror-in', row)[0];
	const id = rowNote(row, '✕ ' + fault.error);
	field.setAttribute('aria-invalid', 'true');
	field.setAttribute('aria-describedby', id);
	return field;
}

function rowBy(row, text) {
	const by = one('.ror-by', row);
	if (!by || !text) return;
	by.textContent = text;
	by.className = 'ror-by ror-by--' + (text === 'Bed Management' ? 'bm' : 'man');
}

/* The server's state of this row becomes ours.  A field whose value is not the
 * one that was sent has been typed in since: it keeps what was typed. */
function rowTake(row, state, sent) {
	const values = { ...state.values, commentaire: state.comment };

	rowFields(row).forEach((f) => {
		const name = f.dataset.f;
		if (!(name in values)) return;
		const value = values[name] === null ? '' : String(values[name]);
		const untouched = sent ? f.value.trim() === sent[name] : !fieldChanged(f);
		f.dataset.v = value;
		if (untouched) f.value = value;
	});
	rowVersion(row, state.version);
	rowAge(row, state);
}

function rowAge(row, state) {
	const chip = one('.ror-fr', row);
	if (chip && state.at) ageSet(chip, state.at, state.at_title);
	rowBy(row, state.by);
}

function rowRevert(row) {
	rowFields(row).forEach((f) => { f.value = f.dataset.v; });
	rowNoteClear(row);
}

/* What is typed, as plain values by name. */
function rowTyped(row) {
	return Object.fromEntries(rowFields(row).map((f) => [f.dataset.f, f.value.trim()]));
}

function rowRestore(row, typed) {
	rowFields(row).forEach((f) => { if (f.dataset.f in typed) f.value = typed[f.dataset.f]; });
}

/* "installés 22, fermés 4": only what differs between the two sides. */
function listValues(names, mine, theirs, side) {
	return Object.keys(names)
		.filter((k) => k in mine && String(mine[k] ?? '') !== String(theirs[k] ?? ''))
		.map((k) => names[k] + ' ' + (side[k] === '' || side[k] == null ? '–' : side[k]))
		.join(', ');
}

/* Somebody saved first.  Both values are shown, neither is lost; keep(row) saves
 * ours over theirs, knowingly; take(row) gives ours up. */
function rowConflict(row, state, keep, take) {
	const names = fieldNames(row);
	const mine = rowTyped(row);
	const theirs = { ...state.values, commentaire: state.comment };
	const keepButton = make('button', 'ui-btn ui-btn--sm', 'Garder ma saisie');
	const takeButton = make('button', 'ui-btn ui-btn--sm ui-btn--secondary',
	    'Prendre la valeur enregistrée');
	const choice = make('div', 'ror-choice');

	keepButton.type = takeButton.type = 'button';
	on(keepButton, 'click', () => {
		rowNoteClear(row);
		rowFields(row).forEach((f) => {
			if (f.dataset.f in theirs) f.dataset.v = String(theirs[f.dataset.f] ?? '');
		});
		rowVersion(row, state.version);
		rowAge(row, state);
		keep(row);
	});
	on(takeButton, 'click', () => {
		rowRevert(row);
		rowTake(row, state);
		take(row);
	});
	choice.append(keepButton, takeButton);
	rowNote(row, 'Ces valeurs ont changé entre-temps (' + (state.who || state.by || 'source inconnue') +
	    '). Enregistré\u202f: ' +
	    (listValues(names, mine, theirs, theirs) || 'identique') + '. Votre saisie\u202f: ' +
	    (listValues(names, mine, theirs, mine) || 'identique') + '.', choice);
	return keepButton;
}

/* Allowed, but unusual: what would change and why it is asked; confirm(row)
 * saves it all the same, correct(row) goes back to the field. */
function rowAsk(row, asked, confirm, correct) {
	const yes = make('button', 'ui-btn ui-btn--sm', 'Confirmer l’enregistrement');
	const no = make('button', 'ui-btn ui-btn--sm ui-btn--secondary', 'Corriger');
	const choice = make('div', 'ror-choice');

	yes.type = no.type = 'button';
	on(yes, 'click', () => { rowNoteClear(row); confirm(row); });
	on(no, 'click', () => { rowNoteClear(row); correct(row); });
	choice.append(yes, no);
	rowNote(row, 'Pas encore enregistré\u202f: ' + asked.changes + '. ' + asked.warnings.join(' '), choice);
	one('.ror-c-msg', row.nextElementSibling).classList.add('ror-asked');
	return yes;
}
