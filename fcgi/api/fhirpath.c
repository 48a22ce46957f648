#include "api/fhirpath.h"

#include <ctype.h>
#include <string.h>

enum { PATH_BYTES_MAX = 4096, DEPTH_MAX = 8 };

enum token { T_END, T_NAME, T_TEXT, T_DOT, T_OPEN, T_CLOSE, T_EQUAL, T_BAD };

struct reader {
	struct arena	*arena;
	struct fault	*fault;
	const char	*start, *p;	/* p: behind the current token */
	enum token	 token;
	const char	*word;		/* of a name or text */
	int		 depth;
	struct fhirpath	*out;
};

static const char *const attributes[FEED_CODE__MAX] = {
	[FEED_STATUS]	  = "capacityStatus",
	[FEED_HORIZON]	  = "temporalityCapacity",
	[FEED_GENDER]	  = "genderCapacityAvailable",
	[FEED_CLOSING]	  = "capacityClosingType",
	[FEED_EXTRA]	  = "additionalBedType",
	[FEED_CRISIS]	  = "crisisType",
	[FEED_ASSIGNMENT] = "temporaryAssignement",
	[FEED_NATURE]	  = "capacityType",
	[FEED_SOURCE]	  = "capacitySourceType",
};

int
capacity_attribute(const char *name)
{
	int i;

	for (i = 0; i < FEED_CODE__MAX; i++)
		if (strcmp(attributes[i], name) == 0)
			return i;
	/* The interface spells it with an e; who writes it right means it. */
	return strcmp(name, "temporaryAssignment") == 0 ? FEED_ASSIGNMENT : -1;
}

const char *
capacity_attribute_name(enum feed_code c)
{
	return attributes[c];
}

static void
read_text(struct reader *r, char quote)
{
	const char *end = strchr(r->p, quote);

	if (end == NULL) {
		r->token = T_BAD;
		return;
	}
	r->word = arena_strndup(r->arena, r->p, (size_t)(end - r->p));
	r->p = end + 1;
	r->token = T_TEXT;
}

static void
next(struct reader *r)
{
	static const struct { char c; enum token t; } signs[] = {
		{ '.', T_DOT }, { '(', T_OPEN }, { ')', T_CLOSE },
		{ '=', T_EQUAL },
	};
	size_t i, n = 0;

	while (isspace((unsigned char)*r->p))
		r->p++;
	if (*r->p == '\0') {
		r->token = T_END;
		return;
	}
	if (*r->p == '\'' || *r->p == '"') {
		r->p++;
		read_text(r, r->p[-1]);
		return;
	}
	while (isalnum((unsigned char)r->p[n]))
		n++;
	if (n > 0) {
		r->word = arena_strndup(r->arena, r->p, n);
		r->p += n;
		r->token = T_NAME;
		return;
	}
	r->token = T_BAD;
	for (i = 0; i < N_ELEM(signs); i++)
		if (signs[i].c == *r->p)
			r->token = signs[i].t;
	r->p++;
}

static enum status
wrong(struct reader *r, const char *want)
{
	fault_set(r->fault, "path, offset %zu: %s wanted",
	    (size_t)(r->p - r->start), want);
	return ST_INPUT;
}

static bool
at_name(const struct reader *r, const char *name)
{
	return r->token == T_NAME && strcmp(r->word, name) == 0;
}

static enum status
expect(struct reader *r, enum token t, const char *what)
{
	if (r->token != t)
		return wrong(r, what);
	next(r);
	return ST_OK;
}

/* = 'text' */
static enum status
equals(struct reader *r, const char **ret)
{
	enum status st;

	if ((st = expect(r, T_EQUAL, "=")) != ST_OK)
		return st;
	*ret = r->word;
	return expect(r, T_TEXT, "a text");
}

/* .exists(), or nothing; the dot is the current token */
static enum status
maybe_exists(struct reader *r)
{
	struct reader back = *r;
	enum status st;

	if (r->token != T_DOT)
		return ST_OK;
	next(r);
	if (!at_name(r, "exists")) {
		*r = back;
		return ST_OK;
	}
	next(r);
	if ((st = expect(r, T_OPEN, "(")) != ST_OK)
		return st;
	return expect(r, T_CLOSE, ")");
}

