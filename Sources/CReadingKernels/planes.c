// Rows of readings as bit planes, and sums over them.
//
// A row of width w is w planes of ceil(periods / 8) bytes: bit p of plane k is bit k of the reading of period p + 1.
#include "planes.h"

// Whether rows do not rise by bucket and number. Without an end before the last row, so that many are compared at once.
static inline __attribute__((always_inline)) uint32_t is_disordered(const uint16_t *buckets, const uint32_t *numbers,
                                                                    uint32_t rows) {
  uint32_t bad = 0;
  for (uint32_t r = 1; r < rows; r++) {
    uint32_t before = buckets[r - 1], here = buckets[r];
    bad |= (uint32_t)(here < before) | ((uint32_t)(here == before) & (uint32_t)(numbers[r] <= numbers[r - 1]));
  }
  return bad;
}

#if WIDE_VECTORS
V4 static uint32_t is_disordered_v4(const uint16_t *buckets, const uint32_t *numbers, uint32_t rows) {
  return is_disordered(buckets, numbers, rows);
}
#endif

static uint32_t are_rows_disordered(const creading_group *g) {
#if WIDE_VECTORS
  if (has_v4()) return is_disordered_v4(g->buckets, g->row_numbers, g->rows);
#endif
  return is_disordered(g->buckets, g->row_numbers, g->rows);
}

static uint32_t are_outliers_bad(const creading_group *g) {
  uint32_t bad = 0;
  int64_t last = -1;
  for (uint32_t i = 0; i < g->outlier_count; i++) {
    uint32_t o = g->outliers[i], row = o & 1023, period = (o >> 10) & 63, high = o >> 16;
    uint32_t width = g->widths[row < g->rows ? row : 0];  // 16 at most, as was checked
    int64_t place = (int64_t)row * 64 + period;
    bad |= (uint32_t)(row >= g->rows) | (uint32_t)(period >= g->periods) | (uint32_t)(place <= last) |
           (uint32_t)(high == 0) | (uint32_t)((uint64_t)high << width > 65535);
    last = place;
  }
  return bad;
}

creading_fault creading_check(const creading_group *g) {
  uint32_t plane_bytes = (g->periods + 7) / 8, total = 0, widest = 0;
  if (g->buckets) {
    if (are_rows_disordered(g)) return CREADING_BAD_ROW_NUMBERS;
  } else if (g->row_numbers)
    for (uint32_t r = 1; r < g->rows; r++)
      if (g->row_numbers[r] <= g->row_numbers[r - 1]) return CREADING_BAD_ROW_NUMBERS;
  for (uint32_t r = 0; r < g->rows; r++) {
    total += g->widths[r];
    widest = g->widths[r] > widest ? g->widths[r] : widest;
  }
  if (widest > CREADING_MAX_WIDTH || total * plane_bytes != g->plane_bytes) return CREADING_BAD_WIDTHS;
  if (are_outliers_bad(g)) return CREADING_BAD_OUTLIERS;
  int64_t last;
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

#if WIDE_VECTORS
V5 static void decode_v5(const creading_group *g, int32_t *cells) {
  uint32_t lanes = creading_lanes(g->periods), plane_bytes = (g->periods + 7) / 8;
  __m512i order = plane_order(plane_bytes);
  const uint8_t *planes = g->planes;
  for (uint32_t r = 0; r < g->rows; r++) {
    row_cells_v5(planes, g->widths[r], g->periods, order, cells + (size_t)r * lanes);
    planes += (size_t)g->widths[r] * plane_bytes;
  }
}
#endif

void creading_decode(const creading_group *g, int32_t *cells, int way) {
  uint32_t lanes = creading_lanes(g->periods);
#if WIDE_VECTORS
  if (way == CREADING_BEST && has_v5())
    decode_v5(g, cells);
  else if (way != CREADING_PLAIN && has_v4())
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
// foresees.
V4 static void sum_rows_v4(const creading_group *g, const uint16_t *buckets, const uint32_t *offsets,
                           creading_sums *sums) {
  uint16_t order[CREADING_GROUP_ROWS], starts[CREADING_MAX_WIDTH + 2] = {0};
  for (uint32_t r = 0; r < g->rows; r++) starts[g->widths[r] + 1]++;
  for (uint32_t w = 1; w <= CREADING_MAX_WIDTH; w++) starts[w] += starts[w - 1];
  for (uint32_t r = 0; r < g->rows; r++) order[starts[g->widths[r]]++] = (uint16_t)r;
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

#if WIDE_VECTORS
V5 static void sum_rows_v5(const creading_group *g, const uint16_t *buckets, const uint32_t *offsets,
                           creading_sums *sums) {
  uint32_t lanes = sums->lanes, plane_bytes = (g->periods + 7) / 8;
  uint64_t mask = period_mask(g->periods);
  __m512i order = plane_order(plane_bytes);
  for (uint32_t r = 0; r < g->rows; r++) {
    const char *next = (const char *)(sums->small + (size_t)buckets[r + 8 < g->rows ? r + 8 : r] * lanes);
    __builtin_prefetch(next, 1);
    __builtin_prefetch(next + 64, 1);
    __builtin_prefetch(next + 128, 1);
    uint32_t *to = sums->small + (size_t)buckets[r] * lanes;
    __m512i numbers[4];
    row_numbers_v5(g->planes + offsets[r], g->widths[r], plane_bytes, mask, order, numbers);
    for (int i = 0; i < 3; i++)
      _mm512_storeu_si512(to + 16 * i, _mm512_add_epi32(_mm512_loadu_si512(to + 16 * i), numbers[i]));
    if (lanes == 64) _mm512_storeu_si512(to + 48, _mm512_add_epi32(_mm512_loadu_si512(to + 48), numbers[3]));
  }
}
#endif

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

void creading_add(const creading_group *g, const uint16_t *bucket_of, creading_sums *s, int way) {
  uint32_t plane_bytes = (g->periods + 7) / 8, at = 0, lanes = s->lanes;
  uint32_t offsets[CREADING_GROUP_ROWS];
  uint16_t buckets[CREADING_GROUP_ROWS];
  uint16_t none = (uint16_t)s->buckets;
  uint64_t bound = 0;
  for (uint32_t r = 0; r < g->rows; r++) {
    uint16_t b = g->buckets ? g->buckets[r] : bucket_of[g->row_numbers ? g->row_numbers[r] : r];
    buckets[r] = b < none ? b : none;
    offsets[r] = at;
    at += (uint32_t)g->widths[r] * plane_bytes;
    bound += (UINT64_C(1) << g->widths[r]) - 1;
    s->rows[buckets[r]]++;
  }

  if (s->small_bound + bound > UINT32_MAX) creading_settle(s);
  s->small_bound += bound;
#if WIDE_VECTORS
  if (way == CREADING_BEST && has_v5())
    sum_rows_v5(g, buckets, offsets, s);
  else if (way != CREADING_PLAIN && has_v4())
    sum_rows_v4(g, buckets, offsets, s);
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
  uint32_t width = g->widths[row];
  plane_cells(g->planes + (size_t)place * ((g->periods + 7) / 8), width, g->periods, cells);
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
