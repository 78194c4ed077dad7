// Chunks of a day block: rows in the order of their buckets, bit planes across rows.
//
// A plane of a period is 64 bytes: bit r is one bit of the reading of row r. The sum of the rows of a bucket is the sum
// over planes of 2^k times the number of bits that are set within the bucket's rows: nothing is unpacked.
#include <string.h>

#include "creading.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define V3 __attribute__((target("avx2,popcnt,lzcnt,bmi,bmi2")))
#define V4 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq,popcnt,lzcnt,bmi,bmi2")))
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
static int has_v3(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"); }
static int has_v4(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("avx512vpopcntdq");
}
#else
#define CLONES
#endif

enum { WORDS = CREADING_CHUNK_ROWS / 64, PLANE = CREADING_CHUNK_ROWS / 8, HEADER = 64 };

typedef struct row_mask {
  uint64_t words[WORDS];
} row_mask;

static inline uint32_t u32_at(const uint8_t *bytes) {
  uint32_t value;
  memcpy(&value, bytes, 4);
  return value;
}

static inline uint32_t row_of(uint32_t place) { return place & 1023; }
static inline uint32_t period_of(uint32_t place) { return (place >> 10) & 63; }
static inline uint32_t run_length(uint32_t run) { return ((run >> 16) & 63) + 1; }

// ---- opening --------------------------------------------------------------------------------------------------------

static inline uint32_t place_of(uint32_t outlier) { return row_of(outlier) * 64 + period_of(outlier); }

// Each is compared with the one before it as it lies in memory, which leaves the processor free to take many at a time.
CLONES static uint32_t bad_outliers(const uint32_t *outliers, uint32_t count, uint32_t rows, uint32_t periods) {
  uint32_t bad = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t o = outliers[i];
    bad |= (row_of(o) >= rows) | (period_of(o) >= periods) | (o >> 16 == 0);
  }
  for (uint32_t i = 1; i < count; i++) bad |= place_of(outliers[i]) <= place_of(outliers[i - 1]);
  return bad;
}

static creading_chunk_fault check(const creading_chunk *c) {
  uint32_t total = 0, widest = 0, end = 0;
  for (uint32_t p = 0; p < c->periods; p++) {
    total += c->widths[p];
    widest = c->widths[p] > widest ? c->widths[p] : widest;
  }
  if (widest > CREADING_MAX_WIDTH || total != c->plane_count) return CREADING_CHUNK_WIDTHS;
  int64_t last = -1;
  for (uint32_t i = 0; i < c->segment_count; i++) {
    uint32_t bucket = c->segments[i] & 0xffff, next = c->segments[i] >> 16;
    if ((int64_t)bucket <= last || next <= end || next > c->rows) return CREADING_CHUNK_SEGMENTS;
    last = bucket;
    end = next;
  }
  if (end != c->rows) return CREADING_CHUNK_SEGMENTS;
  uint32_t bad = bad_outliers(c->outliers, c->outlier_count, c->rows, c->periods), before = 0;
  if (bad) return CREADING_CHUNK_OUTLIERS;
  before = 0;
  for (uint32_t i = 0; i < c->run_count; i++) {
    uint32_t o = c->runs[i], row = row_of(o), first = period_of(o), count = run_length(o), quality = o >> 22;
    uint32_t place = row * 64 + first + 1;
    bad |= (row >= c->rows) | (first + count > c->periods) | (place <= before) | (quality < 1) | (quality > 3);
    before = place + count - 1;
  }
  if (bad) return CREADING_CHUNK_RUNS;
  before = 0;
  for (uint32_t i = 0; i < c->wide_count; i++) {
    uint32_t o = c->wide_places[i], row = row_of(o), period = period_of(o), place = row * 64 + period + 1;
    int32_t value = c->wide_values[i];
    bad |= (row >= c->rows) | (period >= c->periods) | (place <= before) | (o >> 16 != 0);
    bad |= (value < -1000000000) | (value > 1000000000);
    before = place;
  }
  return bad ? CREADING_CHUNK_WIDE : CREADING_CHUNK_SOUND;
}

