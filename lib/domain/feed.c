#include "domain/feed.h"

#include <assert.h>
#include <string.h>

static const char *const outcomes[FEED_OUTCOME__MAX] = {
	[FEED_OK]	     = "ok",
	[FEED_TOKEN]	     = "token",
	[FEED_SUSPENDED]     = "suspended",
	[FEED_RIGHT]	     = "right",
	[FEED_SITE]	     = "denied",
	[FEED_UNKNOWN]	     = "unknown",
	[FEED_SEVERAL]	     = "several",
	[FEED_INDICATOR]     = "indicator",
	[FEED_WRONG_NATURE]  = "nature",
	[FEED_NO_ASSIGNMENT] = "assignment",
	[FEED_FUTURE]	     = "future",
	[FEED_PAST]	     = "past",
	[FEED_LOCKED]	     = "locked",
	[FEED_MANUAL]	     = "manual",
	[FEED_BEFORE]	     = "before",
	[FEED_ABSENT]	     = "absent",
	[FEED_TWICE]	     = "twice",
	[FEED_CONFLICT]	     = "conflict",
	[FEED_CLOSED]	     = "closed",
	[FEED_BEYOND]	     = "extra",
};

bool
feed_outcome_all(enum feed_outcome o)
{
	return o == FEED_TOKEN || o == FEED_SUSPENDED || o == FEED_RIGHT;
}

/* n digits at s as a number of lo to hi, -1 otherwise. */
static int
digits(const char *s, size_t n, int lo, int hi)
{
	int v = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		v = 10 * v + (s[i] - '0');
	}
	return v >= lo && v <= hi ? v : -1;
}

/* Z, +hh:mm or -hh:mm, and nothing behind. */
static bool
zone_valid(const char *s)
{
	if (strcmp(s, "Z") == 0)
		return true;
	return (s[0] == '+' || s[0] == '-') && digits(s + 1, 2, 0, 14) >= 0 &&
	    s[3] == ':' && digits(s + 4, 2, 0, 59) >= 0 && s[6] == '\0';
}

const char *
feed_instant(struct arena *a, const char *text)
{
	const char *p;
	int32_t day;

	/* 2026-11-20T10:02:00 before the fraction and the zone */
	if (strnlen(text, 40) < 20 || strnlen(text, 40) == 40 ||
	    text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
	    day_parse(arena_strndup(a, text, 10), &day) != ST_OK ||
	    digits(text + 11, 2, 0, 23) < 0 ||
	    digits(text + 14, 2, 0, 59) < 0 ||
	    digits(text + 17, 2, 0, 59) < 0)
		return NULL;
	p = text + 19;
	if (*p == '.') {
		size_t n = strspn(p + 1, "0123456789");

		if (n < 1 || n > 9)
			return NULL;
		p += 1 + n;
	}
	return zone_valid(p) ? text : NULL;
}

/* A code as it may stand in a tuple; "?" is in none. */
static const char *
code_of(const char *const *code, enum feed_code c, const char *if_null)
{
	const char *v = code[c];

	if (v == NULL)
		return if_null;
	return strlen(v) == 2 && strspn(v, "0123456789") == 2 ? v : "?";
}

const char *
feed_tuple(struct arena *a, const char *const *code)
{
	const char *horizon = code_of(code, FEED_HORIZON, "01");
	const char *gender = code_of(code, FEED_GENDER, "-");

	if (strcmp(gender, "03") == 0)
		gender = "04";
	if (strcmp(gender, "04") == 0 && strcmp(horizon, "01") != 0)
		gender = "-";
	return arena_printf(a, "%s/%s/%s/%s/%s/%s",
	    code_of(code, FEED_STATUS, "-"), horizon, gender,
	    code_of(code, FEED_CLOSING, "-"), code_of(code, FEED_EXTRA, "-"),
	    code_of(code, FEED_CRISIS, "-"));
}

const char *
feed_assignment(const char *const *code)
{
	return code_of(code, FEED_ASSIGNMENT, "01");
}

/* The arguments of cap.feed_save() that have one element per change. */
struct columns {
	const char	**request, **op, **tuple, **assignment, **value;
	const char	**effective, **nature, **source;
};