/* code = '02', or system = '…', in coding.where( ) */
static enum status
coding_terms(struct reader *r, const char **ret_code)
{
	const char *text;
	enum status st;
	bool is_code;

	for (;;) {
		is_code = at_name(r, "code");
		if (!is_code && !at_name(r, "system"))
			return wrong(r, "code or system");
		next(r);
		if ((st = equals(r, &text)) != ST_OK)
			return st;
		if (is_code)
			*ret_code = text;
		if (!at_name(r, "and"))
			return ST_OK;
		next(r);
	}
}

/* .coding.code = '02' or .coding.where(code = '02').exists(); the dot is the
 * current token. */
static enum status
coding(struct reader *r, const char **ret_code)
{
	enum status st;

	if ((st = expect(r, T_DOT, ".")) != ST_OK)
		return st;
	if (!at_name(r, "coding"))
		return wrong(r, "coding");
	next(r);
	if ((st = expect(r, T_DOT, ".")) != ST_OK)
		return st;
	if (at_name(r, "code")) {
		next(r);
		return equals(r, ret_code);
	}
	if (!at_name(r, "where"))
		return wrong(r, "code or where");
	next(r);
	if ((st = expect(r, T_OPEN, "(")) != ST_OK ||
	    (st = coding_terms(r, ret_code)) != ST_OK ||
	    (st = expect(r, T_CLOSE, ")")) != ST_OK)
		return st;
	return maybe_exists(r);
}

/* valueCodeableConcept, value, value.ofType(CodeableConcept) */
static enum status
value_code(struct reader *r, const char **ret_code)
{
	struct reader back;

	if (!at_name(r, "value") && !at_name(r, "valueCodeableConcept"))
		return wrong(r, "value");
	next(r);
	back = *r;
	if (r->token == T_DOT) {
		next(r);
		if (at_name(r, "ofType")) {
			next(r);
			if (expect(r, T_OPEN, "(") != ST_OK ||
			    !at_name(r, "CodeableConcept"))
				return wrong(r, "(CodeableConcept)");
			next(r);
			if (expect(r, T_CLOSE, ")") != ST_OK)
				return ST_INPUT;
		} else {
			*r = back;
		}
	}
	return coding(r, ret_code);
}

static enum status
criterion(struct reader *r, const char *name, const char *code)
{
	int c = name == NULL ? -1 : capacity_attribute(name);

	if (c < 0 || code == NULL) {
		fault_set(r->fault, "path: « %.60s » is no attribute of a "
		    "capacity", name == NULL ? "" : name);
		return ST_INPUT;
	}
	if (r->out->code[c] != NULL && strcmp(r->out->code[c], code) != 0) {
		fault_set(r->fault, "path: « %.60s » is said twice", name);
		return ST_INPUT;
	}
	r->out->code[c] = code;
	r->out->has_criteria = true;
	return ST_OK;
}

/* Inside extension.where( ): url = 'capacityStatus' and value… = '02' */
static enum status
attribute(struct reader *r)
{
	const char *name = NULL, *code = NULL;
	enum status st;

	for (;;) {
		if (at_name(r, "url")) {
			next(r);
			st = equals(r, &name);
		} else {
			st = value_code(r, &code);
		}
		if (st != ST_OK)
			return st;
		if (!at_name(r, "and"))
			return criterion(r, name, code);
		next(r);
	}
}

/* extension.where(…) or extension('capacityStatus').value… */
static enum status
extension(struct reader *r)
{
	const char *name, *code = NULL;
	enum status st;

	next(r);
	if (r->token == T_OPEN) {
		next(r);
		name = r->word;
		if ((st = expect(r, T_TEXT, "a text")) != ST_OK ||
		    (st = expect(r, T_CLOSE, ")")) != ST_OK ||
		    (st = expect(r, T_DOT, ".")) != ST_OK ||
		    (st = value_code(r, &code)) != ST_OK)
			return st;
		return criterion(r, name, code);
	}
	if ((st = expect(r, T_DOT, ".")) != ST_OK)
		return st;
	if (!at_name(r, "where"))
		return wrong(r, "where");
	next(r);
	if ((st = expect(r, T_OPEN, "(")) != ST_OK ||
	    (st = attribute(r)) != ST_OK ||
	    (st = expect(r, T_CLOSE, ")")) != ST_OK)
		return st;
	return maybe_exists(r);
}

