// provider.mjs SETTINGS.json - a local OpenID provider with claims of the shape of
// Pro Santé Connect, for demonstration identities.  See README.md.
//
// SETTINGS: { port, cert, key, ca, public_url, client_id, secret_file, mtls_dn, ready }
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const identities = JSON.parse(readFileSync(new URL('identities.json', import.meta.url), 'utf8'));
const issuer = `https://localhost:${settings.port}`;
const cookieKey = randomBytes(32).toString('hex');
const read = (path) => readFileSync(path, 'utf8').trim();

let keys = 0;

function signingKey() {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	keys += 1;
	return { ...privateKey.export({ format: 'jwk' }), kid: `simulateur-${keys}`, use: 'sig', alg: 'RS256' };
}

const PERSON = ['SubjectNameID', 'SubjectRole', 'SubjectRefPro', 'SubjectOrganization', 'given_name',
	'family_name', 'preferred_username', 'otherIds', 'Mode_Acces_Raison', 'UITVersion'];

function claims(person) {
	const { profession, exercices, ...said } = person;
	return {
		...said,
		SubjectOrganization: 'Établissement fictif',
		SubjectRefPro: { codeCivilite: 'M', exercices },
		otherIds: [{ identifiant: person.SubjectNameID, origine: 'RPPS', qualite: 1 }],
		Mode_Acces_Raison: '',
		UITVersion: '1.0',
	};
}

const escape = (s) => s.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function page(title, body) {
	return `<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} – Simulateur</title>
<style>:root{color-scheme:light dark}body{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
.s{border:3px solid #b34000;padding:.5rem 1rem;font-weight:bold}button{font:inherit;padding:.5rem 1rem;margin:.25rem 0;width:100%;text-align:left}</style>
</head><body><p class="s">Simulateur – pas Pro Santé Connect</p><h1>${escape(title)}</h1>${body}</body></html>`;
}

function choice(uid) {
	const buttons = identities.map((p) => `<p><button name="identite" value="${p.SubjectNameID}">
${escape([p.given_name, p.family_name].filter(Boolean).join(' ') || 'Sans nom')} – ${escape(p.profession)}</button></p>`);
	return page('Choisir une identité fictive', `<p>Aucune de ces personnes n’existe.</p>
<form method="post" action="/interaction/${uid}">${buttons.join('')}
<p><button name="identite" value="non">Abandonner</button></p></form>`);
}

function make(jwks) {
	const client = {
		redirect_uris: [`${settings.public_url}/auth/psc/retour`],
		post_logout_redirect_uris: [`${settings.public_url}/connexion`],
		backchannel_logout_uri: `${settings.public_url}/auth/psc/deconnexion`,
		backchannel_logout_session_required: true,
		response_types: ['code'],
		grant_types: ['authorization_code'],
		id_token_signed_response_alg: 'RS256',
	};
	const provider = new Provider(issuer, {
		clients: [
			{ ...client, client_id: settings.client_id, client_secret: read(settings.secret_file),
				token_endpoint_auth_method: 'client_secret_basic' },
			{ ...client, client_id: `${settings.client_id}-mtls`, token_endpoint_auth_method: 'tls_client_auth',
				tls_client_auth_subject_dn: settings.mtls_dn },
		],
		jwks: { keys: jwks },
		cookies: { keys: [cookieKey] },
		clientAuthMethods: ['client_secret_basic', 'tls_client_auth'],
		scopes: ['openid', 'scope_all'],
		claims: { openid: ['sub'], scope_all: PERSON, acr: null, auth_time: null, sid: null, iss: null },
		acrValues: ['eidas1'],
		pkce: { methods: ['S256'], required: () => true },
		ttl: { AccessToken: 120, IdToken: 120, Session: 14400, Interaction: 600, Grant: 14400, AuthorizationCode: 60 },
		findAccount: (ctx, sub) => {
			const person = identities.find((p) => p.sub === sub);
			return person && { accountId: sub, claims: () => claims(person) };
		},
		// Nobody is asked to consent: the scope is what the service has.
		loadExistingGrant: async (ctx) => {
			const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId,
				accountId: ctx.oidc.session.accountId });
			grant.addOIDCScope('openid scope_all');
			await grant.save();
			return grant;
		},
		features: {
			devInteractions: { enabled: false },
			backchannelLogout: { enabled: true },
			rpInitiatedLogout: { enabled: true,
				logoutSource: (ctx, form) => {
					ctx.body = page('Se déconnecter', `${form}<p><button form="op.logoutForm" name="logout" value="yes">Fermer la session</button></p>`);
				} },
			mTLS: { enabled: true, tlsClientAuth: true,
				getCertificate: (ctx) => {
					const peer = ctx.socket.getPeerX509Certificate?.();
					return peer && peer.toString();
				},
				certificateAuthorized: (ctx) => ctx.socket.authorized,
				certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn'
					&& ctx.socket.getPeerCertificate().subject.CN === expected.replace(/^CN=/, '') },
		},
		interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
		renderError: (ctx, out) => {
			ctx.type = 'html';
			ctx.body = page('Demande refusée', `<p>${escape(out.error)} : ${escape(out.error_description || '')}</p>`);
		},
	});
	return provider;
}

async function formOf(req) {
	let text = '';
	for await (const part of req) text += part;
	return new URLSearchParams(text);
}

async function interaction(provider, req, res) {
	const { uid } = await provider.interactionDetails(req, res);
	if (req.method !== 'POST') {
		res.setHeader('content-type', 'text/html; charset=utf-8');
		res.end(choice(uid));
		return;
	}
	const wanted = (await formOf(req)).get('identite');
	const person = identities.find((p) => p.SubjectNameID === wanted);
	await provider.interactionFinished(req, res, person
		? { login: { accountId: person.sub, acr: 'eidas1' } }
		: { error: 'access_denied', error_description: 'abandon' }, { mergeWithLastSubmission: false });
}

let provider = make([signingKey()]);
process.on('SIGHUP', () => { provider = make([signingKey()]); });
process.on('SIGTERM', () => process.exit(0));

const server = createServer({ cert: read(settings.cert), key: read(settings.key), ca: read(settings.ca),
	requestCert: true, rejectUnauthorized: false }, (req, res) => {
	// The name that Pro Santé Connect gives to its discovery document.
	req.url = req.url.replace('/.well-known/wallet-openid-configuration', '/.well-known/openid-configuration');
	if (!req.url.startsWith('/interaction/')) {
		provider.callback()(req, res);
		return;
	}
	interaction(provider, req, res).catch((error) => {
		res.statusCode = 400;
		res.setHeader('content-type', 'text/html; charset=utf-8');
		res.end(page('Demande refusée', `<p>${escape(String(error.message))}</p>`));
	});
});
server.listen(settings.port, '127.0.0.1', () => {
	if (settings.ready) writeFileSync(settings.ready, `${process.pid}\n`);
});
