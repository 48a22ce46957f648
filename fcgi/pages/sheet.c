/* sheet.c - the sheet of one thing of the directory, at any level. */
#include <stdio.h>
#include <string.h>

#include "base/french.h"
#include "domain/structure.h"
#include "handlers.h"
#include "page.h"
#include "pages/call.h"
#include "tree.h"

#define KEYS(X) LAYOUT_KEYS(X) X(crumbs) X(crumb_href) X(crumb_name)	\
	X(name) X(long_name) X(thing) X(level_label) X(identifier)	\
	X(favourite) X(closed_text) X(notice) X(notice_text)		\
	X(has_tree) X(tree) X(item_href) X(item_name) X(item_label)	\
	X(item_class) X(item_current) X(item_open) X(opens) X(closes)	\
	X(facts) X(offer) X(has_offer) X(fact_label) X(fact_value)	\
	X(phone) X(phone_href) X(mail) X(address) X(departement)	\
	X(position) X(no_contact) X(has_activities) X(activities)	\
	X(activity) X(has_capacity) X(entry_href) X(totals)		\
	X(unavailability_href) X(history_href)				\
	X(total_available) X(total_rest) X(places) X(place_href)	\
	X(place_name) X(place_category) X(place_phone)			\
	X(place_phone_href) X(shared) X(shared_title) X(subset)		\
	X(locked) X(stale) X(available) X(installed) X(closed)		\
	X(unit_word) X(at_iso) X(at_title) X(age) X(level)		\
	X(has_sites) X(sites) X(site_href) X(site_name)			\
	X(site_commune) X(reporting) X(printed) X(call_note) X(call_rate)
PAGE_SPEC(sheet, "sheet.html", KEYS);

enum { FACTS_MAX = 12, NATURES = 3 };

struct fact {
	const char	*label, *value;
};

static const struct { const char *code, *one, *many; } natures[NATURES] = {
	{ "01", "lit", "lits" }, { "02", "place", "places" },
	{ "04", "salle", "salles" },
};

struct sheet {
	struct request		*rq;
	struct structure	 s;
	struct nodes		 nodes;
	struct tree		 tree;
	const struct node	**places;
	size_t			 n_places;
	struct site_totals	 sites;
	struct call_rates	 calls;
	const char		*call_rate;
	struct fact		 facts[FACTS_MAX], offer[FACTS_MAX];
	size_t			 n_facts, n_offer;
	char			*totals[NATURES][2];
	size_t			 n_totals;
};

static const char *
nature_word(const char *code, int64_t n)
{
	size_t i;

	for (i = 0; i < NATURES; i++)
		if (strcmp(natures[i].code, code) == 0)
			return n >= -1 && n <= 1 ? natures[i].one :
			    natures[i].many;
	return "";
}

static const char *
known(struct arena *a, int64_t n)
{
	return n < 0 ? "–" : fr_int(a, n);
}

static void
crumb_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;

	view_text(v, K_crumb_href, sh->s.crumbs[i].href);
	view_text(v, K_crumb_name, sh->s.crumbs[i].name);
}

static void
nothing_row(struct view *v, size_t i, const void *data)
{
	(void)v;
	(void)i;
	(void)data;
}

static void
tree_row(struct view *v, size_t i, const void *data)
{
	const struct tree_item *it = &((const struct sheet *)data)->tree.v[i];

	view_text(v, K_item_href, it->node->href);
	view_text(v, K_item_name, it->node->name);
	view_text(v, K_item_label, level_tag(it->node->level));
	view_text(v, K_item_class, level_class(view_arena(v),
	    it->node->level));
	view_flag(v, K_item_current, it->current);
	view_flag(v, K_opens, it->opens);
	view_flag(v, K_item_open, it->open);
	view_list(v, K_closes, it->closes, nothing_row, NULL);
}

static void
fact_row(struct view *v, size_t i, const void *data)
{
	const struct fact *f = (const struct fact *)data + i;

	view_text(v, K_fact_label, f->label);
	view_text(v, K_fact_value, f->value);
}

static void
activity_row(struct view *v, size_t i, const void *data)
{
	view_text(v, K_activity, ((const struct sheet *)data)->s.activities[i]);
}

