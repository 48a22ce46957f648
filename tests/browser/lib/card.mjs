// card.mjs - Pro Santé Connect in a real browser, with the simulated provider of the stand:
// the policies of both sites hold, with scripts and without.
import { context, signIn } from './browser.mjs';
import { lookAtPages } from './look.mjs';
import { attempt, ok } from './tap.mjs';

const path = (page) => new URL(page.url()).pathname;

// From the sign-in page to the provider; an identity there, when it asks; and back.
async function byCard(page, url, identity) {
	await page.goto('/connexion');
	await page.getByRole('link', { name: 'Se connecter avec Pro Santé Connect' }).click();
	await page.waitForLoadState();
	if (new URL(page.url()).origin !== url) {
		ok(await page.getByText('Simulateur – pas Pro Santé Connect').isVisible(), 'card: the simulator says what it is');
		await page.locator(`button[value="${identity}"]`).click();
	}
	await page.waitForURL((u) => u.origin === url && u.pathname !== '/auth/psc/retour');
}

async function opened(browser, url, options, fn) {
	const c = await context(browser, url, options);
	try {
		await fn(await c.newPage(), c);
	} finally {
		await c.close();
	}
}

// The account's first sign-in by e-mail was made by run.mjs.
async function link(browser, url, account) {
	await opened(browser, url, { javaScriptEnabled: false }, async (page) => {
		await byCard(page, url, '899700000001');
		ok(path(page) === '/auth/psc/lier', 'card, no script: a new card leads to its link', page.url());
		await page.fill('#courriel', account.login);
		await page.fill('#mot-de-passe', account.password);
		await page.press('#mot-de-passe', 'Enter');
		await page.waitForLoadState();
		ok(await page.getByText('Votre carte est liée').isVisible(), 'card, no script: and is linked');
		await page.locator('form[action="/auth/deconnexion"] button').first().click();
		await page.waitForLoadState();
		ok(await page.getByText('Vous êtes déconnecté du ROR').isVisible(), 'card, no script: leaving says what is still open');
		await page.getByRole('button', { name: 'Se déconnecter de Pro Santé Connect' }).click();
		await page.waitForURL((u) => u.origin !== url);
		await page.getByRole('button', { name: 'Fermer la session' }).click();
		await page.waitForURL((u) => u.origin === url);
		ok(path(page) === '/connexion', 'card, no script: the provider sends back', page.url());
	});
}

async function inAndOut(browser, url) {
	await opened(browser, url, {}, async (page) => {
		const blocked = [];
		page.on('console', (m) => { if (/Content Security Policy/.test(m.text())) blocked.push(m.text()); });
		await byCard(page, url, '899700000001');
		ok(path(page) === '/accueil', 'card: a linked card comes in', page.url());
		await page.locator('form[action="/auth/deconnexion"] button').first().click();
		await page.waitForURL((u) => u.origin !== url);
		ok(true, 'card: with script, leaving goes on to the provider by itself');
		await page.goto('/accueil');
		ok(path(page) === '/connexion', 'card: and our session is over', page.url());
		ok(blocked.length === 0, 'card: no policy stood in the way', blocked.join('\n'));
	});
}

// Who waits, as states that every window can open.
async function waiting(browser, url, account) {
	const states = new Map();
	await opened(browser, url, {}, async (page, c) => {
		await byCard(page, url, '899700000003');
		states.set('carte sans compte', await c.storageState());
	});
	await opened(browser, url, {}, async (page, c) => {
		await signIn(page, account);
		await page.goto('/auth/psc/carte');
		states.set('compte sans carte', await c.storageState());
		await page.getByRole('link', { name: 'Lier ma carte' }).click();
		await page.waitForLoadState();
		await page.locator('button[value="899700000002"]').click();
		await page.waitForURL((u) => u.origin === url);
		ok(path(page) === '/auth/psc/carte', 'card: from the account it comes back to be confirmed', page.url());
		states.set('carte à confirmer', await c.storageState());
	});
	return states;
}

const PAGES = [
	{ path: '/auth/psc/lier', roles: ['carte sans compte'] },
	{ path: '/auth/psc/carte', roles: ['compte sans carte', 'carte à confirmer'] },
	{ path: '/auth/psc/retour?error=access_denied', roles: [null], status: 400 },
];

// by: the account that gets a card; other: one that looks at the pages.  Returns what the
// Nu checker should read.
export async function cardJourneys(browser, url, by, other) {
	let html = new Map();

	await attempt('card: link', () => link(browser, url, by));
	await attempt('card: in and out', () => inAndOut(browser, url));
	await attempt('card: pages', async () => {
		html = await lookAtPages(browser, url, PAGES, await waiting(browser, url, other));
	});
	return html;
}
