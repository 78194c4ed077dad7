// What a line of JSON says before it is judged, and how a message is read that is written as nearly all are.
#pragma once

#include "lines.h"

#include <cstring>
#include <string_view>

namespace {

struct reading {
  const char *kwh;  // as it stands, where `watt_hours` is below 0
  uint32_t kwh_length;
  int32_t watt_hours;
  uint32_t period;   // 0: not a period's number
  uint32_t quality;  // 3: none of A, E, C
};

// More readings than this and the line is no message.
constexpr size_t most_readings = 64;

struct message {
  std::string_view mpan, date;
  reading readings[most_readings];
  size_t count = 0;
};

// 0 to 9, or more for what is no digit.
inline uint32_t digit_of(char c) { return uint32_t(uint8_t(c)) - '0'; }

inline bool ends_token(char c) { return c == ',' || c == '}' || c == ' ' || c == '\t' || c == '\r'; }

// Eight bytes, the first of them lowest.
inline uint64_t eight_bytes(const char *text) {
  uint64_t bytes;
  memcpy(&bytes, text, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  bytes = __builtin_bswap64(bytes);
#endif
  return bytes;
}

// A number of kWh as nearly all are written: one to four digits, and none to three behind a point, seven characters at most. Returns
// Wh and goes to what follows; -1 for any other, which is read in the slow way or refused. Eight bytes can be read. Without
// a branch for each digit, since their number is not foreseen.
inline int32_t plain_watt_hours(const char *&text) {
  uint64_t digits = eight_bytes(text) ^ UINT64_C(0x3030303030303030);  // 0 to 9 where there is a digit
  uint64_t others = (((digits & UINT64_C(0x7F7F7F7F7F7F7F7F)) + UINT64_C(0x7676767676767676)) | digits) &
                    UINT64_C(0x8080808080808080);
  if (!others) return -1;
  uint32_t whole = uint32_t(__builtin_ctzll(others)) / 8;
  if (whole == 0 || whole > 4 || (whole > 1 && (digits & 255) == 0)) return -1;
  uint32_t length = whole, behind = 0;
  if (text[whole] == '.') {
    others &= others - 1;
    if (!others) return -1;
    length = uint32_t(__builtin_ctzll(others)) / 8;
    behind = length - whole - 1;
    if (behind == 0 || behind > 3) return -1;
  }
  // The digits in front of the point and three behind it, as the last of eight characters.
  uint64_t front = digits & ((UINT64_C(1) << 8 * whole) - 1);
  uint64_t back = digits >> 8 * (whole + 1) & ((UINT64_C(1) << 8 * behind) - 1);
  uint64_t all = (front | back << 8 * whole) << 8 * (5 - whole);
  // Pairs, then fours, then eight: the first character counts most.
  all = (all * 10 + (all >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
  all = (all * 100 + (all >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
  all = (all * 10000 + (all >> 32)) & UINT64_C(0xFFFFFFFF);
  text += length;
  return int32_t(all);
}

// 1 to 99 without a zero in front, and goes to what follows; 0 for anything else.
inline uint32_t plain_period(const char *&text) {
  uint32_t first = digit_of(text[0]), second = digit_of(text[1]);
  if (first == 0 || first > 9) return 0;
  text += second <= 9 ? 2 : 1;
  return second <= 9 ? first * 10 + second : first;
}

// Goes over a text that has to be there.
template <size_t length>
[[gnu::always_inline]] inline bool pass(const char *&at, const char (&text)[length]) {
  if (memcmp(at, text, length - 1) != 0) return false;
  at += length - 1;
  return true;
}

inline bool are_digits(const char *text, size_t count) {
  bool are = true;
  for (size_t i = 0; i < count; i++) are &= digit_of(text[i]) <= 9;
  return are;
}

// Reads a message that stands in the line as docs/ingest.md shows it: the members in that order, no blanks, no escapes, the usual
// numbers. False for any other, well-formed or not, of which nothing is said thereby; simdjson then reads it. Every byte is held
// to what it has to be, so that whatever is read here simdjson would read alike.
//
// CINGEST_PADDING bytes can be read behind `end`, and are not trusted: a line that goes on into them is not the line.
inline bool read_plain(const char *line, const char *end, message &out) {
  constexpr ptrdiff_t shortest = 128;  // longer than what comes before the readings
  if (end - line < shortest) return false;
  const char *at = line;
  if (!pass(at, "{\"mpan\":\"") || !are_digits(at, 13)) return false;
  out.mpan = std::string_view(at, 13);
  at += 13;
  if (!pass(at, "\",\"settlementDate\":\"") || !are_digits(at, 4) || at[4] != '-' || !are_digits(at + 5, 2) ||
      at[7] != '-' || !are_digits(at + 8, 2)) {
    return false;
  }
  out.date = std::string_view(at, 10);
  at += 10;
  if (!pass(at, "\",\"readings\":[")) return false;
  // A reading takes fewer than CINGEST_PADDING bytes.
  for (out.count = 0; out.count < most_readings && at < end; at++) {
    reading &r = out.readings[out.count];
    if (!pass(at, "{\"settlementPeriod\":")) return false;
    r.period = plain_period(at);
    if (r.period == 0 || !pass(at, ",\"kwh\":")) return false;
    r.watt_hours = plain_watt_hours(at);
    if (r.watt_hours < 0) return false;
    r.quality = 0;
    if (*at == ',') {
      if (!pass(at, ",\"quality\":\"")) return false;
      r.quality = quality_of(reinterpret_cast<const uint8_t *>(at), 1);
      at++;
      if (r.quality == 3 || *at++ != '"') return false;
    }
    if (*at++ != '}') return false;
    out.count++;
    if (*at == ']') return at[1] == '}' && at + 2 == end;
    if (*at != ',') return false;
  }
  return false;
}

}  // namespace