static void
age_fill(struct view *v, const struct request *rq, int64_t at_utc)
{
	struct arena *a = view_arena(v);
	int64_t age = rq->now - at_utc;

	if (at_utc < 0) {
		view_text(v, K_at_iso, NULL);
		view_text(v, K_age, "jamais renseigné");
		return;
	}
	view_text(v, K_at_iso, instant_iso(a, rq->app->paris, at_utc));
	view_text(v, K_at_title, arena_printf(a, "%s (heure de Paris)",
	    fr_instant_long(a, rq->app->paris, at_utc)));
	view_text(v, K_age, fr_age(a, age < 0 ? 0 : age));
	view_int(v, K_level, fr_age_level(age < 0 ? 0 : age));
}

static void
place_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;
	const struct node *n = sh->places[i];
	struct arena *a = view_arena(v);
	int64_t available = n->locked != NULL ? 0 : n->available;
	const struct call_rate *call;

	view_text(v, K_place_href, n->href);
	view_text(v, K_place_name, n->name);
	view_text(v, K_place_category, n->category);
	view_flag(v, K_subset, n->subset);
	if (n->n_units > 1) {
		view_text(v, K_shared, arena_printf(a, "jusqu’à %s, partagés "
		    "par %zu unités", available < 0 ? "–" : fr_count(a,
		    available, nature_word(n->nature, 1),
		    nature_word(n->nature, 2)), n->n_units));
		view_text(v, K_shared_title, "Mutualisé entre plusieurs unités");
	}
	if (n->locked != NULL)
		view_text(v, K_locked, arena_printf(a, "Indisponibilité "
		    "totale%s%s", n->locked[0] == '\0' ? "" : " : ",
		    n->locked));
	view_flag(v, K_stale, n->expired && n->locked == NULL);
	call = call_rates_find(&sh->calls, n->id);
	view_text(v, K_call_note, call == NULL || !call->has_last ? NULL :
	    call_note(a, sh->rq->app->paris, &call->last));
	view_text(v, K_available, known(a, available));
	view_text(v, K_installed, known(a, n->installed));
	view_text(v, K_closed, known(a, n->closed));
	view_text(v, K_unit_word, nature_word(n->nature, n->installed));
	view_text(v, K_place_phone, fr_phone(a, n->phone));
	view_text(v, K_place_phone_href, fr_phone_href(a, n->phone));
	age_fill(v, sh->rq, n->touched_utc);
}

static void
site_row(struct view *v, size_t i, const void *data)
{
	const struct site_total *t = &((const struct sheet *)data)->sites.v[i];
	struct arena *a = view_arena(v);

	view_text(v, K_site_href, t->finess);
	view_text(v, K_site_name, t->name);
	view_text(v, K_site_commune, t->commune);
	view_text(v, K_available, known(a, t->available));
	view_text(v, K_installed, known(a, t->installed));
	view_text(v, K_unit_word, nature_word(t->nature, t->installed));
	view_text(v, K_reporting, arena_printf(a, "%s / %s",
	    fr_int(a, t->reporting), fr_int(a, t->places)));
}

static void
total_row(struct view *v, size_t i, const void *data)
{
	const struct sheet *sh = data;

	view_text(v, K_total_available, sh->totals[i][0]);
	view_text(v, K_total_rest, sh->totals[i][1]);
}

static void
fact_add(struct fact *facts, size_t *n, const char *label, const char *value)
{
	if (value != NULL && value[0] != '\0' && *n < FACTS_MAX)
		facts[(*n)++] = (struct fact){ label, value };
}

static void
facts_collect(struct sheet *sh)
{
	const struct structure *s = &sh->s;

	fact_add(sh->facts, &sh->n_facts, "FINESS", s->finess);
	fact_add(sh->facts, &sh->n_facts, "Catégorie", s->category);
	fact_add(sh->facts, &sh->n_facts, "Statut juridique", s->legal_status);
	fact_add(sh->facts, &sh->n_facts, "Code interne", s->code);
	fact_add(sh->facts, &sh->n_facts, "SIRET", s->siret);
	fact_add(sh->facts, &sh->n_facts, "SIREN", s->siren);
	if (strcmp(s->level, "EG") == 0 && s->ej_id < 0)
		fact_add(sh->facts, &sh->n_facts, "Entité juridique",
		    "non connue dans FINESS");
	if (s->name_deduced)
		fact_add(sh->facts, &sh->n_facts, "Nom",
		    "déduit de celui d’un établissement, à vérifier");
	if (s->unit_type != NULL)
		fact_add(sh->facts, &sh->n_facts, "Type d’unité",
		    s->unit_type);
	fact_add(sh->facts, &sh->n_facts, "Champ d’activité", s->field);
	fact_add(sh->offer, &sh->n_offer, "Mode de prise en charge",
	    s->care_mode);
	fact_add(sh->offer, &sh->n_offer, "Conditions d’admission",
	    s->conditions);
}

