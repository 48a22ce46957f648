// hostile.mjs PORT CERT KEY CA - an OpenID provider that lies, for t61-psc-hostile.t.
//
// What it answers is chosen by the code: « case~nonce ».  GET /seen tells what it was sent
// and how often its keys were asked for.
import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [port, cert, key, ca] = process.argv.slice(2);
const issuer = `https://localhost:${port}`;
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [ours, theirs, enc] = [pair(), pair(), pair()];
const jwk = (p, more) => ({ ...p.publicKey.export({ format: 'jwk' }), ...more });
const seen = { keys: 0, token: null };

const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url');
const rs = (p, text) => createSign('RSA-SHA256').update(text).sign(p.privateKey).toString('base64url');
const hs = (secret, text) => createHmac('sha256', secret).update(text).digest('base64url');
const pem = ours.publicKey.export({ type: 'spki', format: 'pem' });

function jws(header, claims, sign) {
	const text = `${part({ alg: 'RS256', kid: 'k1', ...header })}.${part(claims)}`;
	return `${text}.${sign ? sign(text) : rs(ours, text)}`;
}

const half = (s) => createHash('sha256').update(s).digest().subarray(0, 16).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const claims = (nonce, more) => ({ iss: issuer, sub: 'personne-1', aud: 'ror', exp: now() + 60, iat: now(), nonce,
	acr: 'eidas1', sid: 'sid-1', ...more });
const without = (o, name) => { const { [name]: gone, ...rest } = o; return rest; };

const TOKENS = {
	good: (n) => jws({}, claims(n)),
	aud_list: (n) => jws({}, claims(n, { aud: ['ror', 'b'], azp: 'ror' })),
	acr_twice: (n) => {
		const text = `${part({ alg: 'RS256', kid: 'k1' })}.${Buffer.from(JSON.stringify(claims(n))
			.replace('"acr":', '"acr":"eidas1","acr":')).toString('base64url')}`;
		return `${text}.${rs(ours, text)}`;
	},
	none: (n) => jws({ alg: 'none' }, claims(n), () => ''),
	None: (n) => jws({ alg: 'None' }, claims(n), () => 'AAAA'),
	hs_public: (n) => jws({ alg: 'HS256' }, claims(n), (t) => hs(pem, t)),
	hs_secret: (n) => jws({ alg: 'HS256' }, claims(n), (t) => hs('secret de test', t)),
	nonce_other: () => jws({}, claims('autre')),
	nonce_none: (n) => jws({}, without(claims(n), 'nonce')),
	aud: (n) => jws({}, claims(n, { aud: 'autre' })),
	azp: (n) => jws({}, claims(n, { aud: ['ror', 'b'], azp: 'b' })),
	iss: (n) => jws({}, claims(n, { iss: 'https://other.example' })),
	exp: (n) => jws({}, claims(n, { exp: now() - 40 })),
	exp_none: (n) => jws({}, without(claims(n), 'exp')),
	iat_old: (n) => jws({}, claims(n, { iat: now() - 660 })),
	iat_late: (n) => jws({}, claims(n, { iat: now() + 60 })),
	sub: (n) => jws({}, without(claims(n), 'sub')),
	acr: (n) => jws({}, claims(n, { acr: 'eidas0' })),
	kid: (n) => jws({ kid: 'k9' }, claims(n)),
	kid_none: (n) => jws({ kid: undefined }, claims(n)),
	kid_enc: (n) => jws({ kid: 'enc' }, claims(n), (t) => rs(enc, t)),
	crit: (n) => jws({ crit: ['b64'], b64: true }, claims(n)),
	jwk: (n) => jws({ jwk: jwk(theirs, { kid: 'k1' }) }, claims(n), (t) => rs(theirs, t)),
	same_kid: (n) => jws({}, claims(n), (t) => rs(theirs, t)),
	bent: (n) => jws({}, claims(n)).slice(0, -8) + 'AAAAAAAA',
	tampered: (n) => {
		const [h, , s] = jws({}, claims(n)).split('.');
		return `${h}.${part(claims(n, { sub: 'administrateur' }))}.${s}`;
	},
	at_hash_good: (n) => jws({}, claims(n, { at_hash: half('jeton-at_hash_good') })),
	at_hash: (n) => jws({}, claims(n, { at_hash: half('un autre jeton') })),
	at_hash_list: (n) => jws({}, claims(n, { at_hash: [half('jeton-at_hash_list')] })),
	garbage: () => 'ceci n’est pas un jeton',
};

const json = (res, o, status = 200) => {
	res.writeHead(status, { 'content-type': 'application/json' });
	res.end(JSON.stringify(o));
};

