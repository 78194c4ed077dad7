// How a message is read that is written as nearly all are.
#pragma once

#include "message.h"

namespace {

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
inline bool read_plain(const char *line, const char *end, uint32_t number, message &out) {
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
    r.line = number;
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