/* Which places the sheet of this thing lists. */
static bool
place_shown(const struct sheet *sh, const struct node *n)
{
	const char *level = sh->s.level;

	if (strcmp(level, "EG") == 0)
		return true;
	if (strcmp(level, "L") == 0)
		return strcmp(n->href, request_arg(sh->rq, 0)) == 0;
	return tree_has_place(&sh->tree, n);
}

static void
places_collect(struct sheet *sh)
{
	size_t i;

	sh->places = ARENA_ARRAY(sh->rq->arena, sh->nodes.n,
	    const struct node *);
	for (i = 0; i < sh->nodes.n; i++)
		if (strcmp(sh->nodes.v[i].level, "L") == 0 &&
		    place_shown(sh, &sh->nodes.v[i]))
			sh->places[sh->n_places++] = &sh->nodes.v[i];
}

/* Below a site, beds that a unit elsewhere uses too are nobody's alone. */
static bool
shared_outside(const struct sheet *sh, const struct node *n)
{
	return strcmp(sh->s.level, "EG") != 0 &&
	    strcmp(sh->s.level, "L") != 0 && tree_shares_place(&sh->tree, n);
}

/* « 3 lits disponibles, sur 22 installés… » for one nature; subsets are
 * inside another place, expired values are not known any more.  A place is
 * there once, whatever the number of units; « jusqu’à » when some of its beds
 * may go to units that this sheet is not about. */
static void
total_add(struct sheet *sh, size_t nature)
{
	struct arena *a = sh->rq->arena;
	int64_t available = 0, installed = 0, closed = 0, shared = 0;
	size_t places = 0, reporting = 0, i;

	for (i = 0; i < sh->n_places; i++) {
		const struct node *n = sh->places[i];

		if (n->subset || strcmp(n->nature, natures[nature].code) != 0)
			continue;
		places++;
		installed += n->installed > 0 ? n->installed : 0;
		closed += n->closed > 0 ? n->closed : 0;
		shared += shared_outside(sh, n) && n->installed > 0 ?
		    n->installed : 0;
		if (n->locked == NULL && (n->available < 0 || n->expired))
			continue;
		reporting++;
		available += n->locked != NULL ? 0 : n->available;
	}
	if (places == 0)
		return;
	sh->totals[sh->n_totals][0] = reporting == 0 ?
	    arena_strdup(a, "Disponibilité inconnue") :
	    arena_printf(a, "%s%s %s", shared > 0 ? "jusqu’à " : "",
		fr_count(a, available, natures[nature].one,
		natures[nature].many), available > 1 ? "disponibles" :
		"disponible");
	sh->totals[sh->n_totals++][1] = arena_printf(a, "sur %s installés, "
	    "%s%s fermés – %zu lieu%s sur %zu à jour", fr_int(a, installed),
	    shared == 0 ? "" : arena_printf(a, "dont %s partagés avec d’autres "
	    "unités, ", fr_int(a, shared)), fr_int(a, closed), reporting,
	    reporting > 1 ? "x" : "", places);
}

static const char *
address_text(struct arena *a, const struct structure *s)
{
	const char *out = "";
	size_t i;

	for (i = 0; i < s->n_address; i++)
		if (s->address[i] != NULL && s->address[i][0] != '\0')
			out = arena_printf(a, "%s%s%s", out,
			    out[0] == '\0' ? "" : ", ", s->address[i]);
	if (s->postcode != NULL || s->locality != NULL)
		out = arena_printf(a, "%s%s%s %s", out,
		    out[0] == '\0' ? "" : ", ",
		    s->postcode == NULL ? "" : s->postcode,
		    s->locality == NULL ? "" : s->locality);
	return out;
}

static const char *
position_text(struct arena *a, const struct structure *s)
{
	static const char *const quality[] = { "", "précise", "moyenne",
		"approximative" };

	if (s->quality < 1 || s->quality > 3)
		return NULL;
	return arena_printf(a, "%s° %s, %s° %s (position %s)",
	    fr_decimal(a, s->lat < 0 ? -s->lat : s->lat, 5),
	    s->lat < 0 ? "S" : "N",
	    fr_decimal(a, s->lon < 0 ? -s->lon : s->lon, 5),
	    s->lon < 0 ? "O" : "E", quality[s->quality]);
}