/* Inside a where( ) of Location.extension. */
static enum status
condition(struct reader *r, const char **ret_url)
{
	enum status st;

	if (++r->depth > DEPTH_MAX)
		return wrong(r, "less nesting");
	for (;;) {
		if (r->token == T_OPEN) {
			next(r);
			if ((st = condition(r, ret_url)) == ST_OK)
				st = expect(r, T_CLOSE, ")");
		} else if (at_name(r, "url")) {
			next(r);
			st = equals(r, ret_url);
		} else if (at_name(r, "extension")) {
			st = extension(r);
		} else {
			st = wrong(r, "url or extension");
		}
		if (st != ST_OK)
			return st;
		if (!at_name(r, "and"))
			break;
		next(r);
	}
	r->depth--;
	return ST_OK;
}

/* .where(…), any number of them, or ('url') */
static enum status
filters(struct reader *r, const char **ret_url)
{
	enum status st;

	if (r->token == T_OPEN) {
		next(r);
		*ret_url = r->word;
		if ((st = expect(r, T_TEXT, "a text")) != ST_OK ||
		    (st = expect(r, T_CLOSE, ")")) != ST_OK)
			return st;
	}
	while (r->token == T_DOT) {
		struct reader back = *r;

		next(r);
		if (!at_name(r, "where")) {
			*r = back;
			break;
		}
		next(r);
		if ((st = expect(r, T_OPEN, "(")) != ST_OK ||
		    (st = condition(r, ret_url)) != ST_OK ||
		    (st = expect(r, T_CLOSE, ")")) != ST_OK)
			return st;
	}
	return ST_OK;
}

/* .extension.where(url='nbCapacity').value, .valueInteger, .valueDateTime */
static enum status
leaf(struct reader *r)
{
	const char *url = NULL;
	enum status st;

	next(r);
	if (!at_name(r, "extension"))
		return ST_NOTFOUND;
	next(r);
	if ((st = filters(r, &url)) != ST_OK)
		return st;
	if (url == NULL || (st = expect(r, T_DOT, ".")) != ST_OK)
		return url == NULL ? ST_NOTFOUND : st;
	if (r->token != T_NAME || strncmp(r->word, "value", 5) != 0)
		return wrong(r, "value");
	next(r);
	if (strcmp(url, "nbCapacity") == 0)
		r->out->leaf = LEAF_NUMBER;
	else if (strcmp(url, "capacityUpdateDate") == 0)
		r->out->leaf = LEAF_DATE;
	else
		return ST_NOTFOUND;
	return ST_OK;
}

static enum status
path(struct reader *r)
{
	const char *url = NULL;
	enum status st;

	if (!at_name(r, "Location"))
		return r->token == T_NAME ? ST_NOTFOUND : wrong(r, "Location");
	next(r);
	if (r->token == T_END)
		return ST_OK;
	if ((st = expect(r, T_DOT, ".")) != ST_OK)
		return st;
	if (!at_name(r, "extension"))
		return ST_NOTFOUND;
	next(r);
	if ((st = filters(r, &url)) != ST_OK)
		return st;
	if (url != NULL && strcmp(url, CAPACITY_URL) != 0)
		return ST_NOTFOUND;
	if (r->token == T_DOT && (st = leaf(r)) != ST_OK)
		return st;
	return r->token == T_END ? ST_OK : wrong(r, "the end");
}

enum status
fhirpath_parse(struct arena *a, const char *text, struct fault *fault,
    struct fhirpath *ret)
{
	struct fhirpath out = { .has_criteria = false };
	struct reader r = { .arena = a, .fault = fault, .start = text,
	    .p = text, .out = &out };
	enum status st;

	if (strlen(text) > PATH_BYTES_MAX) {
		fault_set(fault, "path: over %d bytes", PATH_BYTES_MAX);
		return ST_INPUT;
	}
	next(&r);
	if ((st = path(&r)) != ST_OK)
		return st;
	*ret = out;
	return ST_OK;
}
