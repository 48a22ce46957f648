/* idle.js - before a session ends unused: a warning, and nothing typed is lost.
 *
 * <html data-idle="1800"> says after how many seconds without a request; every
 * window of the browser counts together.  Without the script a form sent too
 * late leads to the sign-in page, as ever.
 */
const idleMs = Number(root.dataset.idle || 0) * 1000;
const IDLE_WARN_MS = Math.min(5 * 60 * 1000, idleMs / 3);
const idleKey = 'ror-usage';
const typedKey = 'ror-saisie:' + location.pathname;
let idleBox = null;

/* A request that renews the session was answered. */
function idleUsed() {
	if (!idleMs) return;
	localStorage.setItem(idleKey, String(Date.now()));
	idleClear();
}

function idleClear() {
	if (idleBox) idleBox.remove();
	idleBox = null;
}

function idleLeft() {
	return Number(localStorage.getItem(idleKey) || 0) + idleMs - Date.now();
}

/* What somebody types: no password, nothing hidden, not the entry board, which
 * keeps its own rows. */
function typedFields() {
	return all('form[method="post"] input[name], form[method="post"] textarea[name], form[method="post"] select[name]')
	    .filter((f) => !['hidden', 'password', 'file', 'submit'].includes(f.type)
	        && f.autocomplete !== 'one-time-code' && f.dataset.v === undefined);
}

function fieldIsChanged(f) {
	if (f.type === 'checkbox' || f.type === 'radio') return f.checked !== f.defaultChecked;
	if (f.tagName === 'SELECT') {
		return Array.from(f.options).some((o) => o.selected !== o.defaultSelected) && f.selectedIndex > 0;
	}
	return f.value !== f.defaultValue;
}

function typedKeep() {
	const kept = typedFields().map((f, i) => ({ i, name: f.name, value: f.value, checked: f.checked, changed: fieldIsChanged(f) }))
	    .filter((f) => f.changed);
	if (kept.length) sessionStorage.setItem(typedKey, JSON.stringify(kept));
	return kept.length > 0;
}

function typedRestore() {
	const text = sessionStorage.getItem(typedKey);
	if (!text) return;
	sessionStorage.removeItem(typedKey);
	const fields = typedFields();
	JSON.parse(text).forEach((kept) => {
		const f = fields[kept.i];
		if (!f || f.name !== kept.name) return;
		if (f.type === 'checkbox' || f.type === 'radio') f.checked = kept.checked;
		else f.value = kept.value;
	});
	const note = make('div', 'ui-alert ui-alert--info ui-my-4v');
	note.setAttribute('role', 'status');
	note.append(make('p', '', 'Votre saisie est revenue. Vérifiez-la, puis enregistrez.'));
	one('#contenu > div').prepend(note);
}

function idleNote(text, action) {
	idleClear();
	idleBox = make('div', 'ui-alert ui-alert--warning ror-idle');
	idleBox.setAttribute('role', 'alert');
	idleBox.append(make('p', '', text), action);
	document.body.append(idleBox);
}

function idleWarn() {
	const stay = make('button', 'ui-btn ui-btn--sm', 'Rester connecté');
	const at = new Date(Date.now() + idleLeft()).toLocaleTimeString('fr-FR', { hour: '2-digit', minute: '2-digit' });

	stay.type = 'button';
	on(stay, 'click', async () => {
		const answer = await fetch('/auth/reste', { headers: { Accept: 'application/json' }, redirect: 'manual' })
		    .catch(() => null);
		if (answer && answer.ok) idleUsed();
		else idleEnd();
	});
	idleNote('Sans action de votre part, votre session se fermera à ' + at + '.', stay);
}

function idleEnd() {
	const again = make('a', 'ui-btn ui-btn--sm', 'Se reconnecter');

	again.href = signinPath();
	idleNote(typedKeep() ? 'Votre session est fermée. Votre saisie est conservée dans cet onglet et reviendra après la connexion.'
	    : 'Votre session est fermée.', again);
}

function idleLook() {
	const left = idleLeft();
	const state = left <= 0 ? 'end' : left <= IDLE_WARN_MS ? 'warn' : '';

	if (!state) idleClear();
	if (!state || (idleBox && idleBox.dataset.state === state)) return;
	if (state === 'end') idleEnd();
	else idleWarn();
	idleBox.dataset.state = state;
}

if (idleMs) {
	idleUsed();
	typedRestore();
	window.setInterval(idleLook, 5000);
	on(document, 'visibilitychange', idleLook);
	/* A form sent after the end would be lost on the sign-in page. */
	on(document, 'submit', (e) => {
		if (e.defaultPrevented || idleLeft() > 0 || e.target.method !== 'post') return;
		e.preventDefault();
		typedKeep();
		location.assign(signinPath());
	});
}