static void
columns_init(struct columns *c, struct arena *a, size_t n)
{
	c->request = ARENA_ARRAY(a, n, const char *);
	c->op = ARENA_ARRAY(a, n, const char *);
	c->tuple = ARENA_ARRAY(a, n, const char *);
	c->assignment = ARENA_ARRAY(a, n, const char *);
	c->value = ARENA_ARRAY(a, n, const char *);
	c->effective = ARENA_ARRAY(a, n, const char *);
	c->nature = ARENA_ARRAY(a, n, const char *);
	c->source = ARENA_ARRAY(a, n, const char *);
}

static void
columns_fill(struct db *db, struct columns *c, size_t i, size_t request,
    const struct feed_change *f)
{
	static const char *const ops[] = { [FEED_REPLACE] = "replace",
		[FEED_ADD] = "add", [FEED_DELETE] = "delete" };

	c->request[i] = db_int(db, (int64_t)request + 1);
	c->op[i] = ops[f->op];
	c->tuple[i] = feed_tuple(db->arena, f->code);
	c->assignment[i] = feed_assignment(f->code);
	c->value[i] = f->value == FEED_VALUE_NULL ? NULL :
	    db_int(db, f->value);
	c->effective[i] = f->effective;
	c->nature[i] = f->code[FEED_NATURE];
	c->source[i] = f->code[FEED_SOURCE];
}

static enum feed_outcome
outcome_of(const char *text)
{
	int i = 0;

	while (i < FEED_OUTCOME__MAX && strcmp(outcomes[i], text) != 0)
		i++;
	/* The database's outcomes are those of the table. */
	assert(i < FEED_OUTCOME__MAX);
	return (enum feed_outcome)i;
}

/* Rows carry the number of their request; a row without one is about all. */
static void
results(const struct rows *r, size_t n, struct feed_client *client,
    struct feed_result *ret)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		int64_t no = row_int(r, i, COL_feed_save_request, 1);
		struct feed_result *x = &ret[no - 1];

		assert(no >= 1 && (size_t)no <= (n == 0 ? 1 : n));
		x->outcome = outcome_of(row_text(r, i, COL_feed_save_outcome));
		x->change = (size_t)row_int(r, i, COL_feed_save_op, 1) - 1;
		x->detail = row_text(r, i, COL_feed_save_detail);
		x->version = row_int(r, i, COL_feed_save_version, 0);
		x->touched_utc = row_instant(r, i, COL_feed_save_touched_at, 0);
		client->name = row_text(r, i, COL_feed_save_feed);
	}
}

enum status
feed_save(struct db *db, struct feed_client *client,
    const struct feed_request *v, size_t n, struct feed_result *ret)
{
	struct arena *a = db->arena;
	const char **site = ARENA_ARRAY(a, n, const char *);
	const char **place = ARENA_ARRAY(a, n, const char *);
	const char **version = ARENA_ARRAY(a, n, const char *);
	struct columns c;
	struct rows r;
	enum status st;
	size_t n_ops = 0, at = 0, i, k;

	for (i = 0; i < n; i++)
		n_ops += v[i].n;
	columns_init(&c, a, n_ops);
	for (i = 0; i < n; i++) {
		site[i] = v[i].site;
		place[i] = v[i].place;
		version[i] = v[i].version == FEED_VERSION_ANY ? NULL :
		    db_int(db, v[i].version);
		for (k = 0; k < v[i].n; k++)
			columns_fill(db, &c, at++, i, &v[i].v[k]);
	}
	if ((st = db_write(db, Q_feed_save, DB_ARGS(client->token,
	    client->certificate, db_text_array(a, site, n),
	    db_text_array(a, place, n), db_text_array(a, version, n),
	    db_text_array(a, c.request, n_ops), db_text_array(a, c.op, n_ops),
	    db_text_array(a, c.tuple, n_ops),
	    db_text_array(a, c.assignment, n_ops),
	    db_text_array(a, c.value, n_ops),
	    db_text_array(a, c.effective, n_ops),
	    db_text_array(a, c.nature, n_ops),
	    db_text_array(a, c.source, n_ops)), &r)) != ST_OK)
		return st;
	ret[0].outcome = FEED_OK;
	results(&r, n, client, ret);
	return ST_OK;
}