creading_chunk_fault creading_chunk_open(const uint8_t *bytes, size_t length, uint32_t first, int32_t date,
                                         uint32_t periods, uint32_t checksum, creading_chunk *chunk) {
  if (length < HEADER) return CREADING_CHUNK_HEADER;
  if (creading_crc32(0, bytes, 60, 0) != u32_at(bytes + 60) || u32_at(bytes + 60) != checksum)
    return CREADING_CHUNK_HEADER;
  creading_chunk c;
  c.rows = u32_at(bytes + 4) & 0xffff;
  c.periods = u32_at(bytes + 4) >> 16;
  c.segment_count = u32_at(bytes + 8);
  c.outlier_count = u32_at(bytes + 12);
  c.run_count = u32_at(bytes + 16);
  c.wide_count = u32_at(bytes + 20);
  c.plane_count = u32_at(bytes + 24);
  uint32_t cells = c.rows * c.periods;
  if (u32_at(bytes) != first || c.rows < 1 || c.rows > CREADING_CHUNK_ROWS || c.periods != periods ||
      (int32_t)u32_at(bytes + 40) != date || c.segment_count > c.rows || c.outlier_count > cells ||
      c.run_count > cells || c.wide_count > cells || c.plane_count > 16 * periods)
    return CREADING_CHUNK_HEADER;
  size_t widths = (periods + 3) / 4 * 4;
  size_t asides = widths + 4 * ((size_t)c.segment_count + c.outlier_count + c.run_count + 2 * (size_t)c.wide_count);
  size_t planes = (HEADER + asides + 63) / 64 * 64;
  if (planes + (size_t)c.plane_count * PLANE != length) return CREADING_CHUNK_HEADER;
  if (creading_crc32(0, bytes + HEADER, planes - HEADER, 0) != u32_at(bytes + 32)) return CREADING_CHUNK_ASIDES;
  if (creading_crc32(0, bytes + planes, length - planes, 0) != u32_at(bytes + 36)) return CREADING_CHUNK_PLANES;
  c.widths = bytes + HEADER;
  c.segments = (const uint32_t *)(bytes + HEADER + widths);
  c.outliers = c.segments + c.segment_count;
  c.runs = c.outliers + c.outlier_count;
  c.wide_places = c.runs + c.run_count;
  c.wide_values = (const int32_t *)(c.wide_places + c.wide_count);
  c.planes = bytes + planes;
  *chunk = c;
  return check(&c);
}

// ---- sums -----------------------------------------------------------------------------------------------------------

static inline row_mask rows_between(uint32_t from, uint32_t to) {
  row_mask mask;
  for (uint32_t w = 0; w < WORDS; w++) {
    uint32_t low = from > 64 * w ? from - 64 * w : 0, high = to > 64 * w ? to - 64 * w : 0;
    uint64_t below_high = high >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << high) - 1;
    uint64_t below_low = low >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << low) - 1;
    mask.words[w] = below_high & ~below_low;
  }
  return mask;
}

// The sums of rows `from` to `to`, all readings and those that `aside` marks.
static inline __attribute__((always_inline)) void sum_words(const creading_chunk *c, const row_mask *aside,
                                                            uint32_t from, uint32_t to, int64_t *all, int64_t *marked) {
  row_mask mask = rows_between(from, to);
  uint32_t begin = from / 64, end = (to + 63) / 64;
  const uint8_t *at = c->planes;
  for (uint32_t p = 0; p < c->periods; p++) {
    uint64_t sum = 0, part = 0;
    for (uint32_t k = 0; k < c->widths[p]; k++, at += PLANE) {
      uint64_t bits = 0, marks = 0;
      for (uint32_t w = begin; w < end; w++) {
        uint64_t word;
        memcpy(&word, at + 8 * w, 8);
        word &= mask.words[w];
        bits += (uint64_t)__builtin_popcountll(word);
        marks += (uint64_t)__builtin_popcountll(word & aside[p].words[w]);
      }
      sum += bits << k;
      part += marks << k;
    }
    all[p] = (int64_t)sum;
    marked[p] = (int64_t)part;
  }
}

static void sum_plain(const creading_chunk *c, const row_mask *aside, uint32_t from, uint32_t to, int64_t *all,
                      int64_t *marked) {
  sum_words(c, aside, from, to, all, marked);
}

#if defined(__x86_64__)
V3 static void sum_v3(const creading_chunk *c, const row_mask *aside, uint32_t from, uint32_t to, int64_t *all,
                      int64_t *marked) {
  sum_words(c, aside, from, to, all, marked);
}

