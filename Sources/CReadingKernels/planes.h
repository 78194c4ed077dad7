// What decoding a row takes, inlined wherever rows are decoded.
#pragma once

#include <string.h>

#include "creading.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE_VECTORS 1
#define V4 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt,lzcnt,bmi,bmi2")))
static inline int has_v4(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi2");
}
// With byte permutation and bit matrices: a row is then decoded without a loop over its planes.
#define V5 \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,popcnt,lzcnt,bmi,bmi2")))
static inline int has_v5(void) {
  return has_v4() && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("gfni");
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

#if WIDE_VECTORS
// Where the bytes of eight planes of six or seven bytes go so that each eight periods have theirs side by side, the highest plane
// first, which is a matrix of bits whose columns are the periods' numbers: byte 8 j + 7 - k is byte j of plane k. One that is not
// there comes from the last, which is zero.
static const uint8_t plane_orders[2][64] = {
    {42, 36, 30, 24, 18, 12, 6, 0, 43, 37, 31, 25, 19, 13, 7, 1,
     44, 38, 32, 26, 20, 14, 8, 2, 45, 39, 33, 27, 21, 15, 9, 3,
     46, 40, 34, 28, 22, 16, 10, 4, 47, 41, 35, 29, 23, 17, 11, 5,
     63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63, 63},
    {49, 42, 35, 28, 21, 14, 7, 0, 50, 43, 36, 29, 22, 15, 8, 1,
     51, 44, 37, 30, 23, 16, 9, 2, 52, 45, 38, 31, 24, 17, 10, 3,
     53, 46, 39, 32, 25, 18, 11, 4, 54, 47, 40, 33, 26, 19, 12, 5,
     55, 48, 41, 34, 27, 20, 13, 6, 63, 63, 63, 63, 63, 63, 63, 63},
};

V5 static inline __m512i plane_order(uint32_t plane_bytes) { return _mm512_loadu_si512(plane_orders[plane_bytes == 7]); }

// Of up to eight planes the numbers, a byte for each period. Nothing beyond the planes is read.
V5 static inline __m512i eight_planes(const uint8_t *planes, uint32_t width, uint32_t plane_bytes, __m512i order) {
  const __m512i columns = _mm512_set1_epi64((long long)UINT64_C(0x8040201008040201));
  __m512i bytes = _mm512_maskz_loadu_epi8(_bzhi_u64(~UINT64_C(0), width * plane_bytes), planes);
  return _mm512_gf2p8affine_epi64_epi8(columns, _mm512_permutexvar_epi8(order, bytes), 0);
}

// A row's numbers of lanes 0 to 63 in four times sixteen, without a loop over its planes.
V5 static inline void row_numbers_v5(const uint8_t *planes, uint32_t width, uint32_t plane_bytes, uint64_t mask,
                                     __m512i order, __m512i numbers[4]) {
  uint32_t above = width > 8 ? width - 8 : 0;
  __m512i low = eight_planes(planes, width - above, plane_bytes, order);
  __m512i high = eight_planes(planes + (size_t)(width - above) * plane_bytes, above, plane_bytes, order);
  // The bytes of each number side by side: of lanes 0 to 7, 16 to 23, 32 to 39 and 48 to 55, then of the others.
  __m512i even = _mm512_unpacklo_epi8(low, high), odd = _mm512_unpackhi_epi8(low, high);
#define SIXTEEN(part) \
  _mm512_cvtepu16_epi32(_mm256_set_m128i(_mm512_extracti32x4_epi32(odd, part), _mm512_extracti32x4_epi32(even, part)))
  numbers[0] = SIXTEEN(0);
  numbers[1] = SIXTEEN(1);
  // Bits behind the last period are nobody's.
  numbers[2] = _mm512_maskz_mov_epi32((__mmask16)(mask >> 32), SIXTEEN(2));
  numbers[3] = _mm512_maskz_mov_epi32((__mmask16)(mask >> 48), SIXTEEN(3));
#undef SIXTEEN
}

V5 static inline void row_cells_v5(const uint8_t *planes, uint32_t width, uint32_t periods, __m512i order, int32_t *cells) {
  __m512i numbers[4];
  row_numbers_v5(planes, width, (periods + 7) / 8, period_mask(periods), order, numbers);
  for (int i = 0; i < 3; i++) _mm512_storeu_si512(cells + 16 * i, numbers[i]);
  if (creading_lanes(periods) == 64) _mm512_storeu_si512(cells + 48, numbers[3]);
}

V5 static inline void one_row_v5(const uint8_t *planes, uint32_t width, uint32_t periods, int32_t *cells) {
  row_cells_v5(planes, width, periods, plane_order((periods + 7) / 8), cells);
}
#endif

// One row's lanes as far as planes have them, the best way there is.
static inline void plane_cells(const uint8_t *planes, uint32_t width, uint32_t periods, int32_t *cells) {
#if WIDE_VECTORS
  if (has_v5()) return one_row_v5(planes, width, periods, cells);
#endif
  uint32_t lanes = creading_lanes(periods);
  uint16_t small[CREADING_MAX_LANES];
  decode_row_plain(planes, width, (periods + 7) / 8, period_mask(periods), lanes, small);
  for (uint32_t p = 0; p < lanes; p++) cells[p] = small[p];
}

// The cell of a row, by looking at its planes, outliers and wide cells in turn; for the few rows that are asked for.
static inline void row_values(const creading_group *g, uint32_t row, const uint32_t *offsets, uint32_t *outlier,
                              uint32_t *wide, int32_t *values) {
  plane_cells(g->planes + offsets[row], g->widths[row], g->periods, values);
  while (*outlier < g->outlier_count && (g->outliers[*outlier] & 1023) < row) ++*outlier;
  for (uint32_t i = *outlier; i < g->outlier_count && (g->outliers[i] & 1023) == row; i++)
    values[(g->outliers[i] >> 10) & 63] += (int32_t)((g->outliers[i] >> 16) << g->widths[row]);
  while (*wide < g->wide_count && g->wide_rows[*wide] < row) ++*wide;
  if (*wide < g->wide_count && g->wide_rows[*wide] == row)
    memcpy(values, g->wide_cells + (size_t)*wide * g->periods, (size_t)g->periods * 4);
}
