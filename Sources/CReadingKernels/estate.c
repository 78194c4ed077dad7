// Readings of a simulated estate: whole numbers only, so that the same seed gives the same bytes everywhere.
#include "creading.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define CLONES
#endif

// SplitMix64's finisher (S. Vigna, public domain).
static inline uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
  return x ^ (x >> 31);
}

static inline uint64_t hash(uint64_t seed, uint64_t row, uint64_t purpose) {
  return mixed(mixed(seed + purpose * UINT64_C(0xD1B54A32D192ED03)) + row * UINT64_C(0x9E3779B97F4A7C15));
}

uint64_t creading_estate_hash(uint64_t seed, uint64_t row, uint64_t purpose) { return hash(seed, row, purpose); }

enum { HOME = 0, ELECTRIC_HEAT = 1, SHOP = 2, FACTORY = 3, SOLAR = 4, VOID = 5 };

// What a row is; it stays what it is from day to day.
static inline uint32_t kind_of(uint64_t h) {
  uint32_t u = (uint32_t)(h & 1023);
  return u < 41 ? SOLAR : u < 100 ? ELECTRIC_HEAT : u < 170 ? SHOP : u < 171 ? FACTORY : u < 196 ? VOID : HOME;
}

CLONES void creading_estate_rows(const creading_estate_day *day, uint32_t first_row, const uint32_t *row_numbers,
                                 uint32_t rows, uint32_t salt, int32_t *cells) {
  uint32_t lanes = creading_lanes(day->periods), periods = day->periods;
  for (uint32_t r = 0; r < rows; r++) {
    uint32_t row = row_numbers ? row_numbers[r] : first_row + r;
    uint64_t home = hash(day->seed, row, 1), today = hash(day->seed, row, 16 + (uint64_t)day->day * 16 + salt);
    uint32_t kind = kind_of(home);
    const uint32_t *shape = day->shapes[kind];
    // Size: skewed, half to four times the usual; a factory's up to sixty-four times.
    uint32_t u = (uint32_t)(home >> 10) & 0xffff, skew = (u * u >> 16) * (u >> 4) >> 12;
    uint32_t scale = 110 + (skew >> 7) + (kind == FACTORY ? skew >> 2 : 0);
    if (kind == SOLAR) scale = scale * (64 + ((uint32_t)(today >> 56))) >> 8;
    uint32_t spike = kind == HOME || kind == ELECTRIC_HEAT ? 620 : 0;
    uint32_t level = 128 + ((uint32_t)(home >> 40) & 127);
    // One home in sixteen has an electric vehicle, which charges every third night or so.
    int charging = kind == HOME && ((home >> 30) & 15) == 0 && ((today >> 48) & 255) < 90;
    uint32_t start = day->ev_start + ((uint32_t)(today >> 40) & 3), length = charging ? 3 + ((today >> 44) & 7) : 0;
    uint32_t dead = ((today >> 32) & 2047) == 7;  // a meter fault: nothing is counted all day
    uint32_t draw = (uint32_t)today;
    int32_t *to = cells + (size_t)r * lanes;
    for (uint32_t p = 0; p < lanes; p++) {
      uint32_t x = draw + p * 0x9E3779B1u;  // C. Wellons' lowbias32 (public domain)
      x = (x ^ (x >> 16)) * 0x7feb352du;
      x = (x ^ (x >> 15)) * 0x846ca68bu;
      x ^= x >> 16;
      uint32_t noise = level + (x & 127);
      uint32_t value = (shape[p] * scale >> 8) * noise >> 8;
      uint32_t spiked = (x >> 16) < 1500 ? spike * (64 + ((x >> 8) & 255)) >> 8 : 0;
      uint32_t charge = p - start < length ? 3500 - ((x >> 7) & 15) : 0;
      value = dead ? 0 : value + spiked + charge;
      to[p] = p < periods ? (int32_t)value : 0;
    }
  }
}