V4 static void sum_v4(const creading_chunk *c, const row_mask *aside, uint32_t from, uint32_t to, int64_t *all,
                      int64_t *marked) {
  row_mask words = rows_between(from, to);
  __m512i mask = _mm512_loadu_si512(&words);
  const uint8_t *at = c->planes;
  for (uint32_t p = 0; p < c->periods; p++) {
    uint32_t width = c->widths[p];
    __m512i marks = _mm512_and_si512(_mm512_loadu_si512(&aside[p]), mask);
    __m512i sum = _mm512_setzero_si512(), part = sum;
    for (uint32_t k = width; k-- > 0;) {
      __m512i plane = _mm512_loadu_si512(at + (size_t)k * PLANE);
      sum = _mm512_add_epi64(_mm512_add_epi64(sum, sum), _mm512_popcnt_epi64(_mm512_and_si512(plane, mask)));
      part = _mm512_add_epi64(_mm512_add_epi64(part, part), _mm512_popcnt_epi64(_mm512_and_si512(plane, marks)));
    }
    at += (size_t)width * PLANE;
    all[p] = _mm512_reduce_add_epi64(sum);
    marked[p] = _mm512_reduce_add_epi64(part);
  }
}
#endif

typedef void (*summing)(const creading_chunk *, const row_mask *, uint32_t, uint32_t, int64_t *, int64_t *);

static summing summing_for(int way) {
#if defined(__x86_64__)
  if (way == CREADING_BEST && has_v4()) return sum_v4;
  if (way != CREADING_PLAIN && has_v3()) return sum_v3;
#endif
  return sum_plain;
}

uint64_t creading_chunk_add(const creading_chunk *c, const creading_columns *columns, uint32_t first, uint32_t last,
                            creading_edge *edges, int way) {
  summing sum = summing_for(way);
  uint32_t periods = c->periods, from = 0, outlier = 0, run = 0, wide = 0;
  uint64_t readings = (uint64_t)c->rows * periods;
  row_mask estimated[CREADING_MAX_LANES];
  memset(estimated, 0, periods * sizeof(row_mask));
  for (uint32_t i = 0; i < c->run_count; i++) {
    uint32_t o = c->runs[i], row = row_of(o), p = period_of(o), end = p + run_length(o);
    if (o >> 22 == 3) readings -= run_length(o);
    if (o >> 22 == 1)
      for (; p < end; p++) estimated[p].words[row / 64] |= UINT64_C(1) << (row % 64);
  }
  for (uint32_t s = 0; s < c->segment_count; s++) {
    uint32_t bucket = c->segments[s] & 0xffff, to = c->segments[s] >> 16;
    int64_t all[CREADING_MAX_LANES], marked[CREADING_MAX_LANES];
    creading_edge *edge = bucket == first ? edges : bucket == last ? edges + 1 : NULL;
    size_t place = (size_t)bucket * periods;
    int64_t *metered = edge ? edge->metered : columns->metered + place;
    int64_t *part = edge ? edge->estimated : columns->estimated + place;
    int32_t *counts = edge ? edge->counts : columns->counts + place;
    int32_t *part_counts = edge ? edge->estimated_counts : columns->estimated_counts + place;
    if (bucket >= columns->buckets) break;  // buckets rise: no row after this one is in any
    sum(c, estimated, from, to, all, marked);
    for (; outlier < c->outlier_count && row_of(c->outliers[outlier]) < to; outlier++) {
      uint32_t o = c->outliers[outlier], p = period_of(o), row = row_of(o);
      int64_t value = (int64_t)(o >> 16) << c->widths[p];
      all[p] += value;
      marked[p] += (estimated[p].words[row / 64] >> (row % 64) & 1) ? value : 0;
    }
    for (; wide < c->wide_count && row_of(c->wide_places[wide]) < to; wide++) {
      uint32_t p = period_of(c->wide_places[wide]), row = row_of(c->wide_places[wide]);
      all[p] += c->wide_values[wide];
      marked[p] += (estimated[p].words[row / 64] >> (row % 64) & 1) ? c->wide_values[wide] : 0;
    }
    for (uint32_t p = 0; p < periods; p++) {
      metered[p] += all[p];
      part[p] += marked[p];
      counts[p] += (int32_t)(to - from);
    }
    for (; run < c->run_count && row_of(c->runs[run]) < to; run++) {
      uint32_t o = c->runs[run], begin = period_of(o), end = begin + run_length(o);
      if (o >> 22 == 3)
        for (uint32_t p = begin; p < end; p++) counts[p]--;
      if (o >> 22 == 1)
        for (uint32_t p = begin; p < end; p++) part_counts[p]++;
    }
    from = to;
  }
  return readings;
}

