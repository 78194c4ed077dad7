// What a later run changes: corrections added up by bucket, in tables that have a row for each bucket that is touched.
#include <stdlib.h>

#include "planes.h"

// Adds rows `from` to `to`, which lie in one bucket, to its sums, or puts them there where it has none yet.
static void change_rows_plain(const creading_group *g, const uint32_t *offsets, uint32_t from, uint32_t to,
                              int32_t sign, int is_new, int64_t *metered) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  uint32_t sums[CREADING_MAX_LANES] = {0};  // 1024 rows of 16 bits at most
  for (uint32_t r = from; r < to; r++) {
    uint16_t values[CREADING_MAX_LANES];
    decode_row_plain(g->planes + offsets[r], g->widths[r], plane_bytes, mask, lanes, values);
    for (uint32_t p = 0; p < lanes; p++) sums[p] += values[p];
  }
  for (uint32_t p = 0; p < lanes; p++) metered[p] = (is_new ? 0 : metered[p]) + sign * (int64_t)sums[p];
}

#if WIDE_VECTORS
// 32-bit sums of lanes 0 to 63 in a to d, with their sign, to the 64-bit ones.
#define PUT_SUMS                                                                                      \
  {                                                                                                   \
    __m512i signs = _mm512_set1_epi64(sign < 0 ? -1 : 0);                                             \
    PUT_EIGHT(metered, a, 0)                                                                          \
    PUT_EIGHT(metered + 8, a, 1)                                                                      \
    PUT_EIGHT(metered + 16, b, 0)                                                                     \
    PUT_EIGHT(metered + 24, b, 1)                                                                     \
    PUT_EIGHT(metered + 32, c, 0)                                                                     \
    PUT_EIGHT(metered + 40, c, 1)                                                                     \
    if (lanes == 64) {                                                                                \
      PUT_EIGHT(metered + 48, d, 0)                                                                   \
      PUT_EIGHT(metered + 56, d, 1)                                                                   \
    }                                                                                                 \
  }
#define PUT_EIGHT(place, all, half)                                                                   \
  {                                                                                                   \
    __m512i eight = _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(all, half));                      \
    eight = _mm512_sub_epi64(_mm512_xor_si512(eight, signs), signs);                                  \
    if (!is_new) eight = _mm512_add_epi64(eight, _mm512_loadu_si512(place));                          \
    _mm512_storeu_si512(place, eight);                                                                \
  }

V4 static void change_rows_v4(const creading_group *g, const uint32_t *offsets, uint32_t from, uint32_t to,
                              int32_t sign, int is_new, int64_t *metered) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  // As many planes for each row, four, eight, twelve or sixteen: the processor foresees when the loop over them ends, and what
  // a row does not have counts as zeros.
  uint32_t widest = 0;
  for (uint32_t r = from; r < to; r++) widest = g->widths[r] > widest ? g->widths[r] : widest;
  uint32_t turns = (widest + 3) / 4 * 4;
  for (uint32_t r = from; r < to; r++) {
    const uint8_t *planes = g->planes + offsets[r];
    uint32_t width = g->widths[r], last = width ? width - 1 : 0;
    __m512i low = _mm512_setzero_si512(), high = low, bit = _mm512_set1_epi16(1);
    for (uint32_t k = 0; k < turns; k++) {
      uint64_t plane = plane_at(planes + (size_t)(k < last ? k : last) * plane_bytes, k < width ? mask : 0);
      low = _mm512_mask_add_epi16(low, (__mmask32)plane, low, bit);
      high = _mm512_mask_add_epi16(high, (__mmask32)(plane >> 32), high, bit);
      bit = _mm512_add_epi16(bit, bit);
    }
    a = _mm512_add_epi32(a, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(low)));
    b = _mm512_add_epi32(b, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(low, 1)));
    c = _mm512_add_epi32(c, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(high)));
    d = _mm512_add_epi32(d, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(high, 1)));
  }
  PUT_SUMS
}

// No loop over planes, and nothing to foresee: most buckets have a row or two.
V5 static void change_rows_v5(const creading_group *g, const uint32_t *offsets, uint32_t from, uint32_t to,
                              int32_t sign, int is_new, int64_t *metered) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  __m512i order = plane_order(plane_bytes);
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (uint32_t r = from; r < to; r++) {
    __m512i numbers[4];
    row_numbers_v5(g->planes + offsets[r], g->widths[r], plane_bytes, mask, order, numbers);
    a = _mm512_add_epi32(a, numbers[0]);
    b = _mm512_add_epi32(b, numbers[1]);
    c = _mm512_add_epi32(c, numbers[2]);
    d = _mm512_add_epi32(d, numbers[3]);
  }
  PUT_SUMS
}
#endif

static int64_t *sums_of(const creading_changes *s, uint32_t row) { return s->sums + (size_t)(row - 1) * 2 * s->lanes; }

