/* app.h - what lives as long as a worker: made in worker.c, passed down.
 *
 * Layer: fcgi.  May include: lib.
 */
#ifndef FCGI_APP_H
#define FCGI_APP_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/conf.h"
#include "blocks.h"
#include "chart/map.h"
#include "db/db.h"
#include "domain/geography.h"
#include "domain/snapshot.h"
#include "ldap/directory.h"
#include "oidc/provider.h"
#include "tmpl/tmpl.h"

#define ROR_VERSION	"0.1.0"		/* the newest entry of CHANGELOG.md */

enum pool { POOL_APP, POOL_AUTH, POOL_API, POOL__MAX };

/* Every page with a template; fcgi/pages.def is the list. */
enum page_id {
#define PAGE(name) PAGE_##name,
#include "pages.def"
#undef PAGE
	PAGE__MAX
};

struct page_spec {
	const char		*file;		/* in the templates folder */
	const char *const	*keys;
	size_t			 n_keys;
};

struct app {
	enum pool		 pool;
	const struct conf	*conf;
	struct arena		*life;		/* until the worker ends */
	struct arena		*arena;		/* until the request ends */
	struct db		 db;
	const struct zone	*paris;
	struct geography	 geo;
	struct search		*search;	/* mapped index, or NULL */
	struct snapshot		 snapshot;	/* pool app */
	struct blocks		 blocks;
	char			 token_mark[44]; /* in blocks, for csrf */
	const struct map	*map;		/* NULL: squares */
	const struct tmpl	*tmpl[PAGE__MAX];
	/* Of the pool auth only. */
	struct directory	 directory;
	struct provider		 psc;
	const char		*survival_secret;
	const unsigned char	*second_key;	/* 32 bytes; NULL: none */
};

const char	*pool_name(enum pool);

/* Load every template against its page's keys.
 * ST_INPUT, ST_IO: the fault says which file, line and key. */
enum status	 pages_load(struct app *, struct fault *) MUST_CHECK;

#endif
