/* The body of a PATCH, and the path inside: whatever comes, what is read of it
 * is within the limits, or there is an issue to say; nothing in between. */
#include <assert.h>
#include <string.h>

#include "api/fhirpath.h"
#include "api/patch.h"
#include "domain/capacity.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(struct arena *a, const struct patch *p)
{
	size_t i;

	assert((p->http != 0) == (p->n_issues > 0));
	assert(p->n <= FEED_OPS_MAX && p->n_issues <= PATCH_ISSUES_MAX);
	assert(p->http != 0 || p->n > 0);
	for (i = 0; i < p->n; i++) {
		const struct feed_change *c = &p->v[i];

		assert(c->value == FEED_VALUE_NULL ||
		    (c->value >= 0 && c->value <= CAP_VALUE_MAX));
		assert((c->op == FEED_DELETE) == (c->value == FEED_VALUE_NULL));
		assert(strlen(feed_tuple(a, c->code)) <= 17);
		assert(c->effective == NULL || strlen(c->effective) < 40);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct fault f = { "" };
	struct fhirpath path;
	struct patch *p;
	struct arena a;
	json_t *root;

	arena_init(&a, 256 << 20);
	p = ARENA_NEW(&a, struct patch);
	(void)!fhirpath_parse(&a, arena_strndup(&a, (const char *)data, n),
	    &f, &path);
	root = json_read(&a, (const char *)data, n, &f);
	if (root != NULL) {
		patch_read(&a, root, p);
		check(&a, p);
	}
	arena_free(&a);
	return 0;
}
