/* encode.h - base64 for this folder.  Layer: oidc.  May include: base. */
#ifndef OIDC_ENCODE_H
#define OIDC_ENCODE_H

#include "base/arena.h"

/* With padding, as a header wants it. */
const char *oidc_base64(struct arena *, const void *data, size_t n);

#endif
