/* search_file.h - the index's layout, for search.c and search_build.c only.
 *
 * Little-endian, as written by the machine that reads it; a file from another
 * kind of machine has another magic.
 */
#ifndef DOMAIN_SEARCH_FILE_H
#define DOMAIN_SEARCH_FILE_H

#include <stdint.h>

#define SEARCH_MAGIC	UINT64_C(0x31305844494f5252)	/* "RROIDX01" */

struct search_header {
	uint64_t	magic;
	uint64_t	size;		/* of the whole file */
	uint64_t	checksum;	/* of all after the header */
	int64_t		generation;
	uint32_t	n_docs, n_terms, n_postings, n_text;
	uint64_t	docs, terms, postings, text;	/* offsets */
};

struct search_doc {
	int64_t		id;
	uint32_t	name;		/* folded, in text */
	uint32_t	departement;	/* up to 4 letters, packed */
	uint16_t	type;
	uint8_t		fields;
	char		kind;
	uint32_t	pad;
};

struct search_term {
	uint32_t	word;		/* in text */
	uint32_t	letters;	/* which letters it has, as bits */
	uint32_t	first, n;	/* its postings: document numbers */
};

/* FNV-1a over 8-byte words: catches a cut or damaged file, nothing more. */
uint64_t	search_checksum(const void *, uint64_t n);
uint32_t	search_letters(const char *word);
uint32_t	search_pack(const char *departement);

#endif
