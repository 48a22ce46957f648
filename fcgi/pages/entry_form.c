/* entry_form.c - what was sent of a board, read once, in the order it came. */
#include <stdlib.h>
#include <string.h>

#include "entry.h"

enum { ROWS_MAX = 500 };

/* Fields of a form beside the figures: of the page, or of each row. */
static const char *const page_names[] = { "jeton", "cle", "retour", "mode",
	"ligne", "confirmer", "confirme", "corriger", "affectation" };

/* What a row has beside its entry. */
struct mark {
	const char	*read;		/* lu: what the form was made from */
	const char	*stranger;	/* a field that we don't know */
	bool		 versioned;
};

struct reading {
	struct request		*rq;
	struct entry_form	*form;
	enum capacity_mode	 mode;
	struct mark		*marks;		/* one a row */
	size_t			 max;		/* rows there can be */
	size_t			 last;		/* row read before */
};

const char *
entry_row_name(struct arena *a, int64_t place_id, int64_t assignment_id)
{
	return assignment_id == 0 ?
	    arena_printf(a, "l%lld", (long long)place_id) :
	    arena_printf(a, "l%llda%lld", (long long)place_id,
	    (long long)assignment_id);
}

/* 1 to 999,999,999,999, without a leading zero; *ret_end is what follows. */
static bool
number_read(const char *s, int64_t *ret, const char **ret_end)
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n > 12 || s[0] == '0')
		return false;
	*ret = strtoll(s, NULL, 10);
	*ret_end = s + n;
	return true;
}

bool
entry_row_parse(const char *name, int64_t *ret_place_id,
    int64_t *ret_assignment_id)
{
	const char *end;

	*ret_assignment_id = 0;
	if (name[0] != 'l' || !number_read(name + 1, ret_place_id, &end))
		return false;
	if (*end == 'a' && (!number_read(end + 1, ret_assignment_id, &end) ||
	    *ret_assignment_id > INT32_MAX))
		return false;
	return *end == '\0';
}

/* FNV-1a of a comment: a mark is compared, never read back. */
static unsigned
hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

const char *
entry_read_mark(struct arena *a, const char *const *fields, size_t n,
    const char *comment)
{
	struct str s;
	const char *out;
	size_t i;

	str_init(&s, 4096);
	for (i = 0; i < n; i++)
		str_addf(&s, "%s,", fields[i]);
	str_addf(&s, "%x", hash(comment));
	out = arena_strdup(a, str_ok(&s) ? s.data : "");
	str_free(&s);
	return out;
}

/* The row of that name, made when it is the first time; NULL: no row's name,
 * or more rows than versions. */
static struct entry_row *
row_of(struct reading *rd, const char *name)
{
	struct entry_form *f = rd->form;
	int64_t place, assignment;
	size_t i;

	if (!entry_row_parse(name, &place, &assignment))
		return NULL;
	for (i = 0; i < f->n; i++) {
		/* A row's fields come together. */
		size_t k = (rd->last + i) % f->n;

		if (f->v[k].entry.place_id == place &&
		    f->v[k].entry.assignment_id == assignment) {
			rd->last = k;
			return &f->v[k];
		}
	}
	if (f->n == rd->max)
		return NULL;
	f->v[f->n].entry = (struct capacity_entry){ .place_id = place,
	    .assignment_id = assignment, .mode = rd->mode };
	rd->last = f->n;
	return &f->v[f->n++];
}

static bool
is_page_name(const char *name)
{
	size_t i;

	for (i = 0; i < N_ELEM(page_names); i++)
		if (strcmp(page_names[i], name) == 0)
			return true;
	return false;
}

/* One field of a row. */
static enum status
field_read(struct reading *rd, struct entry_row *r, const char *name,
    const char *value)
{
	size_t i = (size_t)(r - rd->form->v);
	enum capacity_field f = capacity_field_named(name);

	if (strcmp(name, "version") == 0) {
		rd->marks[i].versioned = true;
		return str_to_int(value, INT64_MAX, &r->entry.version);
	}
	if (strcmp(name, "lu") == 0)
		rd->marks[i].read = value;
	else if (strcmp(name, CAP_COMMENT_FIELD) == 0)
		r->entry.typed_comment = value;
	else if (f != CAP__MAX && (rd->mode == CAP_FULL ||
	    capacity_fields[f].simple))
		r->entry.typed[f] = value;
	else
		rd->marks[i].stranger = name;
	return ST_OK;
}

