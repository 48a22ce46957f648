/* read.c - GET /fhir/Location?identifier=… and GET /fhir/Location/{place}: the
 * capacities that a machine may read, as it would have sent them. */
#include <stdlib.h>
#include <string.h>

#include "api/feed_answer.h"
#include "api/fhirpath.h"
#include "api/location.h"
#include "domain/machine.h"
#include "handlers.h"

#define PROFILE	"https://interop.esante.gouv.fr/ig/fhir/ror/" \
	"StructureDefinition/ror-location"
#define TERMS	"https://mos.esante.gouv.fr/NOS/TRE_"

/* The list that each code is of.  A feed reads back what it could send. */
static const char *const systems[FEED_CODE__MAX] = {
	[FEED_STATUS]	  = TERMS "R330-TypeStatutCapacite/FHIR/"
			    "TRE-R330-TypeStatutCapacite",
	[FEED_HORIZON]	  = TERMS "R331-TemporaliteCapacite/FHIR/"
			    "TRE-R331-TemporaliteCapacite",
	[FEED_GENDER]	  = TERMS "R332-GenreCapacite/FHIR/"
			    "TRE-R332-GenreCapacite",
	[FEED_CLOSING]	  = TERMS "R333-TypeFermetureCapacite/FHIR/"
			    "TRE-R333-TypeFermetureCapacite",
	[FEED_EXTRA]	  = TERMS "R334-TypeLitSupplementaire/FHIR/"
			    "TRE-R334-TypeLitSupplementaire",
	[FEED_CRISIS]	  = TERMS "R336-TypeCrise/FHIR/TRE-R336-TypeCrise",
	[FEED_ASSIGNMENT] = TERMS "R337-AffectationTemporaire/FHIR/"
			    "TRE-R337-AffectationTemporaire",
	[FEED_NATURE]	  = TERMS "R329-NatureCapacite/FHIR/"
			    "TRE-R329-NatureCapacite",
	[FEED_SOURCE]	  = TERMS "R335-TypeSourceCapacite/FHIR/"
			    "TRE-R335-TypeSourceCapacite",
};

/* Why nothing is read. */
static const struct { int http; const char *code, *text; }
    refusals[MACHINE_OUTCOME__MAX] = {
	[MACHINE_TOKEN]	    = { 401, "login", "Jeton d'accès inconnu ou "
			        "expiré, ou certificat différent de celui "
			        "du jeton" },
	[MACHINE_SUSPENDED] = { 403, "suppressed", "Ce compte est suspendu" },
	[MACHINE_RIGHT]	    = { 403, "forbidden", "Ce jeton ne permet pas la "
			        "consultation (scope consultation)" },
};

static void
text_free(void *text)
{
	free(text);
}

static void
json_free(void *json)
{
	json_decref(json);
}

/* A URL of the lists' internal codes is none: sources from 90 on are ours. */
static bool
code_shown(const struct machine_figure *f, int c)
{
	return f->code[c] != NULL && (c != FEED_SOURCE ||
	    strcmp(f->code[c], "90") < 0);
}

static json_t *
figure_json(struct request *rq, const struct machine_figure *f)
{
	json_t *parts = json_pack("[{s:s,s:i},{s:s,s:s}]", "url", "nbCapacity",
	    "valueInteger", f->value, "url", "capacityUpdateDate",
	    "valueDateTime", instant_iso(rq->arena, rq->app->paris,
	    f->effective_utc));
	int c;

	for (c = 0; c < FEED_CODE__MAX; c++)
		if (code_shown(f, c))
			(void)json_array_append_new(parts, json_pack(
			    "{s:s,s:{s:[{s:s,s:s}]}}", "url",
			    capacity_attribute_name((enum feed_code)c),
			    "valueCodeableConcept", "coding", "system",
			    systems[c], "code", f->code[c]));
	return json_pack("{s:s,s:o}", "url", CAPACITY_URL, "extension",
	    parts);
}

static json_t *
place_json(struct request *rq, const struct machine_place *p)
{
	json_t *names = json_array(), *capacities = json_array(), *out;
	size_t i;

	for (i = 0; i < p->n_codes; i++)
		(void)json_array_append_new(names, json_pack("{s:s}", "value",
		    arena_printf(rq->arena, "%s/%s", p->site, p->codes[i])));
	for (i = 0; i < p->n; i++)
		(void)json_array_append_new(capacities, figure_json(rq,
		    &p->v[i]));
	out = json_pack("{s:s,s:s,s:{s:s,s:[s]},s:s,s:s,s:{s:{s:s},s:s}}",
	    "resourceType", "Location", "id", arena_printf(rq->arena, "l%lld",
	    (long long)p->id), "meta", "versionId", arena_printf(rq->arena,
	    "%lld", (long long)p->version), "profile", PROFILE, "status",
	    "active", "name", p->name, "managingOrganization", "identifier",
	    "value", p->site, "display", p->site_name);
	if (p->touched_utc != -1)
		(void)json_object_set_new(json_object_get(out, "meta"),
		    "lastUpdated", json_string(instant_iso(rq->arena,
		    rq->app->paris, p->touched_utc)));
	/* FHIR has no empty lists. */
	if (p->n_codes > 0)
		(void)json_object_set(out, "identifier", names);
	if (p->n > 0)
		(void)json_object_set(out, "extension", capacities);
	json_decref(names);
	json_decref(capacities);
	return out;
}

