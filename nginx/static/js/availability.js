/* availability.js - keep the parts marked data-live (each with an id) fresh.
 *
 * The page asks for itself again every 45 s and takes over the marked parts.
 * An unchanged page costs a 304.  Nothing moves under a reader: not while the
 * page is hidden, nor while a marked part has the focus or a selection.
 * XMLHttpRequest, because it hands over a parsed document: DOMParser would need
 * an exception in the Trusted Types policy.
 */
const LIVE_EVERY_MS = 45000;

function liveBusy(parts) {
	const picked = window.getSelection();
	return parts.some((p) => p.contains(document.activeElement) ||
	    (picked && !picked.isCollapsed && p.contains(picked.anchorNode)));
}

function liveTake(parts, page) {
	clockSet(page.documentElement.dataset.now);
	parts.forEach((part) => {
		const fresh = page.getElementById(part.id);
		if (!fresh || fresh.isEqualNode(part)) return;
		part.replaceChildren(...Array.from(fresh.childNodes, (n) => document.importNode(n, true)));
	});
	all('.ror-fr').forEach(ageShow);
	sortAgain();
}

function liveStart(parts) {
	let etag = null;

	const ask = () => {
		if (document.hidden || liveBusy(parts)) return;
		const rq = new XMLHttpRequest();
		rq.open('GET', location.pathname + location.search);
		rq.responseType = 'document';
		rq.setRequestHeader('X-Veille', '1');
		if (etag) rq.setRequestHeader('If-None-Match', etag);
		rq.onload = () => {
			/* A redirect led to the sign-in page: leave the screen as it is,
			 * its ages go on telling the truth. */
			const here = new URL(rq.responseURL || location.href).pathname === location.pathname;
			if (rq.status !== 200 || !here || !rq.responseXML || liveBusy(parts)) return;
			etag = rq.getResponseHeader('ETag');
			liveTake(parts, rq.responseXML);
		};
		rq.send();
	};

	window.setInterval(ask, LIVE_EVERY_MS);
	on(document, 'visibilitychange', ask);
}

const liveParts = all('[data-live][id]');
if (liveParts.length) liveStart(liveParts);