// Memory is written before it is read: a page of zeros that is read first is mapped twice, and the second time every processor
// is told.
static uint32_t new_row(creading_changes *s, uint32_t bucket) {
  if (s->row_count == s->capacity) abort();  // the caller gave no room: rather no sum than a wrong one
  s->rows[s->row_count] = 0;
  s->bucket_of[s->row_count] = (uint16_t)bucket;
  return ++s->row_count;
}

static uint32_t new_aside(creading_changes *s, uint32_t bucket) {
  size_t at = (size_t)s->aside_count * s->lanes;  // there is room: its bucket has a row too
  memset(s->estimated + at, 0, 8 * (size_t)s->lanes);
  memset(s->counts + at, 0, 4 * (size_t)s->lanes);
  memset(s->estimated_counts + at, 0, 4 * (size_t)s->lanes);
  s->aside_bucket_of[s->aside_count] = (uint16_t)bucket;
  return ++s->aside_count;
}

// The rows of a group, those of one bucket after another.
static void change_buckets(const creading_group *g, int32_t sign, creading_changes *s, const uint32_t *offsets,
                           int way) {
  void (*add)(const creading_group *, const uint32_t *, uint32_t, uint32_t, int32_t, int, int64_t *) = change_rows_plain;
#if WIDE_VECTORS
  if (way == CREADING_BEST && has_v5())
    add = change_rows_v5;
  else if (way != CREADING_PLAIN && has_v4())
    add = change_rows_v4;
#endif
  for (uint32_t from = 0, to; from < g->rows && g->buckets[from] < s->buckets; from = to) {
    uint32_t bucket = g->buckets[from];
    for (to = from + 1; to < g->rows && g->buckets[to] == bucket;) to++;
    int is_new = !s->row_of[bucket];
    if (is_new) s->row_of[bucket] = new_row(s, bucket);
    uint32_t row = s->row_of[bucket];
    add(g, offsets, from, to, sign, is_new, sums_of(s, row));
    s->rows[row - 1] += sign * (int32_t)(to - from);
    s->readings += sign * (int64_t)(to - from) * g->periods;
  }
}

// What the planes do not have of readings.
static void change_large(const creading_group *g, int32_t sign, creading_changes *s) {
  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023, bucket = g->buckets[row];
    if (bucket >= s->buckets) break;
    sums_of(s, s->row_of[bucket])[(o >> 10) & 63] += sign * ((int64_t)(o >> 16) << g->widths[row]);
  }
  for (uint32_t i = 0; i < g->wide_count; i++) {
    uint32_t bucket = g->buckets[g->wide_rows[i]];
    if (bucket >= s->buckets) break;
    int64_t *to = sums_of(s, s->row_of[bucket]);
    for (uint32_t p = 0; p < g->periods; p++) to[p] += sign * (int64_t)g->wide_cells[(size_t)i * g->periods + p];
  }
}

int64_t creading_change(const creading_group *g, int32_t sign, creading_changes *s, int way) {
  uint32_t plane_bytes = (g->periods + 7) / 8, at = 0, lanes = s->lanes;
  uint32_t offsets[CREADING_GROUP_ROWS];
  for (uint32_t r = 0; r < g->rows; r++) {
    offsets[r] = at;
    at += (uint32_t)g->widths[r] * plane_bytes;
  }
  change_buckets(g, sign, s, offsets, way);
  change_large(g, sign, s);
  int64_t readings = (int64_t)g->rows * g->periods;
  uint32_t outlier = 0, wide = 0, known = UINT32_MAX;
  int32_t values[CREADING_MAX_LANES];
  for (uint32_t i = 0; i < g->run_count; i++) {
    uint32_t o = g->runs[i], row = o & 1023, first = (o >> 10) & 63, count = ((o >> 16) & 63) + 1;
    uint32_t bucket = g->buckets[row], quality = o >> 22;
    if (quality == 3) readings -= count;
    if (bucket >= s->buckets || quality == 2) continue;
    if (!s->aside_of[bucket]) s->aside_of[bucket] = new_aside(s, bucket);
    size_t place = (size_t)(s->aside_of[bucket] - 1) * lanes + first;
    if (quality == 3) {
      s->readings -= sign * (int64_t)count;
      for (uint32_t p = 0; p < count; p++) s->counts[place + p] -= sign;
    } else {
      if (row != known) row_values(g, row, offsets, &outlier, &wide, values);
      known = row;
      for (uint32_t p = 0; p < count; p++) {
        s->estimated[place + p] += sign * (int64_t)values[first + p];
        s->estimated_counts[place + p] += sign;
      }
    }
  }
  return readings;
}

// Adds to the counts of all periods of a row aside. All lanes, which compilers do at once.
static void count_rows(const creading_changes *s, uint32_t aside, int32_t rows) {
  uint32_t lanes = s->lanes;
  int32_t *counts = s->counts + (size_t)aside * lanes;
  for (uint32_t p = 0; p < lanes; p++) counts[p] += rows;
}