// What is no token at all.
const ANSWERS = {
	token_html: (res) => { res.writeHead(200, { 'content-type': 'text/html' }); res.end('<p>Bonjour'); },
	token_refused: (res) => json(res, { error: 'invalid_grant' }, 400),
	token_redirect: (res) => { res.writeHead(307, { location: `${issuer}/token?suivi=1` }); res.end(); },
	token_huge: (res) => json(res, { id_token: 'x'.repeat(300_000) }),
	token_none: (res) => json(res, { access_token: 'a', token_type: 'Bearer' }),
	token_type: (res) => json(res, { access_token: 'a', token_type: 'mac', id_token: 'x' }),
	token_failing: (res) => json(res, {}, 500),
	token_hanging: () => {},
	token_cut: (res) => { res.writeHead(200, { 'content-length': '999' }); res.write('{'); res.destroy(); },
};

// The access token carries the case on to userinfo.
const USERINFO = {
	userinfo_sub: (res) => json(res, { sub: 'personne-2' }),
	userinfo_none: (res) => json(res, { given_name: 'A' }),
	userinfo_list: (res) => json(res, ['personne-1']),
	userinfo_denied: (res) => json(res, {}, 401),
};

function discovery(path, res) {
	const doc = { issuer, authorization_endpoint: `${issuer}/auth?x=1`, token_endpoint: `${issuer}/token`,
		userinfo_endpoint: `${issuer}/me`, jwks_uri: `${issuer}/jwks`, end_session_endpoint: `${issuer}/end` };
	if (path.startsWith('/clear/')) json(res, { ...doc, issuer: `${issuer}/clear`, token_endpoint: 'http://localhost/token' });
	else if (path.startsWith('/short/')) json(res, { issuer: `${issuer}/short` });
	else if (path.startsWith('/split/')) json(res, { ...doc, issuer: `${issuer}/split`, token_endpoint: `${issuer}/token\r\nX: y` });
	else json(res, doc);
}

function logoutToken(name) {
	const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
	const base = { iss: issuer, aud: 'ror', iat: now(), jti: 'j1', sid: 'sid-1', events: event };
	return { good: jws({}, base), nonce: jws({}, { ...base, nonce: 'n' }), events: jws({}, { ...base, events: {} }),
		jti: jws({}, without(base, 'jti')), sid: jws({}, without(base, 'sid')), aud: jws({}, { ...base, aud: 'b' }),
		iss: jws({}, { ...base, iss: 'https://other.example' }), iat: jws({}, { ...base, iat: now() - 700 }),
		none: jws({ alg: 'none' }, base, () => ''), kid: jws({ kid: 'k9' }, base),
		person: jws({}, { ...without(base, 'sid'), sub: 'personne-1', jti: 'j2' }),
		long: jws({}, { ...base, jti: 'j'.repeat(300) }) }[name];
}

async function token(req, res) {
	let text = '';
	for await (const chunk of req) text += chunk;
	const form = new URLSearchParams(text);
	const [name, nonce] = (form.get('code') || '').split('~');
	seen.token = { authorization: req.headers.authorization ?? null, form: Object.fromEntries(form),
		peer: req.socket.authorized ? req.socket.getPeerCertificate().subject.CN : null, url: req.url };
	if (ANSWERS[name]) ANSWERS[name](res);
	else json(res, { access_token: `jeton-${name}`, token_type: 'Bearer', expires_in: 120,
		id_token: (TOKENS[name] || TOKENS.good)(nonce) });
}

createServer({ cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca), requestCert: true,
	rejectUnauthorized: false }, (req, res) => {
	const path = new URL(req.url, issuer).pathname;
	if (path.includes('/.well-known/')) discovery(path, res);
	else if (path === '/jwks') {
		seen.keys += 1;
		json(res, { keys: [jwk(enc, { kid: 'enc', use: 'enc', alg: 'RSA-OAEP' }), jwk(ours, { kid: 'k1', use: 'sig', alg: 'RS256' })] });
	} else if (path === '/token') token(req, res);
	else if (path === '/me') {
		const name = (req.headers.authorization || '').replace('Bearer jeton-', '');
		if (USERINFO[name]) USERINFO[name](res);
		else json(res, { sub: 'personne-1', SubjectNameID: '899700000009', given_name: 'Anne', family_name: 'ESSAI' });
	} else if (path === '/seen') json(res, seen);
	else if (path.startsWith('/logout/')) res.end(logoutToken(path.slice(8)));
	else { res.writeHead(404); res.end(); }
}).listen(Number(port), '127.0.0.1');
