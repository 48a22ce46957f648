// browser.mjs - Debian's Chromium, signed in as one of the demonstration accounts.
import { chromium } from 'playwright-core';

export const SIZES = [
	{ width: 1366, height: 768 },
	{ width: 390, height: 844 },
	{ width: 320, height: 256 },
];
export const THEMES = ['light', 'dark'];

// A journey waits this long for what must come; the measure of speed is the bench.
export const PATIENCE_MS = 10000;

export function launch() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
			'--disable-background-networking', '--disable-component-update',
			'--disable-sync'],
	});
}

// Pages run under their own policy: nothing here bypasses it.
export async function context(browser, url, options = {}) {
	const c = await browser.newContext({
		baseURL: url,
		ignoreHTTPSErrors: true,
		locale: 'fr-FR',
		timezoneId: 'Europe/Paris',
		viewport: SIZES[0],
		...options,
	});
	c.setDefaultTimeout(PATIENCE_MS);
	return c;
}

export async function signIn(page, account) {
	await page.goto('/connexion');
	await page.fill('#identifiant', account.login);
	await page.fill('#mot-de-passe', account.password);
	await Promise.all([
		page.waitForURL((u) => u.pathname !== '/connexion'),
		page.press('#mot-de-passe', 'Enter'),
	]);
}

// The cookies of a signed-in account, to open as many windows as wanted.
export async function session(browser, url, account) {
	const c = await context(browser, url);
	const page = await c.newPage();
	await signIn(page, account);
	const state = await c.storageState();
	await c.close();
	return state;
}
