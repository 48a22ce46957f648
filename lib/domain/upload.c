#include "domain/upload.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

/* TEXT_MAX: a decoded file; ARRAY_MAX: the same as text of an array in an
 * array, where each quote has four characters. */
enum { TEXT_MAX = 12 << 20, ARRAY_MAX = 14 << 20, RECORD_MAX = 32 << 20,
	PARTS_MAX = 41, COLUMNS_MAX = 64 };

static const char *const kinds[UPLOAD__MAX] = { "capacity", "closures" };

/* --- taking a file --- */

struct lines {
	int64_t		*no;
	const char	**fields;	/* text of an array each */
	size_t		 n, bytes;	/* bytes: of the array of them */
	const char	*header;
};

static size_t
quoted_bytes(const char *s)
{
	size_t n = 4;

	for (; *s != '\0'; s++)
		n += *s == '"' || *s == '\\' ? 2 : 1;
	return n;
}

static bool
is_blank(const struct csv_record *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->field[i][strspn(c->field[i], " \t")] != '\0')
			return false;
	return true;
}

/* One record more; French when the file is refused for it. */
static const char *
line_add(struct arena *a, struct lines *l, int line,
    const struct csv_record *c)
{
	const char *text = db_text_array(a,
	    (const char *const *)c->field, c->n);

	if (l->header == NULL) {
		l->header = text;
		return NULL;
	}
	if (l->n == UPLOAD_LINES_MAX)
		return "Le fichier a plus de 20 000 lignes : envoyez-le en "
		    "plusieurs fois.";
	l->bytes += quoted_bytes(text);
	if (l->bytes > ARRAY_MAX)
		return "Le fichier contient trop de texte.";
	l->no[l->n] = line;
	l->fields[l->n++] = text;
	return NULL;
}

