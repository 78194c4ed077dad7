// Rows of readings as bit planes, and sums over them.
//
// A row of width w is w planes of ceil(periods / 8) bytes: bit p of plane k is bit k of the reading of period p + 1.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "creading.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE_VECTORS 1
#define V4 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt,lzcnt,bmi,bmi2")))
static int has_v4(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi2");
}
#endif

typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8_loose __attribute__((vector_size(16), aligned(2)));

static inline uint64_t plane_at(const uint8_t *bytes, uint64_t mask) {
  uint64_t plane;
  memcpy(&plane, bytes, 8);
  return plane & mask;
}

static inline uint64_t period_mask(uint32_t periods) { return (UINT64_C(1) << periods) - 1; }

creading_fault creading_check(const creading_group *g) {
  uint32_t plane_bytes = (g->periods + 7) / 8, total = 0, widest = 0;
  if (g->buckets) {
    for (uint32_t r = 1; r < g->rows; r++)
      if (g->buckets[r] < g->buckets[r - 1] ||
          (g->buckets[r] == g->buckets[r - 1] && g->row_numbers[r] <= g->row_numbers[r - 1]))
        return CREADING_BAD_ROW_NUMBERS;
  } else if (g->row_numbers)
    for (uint32_t r = 1; r < g->rows; r++)
      if (g->row_numbers[r] <= g->row_numbers[r - 1]) return CREADING_BAD_ROW_NUMBERS;
  for (uint32_t r = 0; r < g->rows; r++) {
    total += g->widths[r];
    widest = g->widths[r] > widest ? g->widths[r] : widest;
  }
  if (widest > CREADING_MAX_WIDTH || total * plane_bytes != g->plane_bytes) return CREADING_BAD_WIDTHS;
  int64_t last = -1;
  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023, period = (o >> 10) & 63, high = o >> 16;
    int64_t place = (int64_t)row * 64 + period;
    if (row >= g->rows || period >= g->periods || place <= last || high == 0 ||
        (uint64_t)high << g->widths[row] > 65535)
      return CREADING_BAD_OUTLIERS;
    last = place;
  }
  last = -1;
  for (uint32_t i = 0; i < g->run_count; i++) {
    uint32_t o = g->runs[i], row = o & 1023, first = (o >> 10) & 63, count = ((o >> 16) & 63) + 1, quality = o >> 22;
    int64_t place = (int64_t)row * 64 + first;
    if (row >= g->rows || first + count > g->periods || place <= last || quality < 1 || quality > 3)
      return CREADING_BAD_RUNS;
    last = place + count - 1;
  }
  uint32_t outlier = 0;  // a wide row has none
  for (uint32_t i = 0; i < g->wide_count; i++) {
    uint32_t row = g->wide_rows[i];
    while (outlier < g->outlier_count && (g->outliers[outlier] & 1023) < row) outlier++;
    if (outlier < g->outlier_count && (g->outliers[outlier] & 1023) == row) return CREADING_BAD_WIDE_ROWS;
    if (row >= g->rows || (i > 0 && row <= g->wide_rows[i - 1]) || g->widths[row] != 0) return CREADING_BAD_WIDE_ROWS;
    for (uint32_t p = 0; p < g->periods; p++) {
      int32_t cell = g->wide_cells[(size_t)i * g->periods + p];
      if (cell < -1000000000 || cell > 1000000000) return CREADING_BAD_WIDE_ROWS;
    }
  }
  return CREADING_SOUND;
}

// ---- decoding -------------------------------------------------------------------------------------------------------

// The eight bits of a byte as eight lanes of 0 or 1.
static inline u16x8 spread(uint32_t byte) {
  const u16x8 bits = {1, 2, 4, 8, 16, 32, 64, 128};
  uint16_t b = (uint16_t)byte;
  u16x8 all = {b, b, b, b, b, b, b, b};
  return (u16x8)((all & bits) == bits) & 1;
}