// Lists what is touched by bucket, so that tables can be joined by going along their lists.
static void list_touched(creading_changes *s) {
  uint64_t bits[1024] = {0};  // one for each bucket: there are fewer than 65,536
  for (uint32_t i = 0; i < s->row_count; i++) bits[s->bucket_of[i] / 64] |= UINT64_C(1) << (s->bucket_of[i] & 63);
  uint32_t found = 0;
  for (uint32_t word = 0; word <= s->buckets / 64; word++)
    for (uint64_t rest = bits[word]; rest; rest &= rest - 1) {
      uint32_t bucket = word * 64 + (uint32_t)__builtin_ctzll(rest), row = s->row_of[bucket] - 1;
      s->touched[found++] = (creading_touch){row, s->aside_of[bucket], s->rows[row], (uint16_t)bucket};
    }
}

int creading_changes_finish(creading_changes *s, const uint32_t *factor_rows, uint32_t stride, const int32_t *factors) {
  int overflows = 0;
  uint32_t periods = s->periods;
  for (uint32_t i = 0; i < s->row_count; i++) {
    const int32_t *row = factors + (size_t)factor_rows[(size_t)s->bucket_of[i] * stride] * periods;
    int64_t *sums = sums_of(s, i + 1);
    overflows |= creading_adjust_row(sums, row, periods, sums + s->lanes);
  }
  for (uint32_t i = 0; i < s->aside_count; i++)
    count_rows(s, i, s->rows[s->row_of[s->aside_bucket_of[i]] - 1]);
  list_touched(s);
  return overflows;
}

static int add_row(creading_changes *to, uint32_t row, const creading_changes *from, uint32_t other) {
  int64_t *sums = sums_of(to, row), *more = sums_of(from, other);
  int overflows = 0;
  uint32_t periods = to->periods, lanes = to->lanes;
  for (uint32_t p = 0; p < periods; p++) {
    sums[p] += more[p];
    overflows |= __builtin_add_overflow(sums[lanes + p], more[lanes + p], &sums[lanes + p]);
  }
  return overflows;
}

static void add_aside(creading_changes *to, uint32_t row, const creading_changes *from, uint32_t other) {
  uint32_t periods = to->periods;
  size_t place = (size_t)(row - 1) * to->lanes, more = (size_t)(other - 1) * from->lanes;
  for (uint32_t p = 0; p < periods; p++) to->estimated[place + p] += from->estimated[more + p];
  for (uint32_t p = 0; p < periods; p++) to->counts[place + p] += from->counts[more + p];
  for (uint32_t p = 0; p < periods; p++) to->estimated_counts[place + p] += from->estimated_counts[more + p];
}

// Takes the next of a table, which is of a bucket that others may have had before it, to what is found of that.
static void join_next(creading_changes *tables, uint32_t table, creading_place *sums, creading_place *aside, int32_t *rows,
                      int *overflows) {
  creading_touch next = tables[table].touched[tables[table].joined++];
  if (sums->table == UINT16_MAX)
    *sums = (creading_place){next.row, next.bucket, (uint16_t)table};
  else
    *overflows |= add_row(&tables[sums->table], sums->row + 1, &tables[table], next.row + 1);
  // Where a table has rows and nothing aside, its count of rows is the same in all periods.
  if (!next.aside)
    *rows += next.rows;
  else if (aside->table == UINT16_MAX)
    *aside = (creading_place){next.aside - 1, next.bucket, (uint16_t)table};
  else
    add_aside(&tables[aside->table], aside->row + 1, &tables[table], next.aside);
}

static int has_next(const creading_changes *table) { return table->joined < table->row_count; }

uint32_t creading_changes_join(creading_changes *tables, uint32_t count, creading_place *rows, creading_place *asides,
                               uint32_t *aside_count, int *overflows) {
  uint32_t found = 0, found_asides = 0;
  for (uint32_t t = 0; t < count; t++) tables[t].joined = 0;
  for (;;) {
    uint32_t bucket = UINT32_MAX;
    for (uint32_t t = 0; t < count; t++)
      if (has_next(&tables[t]) && tables[t].touched[tables[t].joined].bucket < bucket)
        bucket = tables[t].touched[tables[t].joined].bucket;
    if (bucket == UINT32_MAX) break;
    creading_place sums = {0, (uint16_t)bucket, UINT16_MAX}, aside = sums;
    int32_t more = 0;
    for (uint32_t t = 0; t < count; t++)
      if (has_next(&tables[t]) && tables[t].touched[tables[t].joined].bucket == bucket)
        join_next(tables, t, &sums, &aside, &more, overflows);
    if (more) {
      if (aside.table == UINT16_MAX)
        aside = (creading_place){new_aside(&tables[sums.table], bucket) - 1, (uint16_t)bucket, sums.table};
      count_rows(&tables[aside.table], aside.row, more);
    }
    rows[found++] = sums;
    asides[found_asides] = aside;
    found_asides += aside.table != UINT16_MAX;
  }
  *aside_count = found_asides;
  return found;
}
