// The inner loops of module ReadingBlocks: checksum, bit planes, sums by bucket. docs/reading-blocks.md has the format.
//
// No I/O, and no state but memory that is kept for the next table. Each loop has a portable form and, on x86-64, one for AVX-512 that is chosen when the
// processor has it; `portable` set to 1, or a `way`, forces another, so that tests can hold one against the other.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Which of the ways to add up: the best that the processor has, or for tests the plain one or one between.
enum { CREADING_BEST = 0, CREADING_PLAIN = 1, CREADING_LESSER = 2 };

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
  const uint16_t *buckets;      // of each row; NULL where the group does not say
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
void creading_decode(const creading_group *group, int32_t *cells, int way);

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
void creading_add(const creading_group *group, const uint16_t *bucket_of, creading_sums *sums, int way);

/// Memory for a table, all zero; ends the program where there is none. To be given back with creading_free. `dense` says
/// that most of it will be written to: it then comes in large pages.
void *_Nonnull creading_zeros(size_t bytes, int dense);
/// The same with whatever is in it, for tables of which every number is written before it is read. Some of what is given back is
/// kept for the next.
void *_Nonnull creading_memory(size_t bytes);
void creading_free(void *_Nonnull memory);

/// Moves `small` to `metered`. To be called before `metered` is read.
void creading_settle(creading_sums *sums);

/// into += sign * from, all tables settled before.
void creading_merge(creading_sums *into, const creading_sums *from, int sign);

// ---- chunks of a day block: rows in the order of buckets, planes across rows ----------------------------------------

#define CREADING_CHUNK_ROWS 512

/// Up to 512 rows, its sections in memory. The reading of row r in period p is the number whose bits are bit r of the
/// planes of p, from the lowest up, and what outliers and wide cells add to it.
typedef struct creading_chunk {
  uint32_t rows, periods, segment_count, outlier_count, run_count, wide_count, plane_count;
  const uint8_t *widths;      // planes of each period
  const uint32_t *segments;   // bucket (bits 0-15) and the row after its last (16-31); both rise
  const uint32_t *outliers;   // as in a group
  const uint32_t *runs;       // as in a group
  const uint32_t *wide_places;  // row (bits 0-9), period (10-15)
  const int32_t *wide_values;
  const uint8_t *planes;      // 64 bytes each, period after period
} creading_chunk;

/// The part of a chunk that cannot be used; 0 where all can.
typedef enum creading_chunk_fault {
  CREADING_CHUNK_SOUND = 0,
  CREADING_CHUNK_HEADER = 1,
  CREADING_CHUNK_ASIDES = 2,
  CREADING_CHUNK_PLANES = 3,
  CREADING_CHUNK_WIDTHS = 4,
  CREADING_CHUNK_SEGMENTS = 5,
  CREADING_CHUNK_OUTLIERS = 6,
  CREADING_CHUNK_RUNS = 7,
  CREADING_CHUNK_WIDE = 8,
} creading_chunk_fault;

/// Verifies every checksum, count, order and index of a chunk and finds its sections. `first` is the number of its first
/// row in the order of the block, `checksum` the one that the directory has of its header.
creading_chunk_fault creading_chunk_open(const uint8_t *_Nonnull bytes, size_t length, uint32_t first, int32_t date,
                                         uint32_t periods, uint32_t checksum, creading_chunk *_Nonnull chunk);

/// What a run adds up to, bucket after bucket, in each period after period.
typedef struct creading_columns {
  uint32_t buckets, periods;
  int64_t *_Nonnull metered, *_Nonnull lossAdjusted, *_Nonnull estimated;
  int32_t *_Nonnull counts, *_Nonnull estimated_counts;
} creading_columns;

/// The sums of one bucket that other pieces of work may also hold rows of.
typedef struct creading_edge {
  int64_t metered[CREADING_MAX_LANES], estimated[CREADING_MAX_LANES];
  int32_t counts[CREADING_MAX_LANES], estimated_counts[CREADING_MAX_LANES];
} creading_edge;

/// Adds an opened chunk. Buckets `first` and `last` go to edges[0] and edges[1] (the first, where they are one), those from
/// `buckets` up nowhere. Returns the readings of the chunk: its cells that are not missing.
uint64_t creading_chunk_add(const creading_chunk *_Nonnull chunk, const creading_columns *_Nonnull columns,
                            uint32_t first, uint32_t last, creading_edge *_Nonnull edges, int way);

/// Adds an edge to its bucket, unless that is none.
void creading_edge_add(const creading_columns *_Nonnull columns, uint32_t bucket, const creading_edge *_Nonnull edge);

/// Multiplies the sums of buckets by the factors of their rows. Returns 1 where a product leaves 64 bits.
int creading_adjust(const creading_columns *_Nonnull columns, const uint32_t *_Nonnull factor_rows, uint32_t stride,
                    const int32_t *_Nonnull factors, uint32_t from, uint32_t to);