static inline void decode_row_plain(const uint8_t *planes, uint32_t width, uint32_t plane_bytes, uint64_t mask,
                                    uint32_t lanes, uint16_t *values) {
  u16x8 v[8] = {0};
  for (uint32_t k = 0; k < width; k++) {
    uint64_t plane = plane_at(planes + (size_t)k * plane_bytes, mask);
    for (uint32_t j = 0; j < 8; j++) v[j] |= spread((plane >> (8 * j)) & 255) << (uint16_t)k;
  }
  for (uint32_t j = 0; j < lanes / 8; j++) *(u16x8_loose *)(values + 8 * j) = v[j];
}

static void decode_plain(const creading_group *g, int32_t *cells) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  const uint8_t *planes = g->planes;
  for (uint32_t r = 0; r < g->rows; r++) {
    uint16_t values[CREADING_MAX_LANES];
    decode_row_plain(planes, g->widths[r], plane_bytes, mask, lanes, values);
    for (uint32_t p = 0; p < lanes; p++) cells[(size_t)r * lanes + p] = values[p];
    planes += (size_t)g->widths[r] * plane_bytes;
  }
}

#if WIDE_VECTORS
// Lanes 0...31 and 32...63 of a row.
#define DECODE_ROW_V4(planes, width, plane_bytes, mask, low, high)                                   \
  __m512i low = _mm512_setzero_si512(), high = low;                                                  \
  {                                                                                                  \
    __m512i bit = _mm512_set1_epi16(1);                                                              \
    for (uint32_t k = 0; k < (width); k++) {                                                         \
      uint64_t plane = plane_at((planes) + (size_t)k * (plane_bytes), mask);                         \
      low = _mm512_mask_or_epi32_16(low, (__mmask32)plane, bit);                                     \
      high = _mm512_mask_or_epi32_16(high, (__mmask32)(plane >> 32), bit);                           \
      bit = _mm512_add_epi16(bit, bit);                                                              \
    }                                                                                                \
  }
// There is no masked "or" of 16-bit lanes; where the bit is not yet set, adding is the same.
#define _mm512_mask_or_epi32_16(v, m, bit) _mm512_mask_add_epi16(v, m, v, bit)

V4 static void decode_v4(const creading_group *g, int32_t *cells) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  const uint8_t *planes = g->planes;
  for (uint32_t r = 0; r < g->rows; r++) {
    DECODE_ROW_V4(planes, g->widths[r], plane_bytes, mask, low, high)
    int32_t *to = cells + (size_t)r * lanes;
    _mm512_storeu_si512(to, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(low)));
    _mm512_storeu_si512(to + 16, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(low, 1)));
    _mm512_storeu_si512(to + 32, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(high)));
    if (lanes == 64) _mm512_storeu_si512(to + 48, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(high, 1)));
    planes += (size_t)g->widths[r] * plane_bytes;
  }
}
#endif

void creading_decode(const creading_group *g, int32_t *cells, int portable) {
  uint32_t lanes = creading_lanes(g->periods);
#if WIDE_VECTORS
  if (!portable && has_v4())
    decode_v4(g, cells);
  else
#endif
    decode_plain(g, cells);
  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023;
    cells[(size_t)row * lanes + ((o >> 10) & 63)] += (int32_t)((o >> 16) << g->widths[row]);
  }
  for (uint32_t i = 0; i < g->wide_count; i++)
    memcpy(cells + (size_t)g->wide_rows[i] * lanes, g->wide_cells + (size_t)i * g->periods, (size_t)g->periods * 4);
}

// ---- encoding -------------------------------------------------------------------------------------------------------

// From the 16 planes of a row: how many to keep, the rest going aside as outliers of four bytes each.
static inline uint32_t best_width(const uint64_t planes[16], uint32_t plane_bytes) {
  uint64_t above = 0;
  uint32_t best = 16, cost = UINT32_MAX;
  for (int k = 16; k >= 0; k--) {
    if (k < 16) above |= planes[k];
    uint32_t this_cost = (uint32_t)k * plane_bytes + 4 * (uint32_t)__builtin_popcountll(above);
    if (this_cost < cost) {
      cost = this_cost;
      best = (uint32_t)k;
    }
  }
  return best;
}

