#include "api/patch.h"

#include <string.h>

#include "api/fhirpath.h"
#include "domain/capacity.h"

#define EXPR(name)	CAPACITY_EXPRESSION ".extension('" name "')"

/* What one extension of a capacity says. */
struct said {
	const char	*code[FEED_CODE__MAX];
	const json_t	*number;		/* as it came, NULL: absent */
	const char	*date;
	bool		 bad_date;
};

/* One operation, before it is known what it changes. */
struct operation {
	const char	*type;
	const char	*path;
	const json_t	*value;			/* the part */
};

static void
json_free(void *p)
{
	json_decref(p);
}

static bool
depth_ok(const char *s, size_t n)
{
	bool in_text = false;
	int depth = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (in_text) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				in_text = false;
			continue;
		}
		if (s[i] == '"')
			in_text = true;
		else if (s[i] == '[' || s[i] == '{')
			depth++;
		else if (s[i] == ']' || s[i] == '}')
			depth--;
		if (depth > JSON_DEPTH_MAX)
			return false;
	}
	return true;
}

json_t *
json_read(struct arena *a, const char *text, size_t n, struct fault *fault)
{
	json_error_t err;
	json_t *root;

	if (!depth_ok(text, n)) {
		fault_set(fault, "json: nested over %d deep", JSON_DEPTH_MAX);
		return NULL;
	}
	root = json_loadb(text, n, 0, &err);
	if (root == NULL) {
		fault_set(fault, "json: line %d: %s", err.line, err.text);
		return NULL;
	}
	arena_defer(a, json_free, root);
	return root;
}

void
patch_issue(struct patch *p, int http, const char *code,
    const char *diagnostics, const char *expression)
{
	if (p->http == 0)
		p->http = http;
	if (p->n_issues < PATCH_ISSUES_MAX)
		p->issue[p->n_issues++] = (struct outcome_issue){ code,
		    diagnostics, expression };
}

const char *
patch_codes(struct arena *a, const char *const *code)
{
	static const enum feed_code order[] = { FEED_STATUS, FEED_HORIZON,
		FEED_GENDER, FEED_CLOSING, FEED_EXTRA, FEED_CRISIS,
		FEED_ASSIGNMENT };
	static const char *const names[] = { "capacityStatus",
		"temporalityCapacity", "genderCapacityAvailable",
		"capacityClosingType", "additionalBedType", "crisisType",
		"temporaryAssignement" };
	const char *out = "";
	size_t i;

	for (i = 0; i < N_ELEM(order); i++)
		out = arena_printf(a, "%s%s%s: %.16s", out, i == 0 ? "" :
		    " / ", names[i], code[order[i]] == NULL ? "null" :
		    code[order[i]]);
	return out;
}

