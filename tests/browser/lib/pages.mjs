// pages.mjs - which pages are looked at, by whom, and with which status.
//
// `roles` names the accounts of ready.json by role; the first one sees the page in
// all six windows, the others in one.  `find` opens a page through a link of
// another one, for addresses that depend on the data.

// A day that is always in reach of a correction.
const daysAgo = (n) => new Date(Date.now() - n * 86400000).toISOString().slice(0, 10);

export const PRODUCT = [
	{ path: '/connexion', roles: [null] },
	{ path: '/connexion?public=handicap', roles: [null] },
	{ path: '/auth/oubli', roles: [null] },
	{ path: '/auth/demande', roles: [null] },
	{ path: '/auth/nouveau-mot-de-passe?lien=x', roles: [null], status: 410 },
	{ path: '/auth/mot-de-passe', roles: ['clinician'] },
	{ path: '/mon-compte', roles: ['clinician', 'bed_manager'] },
	{ path: '/mon-compte/second-facteur', roles: ['clinician'] },
	{ path: '/accueil', roles: ['clinician', 'bed_manager', 'editor', 'director', 'steward', 'analyst', 'admin'] },
	{ path: '/disponibilites', roles: ['clinician', 'bed_manager', 'analyst'] },
	{ path: '/disponibilites?region=11', roles: ['clinician'] },
	{ path: '/disponibilites?region=11&departement=75', roles: ['clinician'] },
	{ path: '/disponibilites?region=76', roles: ['clinician'] },
	{ path: '/disponibilites?region=11&categorie=medecine&departement=75', roles: ['clinician', 'steward'] },
	{ path: '/disponibilites?region=11&autour=Palaiseau&km=20&categorie=medecine', roles: ['clinician'] },
	{ path: '/disponibilites?region=11&autour=Saint&favoris=1', roles: ['clinician'] },
	{ path: '/disponibilites/preuve?region=11&categorie=medecine&departement=91', roles: ['clinician', 'steward'] },
	{ path: '/disponibilites/preuve?region=76&categorie=rea_adulte', roles: ['clinician'] },
	{ path: '/rapports/appels?region=11', roles: ['analyst'] },
	{ path: '/administration/categories', roles: ['admin', 'steward'] },
	{ path: '/capacitaire/lits', roles: ['bed_manager'] },
	{ path: '/capacitaire/places', roles: ['bed_manager'] },
	{ path: '/capacitaire/places-medico-sociales', roles: ['bed_manager'] },
	{ path: '/capacitaire/lits?favoris=1', roles: ['bed_manager'] },
	{ find: { from: '/capacitaire/lits', link: 'main a[href*="/affectation"]' }, roles: ['bed_manager'] },
	{ path: '/capacitaire/fermetures', roles: ['bed_manager', 'director', 'steward'] },
	{ path: '/capacitaire/fermetures?vue=mois', roles: ['bed_manager'] },
	{ path: '/capacitaire/fermetures/nouvelle', roles: ['bed_manager'] },
	{ path: '/capacitaire/fermetures/nouvelle?site=0Z9100001', roles: ['bed_manager'] },
	{ find: { from: '/capacitaire/fermetures', link: 'main a[href$="/modifier"]' }, roles: ['bed_manager'] },
	{ find: { from: '/capacitaire/fermetures', link: 'main a[href$="/annuler"]' }, roles: ['bed_manager'] },
	{ path: '/capacitaire/fermetures/import', roles: ['director'] },
	{ path: '/capacitaire/import', roles: ['bed_manager'] },
	{ find: { from: '/capacitaire/lits', link: 'main a[href*="/indisponibilite/"]' }, roles: ['bed_manager'] },
	{ path: '/capacitaire/fermetures', roles: ['clinician'], status: 403 },
	{ path: '/administration/saisie', roles: ['steward', 'admin'] },
	{ path: '/administration/saisie', roles: ['clinician'], status: 403 },
	{ path: '/capacitaire/jour?board=lits', roles: ['bed_manager', 'analyst'] },
	{ find: { from: '/capacitaire/jour?board=lits', link: 'main a[href$="/historique"]' }, roles: ['bed_manager', 'director'] },
	{ path: '/capacitaire/l239/correction', roles: ['bed_manager'] },
	{ path: '/capacitaire/l239/correction?jour=2099-01-01&heure=10:00', roles: ['bed_manager'] },
	{ path: `/capacitaire/l239/correction?jour=${daysAgo(3)}&heure=10:00`, roles: ['bed_manager', 'steward'] },
	{ path: '/repertoire', roles: ['clinician', 'editor'] },
	{ path: '/repertoire?q=cardiologie', roles: ['clinician'] },
	{ path: '/repertoire?q=zzzzzzzz', roles: ['clinician'] },
	{ path: '/repertoire?favoris=1', roles: ['clinician'] },
	{ find: { from: '/repertoire?q=cardiologie', link: 'main a[href^="/fiche/"]' }, roles: ['clinician', 'director'] },
	{ find: { from: '/capacitaire/lits', link: 'main a[href^="/fiche/"]' }, roles: ['bed_manager'] },
	{ path: '/fiche/0Z9100001', roles: ['clinician', 'bed_manager', 'analyst'] },
	{ path: '/fiche/0Z9190001', roles: ['clinician', 'editor'] },
	{ path: '/administration/sentinelle', roles: ['admin', 'steward', 'analyst'] },
	{ path: '/administration/sentinelle?alarme=moins&etat=terminees', roles: ['admin'] },
	{ path: '/administration/sentinelle', roles: ['bed_manager'], status: 403 },
	{ path: '/rapports', roles: ['analyst', 'steward'] },
	{ path: '/rapports?region=11', roles: ['analyst'] },
	{ path: '/rapports/departement/75', roles: ['analyst'] },
	{ path: '/page-qui-n-existe-pas', roles: ['clinician'], status: 404 },
	{ path: '/fiche/u999999999', roles: ['clinician'], status: 404 },
	{ path: '/capacitaire/lits', roles: ['clinician'], status: 403 },
	{ path: '/disponibilites?region=zz', roles: ['clinician'], status: 400 },
];

export const FIXTURE = [
	{ path: '/connexion', roles: [null] },
	{ path: '/accueil', roles: ['bed_manager'] },
	{ path: '/provisoire', roles: ['bed_manager'] },
	{ path: '/capacitaire/lits', roles: ['bed_manager'] },
	...['input:400', 'signin:401', 'denied:403', 'notfound:404', 'method:405', 'conflict:409',
		'limit:413', 'rate:429', 'busy:503'].map((e) => ({
		path: '/erreur/' + e.split(':')[0], roles: ['bed_manager'], status: Number(e.split(':')[1]) })),
	...[400, 404, 413, 429, 502, 503, 504].map((status) => ({
		path: '/nginx/' + status, roles: [null], status })),
];