static inline void keep_row(const int32_t *cells, const uint64_t planes[16], uint32_t row, uint32_t plane_bytes,
                            creading_encoded *out) {
  uint32_t width = best_width(planes, plane_bytes);
  uint8_t *to = out->planes + out->plane_bytes;
  for (uint32_t k = 0; k < width; k++) memcpy(to + (size_t)k * plane_bytes, &planes[k], 8);
  out->widths[row] = (uint8_t)width;
  out->plane_bytes += width * plane_bytes;
  uint64_t above = 0;
  for (uint32_t k = width; k < 16; k++) above |= planes[k];
  while (above) {
    uint32_t p = (uint32_t)__builtin_ctzll(above);
    out->outliers[out->outlier_count++] = row | p << 10 | ((uint32_t)cells[p] >> width) << 16;
    above &= above - 1;
  }
}

static inline void keep_wide(const int32_t *cells, uint32_t row, uint32_t periods, creading_encoded *out) {
  out->widths[row] = 0;
  out->wide_rows[out->wide_count] = row;
  memcpy(out->wide_cells + (size_t)out->wide_count * periods, cells, (size_t)periods * 4);
  out->wide_count++;
}

static void encode_plain(const int32_t *cells, uint32_t rows, uint32_t periods, creading_encoded *out) {
  uint32_t lanes = creading_lanes(periods), plane_bytes = (periods + 7) / 8;
  for (uint32_t r = 0; r < rows; r++, cells += lanes) {
    uint32_t bits = 0;
    for (uint32_t p = 0; p < periods; p++) bits |= (uint32_t)cells[p];
    if (bits > 65535) {
      keep_wide(cells, r, periods, out);
      continue;
    }
    uint64_t planes[16];
    for (uint32_t k = 0; k < 16; k++) {
      planes[k] = 0;
      for (uint32_t p = 0; p < periods; p++) planes[k] |= (uint64_t)((uint32_t)cells[p] >> k & 1) << p;
    }
    keep_row(cells, planes, r, plane_bytes, out);
  }
}

#if WIDE_VECTORS
V4 static void encode_v4(const int32_t *cells, uint32_t rows, uint32_t periods, creading_encoded *out) {
  uint32_t lanes = creading_lanes(periods), plane_bytes = (periods + 7) / 8;
  for (uint32_t r = 0; r < rows; r++, cells += lanes) {
    __m512i a = _mm512_loadu_si512(cells), b = _mm512_loadu_si512(cells + 16), c = _mm512_loadu_si512(cells + 32);
    __m512i d = lanes == 64 ? _mm512_loadu_si512(cells + 48) : _mm512_setzero_si512();
    __m512i bits = _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
    if (_mm512_cmpgt_epu32_mask(bits, _mm512_set1_epi32(65535))) {
      keep_wide(cells, r, periods, out);
      continue;
    }
    __m512i low = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(a)), _mm512_cvtepi32_epi16(b), 1);
    __m512i high = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(c)), _mm512_cvtepi32_epi16(d), 1);
    uint64_t planes[16];
    __m512i bit = _mm512_set1_epi16(1);
    for (uint32_t k = 0; k < 16; k++) {
      planes[k] = (uint64_t)_mm512_test_epi16_mask(low, bit) | (uint64_t)_mm512_test_epi16_mask(high, bit) << 32;
      bit = _mm512_add_epi16(bit, bit);
    }
    keep_row(cells, planes, r, plane_bytes, out);
  }
}
#endif

void creading_encode(const int32_t *cells, uint32_t rows, uint32_t periods, creading_encoded *out, int portable) {
  out->outlier_count = out->wide_count = out->plane_bytes = 0;
#if WIDE_VECTORS
  if (!portable && has_v4())
    encode_v4(cells, rows, periods, out);
  else
#endif
    encode_plain(cells, rows, periods, out);
  memset(out->planes + out->plane_bytes, 0, 8);
}

