// accounts.mjs - forgetting a password and being invited without script, and the end of a session.
import { readdirSync, readFileSync } from 'node:fs';
import { context, PATIENCE_MS, signIn } from './browser.mjs';
import { attempt, ok } from './tap.mjs';

// The newest mail of the folder to somebody, once there is one more than before.
async function linkFor(folder, login, known) {
	for (let i = 0; i < PATIENCE_MS / 100; i++) {
		const mails = mailsTo(folder, login);
		if (mails.length > known) return /lien=([0-9a-f]{64})/.exec(mails.at(-1))?.[1];
		await new Promise((go) => setTimeout(go, 100));
	}
	throw new Error('no mail came');
}

function mailsTo(folder, login) {
	return readdirSync(folder).filter((f) => f.endsWith('.eml')).sort()
	    .map((f) => readFileSync(`${folder}/${f}`, 'utf8').replaceAll(/=\n/g, '').replaceAll('=3D', '='))
	    .filter((text) => text.includes(`<${login}>`) && text.includes('lien='));
}

// A provisional password, forgotten: mail, new one, conditions, home; all without script.
async function forgotten(browser, url, folder, account) {
	const c = await context(browser, url, { javaScriptEnabled: false });
	const page = await c.newPage();
	const known = mailsTo(folder, account.login).length;
	const fresh = 'Mot-du-navigateur-' + Date.now();

	await page.goto('/connexion');
	await page.getByRole('link', { name: 'Mot de passe oublié' }).click();
	await page.fill('#identifiant', account.login);
	await page.getByRole('button', { name: 'Recevoir un lien' }).click();
	ok(await page.getByText('Si un compte existe').isVisible(), 'no script: the answer of a forgotten password');
	ok(await page.getByText(folder).isVisible(), 'no script: the demonstration says where mails land');
	await page.goto('/auth/nouveau-mot-de-passe?lien=' + await linkFor(folder, account.login, known));
	await page.fill('#nouveau', fresh);
	await page.fill('#encore', fresh);
	await page.getByRole('button', { name: 'Enregistrer' }).click();
	ok(await page.getByText('Votre mot de passe est enregistré').isVisible(), 'no script: a new password');
	await signIn(page, { login: account.login, password: fresh });
	if (new URL(page.url()).pathname === '/auth/conditions') {
		await page.check('#accepte');
		await page.getByRole('button', { name: 'Continuer' }).click();
	}
	await page.goto('/mon-compte');
	ok(await page.getByRole('heading', { name: 'Mon compte' }).isVisible(), 'no script: one’s own account');
	await c.close();
}

// Invited, mailed, a first password, signed in: the right is there; all without script.
async function invited(browser, url, folder, admin) {
	const c = await context(browser, url, { javaScriptEnabled: false });
	const page = await c.newPage();
	const login = `invite-${Date.now()}@demo.ror.example`;
	const fresh = 'Mot-de-l-invite-' + Date.now();

	await signIn(page, admin);
	await page.goto('/administration');
	await page.getByRole('link', { name: 'Comptes', exact: true }).click();
	await page.getByRole('link', { name: 'Inviter une personne' }).click();
	await page.fill('#nom', 'Ada INVITÉE');
	await page.fill('#mail', login);
	await page.selectOption('#role', 'bed_manager');
	await page.fill('#etablissement', 'valmont seine');
	await page.getByRole('button', { name: 'Chercher', exact: true }).click();
	await page.getByLabel(/0Z9100001/).check();
	await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
	ok(await page.getByText('L’invitation est partie').isVisible(), 'no script: an invitation leaves');
	ok(await page.getByText(login).isVisible(), 'no script: and is listed');
	await c.clearCookies();
	await page.goto('/auth/oubli');
	await page.fill('#identifiant', login);
	await page.getByRole('button', { name: 'Recevoir un lien' }).click();
	await page.goto('/auth/nouveau-mot-de-passe?lien=' + await linkFor(folder, login, 0));
	await page.fill('#nouveau', fresh);
	await page.fill('#encore', fresh);
	await page.getByRole('button', { name: 'Enregistrer' }).click();
	await signIn(page, { login, password: fresh });
	if (new URL(page.url()).pathname === '/auth/conditions') {
		await page.check('#accepte');
		await page.getByRole('button', { name: 'Continuer' }).click();
	}
	await page.goto('/mon-compte');
	ok(await page.getByText(/0Z9100001/).isVisible(), 'no script: who was invited has the right');
	await page.goto('/capacitaire/lits');
	ok(await page.locator('tr[id^="l"]').count() > 0, 'no script: and can use it');
	await c.close();
}

// 26 minutes later a warning, and 30 minutes later nothing typed is lost.
async function idle(browser, url, storageState) {
	const c = await context(browser, url, { storageState });
	const page = await c.newPage();
	await page.clock.install();
	await page.goto('/mon-compte/second-facteur');
	await page.goto('/accueil');
	await page.clock.fastForward('26:00');
	const stay = page.getByRole('button', { name: 'Rester connecté' });
	await stay.waitFor();
	ok(/se fermera à \d\d:\d\d/.test(await page.locator('.ror-idle').textContent()), 'idle: the warning says when');
	await stay.click();
	await stay.waitFor({ state: 'detached' });
	ok(true, 'idle: staying takes it away');
	await page.clock.fastForward('31:00');
	await page.getByText('Votre session est fermée').waitFor();
	ok(/\/connexion\?retour=/.test(await page.getByRole('link', { name: 'Se reconnecter' }).getAttribute('href')),
	    'idle: after the end, the way back in');
	await c.close();
}

// What was typed in a form waits for the way back in.
async function typed(browser, url, storageState) {
	const c = await context(browser, url, { storageState });
	const page = await c.newPage();
	await page.clock.install();
	await page.goto('/capacitaire/lits');
	await page.goto(await page.locator('a[href^="/capacitaire/indisponibilite/u"]').first().getAttribute('href'));
	const field = page.locator('#motif');
	await field.fill('Ce que je disais');
	await page.clock.fastForward('31:00');
	await page.getByText('Votre saisie est conservée').waitFor();
	await page.getByRole('link', { name: 'Se reconnecter' }).click();
	await page.getByText('Votre saisie est revenue').waitFor();
	ok(await field.inputValue() === 'Ce que je disais', 'idle: what was typed comes back');
	await page.reload();
	ok(await field.inputValue() === '', 'idle: and once only');
	await c.close();
}

export async function accountJourneys(browser, url, mailFolder, provisional, storageState, manager, admin) {
	if (provisional) await attempt('a forgotten password', () => forgotten(browser, url, mailFolder, provisional));
	if (admin) await attempt('an invitation', () => invited(browser, url, mailFolder, admin));
	await attempt('the end of a session', () => idle(browser, url, storageState));
	if (manager) await attempt('what was typed', () => typed(browser, url, manager));
}
