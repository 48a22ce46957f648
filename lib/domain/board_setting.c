#include "domain/board_setting.h"

#include <string.h>

static const char *const names[BOARD__MAX] = {
	[BOARD_BEDS]	= "lits",
	[BOARD_PLACES]	= "places",
	[BOARD_SOCIAL]	= "places-medico-sociales",
};

const char *const board_fields[BOARD_FIELDS] = { "01", "02", "03", "04",
	"06" };

enum { ALL_BOARDS = (1 << BOARD__MAX) - 1,
	ALL_FIELDS = (1 << BOARD_FIELDS) - 1 };

const char *
board_name(enum board_id b)
{
	return names[b];
}

/* Bits of those of the list that are among the n names. */
static unsigned
bits_of(const char *const *list, size_t n_list, char *const *v, size_t n)
{
	unsigned bits = 0;
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < n_list; k++)
			if (v[i] != NULL && strcmp(v[i], list[k]) == 0)
				bits |= 1u << k;
	return bits;
}

static const char *
array_of(struct arena *a, const char *const *list, size_t n_list,
    unsigned bits)
{
	const char **v = ARENA_ARRAY(a, n_list, const char *);
	size_t n = 0, k;

	for (k = 0; k < n_list; k++)
		if (bits & (1u << k))
			v[n++] = list[k];
	return db_text_array(a, v, n);
}

static void
group_names(const char *ret[CAP_G__MAX])
{
	int g;

	for (g = 0; g < CAP_G__MAX; g++)
		ret[g] = capacity_groups[g].name;
}

unsigned
board_groups_bits(char *const *v, size_t n)
{
	const char *list[CAP_G__MAX];
	unsigned bits;
	int g;

	group_names(list);
	bits = bits_of(list, CAP_G__MAX, v, n);
	for (g = 0; g < CAP_G__MAX; g++)
		if (!capacity_groups[g].hideable)
			bits &= ~(1u << g);
	return bits;
}

void
board_context_queue(struct db *db, int64_t account_id, int64_t now)
{
	const char **args = ARENA_ARRAY(db->arena, 2, const char *);

	args[0] = db_int(db, account_id);
	args[1] = instant_sql(db->arena, now);
	db_queue(db, Q_board_context, args, 2);
	db_queue(db, Q_board_regions, args, 1);
}

/* The columns that two statements have in common, by their own numbers. */
struct setting_cols {
	int	code, name, version, boards, hidden, fields, home_care,
		elsewhere, help, label, url;
};

#define SETTING_COLS(q) {						\
	COL_##q##_code, COL_##q##_name, COL_##q##_version,		\
	COL_##q##_boards, COL_##q##_hidden_groups, COL_##q##_fields,	\
	COL_##q##_home_care, COL_##q##_elsewhere, COL_##q##_help,	\
	COL_##q##_synthesis_label, COL_##q##_synthesis_url }

static const struct setting_cols of_regions = SETTING_COLS(board_regions);
static const struct setting_cols of_settings = SETTING_COLS(board_settings);

static unsigned
bits_read(struct arena *a, const struct rows *r, size_t i, int col,
    const char *const *list, size_t n_list)
{
	char **v;
	size_t n = row_array(a, r, i, col, &v);

	return bits_of(list, n_list, v, n);
}

static const char *
text_of(const struct rows *r, size_t i, int col)
{
	const char *s = row_text(r, i, col);

	return s == NULL ? "" : s;
}

static void
setting_fill(struct arena *a, const struct rows *r, size_t i,
    const struct setting_cols *c, struct board_setting *s)
{
	const char *groups[CAP_G__MAX];

	*s = (struct board_setting){ .code = row_text(r, i, c->code),
	    .name = row_text(r, i, c->name),
	    .version = row_int(r, i, c->version, 0),
	    .boards = ALL_BOARDS, .fields = ALL_FIELDS,
	    .hidden = 1u << CAP_G_CRISIS, .home_care = true,
	    .elsewhere = text_of(r, i, c->elsewhere),
	    .help = text_of(r, i, c->help),
	    .synthesis_label = text_of(r, i, c->label),
	    .synthesis_url = text_of(r, i, c->url), .changed_at = -1 };
	if (s->version == 0)
		return;
	group_names(groups);
	s->boards = bits_read(a, r, i, c->boards, names, BOARD__MAX);
	s->hidden = bits_read(a, r, i, c->hidden, groups, CAP_G__MAX);
	s->fields = bits_read(a, r, i, c->fields, board_fields, BOARD_FIELDS);
	s->home_care = row_bool(r, i, c->home_care);
}