// ---- sums -----------------------------------------------------------------------------------------------------------

static void sum_rows_plain(const creading_group *g, const uint16_t *buckets, const uint32_t *offsets,
                           creading_sums *sums) {
  uint32_t lanes = sums->lanes, plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  for (uint32_t r = 0; r < g->rows; r++) {
    uint16_t values[CREADING_MAX_LANES];
    decode_row_plain(g->planes + offsets[r], g->widths[r], plane_bytes, mask, lanes, values);
    uint32_t *to = sums->small + (size_t)buckets[r] * lanes;
    for (uint32_t p = 0; p < lanes; p++) to[p] += values[p];
  }
}

#if WIDE_VECTORS
#define ADD_TO(place, half) \
  _mm512_storeu_si512((place), _mm512_add_epi32(_mm512_loadu_si512(place), _mm512_cvtepu16_epi32(half)))

// Rows of one width after another: the loop over planes then always turns as often as before, which the processor
// foresees. `order` is the rows by width.
V4 static void sum_rows_v4(const creading_group *g, const uint16_t *buckets, const uint32_t *offsets,
                           const uint16_t *order, creading_sums *sums) {
  uint32_t lanes = sums->lanes, plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  for (uint32_t i = 0; i < g->rows; i++) {
    uint32_t r = order[i], soon = order[i + 8 < g->rows ? i + 8 : i];
    const char *next = (const char *)(sums->small + (size_t)buckets[soon] * lanes);
    __builtin_prefetch(next, 1);
    __builtin_prefetch(next + 64, 1);
    __builtin_prefetch(next + 128, 1);
    uint32_t *to = sums->small + (size_t)buckets[r] * lanes;
    const uint8_t *planes = g->planes + offsets[r];
    DECODE_ROW_V4(planes, g->widths[r], plane_bytes, mask, low, high)
    ADD_TO(to, _mm512_castsi512_si256(low));
    ADD_TO(to + 16, _mm512_extracti64x4_epi64(low, 1));
    ADD_TO(to + 32, _mm512_castsi512_si256(high));
    if (lanes == 64) ADD_TO(to + 48, _mm512_extracti64x4_epi64(high, 1));
  }
}
#endif

// The cell of a row, by looking at its planes, outliers and wide cells in turn; for the few rows that are asked for.
static void row_values(const creading_group *g, uint32_t row, const uint32_t *offsets, uint32_t *outlier,
                       uint32_t *wide, int32_t *values) {
  uint32_t lanes = creading_lanes(g->periods);
  uint16_t small[CREADING_MAX_LANES];
  decode_row_plain(g->planes + offsets[row], g->widths[row], (g->periods + 7) / 8, period_mask(g->periods), lanes,
                   small);
  for (uint32_t p = 0; p < lanes; p++) values[p] = small[p];
  while (*outlier < g->outlier_count && (g->outliers[*outlier] & 1023) < row) ++*outlier;
  for (uint32_t i = *outlier; i < g->outlier_count && (g->outliers[i] & 1023) == row; i++)
    values[(g->outliers[i] >> 10) & 63] += (int32_t)((g->outliers[i] >> 16) << g->widths[row]);
  while (*wide < g->wide_count && g->wide_rows[*wide] < row) ++*wide;
  if (*wide < g->wide_count && g->wide_rows[*wide] == row)
    memcpy(values, g->wide_cells + (size_t)*wide * g->periods, (size_t)g->periods * 4);
}

// Large memory comes in pages of 2 MiB, where the system has them: a table of sums is then a few page faults, not
// thousands. The first 64 bytes hold its length.
enum { HEAD = 64, LARGE = 1 << 20, HUGE_PAGE = 2 << 20 };

