#include "oidc/reason.h"

const char *
oidc_reason_name(enum oidc_reason r)
{
	static const char *const names[OIDC__MAX] = {
#define X(key, name) [OIDC_##key] = name,
		OIDC_REASONS(X)
#undef X
	};

	return names[r];
}