/// The same for one bucket: a row of sums and one of factors.
int creading_adjust_row(const int64_t *_Nonnull metered, const int32_t *_Nonnull factors, uint32_t periods,
                        int64_t *_Nonnull adjusted);

/// A bucket that is touched.
typedef struct creading_touch {
  uint32_t row, aside;  // as `row_of` has it, from 0, and `aside_of`, from 1
  int32_t rows;
  uint16_t bucket;
} creading_touch;

/// What a later run changes: a row for each bucket that is touched, in the order in which they were met, so that what a later
/// run costs follows from what changed and not from how many buckets there are. Those with something aside have a row there,
/// likewise. `capacity` is room for both.
typedef struct creading_changes {
  uint32_t buckets, periods, lanes, capacity, row_count, aside_count, joined;
  int64_t readings;            // that there are more of, in buckets
  uint32_t *_Nonnull row_of;   // by bucket: 1 + its row; 0 for none
  uint16_t *_Nonnull bucket_of;  // of each row
  int32_t *_Nonnull rows;      // of each row: rows stated less rows withdrawn
  int64_t *_Nonnull sums;      // of each row: `lanes` of Wh, then as many of 10^-5 Wh, loss-adjusted
  uint32_t *_Nonnull aside_of;   // by bucket: 1 + its row below; 0 for none
  uint16_t *_Nonnull aside_bucket_of;  // of each row below
  int64_t *_Nonnull estimated;  // of each row `lanes`, as of the next two
  int32_t *_Nonnull counts, *_Nonnull estimated_counts;
  creading_touch *_Nonnull touched;  // once finished: of each row, rising by bucket
} creading_changes;

/// Adds (`sign` 1) or takes off (-1) a checked group that names its rows' buckets. Returns its cells with a reading. The tables
/// must have room for a row for each of the group's, unless they have room for all buckets.
int64_t creading_change(const creading_group *_Nonnull group, int32_t sign, creading_changes *_Nonnull changes,
                        int way);

/// To be called once, after the last group: multiplies the sums by their loss factors, makes counts of what is missing and lists
/// what is touched.
/// Returns 1 where a product leaves 64 bits.
int creading_changes_finish(creading_changes *_Nonnull changes, const uint32_t *_Nonnull factor_rows, uint32_t stride,
                            const int32_t *_Nonnull factors);

/// Where a bucket's numbers are.
typedef struct creading_place {
  uint32_t row;  // from 0
  uint16_t bucket, table;
} creading_place;

/// Puts finished tables of one shape together, fewer than 65,535: what they have of the same bucket goes to the first that has any.
/// Gives the places of all that are touched, rising by bucket, and of those with something aside or other counts; both have room
/// for one more than all buckets. Returns how many there are of the former; sets `overflows` where a sum leaves 64 bits.
uint32_t creading_changes_join(creading_changes *_Nonnull tables, uint32_t count, creading_place *_Nonnull rows,
                               creading_place *_Nonnull asides, uint32_t *_Nonnull aside_count,
                               int *_Nonnull overflows);

/// Unpacks an opened chunk: rows x periods cells.
void creading_chunk_decode(const creading_chunk *_Nonnull chunk, int32_t *_Nonnull cells);

/// What a packed chunk needs at most, for each section.
typedef struct creading_packed {
  uint8_t *_Nonnull widths;        // lanes
  uint32_t *_Nonnull outliers;     // 512 * periods
  uint32_t *_Nonnull wide_places;  // 512 * periods
  int32_t *_Nonnull wide_values;   // 512 * periods
  uint8_t *_Nonnull planes;        // 64 * 16 * periods
  uint32_t outlier_count, wide_count, plane_count;
} creading_packed;

/// Packs the rows of `cells` (lanes each) that `order` names.
void creading_chunk_pack(const int32_t *_Nonnull cells, const uint32_t *_Nonnull order, uint32_t rows, uint32_t periods,
                         creading_packed *_Nonnull out, int portable);

/// How large the readings of rows are on the whole, which peaks change little: the sum of their lengths in bits.
void creading_levels(const int32_t *_Nonnull cells, uint32_t rows, uint32_t periods, uint32_t *_Nonnull levels);

/// Where in a checked group each row's planes begin, in planes.
void creading_row_places(const creading_group *_Nonnull group, uint16_t *_Nonnull places);

/// Decodes one row of a checked group whose planes begin at `place`: lanes cells. Returns the number of its quality
/// runs, the first of them in `*first_run`.
uint32_t creading_row(const creading_group *_Nonnull group, uint32_t row, uint32_t place, int32_t *_Nonnull cells,
                      uint32_t *_Nonnull first_run);

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