void *creading_zeros(size_t bytes, int dense) {
  size_t length = bytes + HEAD;
  if (!dense || length < LARGE) {
    size_t *memory = calloc(length, 1);
    if (!memory) abort();
    return (uint8_t *)memory + HEAD;
  }
  length = (length + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
  uint8_t *start = mmap(NULL, length + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) abort();
  size_t skipped = (HUGE_PAGE - (uintptr_t)start % HUGE_PAGE) % HUGE_PAGE;
  if (skipped) munmap(start, skipped);
  munmap(start + skipped + length, HUGE_PAGE - skipped);
  start += skipped;
#ifdef MADV_HUGEPAGE
  madvise(start, length, MADV_HUGEPAGE);
#endif
  *(size_t *)start = length;
  return start + HEAD;
}

void *creading_memory(size_t bytes) {
  size_t *memory = malloc(bytes + HEAD);
  if (!memory) abort();
  *memory = 0;
  return (uint8_t *)memory + HEAD;
}

void creading_free(void *memory) {
  uint8_t *start = (uint8_t *)memory - HEAD;
  size_t length = *(size_t *)start;
  if (length)
    munmap(start, length);
  else
    free(start);
}

void creading_settle(creading_sums *s) {
  size_t count = (size_t)(s->buckets + 1) * s->lanes;
  if (s->small_bound)
    for (size_t i = 0; i < count; i++) {
      s->metered[i] += s->small[i];
      s->small[i] = 0;
    }
  s->small_bound = 0;
}

void creading_merge(creading_sums *into, const creading_sums *from, int sign) {
  size_t count = (size_t)(into->buckets + 1) * into->lanes;
  for (size_t i = 0; i < count; i++) into->metered[i] += sign * from->metered[i];
  for (size_t i = 0; i < count; i++) into->estimated[i] += sign * from->estimated[i];
  for (size_t i = 0; i < count; i++) into->missing[i] += sign * from->missing[i];
  for (size_t i = 0; i < count; i++) into->estimated_count[i] += sign * from->estimated_count[i];
  for (size_t i = 0; i <= into->buckets; i++) into->rows[i] += sign * from->rows[i];
}

void creading_add(const creading_group *g, const uint16_t *bucket_of, creading_sums *s, int portable) {
  uint32_t plane_bytes = (g->periods + 7) / 8, at = 0, lanes = s->lanes;
  uint32_t offsets[CREADING_GROUP_ROWS];
  uint16_t buckets[CREADING_GROUP_ROWS], order[CREADING_GROUP_ROWS];
  uint16_t none = (uint16_t)s->buckets, starts[CREADING_MAX_WIDTH + 2] = {0};
  uint64_t bound = 0;
  for (uint32_t r = 0; r < g->rows; r++) {
    uint16_t b = g->buckets ? g->buckets[r] : bucket_of[g->row_numbers ? g->row_numbers[r] : r];
    buckets[r] = b < none ? b : none;
    offsets[r] = at;
    at += (uint32_t)g->widths[r] * plane_bytes;
    bound += (UINT64_C(1) << g->widths[r]) - 1;
    starts[g->widths[r] + 1]++;
    s->rows[buckets[r]]++;
  }
  for (uint32_t w = 1; w <= CREADING_MAX_WIDTH; w++) starts[w] += starts[w - 1];
  for (uint32_t r = 0; r < g->rows; r++) order[starts[g->widths[r]]++] = (uint16_t)r;

  if (s->small_bound + bound > UINT32_MAX) creading_settle(s);
  s->small_bound += bound;
#if WIDE_VECTORS
  if (!portable && has_v4())
    sum_rows_v4(g, buckets, offsets, order, s);
  else
#endif
    sum_rows_plain(g, buckets, offsets, s);

  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023;
    s->metered[(size_t)buckets[row] * lanes + ((o >> 10) & 63)] +=
        (int64_t)((o >> 16) << g->widths[row]);
  }
  for (uint32_t i = 0; i < g->wide_count; i++) {
    int64_t *to = s->metered + (size_t)buckets[g->wide_rows[i]] * lanes;
    for (uint32_t p = 0; p < g->periods; p++) to[p] += g->wide_cells[(size_t)i * g->periods + p];
  }
  uint32_t outlier = 0, wide = 0, known = UINT32_MAX;
  int32_t values[CREADING_MAX_LANES];
  for (uint32_t i = 0; i < g->run_count; i++) {
    uint32_t o = g->runs[i], row = o & 1023, first = (o >> 10) & 63, count = ((o >> 16) & 63) + 1;
    size_t place = (size_t)buckets[row] * lanes + first;
    if (o >> 22 == 3) {
      for (uint32_t p = 0; p < count; p++) s->missing[place + p]++;
    } else if (o >> 22 == 1) {
      if (row != known) row_values(g, row, offsets, &outlier, &wide, values);
      known = row;
      for (uint32_t p = 0; p < count; p++) {
        s->estimated[place + p] += values[first + p];
        s->estimated_count[place + p]++;
      }
    }
  }
}