void creading_edge_add(const creading_columns *columns, uint32_t bucket, const creading_edge *edge) {
  if (bucket >= columns->buckets) return;
  size_t place = (size_t)bucket * columns->periods;
  for (uint32_t p = 0; p < columns->periods; p++) {
    columns->metered[place + p] += edge->metered[p];
    columns->estimated[place + p] += edge->estimated[p];
    columns->counts[place + p] += edge->counts[p];
    columns->estimated_counts[place + p] += edge->estimated_counts[p];
  }
}

static int adjust_plain(const int64_t *metered, const int32_t *factors, uint32_t periods, int64_t *adjusted) {
  int overflows = 0;
  for (uint32_t p = 0; p < periods; p++)
    overflows |= __builtin_mul_overflow(metered[p], (int64_t)factors[p], &adjusted[p]);
  return overflows;
}

#if defined(__x86_64__)
// Sums mostly have 32 bits: then eight products at once, none of which can leave 64.
V4 static int adjust_v4(const int64_t *metered, const int32_t *factors, uint32_t periods, int64_t *adjusted) {
  int overflows = 0;
  uint32_t p = 0;
  for (; p + 8 <= periods; p += 8) {
    __m512i sums = _mm512_loadu_si512(metered + p);
    if (_mm512_cmpneq_epi64_mask(sums, _mm512_cvtepi32_epi64(_mm512_cvtepi64_epi32(sums)))) {
      overflows |= adjust_plain(metered + p, factors + p, 8, adjusted + p);
      continue;
    }
    __m512i some = _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i *)(factors + p)));
    _mm512_storeu_si512(adjusted + p, _mm512_mul_epi32(sums, some));
  }
  return overflows | adjust_plain(metered + p, factors + p, periods - p, adjusted + p);
}
#endif

int creading_adjust_row(const int64_t *metered, const int32_t *factors, uint32_t periods, int64_t *adjusted) {
#if defined(__x86_64__)
  if (has_v4()) return adjust_v4(metered, factors, periods, adjusted);
#endif
  return adjust_plain(metered, factors, periods, adjusted);
}

int creading_adjust(const creading_columns *columns, const uint32_t *factor_rows, uint32_t stride,
                    const int32_t *factors, uint32_t from, uint32_t to) {
  uint32_t periods = columns->periods;
  int overflows = 0;
  for (uint32_t bucket = from; bucket < to; bucket++) {
    const int32_t *row = factors + (size_t)factor_rows[(size_t)bucket * stride] * periods;
    size_t place = (size_t)bucket * periods;
    overflows |= creading_adjust_row(columns->metered + place, row, periods, columns->lossAdjusted + place);
  }
  return overflows;
}

// ---- packing and unpacking ------------------------------------------------------------------------------------------

void creading_chunk_decode(const creading_chunk *c, int32_t *cells) {
  const uint8_t *at = c->planes;
  for (uint32_t p = 0; p < c->periods; p++) {
    int32_t column[CREADING_CHUNK_ROWS] = {0};
    for (uint32_t k = 0; k < c->widths[p]; k++, at += PLANE)
      for (uint32_t r = 0; r < CREADING_CHUNK_ROWS; r++) column[r] |= (at[r / 8] >> (r % 8) & 1) << k;
    for (uint32_t r = 0; r < c->rows; r++) cells[(size_t)r * c->periods + p] = column[r];
  }
  for (uint32_t i = 0; i < c->outlier_count; i++) {
    uint32_t o = c->outliers[i], p = period_of(o);
    int32_t *cell = &cells[(size_t)row_of(o) * c->periods + p];
    *cell = (int32_t)((uint32_t)*cell + ((o >> 16) << c->widths[p]));
  }
  for (uint32_t i = 0; i < c->wide_count; i++)
    cells[(size_t)row_of(c->wide_places[i]) * c->periods + period_of(c->wide_places[i])] = c->wide_values[i];
}

static void planes_plain(const uint16_t *column, row_mask planes[16]) {
  memset(planes, 0, 16 * sizeof(row_mask));
  for (uint32_t r = 0; r < CREADING_CHUNK_ROWS; r++)
    for (uint32_t k = 0; k < 16; k++) planes[k].words[r / 64] |= (uint64_t)(column[r] >> k & 1) << (r % 64);
}