static const char *
lines_read(struct arena *a, const struct upload_file *f, struct lines *l)
{
	struct arena scratch;		/* fields live for one record */
	struct csv_reader r;
	struct csv_record c;
	const char *text, *wrong = NULL;
	size_t n;

	if (f->n == 0)
		return "Le fichier est vide.";
	if (csv_utf8(a, f->data, f->n, &text, &n) != ST_OK)
		return "Ce n’est pas un fichier CSV : enregistrez la feuille "
		    "au format CSV, pas au format du tableur.";
	if (n > TEXT_MAX || csv_open(&r, text, n) != ST_OK)
		return "Le fichier contient trop de texte.";
	arena_init(&scratch, RECORD_MAX);
	for (;;) {
		if (csv_next(&r, &scratch, &c) != ST_OK) {
			wrong = arena_printf(a, "Ligne %d : %s.", r.line,
			    r.why);
			break;
		}
		if (c.n == 0)
			break;
		if (!is_blank(&c) &&
		    (wrong = line_add(a, l, r.line, &c)) != NULL)
			break;
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	return wrong == NULL && l->header == NULL ? "Le fichier est vide." :
	    wrong;
}

enum status
upload_take(struct db *db, int64_t account_id, const char *key,
    const struct upload_file *f, const char **ret_error)
{
	struct arena *a = db->arena;
	struct lines l = { .no = ARENA_ARRAY(a, UPLOAD_LINES_MAX, int64_t),
	    .fields = ARENA_ARRAY(a, UPLOAD_LINES_MAX, const char *) };
	struct rows r;
	enum status st;

	if ((*ret_error = lines_read(a, f, &l)) != NULL)
		return ST_OK;
	if ((st = db_begin(db)) != ST_OK)
		return st;
	if ((st = db_run(db, Q_upload_patience, DB_NONE, &r)) != ST_OK ||
	    (st = db_run(db, Q_upload_new, DB_ARGS(db_int(db, account_id),
	    kinds[f->kind], key, f->name, l.header,
	    db_int_array(a, l.no, l.n), db_text_array(a, l.fields, l.n)),
	    &r)) != ST_OK) {
		db_rollback(db);
		return st;
	}
	*ret_error = row_text(&r, 0, COL_upload_new_error);
	return db_commit(db);
}

/* --- looking at it --- */

static void
head_fill(const struct rows *r, struct upload *u)
{
	u->kind = strcmp(row_text(r, 0, COL_upload_get_kind),
	    kinds[UPLOAD_CLOSURES]) == 0 ? UPLOAD_CLOSURES : UPLOAD_CAPACITY;
	u->name = row_text(r, 0, COL_upload_get_file_name);
	u->expires_utc = row_instant(r, 0, COL_upload_get_expires_at, 0);
	u->done = !row_null(r, 0, COL_upload_get_done_at);
	u->n_saved = row_int(r, 0, COL_upload_get_n_saved, 0);
	u->n_lines = row_int(r, 0, COL_upload_get_n_lines, 0);
	u->n_errors = row_int(r, 0, COL_upload_get_n_errors, 0);
	u->n_warnings = row_int(r, 0, COL_upload_get_n_warnings, 0);
	u->n_changes = row_int(r, 0, COL_upload_get_n_changes, 0);
	u->n_same = row_int(r, 0, COL_upload_get_n_same, 0);
}

enum status
upload_get(struct db *db, int64_t account_id, const char *key,
    struct upload *ret)
{
	const char *const args[] = { db_int(db, account_id), key };
	struct upload u = { .n = 0 };
	struct rows r[2];
	enum status st;
	size_t i;

	db_queue(db, Q_upload_get, args, N_ELEM(args));
	db_queue(db, Q_upload_lines, args, N_ELEM(args));
	if ((st = db_flush(db, r, 2)) != ST_OK)
		return st;
	if (r[0].n == 0)
		return ST_NOTFOUND;
	head_fill(&r[0], &u);
	u.n = r[1].n;
	u.v = ARENA_ARRAY(db->arena, u.n, struct upload_line);
	for (i = 0; i < u.n; i++)
		u.v[i] = (struct upload_line){
		    row_int(&r[1], i, COL_upload_lines_line, 0),
		    row_int(&r[1], i, COL_upload_lines_place_id, 0),
		    row_text(&r[1], i, COL_upload_lines_name),
		    row_text(&r[1], i, COL_upload_lines_changes),
		    row_text(&r[1], i, COL_upload_lines_error),
		    row_text(&r[1], i, COL_upload_lines_warning) };
	*ret = u;
	return ST_OK;
}

/* --- saving it --- */

static enum upload_outcome
outcome_of(const char *text)
{
	static const char *const names[UPLOAD_OUTCOME__MAX] = { "ok",
		"replayed", "unknown", "refused", "confirm", "changed",
		"more" };
	int i;

	for (i = 0; i < UPLOAD_OUTCOME__MAX; i++)
		if (strcmp(names[i], text) == 0)
			return (enum upload_outcome)i;
	return UPLOAD_CHANGED;
}

static enum status
parts_save(struct db *db, int64_t account_id, const struct upload_confirm *c,
    enum upload_outcome *ret)
{
	const char *account = db_int(db, account_id);
	struct rows r;
	enum status st;
	int part;

	*ret = UPLOAD_MORE;
	if ((st = db_run(db, Q_upload_patience, DB_NONE, &r)) != ST_OK)
		return st;
	for (part = 0; *ret == UPLOAD_MORE && part < PARTS_MAX; part++) {
		if ((st = db_run(db, Q_upload_save, DB_ARGS(account,
		    c->address, c->key, db_int(db, part),
		    c->warned ? "t" : "f", c->same ? "t" : "f"), &r))
		    != ST_OK)
			return st;
		*ret = outcome_of(row_text(&r, 0, COL_upload_save_outcome));
	}
	return ST_OK;
}

enum status
upload_save(struct db *db, int64_t account_id, const struct upload_confirm *c,
    enum upload_outcome *ret)
{
	enum upload_outcome o;
	struct rows r;
	enum status st;

	if ((st = db_begin(db)) != ST_OK)
		return st;
	if ((st = parts_save(db, account_id, c, &o)) != ST_OK) {
		db_rollback(db);
		return st;
	}
	if (o == UPLOAD_OK) {
		*ret = o;
		return db_commit(db);
	}
	db_rollback(db);
	*ret = o;
	return o != UPLOAD_CHANGED ? ST_OK : db_write(db, Q_upload_again,
	    DB_ARGS(db_int(db, account_id), c->key), &r);
}

/* --- files --- */

enum status
upload_refused_csv(struct db *db, int64_t account_id, const char *key,
    struct str *out)
{
	struct rows r;
	enum status st;
	size_t i, k, n, n_head = 0;
	char **f;

	if ((st = db_run(db, Q_upload_refused, DB_ARGS(db_int(db,
	    account_id), key), &r)) != ST_OK)
		return st;
	csv_start(out);
	if (r.n > 0) {
		n_head = row_array(db->arena, &r, 0,
		    COL_upload_refused_header, &f);
		for (k = 0; k < n_head; k++)
			csv_text(out, f[k]);
		csv_text(out, "ligne");
		csv_text(out, "motif");
		csv_end(out);
	}
	for (i = 0; i < r.n; i++) {
		n = row_array(db->arena, &r, i, COL_upload_refused_fields, &f);
		for (k = 0; k < n_head; k++)
			csv_text(out, k < n ? f[k] : "");
		csv_num(out, row_text(&r, i, COL_upload_refused_line));
		csv_text(out, row_text(&r, i, COL_upload_refused_error));
		csv_end(out);
	}
	return ST_OK;
}

struct columns {
	int64_t		 id[COLUMNS_MAX];
	size_t		 n;
};

static void
model_head(const struct rows *r, struct columns *c, struct str *out)
{
	static const char *const first[] = { "site", "lieu", "nom",
		"version" };
	size_t i;

	csv_start(out);
	for (i = 0; i < N_ELEM(first); i++)
		csv_text(out, first[i]);
	for (i = 0; i < r->n && i < COLUMNS_MAX; i++) {
		c->id[c->n++] = row_int(r, i, COL_upload_columns_id, 0);
		csv_text(out, row_text(r, i, COL_upload_columns_code));
	}
	csv_text(out, "commentaire");
	csv_end(out);
}

static void
model_line(struct arena *a, const struct rows *r, size_t i,
    const struct columns *c, struct str *out)
{
	char **id, **amount;
	size_t n = row_array(a, r, i, COL_upload_model_indicators, &id);
	size_t k, j;

	(void)row_array(a, r, i, COL_upload_model_amounts, &amount);
	csv_text(out, row_text(r, i, COL_upload_model_site_finess));
	csv_text(out, arena_printf(a, "l%s",
	    row_text(r, i, COL_upload_model_place_id)));
	csv_text(out, row_text(r, i, COL_upload_model_name));
	csv_num(out, row_text(r, i, COL_upload_model_version));
	for (k = 0; k < c->n; k++) {
		for (j = 0; j < n; j++)
			if (strtoll(id[j], NULL, 10) == c->id[k])
				break;
		csv_num(out, j < n ? amount[j] : NULL);
	}
	csv_text(out, row_text(r, i, COL_upload_model_comment));
	csv_end(out);
}

enum status
upload_model_csv(struct db *db, int64_t account_id, enum upload_kind kind,
    const char *site, struct str *out)
{
	static const char *const closure[] = { "site", "lieu", "nom", "du",
		"au", "lits", "reactivable", "motif" };
	const char *const args[] = { db_int(db, account_id), site };
	struct columns c = { .n = 0 };
	struct rows r[2];
	enum status st;
	size_t i;

	if (kind == UPLOAD_CLOSURES) {
		csv_start(out);
		for (i = 0; i < N_ELEM(closure); i++)
			csv_text(out, closure[i]);
		csv_end(out);
		return ST_OK;
	}
	db_queue(db, Q_upload_columns, DB_NONE);
	db_queue(db, Q_upload_model, args, N_ELEM(args));
	if ((st = db_flush(db, r, 2)) != ST_OK)
		return st;
	model_head(&r[0], &c, out);
	for (i = 0; i < r[1].n; i++)
		model_line(db->arena, &r[1], i, &c, out);
	return ST_OK;
}