// ---- changes --------------------------------------------------------------------------------------------------------

// Adds rows `from` to `to`, which lie in one bucket, to its 64-bit sums.
static void change_rows_plain(const creading_group *g, const uint32_t *offsets, uint32_t from, uint32_t to,
                              int32_t sign, int64_t *metered) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  uint32_t sums[CREADING_MAX_LANES] = {0};  // 1024 rows of 16 bits at most
  for (uint32_t r = from; r < to; r++) {
    uint16_t values[CREADING_MAX_LANES];
    decode_row_plain(g->planes + offsets[r], g->widths[r], plane_bytes, mask, lanes, values);
    for (uint32_t p = 0; p < lanes; p++) sums[p] += values[p];
  }
  for (uint32_t p = 0; p < lanes; p++) metered[p] += sign * (int64_t)sums[p];
}

#if WIDE_VECTORS
V4 static void change_rows_v4(const creading_group *g, const uint32_t *offsets, uint32_t from, uint32_t to,
                              int32_t sign, int64_t *metered) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (uint32_t r = from; r < to; r++) {
    DECODE_ROW_V4(g->planes + offsets[r], g->widths[r], plane_bytes, mask, low, high)
    a = _mm512_add_epi32(a, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(low)));
    b = _mm512_add_epi32(b, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(low, 1)));
    c = _mm512_add_epi32(c, _mm512_cvtepu16_epi32(_mm512_castsi512_si256(high)));
    d = _mm512_add_epi32(d, _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(high, 1)));
  }
  uint32_t sums[CREADING_MAX_LANES];
  _mm512_storeu_si512(sums, a);
  _mm512_storeu_si512(sums + 16, b);
  _mm512_storeu_si512(sums + 32, c);
  _mm512_storeu_si512(sums + 48, d);
  for (uint32_t p = 0; p < lanes; p++) metered[p] += sign * (int64_t)sums[p];
}
#endif

// A row of numbers is first written to, then added to: a page of zeros that is read before it is written to is mapped twice,
// and the second time every processor is told.
static uint32_t new_row(creading_changes *s, uint32_t bucket) {
  if (s->row_count == s->row_capacity) abort();  // the caller gave no room: rather no sum than a wrong one
  memset(s->metered + (size_t)s->row_count * s->lanes, 0, 8 * (size_t)s->lanes);
  s->rows[s->row_count] = 0;
  s->bucket_of[s->row_count] = (uint16_t)bucket;
  return ++s->row_count;
}

static uint32_t new_aside(creading_changes *s) {
  size_t at = (size_t)s->aside_count * s->lanes;
  memset(s->estimated + at, 0, 8 * (size_t)s->lanes);
  memset(s->missing + at, 0, 4 * (size_t)s->lanes);
  memset(s->estimated_counts + at, 0, 4 * (size_t)s->lanes);
  return ++s->aside_count;
}