static void
list_fill(struct arena *a, const struct rows *r, const struct setting_cols *c,
    struct board_setting_list *ret)
{
	size_t i;

	ret->n = r->n;
	ret->v = ARENA_ARRAY(a, r->n, struct board_setting);
	for (i = 0; i < r->n; i++)
		setting_fill(a, r, i, c, &ret->v[i]);
}

void
board_context_fill(struct db *db, const struct rows r[2],
    struct board_context *ret)
{
	struct arena *a = db->arena;
	struct board_context c = { .hidden_here = (1u << CAP_G__MAX) - 1 };
	const char *mode = row_text(&r[0], 0, COL_board_context_mode);
	char **hidden;
	size_t n = row_array(a, &r[0], 0, COL_board_context_hidden_groups,
	    &hidden), i;

	list_fill(a, &r[1], &of_regions, &c.regions);
	/* Of several régions, what one of them enters is shown. */
	for (i = 0; i < c.regions.n; i++)
		c.hidden_here &= c.regions.v[i].hidden;
	if (c.regions.n == 0)
		c.hidden_here = 1u << CAP_G_CRISIS;
	c.hidden_own = board_groups_bits(hidden, n);
	c.shown.mode = mode != NULL && strcmp(mode, "full") == 0 ? CAP_FULL :
	    CAP_SIMPLE;
	c.shown.hidden = c.hidden_own | c.hidden_here;
	c.last_key = row_text(&r[0], 0, COL_board_context_last_key);
	c.last_at = row_instant(&r[0], 0, COL_board_context_last_at, -1);
	c.last_n = row_int(&r[0], 0, COL_board_context_last_n, 0);
	*ret = c;
}

enum status
board_display_save(struct db *db, int64_t account_id,
    const struct capacity_shown *s, int64_t now)
{
	const char *groups[CAP_G__MAX];
	struct rows ignored;

	group_names(groups);
	return db_write(db, Q_display_save, DB_ARGS(db_int(db, account_id),
	    s->mode == CAP_FULL ? "full" : "simple", array_of(db->arena,
	    groups, CAP_G__MAX, s->hidden), instant_sql(db->arena, now)),
	    &ignored);
}

enum status
board_settings(struct db *db, int64_t account_id,
    struct board_setting_list *ret)
{
	struct rows r;
	enum status st;
	size_t i;

	if ((st = db_run(db, Q_board_settings, DB_ARGS(db_int(db,
	    account_id)), &r)) != ST_OK)
		return st;
	list_fill(db->arena, &r, &of_settings, ret);
	for (i = 0; i < r.n; i++) {
		ret->v[i].changed_at = row_instant(&r, i,
		    COL_board_settings_changed_at, -1);
		ret->v[i].changed_by = row_text(&r, i,
		    COL_board_settings_changed_by);
	}
	return ST_OK;
}

enum status
board_setting_save(struct db *db, int64_t account_id,
    const struct board_setting *s)
{
	struct arena *a = db->arena;
	const char *groups[CAP_G__MAX], *why;
	struct rows r;
	enum status st;

	group_names(groups);
	if ((st = db_write(db, Q_board_setting_save, DB_ARGS(db_int(db,
	    account_id), s->code, db_int(db, s->version),
	    array_of(a, names, BOARD__MAX, s->boards),
	    array_of(a, groups, CAP_G__MAX, s->hidden),
	    array_of(a, board_fields, BOARD_FIELDS, s->fields),
	    s->home_care ? "t" : "f", s->elsewhere, s->help,
	    s->synthesis_label, s->synthesis_url), &r)) != ST_OK)
		return st;
	why = row_text(&r, 0, COL_board_setting_save_outcome);
	return strcmp(why, "ok") == 0 ? ST_OK :
	    strcmp(why, "denied") == 0 ? ST_DENIED :
	    strcmp(why, "unknown") == 0 ? ST_NOTFOUND : ST_CONFLICT;
}
