#include "page.h"

#include <assert.h>
#include <string.h>

#include "base/french.h"
#include "routes.h"

TMPL_KEYS(layout_keys, LAYOUT_KEYS);

const struct page_spec page_spec_frame_head = { "frame/head.html",
	layout_keys, K__MAX };
const struct page_spec page_spec_frame_foot = { "frame/foot.html",
	layout_keys, K__MAX };

static const struct page_spec *const specs[PAGE__MAX] = {
#define PAGE(name) [PAGE_##name] = &page_spec_##name,
#include "pages.def"
#undef PAGE
};

/* page_begin() fills the frame by number, so its keys come first everywhere. */
static bool
frame_first(const struct page_spec *s)
{
	size_t i;

	for (i = 0; i < K__MAX; i++)
		if (i >= s->n_keys || strcmp(s->keys[i], layout_keys[i]) != 0)
			return false;
	return true;
}

enum status
pages_load(struct app *app, struct fault *fault)
{
	const char *dir = conf_text(app->conf, CONF_TEMPLATES);
	enum status st;
	int i;

	for (i = 0; i < PAGE__MAX; i++) {
		assert(frame_first(specs[i]));
		if ((st = tmpl_load(app->life, dir, specs[i]->file,
		    specs[i]->keys, specs[i]->n_keys, fault,
		    &app->tmpl[i])) != ST_OK)
			return st;
	}
	return ST_OK;
}

static void
frame_user(struct request *rq, struct view *v)
{
	const struct session *s = &rq->session;
	int r;

	view_flag(v, K_signed_in, true);
	/* Until then every page of the menu leads to the same step, or to a
	 * refusal. */
	view_flag(v, K_nav_shown, s->step == STEP_DONE && s->roles != 0);
	view_text(v, K_user_name, s->name);
	view_text(v, K_csrf, s->csrf);
	view_text(v, K_idle_s, conf_text(rq->app->conf, CONF_SESSION_IDLE_S));
	/* The most telling role: the last of the list that one holds. */
	for (r = 0; r < ROLE__MAX; r++)
		if (session_has(s, (enum role)r))
			view_text(v, K_user_role, role_label((enum role)r));
	view_flag(v, K_can_entry, session_has(s, ROLE_BED_MANAGER));
	view_flag(v, K_can_reports, routes_open(rq, "/rapports"));
	view_flag(v, K_can_tools, routes_open(rq, "/administration"));
}

static void
frame_nav(struct view *v, enum nav nav)
{
	static const int keys[] = { [NAV_HOME] = K_nav_home,
		[NAV_AVAILABILITY] = K_nav_availability,
		[NAV_ENTRY] = K_nav_entry, [NAV_DIRECTORY] = K_nav_directory,
		[NAV_REPORTS] = K_nav_reports,
		[NAV_TOOLS] = K_nav_tools };

	if (nav != NAV_NONE)
		view_flag(v, keys[nav], true);
}

struct view *
page_begin(struct request *rq, const char *title, enum nav nav)
{
	const struct conf *c = rq->app->conf;
	struct view *v = view_new(rq->arena);
	const char *phone = conf_text(c, CONF_SUPPORT_PHONE);

	view_text(v, K_title, title);
	view_text(v, K_lang_now, instant_iso(rq->arena, rq->app->paris,
	    rq->now));
	view_text(v, K_theme, rq->theme);
	view_flag(v, K_demo, conf_bool(c, CONF_DEMO));
	view_flag(v, K_psc, conf_bool(c, CONF_PSC));
	view_text(v, K_version, ROR_VERSION);
	view_text(v, K_support_phone, phone);
	view_text(v, K_support_phone_href, fr_phone_href(rq->arena, phone));
	view_text(v, K_support_hours, conf_text(c, CONF_SUPPORT_HOURS));
	view_text(v, K_support_mail, conf_text(c, CONF_SUPPORT_MAIL));
	view_text(v, K_path_back, rq->query_string[0] == '\0' ? rq->path :
	    arena_printf(rq->arena, "%s?%s", rq->path, rq->query_string));
	frame_nav(v, nav);
	if (rq->session.signed_in)
		frame_user(rq, v);
	return v;
}

enum status
page_end(struct request *rq, struct response *rs, enum page_id id,
    struct view *v)
{
	tmpl_render(rq->app->tmpl[id], v, rs->body);
	return str_ok(rs->body) ? ST_OK : ST_LIMIT;
}

/* The mark and the token have the same length: the copy is overwritten. */
static void
tokens_put(struct request *rq, char *text, size_t n)
{
	const char *mark = rq->app->token_mark, *csrf = rq->session.csrf;
	char *end = text + n;

	if (csrf == NULL || strlen(csrf) != CSRF_LEN)
		return;
	while ((text = memmem(text, (size_t)(end - text), mark,
	    CSRF_LEN)) != NULL) {
		memcpy(text, csrf, CSRF_LEN);
		text += CSRF_LEN;
	}
}

enum status
page_end_block(struct request *rq, struct response *rs, struct view *v,
    const struct str *block)
{
	size_t from;

	tmpl_render(rq->app->tmpl[PAGE_frame_head], v, rs->body);
	from = rs->body->len;
	str_addn(rs->body, block->data, block->len);
	if (str_ok(rs->body))
		tokens_put(rq, rs->body->data + from, block->len);
	return page_end(rq, rs, PAGE_frame_foot, v);
}
