// The C face of simdjson for module JSONText: one call reads a whole document into a flat list of tokens.
//
// Safe for any bytes: the input is copied into a padded buffer, every token points into memory that the document owns,
// and nothing throws across this line.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum csimdjson_kind {
  CSIMDJSON_NULL = 0,
  CSIMDJSON_FALSE = 1,
  CSIMDJSON_TRUE = 2,
  CSIMDJSON_NUMBER = 3,  // bytes: the source text, checked against the grammar of RFC 8259
  CSIMDJSON_STRING = 4,  // bytes: unescaped
  CSIMDJSON_KEY = 5,     // bytes: unescaped; its value follows
  CSIMDJSON_ARRAY = 6,   // length: how many elements follow
  CSIMDJSON_OBJECT = 7,  // length: how many pairs of key and value follow
} csimdjson_kind;

typedef struct csimdjson_token {
  const uint8_t *bytes;
  uint32_t length;
  uint32_t kind;
} csimdjson_token;

typedef enum csimdjson_status {
  CSIMDJSON_OK = 0,
  CSIMDJSON_EMPTY = 1,
  CSIMDJSON_TOO_LARGE = 2,
  CSIMDJSON_TOO_DEEP = 3,
  CSIMDJSON_OUT_OF_MEMORY = 4,
  CSIMDJSON_NOT_UTF8 = 5,
  CSIMDJSON_OPEN_STRING = 6,
  CSIMDJSON_BAD_STRING = 7,
  CSIMDJSON_BAD_NUMBER = 8,
  CSIMDJSON_BAD_LITERAL = 9,
  CSIMDJSON_INCOMPLETE = 10,
  CSIMDJSON_TRAILING = 11,
  CSIMDJSON_BAD_STRUCTURE = 12,
} csimdjson_status;

typedef struct csimdjson_document csimdjson_document;

// Reads one document of RFC 8259; a byte-order mark before it is skipped. On CSIMDJSON_OK `*document` must be released.
// On any other status it is NULL and `*offset` is the byte at which reading stopped, or -1 where that is not known.
csimdjson_status csimdjson_parse(
    const uint8_t *bytes, size_t length, uint32_t maximum_depth, csimdjson_document **document, int64_t *offset);

// The tokens in the order of the text. They live as long as the document.
const csimdjson_token *csimdjson_tokens(const csimdjson_document *document, size_t *count);

void csimdjson_release(csimdjson_document *document);

#ifdef __cplusplus
}
#endif
