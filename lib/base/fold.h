/* fold.h - text as a search sees it: no case, accents, ligatures or signs.
 *
 * Latin letters used in French and its neighbours become a-z; digits stay;
 * letters of other scripts stay as they are; everything else separates words.
 * Decomposed accents (U+0300 to U+036F) are dropped, so NFC and NFD agree.
 * Layer: base.  May include: libc.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/arena.h"

enum { FOLD_WORDS_MAX = 64, FOLD_WORD_BYTES = 48 };

/* Words of valid UTF-8, separated by one space: "L’Hôpital" is "l hopital". */
char	*fold_text(struct arena *, const char *);

/* The same as a list of at most max words, each cut to FOLD_WORD_BYTES. */
size_t	 fold_words(struct arena *, const char *, char **ret, size_t max);

/* Edits (insert, delete, replace, swap neighbours) between two words, or
 * max + 1 where there are more.  Words of at most FOLD_WORD_BYTES. */
int	 fold_distance(const char *, const char *, int max);

#endif
