// The inner loops of module ReadingBlocks: checksum, bit planes, sums by bucket. docs/reading-blocks.md has the format.
//
// No allocation, no state, no I/O. Each loop has a portable form and, on x86-64, one for AVX-512 that is chosen when the
// processor has it; `portable` set to 1 forces the portable one, so that tests can hold one against the other.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CREADING_GROUP_ROWS 1024
#define CREADING_MAX_WIDTH 16
#define CREADING_MAX_LANES 64

#ifdef __cplusplus
extern "C" {
#endif

/// CRC-32 of ISO 3309 (polynomial EDB88320), as zlib's crc32; `seed` is the value so far, 0 at first.
uint32_t creading_crc32(uint32_t seed, const void *bytes, size_t length, int portable);

/// One group of rows, its sections in memory. All of them lie within what the caller has mapped, and 8 bytes after the
/// planes can be read.
typedef struct creading_group {
  uint32_t rows, periods, outlier_count, run_count, wide_count, plane_bytes;
  const uint32_t *row_numbers;  // NULL where rows follow one another
  const uint8_t *widths;
  const uint32_t *outliers;
  const uint32_t *runs;
  const uint32_t *wide_rows;
  const int32_t *wide_cells;
  const uint8_t *planes;
} creading_group;

/// What does not hold in a group; 0 for a sound one.
typedef enum creading_fault {
  CREADING_SOUND = 0,
  CREADING_BAD_ROW_NUMBERS = 1,
  CREADING_BAD_WIDTHS = 2,
  CREADING_BAD_OUTLIERS = 3,
  CREADING_BAD_RUNS = 4,
  CREADING_BAD_WIDE_ROWS = 5,
} creading_fault;

/// Checks every index and order that the other functions rely on.
creading_fault creading_check(const creading_group *group);

/// 48 lanes for up to 48 periods, 64 beyond.
static inline uint32_t creading_lanes(uint32_t periods) { return periods <= 48 ? 48 : 64; }

/// Decodes all rows of a checked group: `cells` holds rows x lanes.
void creading_decode(const creading_group *group, int32_t *cells, int portable);

/// What an encoded group needs at most, for each section.
typedef struct creading_encoded {
  uint8_t *widths;        // rows
  uint32_t *outliers;     // rows * periods
  uint32_t *wide_rows;    // rows
  int32_t *wide_cells;    // rows * periods
  uint8_t *planes;        // rows * 16 * 7 + 8
  uint32_t outlier_count, wide_count, plane_bytes;
} creading_encoded;

/// Encodes rows x lanes cells; lanes beyond the periods are zero.
void creading_encode(const int32_t *cells, uint32_t rows, uint32_t periods, creading_encoded *out, int portable);

/// Sums by bucket and period. Tables have buckets + 1 rows of `lanes`; the last takes rows of no bucket.
typedef struct creading_sums {
  uint32_t buckets, lanes;
  uint64_t small_bound;  // the most that a cell of `small` can hold by now
  uint32_t *small;       // not yet added to `metered`
  int64_t *metered;      // Wh
  int64_t *estimated;    // Wh of estimated cells
  int32_t *missing;      // cells without reading
  int32_t *estimated_count;
  int64_t *rows;         // by bucket
} creading_sums;

/// Adds a checked group. `bucket_of` is the bucket of the group's first row (or, where the group has row numbers, that of
/// row number 0; every number is below `mpans`).
void creading_add(const creading_group *group, const uint16_t *bucket_of, creading_sums *sums, int portable);

/// Memory for a table, all zero; ends the program where there is none. To be given back with creading_free.
void *_Nonnull creading_zeros(size_t bytes);
void creading_free(void *_Nonnull memory);

/// Moves `small` to `metered`. To be called before `metered` is read.
void creading_settle(creading_sums *sums);

/// into += sign * from, all tables settled before.
void creading_merge(creading_sums *into, const creading_sums *from, int sign);

/// What of a national estate depends on the date only.
typedef struct creading_estate_day {
  uint64_t seed;
  int32_t day;
  uint32_t periods;
  uint32_t shapes[8][CREADING_MAX_LANES];
  uint32_t ev_start;
} creading_estate_day;

/// Readings of a row: simulated, deterministic in (seed, day, row, salt). `cells` takes lanes values.
void creading_estate_rows(const creading_estate_day *day, uint32_t first_row, const uint32_t *row_numbers,
                          uint32_t rows, uint32_t salt, int32_t *cells);

/// The number that all that is drawn for a row on a purpose comes from.
uint64_t creading_estate_hash(uint64_t seed, uint64_t row, uint64_t purpose);

#ifdef __cplusplus
}
#endif