/* FNV-1a, 32 bits: tells one body from the next, and keeps no secret. */
static uint32_t
body_mark(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

/* The version before the dot is what If-Match compares; what is behind it
 * moves with everything else that the body says. */
static void
send(struct request *rq, struct response *rs, json_t *root,
    const struct machine_reading *r)
{
	char *text;
	size_t i;
	int64_t version = 0, touched = -1;

	arena_defer(rq->arena, json_free, root);
	text = json_dumps(root, JSON_COMPACT);
	if (text == NULL) {
		str_reset(rs->body);
		return;
	}
	arena_defer(rq->arena, text_free, text);
	for (i = 0; i < r->n; i++) {
		version = r->n == 1 ? r->v[i].version : 0;
		if (r->v[i].touched_utc > touched)
			touched = r->v[i].touched_utc;
	}
	rs->type = FHIR_JSON;
	rs->etag = arena_printf(rq->arena, "W/\"%lld.%08x\"",
	    (long long)version, body_mark(text));
	rs->modified = touched == -1 ? NULL : instant_http(rq->arena, touched);
	str_add(rs->body, text);
	str_addc(rs->body, '\n');
}

static enum status
refuse(struct request *rq, struct response *rs, int http, const char *code,
    const char *text)
{
	outcome_write(rs, http, &(struct outcome_issue){ code, text, NULL },
	    1);
	fault_set(&rq->fault, "read: %s", code);
	return ST_OK;
}

/* False: the answer is written, or *ret_st says what failed. */
static bool
reading(struct request *rq, struct response *rs,
    const struct machine_ask *ask, struct machine_reading *r,
    enum status *ret_st)
{
	struct feed_client client;

	api_client(rq, &client);
	if ((*ret_st = machine_read(rq->db, &client, ask, r)) != ST_OK)
		return false;
	if (r->outcome == MACHINE_OK)
		return true;
	if (r->outcome == MACHINE_TOKEN)
		rs->challenge = BEARER_INVALID;
	/* Whose request it was, for the log; the first fault is kept. */
	fault_set(&rq->fault, "machine %s: %s", client.name == NULL ? "-" :
	    client.name, refusals[r->outcome].code);
	(void)refuse(rq, rs, refusals[r->outcome].http,
	    refusals[r->outcome].code, r->detail == NULL ?
	    refusals[r->outcome].text : arena_printf(rq->arena, "%s : %s",
	    refusals[r->outcome].text, r->detail));
	return false;
}

enum status
api_location_read(struct request *rq, struct response *rs)
{
	struct machine_ask ask = {
	    .place_id = strtoll(request_arg(rq, 0) + 1, NULL, 10) };
	struct machine_reading r;
	enum status st;

	if (!reading(rq, rs, &ask, &r, &st))
		return st;
	if (r.n == 0)
		return refuse(rq, rs, 404, "not-found",
		    "Aucun lieu ne correspond à cet identifiant");
	send(rq, rs, place_json(rq, &r.v[0]), &r);
	return ST_OK;
}

/* A search has a Bundle for an answer, of none, one or several. */
enum status
api_location_search(struct request *rq, struct response *rs)
{
	struct patch *p = ARENA_NEW(rq->arena, struct patch);
	struct feed_request q = { .site = NULL };
	struct machine_reading r;
	struct machine_ask ask;
	json_t *entries;
	enum status st;
	size_t i;

	if (!feed_identifier(rq->arena, request_query(rq, "identifier"), p,
	    &q))
		return refuse(rq, rs, p->http, p->issue[0].code,
		    p->issue[0].diagnostics);
	ask = (struct machine_ask){ .site = q.site, .code = q.place };
	if (!reading(rq, rs, &ask, &r, &st))
		return st;
	entries = json_array();
	for (i = 0; i < r.n; i++)
		(void)json_array_append_new(entries, json_pack("{s:s,s:o,"
		    "s:{s:s}}", "fullUrl", arena_printf(rq->arena,
		    "%s/fhir/Location/l%lld", conf_text(rq->app->conf,
		    CONF_PUBLIC_URL), (long long)r.v[i].id), "resource",
		    place_json(rq, &r.v[i]), "search", "mode", "match"));
	send(rq, rs, json_pack("{s:s,s:s,s:i,s:o*}", "resourceType", "Bundle",
	    "type", "searchset", "total", (int)r.n, "entry", r.n == 0 ? NULL :
	    json_incref(entries)), &r);
	json_decref(entries);
	return ST_OK;
}