static const char *
text_of(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* The code of valueCodeableConcept, valueCoding or valueCode. */
static const char *
code_in(const json_t *o)
{
	const json_t *list = json_object_get(json_object_get(o,
	    "valueCodeableConcept"), "coding");
	const json_t *c;
	size_t i;

	json_array_foreach(list, i, c)
		if (text_of(c, "code") != NULL)
			return text_of(c, "code");
	c = json_object_get(o, "valueCoding");
	return c != NULL ? text_of(c, "code") : text_of(o, "valueCode");
}

/* One attribute; o holds its value[x].  Others than ours are left out. */
static void
attribute_read(struct arena *a, const char *url, const json_t *o,
    struct said *s)
{
	const char *date;
	int c;

	if (url == NULL)
		return;
	if (strcmp(url, "nbCapacity") == 0) {
		s->number = json_object_get(o, "valueInteger");
		if (s->number == NULL)
			s->number = json_null();
		return;
	}
	if (strcmp(url, "capacityUpdateDate") == 0) {
		date = text_of(o, "valueDateTime");
		if (date == NULL)
			date = text_of(o, "valueInstant");
		s->date = date == NULL ? NULL : feed_instant(a, date);
		s->bad_date = s->date == NULL;
		return;
	}
	if ((c = capacity_attribute(url)) >= 0)
		s->code[c] = code_in(o);
}

/* [{url, value[x]}…], or [{url: the extension's, extension: […]}] */
static void
extensions_read(struct arena *a, const json_t *list, struct said *s)
{
	const json_t *e, *inner, *x;
	size_t i, k;

	json_array_foreach(list, i, e) {
		const char *url = text_of(e, "url");

		if (url == NULL || strcmp(url, CAPACITY_URL) != 0) {
			attribute_read(a, url, e, s);
			continue;
		}
		inner = json_object_get(e, "extension");
		json_array_foreach(inner, k, x) {
			attribute_read(a, text_of(x, "url"), x, s);
		}
	}
}

/* An inner extension as parts: url, then value. */
static void
inner_parts_read(struct arena *a, const json_t *parts, struct said *s)
{
	const json_t *p, *value = NULL;
	const char *url = NULL;
	size_t i;

	json_array_foreach(parts, i, p) {
		const char *name = text_of(p, "name");

		if (name != NULL && strcmp(name, "url") == 0)
			url = text_of(p, "valueUri") != NULL ?
			    text_of(p, "valueUri") : text_of(p, "valueString");
		else if (name != NULL && strncmp(name, "value", 5) == 0)
			value = p;
	}
	attribute_read(a, url, value, s);
}

/* The part « value », in any of its shapes. */
static void
value_read(struct arena *a, const json_t *value, struct said *s)
{
	const json_t *parts = json_object_get(value, "part"), *p;
	size_t i;

	extensions_read(a, json_object_get(value, "extension"), s);
	json_array_foreach(parts, i, p) {
		const char *name = text_of(p, "name");

		extensions_read(a, json_object_get(p, "extension"), s);
		if (name != NULL && strcmp(name, "extension") == 0)
			inner_parts_read(a, json_object_get(p, "part"), s);
	}
}

/* The number of beds; false with an issue when it is none. */
static bool
number_read(struct arena *a, struct patch *p, const json_t *n, int *ret)
{
	json_int_t v;

	if (n == NULL) {
		patch_issue(p, 400, "required", "L'attribut 'nbCapacity' est "
		    "absent", EXPR("nbCapacity"));
		return false;
	}
	if (!json_is_integer(n)) {
		patch_issue(p, 400, "value", "L'attribut 'nbCapacity' doit "
		    "être un nombre entier (valueInteger)",
		    EXPR("nbCapacity"));
		return false;
	}
	v = json_integer_value(n);
	if (v < 0 || v > CAP_VALUE_MAX) {
		patch_issue(p, 400, "business-rule", arena_printf(a,
		    "L'attribut 'nbCapacity' doit être compris entre 0 et %d",
		    CAP_VALUE_MAX), EXPR("nbCapacity"));
		return false;
	}
	*ret = (int)v;
	return true;
}

static void
date_wrong(struct patch *p)
{
	patch_issue(p, 400, "value", "L'attribut 'capacityUpdateDate' doit "
	    "être une date avec heure et fuseau, par exemple "
	    "2026-01-31T08:30:00+01:00", EXPR("capacityUpdateDate"));
}

/* The source of a feed is one of R335, but not 01, typed by somebody. */
static void
source_check(struct patch *p, const char *source)
{
	static const char *const known[] = { "02", "03", "04" };
	size_t i;

	if (source == NULL)
		return;
	for (i = 0; i < N_ELEM(known); i++)
		if (strcmp(known[i], source) == 0)
			return;
	patch_issue(p, 400, "business-rule", "L'attribut 'capacitySourceType' "
	    "d'une remontée automatique doit être 02, 03 ou 04",
	    EXPR("capacitySourceType"));
}

/* What a replacement says must be the indicator that its path names. */
static void
criteria_check(struct arena *a, struct patch *p, const struct fhirpath *path,
    const struct said *s)
{
	if (!path->has_criteria ||
	    (strcmp(feed_tuple(a, path->code), feed_tuple(a, s->code)) == 0 &&
	    strcmp(feed_assignment(path->code), feed_assignment(s->code)) ==
	    0))
		return;
	patch_issue(p, 400, "business-rule", arena_printf(a, "Les critères du "
	    "FhirPath ne correspondent pas aux valeurs du nouvel objet : %s",
	    patch_codes(a, path->code)), NULL);
}

static void
whole_read(struct arena *a, struct patch *p, const struct operation *o,
    const struct fhirpath *path, struct feed_change *c)
{
	struct said s = { .number = NULL };

	value_read(a, o->value, &s);
	if (!number_read(a, p, s.number, &c->value))
		return;
	if (s.bad_date)
		date_wrong(p);
	if (c->op == FEED_REPLACE)
		criteria_check(a, p, path, &s);
	source_check(p, s.code[FEED_SOURCE]);
	memcpy(c->code, s.code, sizeof(c->code));
	c->effective = s.date;
}

/* The change that another operation made of the same indicator. */
static struct feed_change *
sibling(struct arena *a, struct patch *p, const struct fhirpath *path)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(feed_tuple(a, p->v[i].code),
		    feed_tuple(a, path->code)) == 0 &&
		    strcmp(feed_assignment(p->v[i].code),
		    feed_assignment(path->code)) == 0)
			return &p->v[i];
	return NULL;
}

/* The figure alone, and then its date; that order is the only sensible one:
 * a date without a figure says nothing new. */
