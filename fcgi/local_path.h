/* local_path.h - paths to go back to, given by a form or a query. */
#ifndef FCGI_LOCAL_PATH_H
#define FCGI_LOCAL_PATH_H

/* The path when it is one of ours (one slash first, no control byte, no
 * backslash), else the fallback: never an address of somebody else. */
const char *local_path(const char *path, const char *fallback);

#endif