static void
contact_fill(struct view *v, const struct sheet *sh)
{
	struct arena *a = sh->rq->arena;
	const struct structure *s = &sh->s;

	view_text(v, K_phone, fr_phone(a, s->phone));
	view_text(v, K_phone_href, fr_phone_href(a, s->phone));
	view_text(v, K_mail, s->mail);
	view_text(v, K_address, address_text(a, s));
	view_text(v, K_departement, s->departement);
	view_text(v, K_position, position_text(a, s));
	view_flag(v, K_no_contact, s->phone == NULL && s->mail == NULL &&
	    !view_has(v, K_address) && s->departement == NULL);
}

static const char *
site_of(const struct sheet *sh)
{
	const char *site = NULL;
	size_t i;

	if (strcmp(sh->s.level, "EG") == 0)
		return sh->s.finess;
	for (i = 0; i < sh->s.n_crumbs; i++)
		if (strlen(sh->s.crumbs[i].href) == 9)
			site = sh->s.crumbs[i].href;
	return site;
}

/* Whether a grant of these roles names the site or something above it. */
static bool
granted(const struct sheet *sh, const char *site, unsigned roles)
{
	const struct session *s = &sh->rq->session;
	size_t i, k;

	for (i = 0; site != NULL && i < s->n_grants; i++) {
		const struct grant *g = &s->grants[i];

		if ((roles & R(g->role)) == 0)
			continue;
		for (k = 0; k < sh->s.n_crumbs; k++)
			if (strcmp(g->code, sh->s.crumbs[k].href) == 0)
				break;
		if (g->scope == SCOPE_FRANCE || k < sh->s.n_crumbs ||
		    strcmp(g->code, site) == 0 || (g->scope == SCOPE_UNIT &&
		    strcmp(g->code, request_arg(sh->rq, 0) + 1) == 0))
			return true;
	}
	return false;
}

/* The board of the site, for who may enter its capacity. */
static const char *
entry_href(const struct sheet *sh)
{
	const char *site = site_of(sh);

	return granted(sh, site, R(ROLE_BED_MANAGER)) ? arena_printf(
	    sh->rq->arena, "/capacitaire/lits?site=%s", site) : NULL;
}

/* Declaring a unit unavailable, and what was said of a place: links that open
 * for who sees them, as the database says. */
static const char *
unavailability_href(const struct sheet *sh, const char *thing)
{
	return sh->s.closed || !sh->s.may_close ? NULL :
	    arena_printf(sh->rq->arena, "/capacitaire/indisponibilite/%s",
	    thing);
}

static const char *
history_href(const struct sheet *sh, const char *thing)
{
	return sh->s.closed || !sh->s.may_read_past ? NULL :
	    arena_printf(sh->rq->arena, "/capacitaire/%s/historique", thing);
}

static void
identity_fill(struct view *v, const struct sheet *sh, const char *thing)
{
	const struct structure *s = &sh->s;
	struct arena *a = sh->rq->arena;

	view_text(v, K_name, s->name);
	if (s->long_name != NULL && strcmp(s->long_name, s->name) != 0)
		view_text(v, K_long_name, s->long_name);
	view_text(v, K_thing, thing);
	view_text(v, K_level_label, level_label(s->level));
	view_text(v, K_identifier, s->finess != NULL ?
	    arena_printf(a, "FINESS %s", s->finess) : thing);
	if (s->closed)
		view_text(v, K_closed_text, arena_printf(a, "N’existe plus "
		    "depuis le %s : cette fiche montre le dernier état connu.",
		    fr_date(a, s->closed_day)));
	if (s->sensitive) {
		view_flag(v, K_notice, true);
		view_text(v, K_notice_text, "Unité sensible : ses "
		    "disponibilités sont réservées à la régulation.");
	}
	view_flag(v, K_favourite, s->favourite);
	view_list(v, K_crumbs, s->n_crumbs, crumb_row, sh);
	view_list(v, K_facts, sh->n_facts, fact_row, sh->facts);
	view_list(v, K_offer, sh->n_offer, fact_row, sh->offer);
	view_flag(v, K_has_offer, sh->n_offer + s->n_activities > 0);
	view_flag(v, K_has_activities, s->n_activities > 0);
	view_list(v, K_activities, s->n_activities, activity_row, sh);
}