static void
leaf_read(struct arena *a, struct patch *p, const struct operation *o,
    const struct fhirpath *path, struct feed_change *c)
{
	struct said s = { .number = NULL };
	struct feed_change *of;

	if (path->leaf == LEAF_NUMBER) {
		attribute_read(a, "nbCapacity", o->value, &s);
		if (number_read(a, p, s.number, &c->value))
			memcpy(c->code, path->code, sizeof(c->code));
		return;
	}
	attribute_read(a, "capacityUpdateDate", o->value, &s);
	of = sibling(a, p, path);
	if (s.bad_date)
		date_wrong(p);
	else if (of == NULL)
		patch_issue(p, 422, "not-supported", "La date ne peut être "
		    "remplacée qu'après le nombre, dans la même demande",
		    EXPR("capacityUpdateDate"));
	else
		of->effective = s.date;
}

static bool
op_of(const char *type, enum feed_op *ret)
{
	static const char *const names[] = { [FEED_REPLACE] = "replace",
		[FEED_ADD] = "add", [FEED_DELETE] = "delete" };
	int i;

	for (i = 0; i <= FEED_DELETE; i++)
		if (strcmp(names[i], type) == 0) {
			*ret = (enum feed_op)i;
			return true;
		}
	return false;
}

static void
operation_apply(struct arena *a, struct patch *p, const struct operation *o)
{
	struct feed_change c = { .value = FEED_VALUE_NULL };
	struct fhirpath path;
	struct fault f = { "" };
	enum status st;

	if (!op_of(o->type, &c.op)) {
		patch_issue(p, 422, "not-supported", "Opérations possibles : "
		    "add, replace, delete", NULL);
		return;
	}
	st = fhirpath_parse(a, o->path, &f, &path);
	if (st == ST_NOTFOUND) {
		patch_issue(p, 422, "not-supported", "Seules les capacités "
		    "d'un lieu peuvent être modifiées", NULL);
		return;
	}
	if (st != ST_OK) {
		patch_issue(p, 400, "invalid", arena_printf(a, "FhirPath "
		    "incompris (%s)", f.text), NULL);
		return;
	}
	if (c.op == FEED_DELETE && !path.has_criteria)
		patch_issue(p, 422, "not-supported", "Une suppression indique "
		    "son indicateur dans le FhirPath", NULL);
	else if (c.op == FEED_DELETE)
		memcpy(c.code, path.code, sizeof(c.code));
	else if (path.leaf != LEAF_NONE)
		leaf_read(a, p, o, &path, &c);
	else
		whole_read(a, p, o, &path, &c);
	c.by_criteria = c.op != FEED_ADD && path.has_criteria;
	if (p->http == 0 && (path.leaf != LEAF_DATE || c.op == FEED_DELETE))
		p->v[p->n++] = c;
}

static const char *
part_text(const json_t *part)
{
	const char *s = text_of(part, "valueString");

	return s != NULL ? s : text_of(part, "valueCode");
}

static void
operation_read(struct arena *a, struct patch *p, const json_t *param)
{
	struct operation o = { NULL, NULL, NULL };
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(param, "part"), i, part) {
		const char *name = text_of(part, "name");

		if (name == NULL)
			continue;
		if (strcmp(name, "type") == 0)
			o.type = part_text(part);
		else if (strcmp(name, "path") == 0)
			o.path = part_text(part);
		else if (strcmp(name, "value") == 0)
			o.value = part;
	}
	if (o.type == NULL || o.path == NULL)
		patch_issue(p, 400, "required", "Chaque opération a un type "
		    "et un path", NULL);
	else
		operation_apply(a, p, &o);
}

void
patch_read(struct arena *a, const json_t *root, struct patch *ret)
{
	const json_t *list = json_object_get(root, "parameter"), *param;
	const char *type = text_of(root, "resourceType");
	struct patch *p = ret;
	size_t i;

	p->n = p->n_issues = 0;
	p->http = 0;
	if (!json_is_array(list) || json_array_size(list) == 0 ||
	    (type != NULL && strcmp(type, "Parameters") != 0)) {
		patch_issue(p, 400, "structure", "Le contenu attendu est une "
		    "ressource Parameters avec une opération", NULL);
		return;
	}
	if (json_array_size(list) > FEED_OPS_MAX) {
		patch_issue(p, 413, "too-costly", arena_printf(a, "%d "
		    "opérations au plus par demande", FEED_OPS_MAX), NULL);
		return;
	}
	json_array_foreach(list, i, param) {
		const char *name = text_of(param, "name");

		if (name == NULL || strcmp(name, "operation") != 0)
			patch_issue(p, 400, "structure", "Chaque parameter "
			    "est une opération (name : operation)", NULL);
		else
			operation_read(a, p, param);
		if (p->http != 0)
			return;
	}
}