/* Every field, to the row it says it is of. */
static enum status
fields_read(struct reading *rd, struct entry_row *one)
{
	const struct fields *form = &rd->rq->form;
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < form->n && st == ST_OK; i++) {
		const char *name = form->v[i].name;
		const char *dot = strchr(name, '.');
		struct entry_row *r = one;

		if (is_page_name(name) || (dot == NULL && one == NULL))
			continue;
		if (dot != NULL) {
			if (one != NULL || (r = row_of(rd, dot + 1)) == NULL)
				return ST_INPUT;
			name = arena_strndup(rd->rq->arena, name,
			    (size_t)(dot - name));
		}
		st = field_read(rd, r, name, form->v[i].value);
	}
	return st;
}

/* Whether the row still says what the form was made from. */
static bool
is_changed(struct reading *rd, size_t i)
{
	const struct capacity_entry *e = &rd->form->v[i].entry;
	struct arena *a = rd->rq->arena;
	const char *typed[CAP__MAX];
	size_t n = 0;
	int f;

	if (rd->marks[i].read == NULL)
		return true;
	for (f = 0; f < CAP__MAX; f++)
		if (e->typed[f] != NULL)
			typed[n++] = str_trim(a, e->typed[f]);
	return strcmp(rd->marks[i].read, entry_read_mark(a, typed, n,
	    e->typed_comment == NULL ? "" : str_trim(a,
	    e->typed_comment))) != 0;
}

/* What each row means, and whether it is a row at all. */
static enum status
rows_check(struct reading *rd)
{
	size_t i;
	int f;

	for (i = 0; i < rd->form->n; i++) {
		struct entry_row *r = &rd->form->v[i];
		const char *stranger = rd->marks[i].stranger;
		bool any = stranger != NULL;

		for (f = 0; f < CAP__MAX; f++)
			any = any || r->entry.typed[f] != NULL;
		if (!rd->marks[i].versioned || !any)
			return ST_INPUT;
		r->changed = is_changed(rd, i);
		(void)capacity_entry_read(rd->rq->arena, &r->entry);
		r->error = r->entry.error;
		if (stranger != NULL)
			r->error = arena_printf(rd->rq->arena, "Ce formulaire "
			    "n’a pas d’indicateur « %.40s ».", stranger);
	}
	return ST_OK;
}

/* Each row has a version; so there are no more rows than these. */
static size_t
rows_count(const struct fields *form)
{
	static const char prefix[] = "version.";
	size_t n = 0, i;

	for (i = 0; i < form->n; i++)
		n += strncmp(form->v[i].name, prefix, sizeof(prefix) - 1) == 0;
	return n;
}

enum status
entry_form_read(struct request *rq, struct response *rs, const char *place,
    struct entry_form *ret)
{
	const char *mode = request_form(rq, "mode");
	const char *assignment = request_form(rq, "affectation");
	struct reading rd = { .rq = rq, .form = ret,
	    .mode = mode != NULL && strcmp(mode, "complet") == 0 ? CAP_FULL :
	    CAP_SIMPLE, .max = place != NULL ? 1 : rows_count(&rq->form) };
	struct entry_row *one = NULL;
	enum status st;

	if (rd.max > ROWS_MAX)
		return response_error(rs, ST_LIMIT, "Plus de 500 lignes à la "
		    "fois : rien n’est enregistré.");
	rd.marks = ARENA_ARRAY(rq->arena, rd.max, struct mark);
	*ret = (struct entry_form){ .one = place != NULL,
	    .confirmed = request_form(rq, "confirme") != NULL,
	    .key = request_form(rq, "cle"),
	    .v = ARENA_ARRAY(rq->arena, rd.max, struct entry_row) };
	if (ret->key == NULL || !capacity_key_valid(ret->key))
		return response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	if (place != NULL && (one = row_of(&rd, assignment == NULL ? place :
	    arena_printf(rq->arena, "%sa%.20s", place, assignment))) == NULL)
		return response_error(rs, ST_INPUT, ENTRY_NOT_A_FORM);
	if ((st = fields_read(&rd, one)) == ST_OK)
		st = rows_check(&rd);
	ret->n_all = ret->n;
	return st == ST_OK ? ST_OK : response_error(rs, ST_INPUT,
	    ENTRY_NOT_A_FORM);
}
