// CRC-32. The folding with carry-less multiplication follows V. Gopal et al., "Fast CRC computation for generic
// polynomials using PCLMULQDQ", Intel 2009; constants for the reflected polynomial are those of its appendix.
#include <string.h>

#include "creading.h"
#include "crc_table.h"

static uint32_t crc_plain(uint32_t crc, const uint8_t *bytes, size_t length) {
  while (length >= 8) {
    uint32_t low, high;
    memcpy(&low, bytes, 4);
    memcpy(&high, bytes + 4, 4);
    low ^= crc;
    crc = crc_table[7][low & 255] ^ crc_table[6][(low >> 8) & 255] ^ crc_table[5][(low >> 16) & 255] ^
          crc_table[4][low >> 24] ^ crc_table[3][high & 255] ^ crc_table[2][(high >> 8) & 255] ^
          crc_table[1][(high >> 16) & 255] ^ crc_table[0][high >> 24];
    bytes += 8;
    length -= 8;
  }
  while (length--) crc = (crc >> 8) ^ crc_table[0][(crc ^ *bytes++) & 255];
  return crc;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define FOLD(x, k) _mm_xor_si128(_mm_clmulepi64_si128(x, k, 0x00), _mm_clmulepi64_si128(x, k, 0x11))

// For 64 bytes or more; returns the number of bytes done in `*done`, a multiple of 16.
__attribute__((target("pclmul,sse4.1"))) static uint32_t crc_folded(uint32_t crc, const uint8_t *bytes, size_t length,
                                                                    size_t *done) {
  const uint8_t *at = bytes;
  __m128i k = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
  __m128i x0 = _mm_loadu_si128((const __m128i *)at), x1 = _mm_loadu_si128((const __m128i *)(at + 16));
  __m128i x2 = _mm_loadu_si128((const __m128i *)(at + 32)), x3 = _mm_loadu_si128((const __m128i *)(at + 48));
  x0 = _mm_xor_si128(x0, _mm_cvtsi32_si128((int)crc));
  at += 64;
  length -= 64;
  for (; length >= 64; at += 64, length -= 64) {
    x0 = _mm_xor_si128(FOLD(x0, k), _mm_loadu_si128((const __m128i *)at));
    x1 = _mm_xor_si128(FOLD(x1, k), _mm_loadu_si128((const __m128i *)(at + 16)));
    x2 = _mm_xor_si128(FOLD(x2, k), _mm_loadu_si128((const __m128i *)(at + 32)));
    x3 = _mm_xor_si128(FOLD(x3, k), _mm_loadu_si128((const __m128i *)(at + 48)));
  }
  k = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  x0 = _mm_xor_si128(FOLD(x0, k), x1);
  x0 = _mm_xor_si128(FOLD(x0, k), x2);
  x0 = _mm_xor_si128(FOLD(x0, k), x3);
  for (; length >= 16; at += 16, length -= 16) x0 = _mm_xor_si128(FOLD(x0, k), _mm_loadu_si128((const __m128i *)at));
  *done = (size_t)(at - bytes);
  // The 16 bytes left stand for all before them: their checksum, taken plainly from zero, is the checksum so far.
  uint8_t rest[16];
  _mm_storeu_si128((__m128i *)rest, x0);
  return crc_plain(0, rest, 16);
}

// The same with four times as wide registers: folds 256 bytes at a time. For 512 bytes or more; does a multiple of 16.
#define WIDE_FOLD(x, k) _mm512_xor_si512(_mm512_clmulepi64_epi128(x, k, 0x00), _mm512_clmulepi64_epi128(x, k, 0x11))
#define WIDE_LOAD(at) _mm512_loadu_si512(at)

__attribute__((target("avx512f,avx512dq,vpclmulqdq,pclmul,sse4.1"))) static uint32_t crc_folded_wide(
    uint32_t crc, const uint8_t *bytes, size_t length, size_t *done) {
  const uint8_t *at = bytes;
  // x^(2048 + 32) and x^(2048 - 32), as the others for their distances.
  __m512i k = _mm512_broadcast_i32x4(_mm_set_epi64x(0x01322d1430, 0x011542778a));
  __m512i x0 = _mm512_xor_si512(WIDE_LOAD(at), _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)crc)));
  __m512i x1 = WIDE_LOAD(at + 64), x2 = WIDE_LOAD(at + 128), x3 = WIDE_LOAD(at + 192);
  at += 256;
  length -= 256;
  for (; length >= 256; at += 256, length -= 256) {
    x0 = _mm512_xor_si512(WIDE_FOLD(x0, k), WIDE_LOAD(at));
    x1 = _mm512_xor_si512(WIDE_FOLD(x1, k), WIDE_LOAD(at + 64));
    x2 = _mm512_xor_si512(WIDE_FOLD(x2, k), WIDE_LOAD(at + 128));
    x3 = _mm512_xor_si512(WIDE_FOLD(x3, k), WIDE_LOAD(at + 192));
  }
  k = _mm512_broadcast_i32x4(_mm_set_epi64x(0x01c6e41596, 0x0154442bd4));
  x1 = _mm512_xor_si512(WIDE_FOLD(x0, k), x1);
  x2 = _mm512_xor_si512(WIDE_FOLD(x1, k), x2);
  x3 = _mm512_xor_si512(WIDE_FOLD(x2, k), x3);
  for (; length >= 64; at += 64, length -= 64) x3 = _mm512_xor_si512(WIDE_FOLD(x3, k), WIDE_LOAD(at));
  __m128i small = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
  __m128i x = _mm512_castsi512_si128(x3);
  x = _mm_xor_si128(FOLD(x, small), _mm512_extracti32x4_epi32(x3, 1));
  x = _mm_xor_si128(FOLD(x, small), _mm512_extracti32x4_epi32(x3, 2));
  x = _mm_xor_si128(FOLD(x, small), _mm512_extracti32x4_epi32(x3, 3));
  for (; length >= 16; at += 16, length -= 16)
    x = _mm_xor_si128(FOLD(x, small), _mm_loadu_si128((const __m128i *)at));
  *done = (size_t)(at - bytes);
  uint8_t rest[16];
  _mm_storeu_si128((__m128i *)rest, x);
  return crc_plain(0, rest, 16);
}
#endif

uint32_t creading_crc32(uint32_t seed, const void *start, size_t length, int portable) {
  const uint8_t *bytes = start;
  uint32_t crc = ~seed;
#if defined(__x86_64__)
  if (!portable && length >= 512 && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("vpclmulqdq")) {
    size_t done;
    crc = crc_folded_wide(crc, bytes, length, &done);
    bytes += done;
    length -= done;
  } else if (!portable && length >= 128 && __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1")) {
    size_t done;
    crc = crc_folded(crc, bytes, length, &done);
    bytes += done;
    length -= done;
  }
#endif
  return ~crc_plain(crc, bytes, length);
}
