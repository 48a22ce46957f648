#include "app.h"

const char *
pool_name(enum pool p)
{
	static const char *const names[POOL__MAX] = { "app", "auth", "api" };

	return names[p];
}