static void
around_fill(struct view *v, const struct sheet *sh)
{
	view_flag(v, K_has_tree, sh->tree.n > 0);
	view_list(v, K_tree, sh->tree.n, tree_row, sh);
	view_flag(v, K_has_capacity, sh->n_places > 0);
	view_list(v, K_places, sh->n_places, place_row, sh);
	view_list(v, K_totals, sh->n_totals, total_row, sh);
	view_flag(v, K_has_sites, sh->sites.n > 0);
	view_list(v, K_sites, sh->sites.n, site_row, sh);
	view_text(v, K_entry_href, entry_href(sh));
	view_text(v, K_unavailability_href, unavailability_href(sh,
	    request_arg(sh->rq, 0)));
	view_text(v, K_call_rate, sh->call_rate);
	view_text(v, K_history_href, history_href(sh, request_arg(sh->rq,
	    0)));
	view_text(v, K_printed, fr_instant(sh->rq->arena, sh->rq->app->paris,
	    sh->rq->now));
}

/* Who reads how right the figures were: those who answer for the thing or
 * for what it belongs to, and those who report on all. */
static bool
reads_accuracy(const struct sheet *sh)
{
	const unsigned all = R(ROLE_STEWARD) | R(ROLE_ANALYST) | R(ROLE_ADMIN);
	const unsigned own = R(ROLE_BED_MANAGER) | R(ROLE_EDITOR) |
	    R(ROLE_DIRECTOR);
	const struct session *s = &sh->rq->session;
	const char *thing = request_arg(sh->rq, 0);
	size_t i, k;

	if ((s->roles & all) != 0)
		return true;
	for (i = 0; i < s->n_grants; i++) {
		const struct grant *g = &s->grants[i];

		if ((R(g->role) & own) == 0)
			continue;
		if (strcmp(g->code, thing[0] == 'u' ? thing + 1 : thing) == 0)
			return true;
		for (k = 0; k < sh->s.n_crumbs; k++)
			if (strcmp(g->code, sh->s.crumbs[k].href) == 0)
				return true;
	}
	return false;
}

/* What was heard of the places on the sheet, within two hours and as a rate. */
static enum status
calls_read(struct sheet *sh)
{
	struct request *rq = sh->rq;
	int64_t *ids = ARENA_ARRAY(rq->arena, sh->n_places, int64_t);
	int64_t judged = 0, accurate = 0;
	enum status st;
	size_t i;

	if (sh->n_places == 0)
		return ST_OK;
	for (i = 0; i < sh->n_places; i++)
		ids[i] = sh->places[i]->id;
	if ((st = call_places(rq->db, ids, sh->n_places, rq->now,
	    &sh->calls)) != ST_OK)
		return st;
	for (i = 0; i < sh->calls.n; i++) {
		judged += sh->calls.v[i].judged;
		accurate += sh->calls.v[i].accurate;
	}
	if (reads_accuracy(sh))
		sh->call_rate = call_rate_text(rq->arena, judged, accurate);
	return ST_OK;
}

static enum status
sheet_read(struct sheet *sh, const char *thing)
{
	struct request *rq = sh->rq;
	enum status st;
	size_t i;

	if ((st = structure_get(rq->db, thing, rq->session.account_id,
	    &sh->s)) != ST_OK)
		return st;
	st = strcmp(sh->s.level, "EJ") == 0 ?
	    structure_sites(rq->db, sh->s.finess, rq->now, &sh->sites) :
	    structure_nodes(rq->db, &sh->s, rq->now, &sh->nodes);
	if (st != ST_OK)
		return st;
	facts_collect(sh);
	tree_build(rq->arena, &sh->nodes, &sh->s, thing, &sh->tree);
	places_collect(sh);
	for (i = 0; i < NATURES; i++)
		total_add(sh, i);
	return calls_read(sh);
}

enum status
page_sheet(struct request *rq, struct response *rs)
{
	const char *thing = request_arg(rq, 0);
	struct sheet sh = { .rq = rq };
	struct view *v;
	enum status st;

	if ((st = sheet_read(&sh, thing)) == ST_NOTFOUND)
		return response_error(rs, st, "Aucune fiche ne porte cet "
		    "identifiant. Vérifiez le numéro, ou cherchez par nom "
		    "dans le répertoire.");
	if (st != ST_OK)
		return st;
	v = page_begin(rq, sh.s.name, NAV_DIRECTORY);
	identity_fill(v, &sh, thing);
	contact_fill(v, &sh);
	around_fill(v, &sh);
	return page_end(rq, rs, PAGE_sheet, v);
}