#if defined(__x86_64__)
V4 static void planes_v4(const uint16_t *column, row_mask planes[16]) {
  for (uint32_t w = 0; w < WORDS; w++) {
    __m512i low = _mm512_loadu_si512(column + 64 * w), high = _mm512_loadu_si512(column + 64 * w + 32);
    __m512i bit = _mm512_set1_epi16(1);
    for (uint32_t k = 0; k < 16; k++) {
      planes[k].words[w] =
          (uint64_t)_mm512_test_epi16_mask(low, bit) | (uint64_t)_mm512_test_epi16_mask(high, bit) << 32;
      bit = _mm512_add_epi16(bit, bit);
    }
  }
}
#endif

// How many planes to keep, the bits above going aside as outliers of four bytes a reading.
static uint32_t best_width(const row_mask planes[16]) {
  row_mask above = {{0}};
  uint32_t best = 16, cost = UINT32_MAX;
  for (uint32_t k = 17; k-- > 0;) {
    uint32_t readings = 0;
    for (uint32_t w = 0; w < WORDS; w++) {
      if (k < 16) above.words[w] |= planes[k].words[w];
      readings += (uint32_t)__builtin_popcountll(above.words[w]);
    }
    uint32_t this_cost = k * PLANE + 4 * readings;
    if (this_cost < cost) {
      cost = this_cost;
      best = k;
    }
  }
  return best;
}

void creading_chunk_pack(const int32_t *cells, const uint32_t *order, uint32_t rows, uint32_t periods,
                         creading_packed *out, int portable) {
  uint32_t lanes = creading_lanes(periods);
  uint16_t columns[CREADING_MAX_LANES][CREADING_CHUNK_ROWS];
  out->outlier_count = out->wide_count = out->plane_count = 0;
  memset(out->widths, 0, lanes);
  if (rows < CREADING_CHUNK_ROWS) memset(columns, 0, sizeof columns);
  for (uint32_t r = 0; r < rows; r++) {
    const int32_t *from = cells + (size_t)order[r] * lanes;
    uint32_t bits = 0;
    for (uint32_t p = 0; p < periods; p++) {
      bits |= (uint32_t)from[p];
      columns[p][r] = (uint16_t)from[p];
    }
    if (bits <= 65535) continue;
    for (uint32_t p = 0; p < periods; p++) {
      if ((uint32_t)from[p] <= 65535) continue;
      columns[p][r] = 0;
      out->wide_places[out->wide_count] = r | p << 10;
      out->wide_values[out->wide_count++] = from[p];
    }
  }
  // Outliers come period by period and are kept row by row.
  uint32_t starts[CREADING_CHUNK_ROWS + 1] = {0};
  row_mask highs[CREADING_MAX_LANES];
  for (uint32_t p = 0; p < periods; p++) {
    row_mask planes[16];
#if defined(__x86_64__)
    if (!portable && has_v4())
      planes_v4(columns[p], planes);
    else
#endif
      planes_plain(columns[p], planes);
    uint32_t width = best_width(planes);
    out->widths[p] = (uint8_t)width;
    memcpy(out->planes + (size_t)out->plane_count * PLANE, planes, (size_t)width * PLANE);
    out->plane_count += width;
    for (uint32_t w = 0; w < WORDS; w++) {
      uint64_t above = 0;
      for (uint32_t k = width; k < 16; k++) above |= planes[k].words[w];
      highs[p].words[w] = above;
      for (; above; above &= above - 1) starts[64 * w + (uint32_t)__builtin_ctzll(above) + 1]++;
    }
  }
  for (uint32_t r = 0; r < CREADING_CHUNK_ROWS; r++) starts[r + 1] += starts[r];
  out->outlier_count = starts[CREADING_CHUNK_ROWS];
  for (uint32_t p = 0; p < periods; p++)
    for (uint32_t w = 0; w < WORDS; w++)
      for (uint64_t above = highs[p].words[w]; above; above &= above - 1) {
        uint32_t r = 64 * w + (uint32_t)__builtin_ctzll(above);
        out->outliers[starts[r]++] = r | p << 10 | (uint32_t)(columns[p][r] >> out->widths[p]) << 16;
      }
}

CLONES void creading_levels(const int32_t *cells, uint32_t rows, uint32_t periods, uint32_t *levels) {
  uint32_t lanes = creading_lanes(periods);
  for (uint32_t r = 0; r < rows; r++) {
    uint32_t level = 0;
    for (uint32_t p = 0; p < lanes; p++) level += 32 - (uint32_t)__builtin_clz((uint32_t)cells[r * lanes + p] | 1);
    levels[r] = level;
  }
}
