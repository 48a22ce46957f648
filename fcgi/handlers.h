/* handlers.h - every handler of the route table, by the file it lives in. */
#ifndef FCGI_HANDLERS_H
#define FCGI_HANDLERS_H

#include "routes.h"

/* pages/home.c */
handler page_root, page_home, page_theme, page_health;
/* auth/login.c */
handler auth_login_page, auth_login, auth_logout, auth_must_change;

#endif