int64_t creading_change(const creading_group *g, int32_t sign, creading_changes *s, int portable) {
  uint32_t plane_bytes = (g->periods + 7) / 8, at = 0, lanes = s->lanes;
  uint32_t offsets[CREADING_GROUP_ROWS];
  int64_t readings = (int64_t)g->rows * g->periods;
  for (uint32_t r = 0; r < g->rows; r++) {
    offsets[r] = at;
    at += (uint32_t)g->widths[r] * plane_bytes;
  }
  void (*add)(const creading_group *, const uint32_t *, uint32_t, uint32_t, int32_t, int64_t *) = change_rows_plain;
#if WIDE_VECTORS
  if (!portable && has_v4()) add = change_rows_v4;
#endif
  for (uint32_t from = 0, to; from < g->rows && g->buckets[from] < s->buckets; from = to) {
    uint32_t bucket = g->buckets[from];
    for (to = from + 1; to < g->rows && g->buckets[to] == bucket;) to++;
    if (!s->row_of[bucket]) s->row_of[bucket] = new_row(s, bucket);
    uint32_t row = s->row_of[bucket] - 1;
    add(g, offsets, from, to, sign, s->metered + (size_t)row * lanes);
    s->rows[row] += sign * (int32_t)(to - from);
  }
  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023, bucket = g->buckets[row];
    if (bucket >= s->buckets) break;
    int64_t *to = s->metered + (size_t)(s->row_of[bucket] - 1) * lanes;
    to[(o >> 10) & 63] += sign * ((int64_t)(o >> 16) << g->widths[row]);
  }
  for (uint32_t i = 0; i < g->wide_count; i++) {
    uint32_t bucket = g->buckets[g->wide_rows[i]];
    if (bucket >= s->buckets) break;
    int64_t *to = s->metered + (size_t)(s->row_of[bucket] - 1) * lanes;
    for (uint32_t p = 0; p < g->periods; p++) to[p] += sign * (int64_t)g->wide_cells[(size_t)i * g->periods + p];
  }
  uint32_t outlier = 0, wide = 0, known = UINT32_MAX;
  int32_t values[CREADING_MAX_LANES];
  for (uint32_t i = 0; i < g->run_count; i++) {
    uint32_t o = g->runs[i], row = o & 1023, first = (o >> 10) & 63, count = ((o >> 16) & 63) + 1;
    uint32_t bucket = g->buckets[row], quality = o >> 22;
    if (quality == 3) readings -= count;
    if (bucket >= s->buckets || quality == 2) continue;
    if (!s->aside_of[bucket]) s->aside_of[bucket] = new_aside(s);
    size_t place = (size_t)(s->aside_of[bucket] - 1) * lanes + first;
    if (quality == 3) {
      for (uint32_t p = 0; p < count; p++) s->missing[place + p] += sign;
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

uint32_t creading_touched(const creading_changes *tables, uint32_t count, uint16_t *buckets, uint16_t *asides,
                          uint32_t *aside_count) {
  uint64_t bits[1024] = {0};  // one for each bucket: there are fewer than 65,536
  for (uint32_t t = 0; t < count; t++)
    for (uint32_t row = 0; row < tables[t].row_count; row++) {
      uint32_t bucket = tables[t].bucket_of[row];
      bits[bucket / 64] |= UINT64_C(1) << (bucket & 63);
    }
  uint32_t found = 0, found_asides = 0;
  for (uint32_t word = 0; word < 1024; word++)
    for (uint64_t rest = bits[word]; rest; rest &= rest - 1) {
      uint32_t bucket = word * 64 + (uint32_t)__builtin_ctzll(rest), aside = 0;
      int32_t rows = 0;
      for (uint32_t t = 0; t < count; t++) {
        aside |= tables[t].aside_of[bucket];
        if (tables[t].row_of[bucket]) rows += tables[t].rows[tables[t].row_of[bucket] - 1];
      }
      buckets[found++] = (uint16_t)bucket;
      asides[found_asides] = (uint16_t)bucket;
      found_asides += aside != 0 || rows != 0;
    }
  *aside_count = found_asides;
  return found;
}

int creading_change_sums(const creading_changes *tables, uint32_t count, const uint16_t *buckets, uint32_t bucket_count,
                         uint32_t periods, const uint32_t *factor_rows, uint32_t stride, const int32_t *factors,
                         int64_t *metered, int64_t *adjusted) {
  int overflows = 0;
  for (uint32_t i = 0; i < bucket_count; i++, metered += periods, adjusted += periods) {
    int is_written = 0;
    for (uint32_t t = 0; t < count; t++) {
      uint32_t row = tables[t].row_of[buckets[i]];
      if (!row) continue;
      const int64_t *from = tables[t].metered + (size_t)(row - 1) * tables[t].lanes;
      if (is_written)
        for (uint32_t p = 0; p < periods; p++) metered[p] += from[p];
      else
        memcpy(metered, from, 8 * (size_t)periods);
      is_written = 1;
    }
    const int32_t *row = factors + (size_t)factor_rows[(size_t)buckets[i] * stride] * periods;
    overflows |= creading_adjust_row(metered, row, periods, adjusted);
  }
  return overflows;
}

void creading_change_asides(const creading_changes *tables, uint32_t count, const uint16_t *buckets, uint32_t bucket_count,
                            uint32_t periods, int64_t *estimated, int32_t *counts, int32_t *estimated_counts) {
  for (uint32_t i = 0; i < bucket_count; i++) {
    int32_t rows = 0;
    for (uint32_t t = 0; t < count; t++)
      if (tables[t].row_of[buckets[i]]) rows += tables[t].rows[tables[t].row_of[buckets[i]] - 1];
    for (uint32_t p = 0; p < periods; p++) counts[p] = rows;
    memset(estimated, 0, 8 * (size_t)periods);
    memset(estimated_counts, 0, 4 * (size_t)periods);
    for (uint32_t t = 0; t < count; t++) {
      uint32_t aside = tables[t].aside_of[buckets[i]];
      if (!aside) continue;
      size_t from = (size_t)(aside - 1) * tables[t].lanes;
      for (uint32_t p = 0; p < periods; p++) {
        estimated[p] += tables[t].estimated[from + p];
        counts[p] -= tables[t].missing[from + p];
        estimated_counts[p] += tables[t].estimated_counts[from + p];
      }
    }
    estimated += periods;
    counts += periods;
    estimated_counts += periods;
  }
}

// ---- rows by themselves ---------------------------------------------------------------------------------------------

void creading_row_places(const creading_group *g, uint16_t *places) {
  uint32_t at = 0;
  for (uint32_t r = 0; r < g->rows; r++) {
    places[r] = (uint16_t)at;
    at += g->widths[r];
  }
}

// The first of `count` rising words whose row is not below `row`.
static uint32_t first_of(const uint32_t *words, uint32_t count, uint32_t row) {
  uint32_t low = 0;
  while (count > 0) {
    uint32_t half = count / 2;
    if ((words[low + half] & 1023) < row) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low;
}

uint32_t creading_row(const creading_group *g, uint32_t row, uint32_t place, int32_t *cells, uint32_t *first_run) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8, width = g->widths[row];
  uint16_t small[CREADING_MAX_LANES];
  decode_row_plain(g->planes + (size_t)place * plane_bytes, width, plane_bytes, period_mask(g->periods), lanes, small);
  for (uint32_t p = 0; p < lanes; p++) cells[p] = small[p];
  for (uint32_t i = first_of(g->outliers, g->outlier_count, row);
       i < g->outlier_count && (g->outliers[i] & 1023) == row; i++)
    cells[(g->outliers[i] >> 10) & 63] += (int32_t)((g->outliers[i] >> 16) << width);
  for (uint32_t i = 0; i < g->wide_count; i++)
    if (g->wide_rows[i] == row) memcpy(cells, g->wide_cells + (size_t)i * g->periods, (size_t)g->periods * 4);
  uint32_t first = first_of(g->runs, g->run_count, row), end = first;
  while (end < g->run_count && (g->runs[end] & 1023) == row) end++;
  *first_run = first;
  return end - first;
}
